print("cooper")
