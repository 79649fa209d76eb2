"""Servers, a recording proxy and helpers around the command line, for the end-to-end tests and scripts/demo."""
