"""A private certificate authority and a leaf for 127.0.0.1, made with openssl when a test asks for them."""

import os
import subprocess
from dataclasses import dataclass


@dataclass
class Authority:
    certificate: str
    leaf: str
    leaf_key: str


def make_authority(directory, name="Cooper Test CA", subject_alternative="IP:127.0.0.1,DNS:localhost"):
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True, timeout=60)

    elliptic = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *elliptic, "-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", f"/CN={name}")
    openssl("req", *elliptic, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=127.0.0.1")
    with open(os.path.join(directory, "leaf.ext"), "w") as file:
        file.write(f"subjectAltName={subject_alternative}\n")
    openssl(
        "x509", "-req", "-in", "leaf.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-out", "leaf.crt",
        "-days", "2", "-extfile", "leaf.ext",
    )
    path = lambda file: os.path.join(directory, file)
    return Authority(path("ca.crt"), path("leaf.crt"), path("leaf.key"))
