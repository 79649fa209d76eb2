"""Files of a project as an editor sees them: YAML 1.2 values against `schemas/cooper.schema.json`, without Cooper."""

import json
import re

import yaml
from jsonschema import Draft202012Validator


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2 core schema: `no`, `1.10` in quotes and dates are text (PyYAML alone speaks YAML 1.1)."""


CoreLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", "~nN\0"),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
]:
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first) + [""])
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"^(?:<<)$"), ["<"])


def whole_number(loader, node):
    text = loader.construct_scalar(node)
    return int(text, 8 if text.startswith("0o") else 16 if text.startswith("0x") else 10) if "o" not in text else int(
        text[2:], 8
    )


CoreLoader.add_constructor("tag:yaml.org,2002:int", whole_number)


def documents(text):
    """All documents of a file; an empty one is none."""
    return [value for value in yaml.load_all(text, Loader=CoreLoader) if value is not None]


def validator(root):
    schema = json.loads((root / "schemas" / "cooper.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def problems(check, text):
    """What the validator says of a file, a line each; the YAML reader's own word when it can't read the file."""
    try:
        values = documents(text)
    except yaml.YAMLError as error:
        return [f"YAML: {error}"]
    return [f"{error.json_path}: {error.message[:160]}" for value in values for error in check.iter_errors(value)]


def expanded(text):
    """What fixtures can't hold as they are: `⟨E9⟩` is a byte, `⟨9*text⟩` a text so many times. Bytes if there is a byte."""
    pieces = re.split("⟨([^⟩]*)⟩", text)
    found = any(BYTE.fullmatch(piece) for piece in pieces[1::2])
    made = b""
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            made += piece.encode()
        elif BYTE.fullmatch(piece):
            made += bytes([int(piece, 16)])
        else:
            count, _, repeated = piece.partition("*")
            made += repeated.encode() * int(count)
    return made if found else made.decode()


BYTE = re.compile("[0-9A-F]{2}")


class Fixture:
    """An invalid fixture of `Tests/CooperConfigTests/Fixtures`: its files without marks, and the codes it expects."""

    def __init__(self, path):
        self.name = path.stem
        self.codes = []
        self.files = {}
        name = "cooper.yaml"
        lines = []
        for line in path.read_text().split("\n"):
            if line.startswith("#! file "):
                self.files[name] = "\n".join(lines)
                name, lines = line[8:], []
                continue
            words = line.split()
            if len(words) == 3 and words[0] == "#!" and words[1] in ("expect", "nowhere"):
                self.codes.append(words[2])
            lines.append(line.replace("⟦", "").replace("⟧", ""))
        self.files[name] = "\n".join(lines)
        # A file of nothing but instructions is none.
        self.files = {
            name: text
            for name, text in self.files.items()
            if len(self.files) == 1 or any(line and not line.startswith("#!") for line in text.split("\n"))
        }
        self.files = {name: expanded(text) for name, text in self.files.items()}
