"""What an editor says by `schemas/cooper.schema.json`, with the independent validator `jsonschema`."""

import pathlib
import re

import pytest

from support import editors

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = [editors.Fixture(path) for path in sorted((ROOT / "Tests/CooperConfigTests/Fixtures").glob("*.yaml"))]
EXAMPLES = sorted(path for path in (ROOT / "examples").rglob("*.yaml"))

# Codes of findings that no JSON Schema can express, with the reason. A fixture whose codes all stand here must pass the
# schema; every other fixture must fail it. So a new code or fixture is sorted by whoever adds it.
BEYOND = {
    "CFG0031": "to a schema a key with nothing behind it is null, which opts out",
    "CFG0055": "which files there are is not in the file",
    "CFG0056": "which files there are is not in the file",
    "CFG0060": "compares names over files",
    "CFG0062": "compares sections over files",
    "CFG0064": "variables are declared elsewhere",
    "CFG0065": "whether a caller gives a variable is not in the file",
    "CFG0067": "looks at the process",
    "CFG0068": "looks at the command line",
    "CFG0069": "looks at the command line",
    "CFG0071": "what an overlay's null removes stands in another file",
    "CFG0072": "names of another section",
    "CFG0076": "compares two sections, or two documents",
    "CFG0077": "names of another section",
    "CFG0079": "names of variables and resources",
    "CFG0081": "follows references",
    "CFG0082": "follows references",
    "CFG0086": "names of another section",
    "CFG0087": "the connection may come from a profile, or the file may be an overlay",
    "CFG0091": "follows the bucket's connection to its type",
    "CFG0092": "follows the bucket's connection to its region",
    "CFG0093": "names are judged by the type of the connection",
    "RUL0002": "compares buckets",
    "ANA0002": "one field asks for another, which may come from a profile",
    "COS0001": "the field may come from a profile",
    "COS0002": "one field's value forbids another",
    "CZK0001": "one field's value forbids another",
    "ENC0004": "one field's value forbids another",
    "IMM0001": "a duration of whole days: 24h is one",
    "ITI0001": "the field may come from a profile",
    "ITI0002": "compares a duration with another field",
    "LEG0001": "counts over profiles and overlays",
    "LOG0001": "the field may come from a profile",
    "NOT0002": "the field may come from a profile",
    "OLK0001": "the field may come from a profile",
    "OLK0002": "a duration of whole days: 24h is one",
    "REP0001": "the field may come from a profile",
    "REP0002": "the rules may come from a profile",
    "REP0004": "compares the rules with each other",
    "REP0005": "one field's value forbids another",
    "SOF0002": "a duration of whole days: 24h is one",
    "WEB0001": "the field may come from a profile",
    "WEB0002": "one field forbids another, and null takes it back",
    "LIF0003": "only where the flag is true: a rule between two values",
    "LIF0005": "compares two sizes",
    "POL0004": "counts the bytes of canonical JSON",
    "POL0010": "compares with the bucket's own name",
    "RUL0004": "compares two sections",
    "RUL0005": "compares two sections",
    "RUL0006": "compares two entries",
    "RUL0007": "compares two sections",
    "RUL0008": "compares two sections",
}
# Codes XXX01nn say what one type of store takes of a facet that they share: a bucket only names its connection, and the
# type stands there. (In a profile's block for a type the schema does say it.)
OF_A_STORE = re.compile(r"[A-Z]{3}01\d\d")
# Single fixtures of codes that the schema expresses elsewhere.
BEYOND_HERE = {
    "purge-from-a-profile-by-variable": "the word comes by substitution",
    "cors-on-a-container": "follows the bucket's connection to its type",
    "versioning-on-b2": "follows the bucket's connection to its type",
}


# Written in the small language of the Swift tests, whose stores need less than the real ones.
SMALL_LANGUAGE = {"FB-21-one-name-on-two-stores"}


@pytest.fixture(scope="module")
def check():
    return editors.validator(ROOT)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT / "examples")))
def test_examples_are_valid(check, path):
    assert editors.problems(check, path.read_text()) == []


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_invalid_fixtures_fail_unless_listed(check, fixture):
    found = [line for text in fixture.files.values() for line in editors.problems(check, text)]
    beyond = fixture.name in BEYOND_HERE or all(
        code in BEYOND or OF_A_STORE.fullmatch(code) for code in fixture.codes
    )
    if beyond and fixture.name not in SMALL_LANGUAGE:
        assert found == [], "the schema expresses this: take it off the list"
    elif not beyond:
        assert found, f"the schema accepts this; express it, or list {fixture.codes} with the reason"


def test_nothing_is_listed_in_vain():
    codes = {code for fixture in FIXTURES for code in fixture.codes}
    names = {fixture.name for fixture in FIXTURES}
    assert set(BEYOND) <= codes
    assert set(BEYOND_HERE) <= names
