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
    "CFG0098": "names of another section",
    "CFG0099": "follows references",
    "CFG0100": "another file or an overlay may say the type",
    "CFG0102": "who may take a role on, or holds a grant, may stand in another file or an overlay",
    "CFG0103": "counts over overlays, whose null takes a platform back",
    "CFG0104": "follows references to what is born in apply",
    "CFG0106": "compares a grant with a bucket's policy",
    "CFG0107": "follows the grant to the type of the identity",
    "CFG0109": "compares two environments",
    "RUL0001": "compares two entries",
    "RUL0011": "looks at what the rule finds",
    "RUL0013": "compares two sections",
    "RUL0015": "judged with the connection's endpoint, which may stand in an overlay",
    "RUL0016": "judged with the connection's endpoint, which may stand in an overlay",
    "RUL0017": "compares a registration with its identity",
    "RUL0018": "compares two entries",
    "RUL0020": "judges what profiles, overlays and defaults leave",
    "RUL0021": "what makes the bucket may stand in a profile or an overlay",
    "RUL0022": "judges what profiles, overlays and defaults leave",
    "RUL0023": "judges what profiles, overlays and defaults leave",
    "RUL0024": "judges what profiles, overlays and defaults leave",
    "RUL0025": "judges what profiles, overlays and defaults leave",
    "RUL0026": "judges what profiles, overlays and defaults leave",
    "RUL0027": "judges what profiles, overlays and defaults leave",
    "RUL0028": "judges what profiles, overlays and defaults leave",
    "RUL0029": "judges what profiles, overlays and defaults leave",
    "RUL0030": "judges what profiles, overlays and defaults leave",
    "COR0006": "compares the rules with each other",
    "LIF0009": "a duration of whole days: 24h is one",
    "POL0009": "compares the statements with each other",
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
    "REP0006": "one field asks for another",
    "REP0007": "one field's value asks for another",
    "RUL0040": "compares facets of two buckets",
    "RUL0041": "a facet may come from a profile",
    "RUL0042": "a facet may come from a profile",
    "RUL0043": "a facet may come from a profile",
    "RUL0044": "compares the bucket's name with a field",
    "RUL0045": "compares facets of two buckets",
    "RUL0046": "a name is elaborated from texts",
    "RUL0047": "a facet may come from a profile",
    "RUL0048": "compares regions of two buckets",
    "RUL0060": "follows the document to what it is made of",
    "RUL0061": "compares two entries",
    "RUL0062": "judged by the type of the bucket's connection",
    "RUL0063": "looks at who else uses the bucket",
    "RUL0080": "compares two entries",
    "RUL0081": "counts the characters of several documents",
    "MPO0003": "counts the characters of canonical JSON",
    "RUL0070": "compares a registration with its identity",
    "RUL0071": "judges what profiles, overlays and defaults leave",
    "RUL0064": "follows the identity to its type",
    "LIF0013": "conditions are judged by the type of the connection",
    "WEB0004": "one field asks for another",
    "WEB0005": "one field forbids another",
    "WEB0006": "at least one of several fields",
    "RUL0005": "compares two sections",
    "RUL0006": "compares two entries",
    "RUL0007": "compares two sections",
    "RUL0008": "compares two sections",
}
# A JSON Schema could say these, but they are found by the checks of a facet, which are code: the shape that the schema
# is derived from has no word for them. The editor is silent; `cooper validate` tells them.
NOT_DERIVED = {
    "COR0002": "a list of at least one entry",
    "COR0003": "a list of at least one entry",
    "COR0004": "a text with at most one star",
    "COR0005": "a list of at most so many entries",
    "ENC0001": "one field asks for another",
    "ENC0002": "one field's value forbids another",
    "ENC0003": "one field's value forbids another",
    "GRA0001": "a list of at least one entry",
    "GRA0002": "exactly one of several fields",
    "GRA0003": "a list of at least one entry",
    "IDE0001": "exactly one of several fields",
    "IDE0002": "one field asks for another",
    "IDE0003": "one field asks for another",
    "IDE0004": "at least one of several fields",
    "IDE0007": "a text that begins and ends with a slash",
    "MPO0001": "a map of at least one entry",
    "MPO0002": "the form of an IAM policy",
    "LIF0001": "at least one of several fields",
    "LIF0002": "one field forbids another",
    "LIF0004": "a duration above zero",
    "LIF0006": "an instant at midnight",
    "LIF0007": "at least one of several fields",
    "LIF0010": "one of two fields",
    "LIF0012": "one field forbids others",
    "POL0002": "the form of an IAM policy",
    "POL0003": "the form of an IAM policy",
    "POL0005": "the form of an IAM policy",
    "POL0006": "the form of an IAM policy",
    "POL0007": "the form of an IAM policy",
    "POL0008": "the form of an IAM policy",
    "TAG0001": "tag keys that belong to AWS",
    "TAG0002": "a map of at most so many entries",
    "TAG0004": "a map of texts of at most so many characters",
}
# Codes XXX01nn say what one type of store takes of a facet that they share: a bucket only names its connection, and the
# type stands there. (In a profile's block for a type the schema does say it.)
OF_A_STORE = re.compile(r"(?!CFG)[A-Z]{3}01\d\d")
# Single fixtures of codes that the schema expresses elsewhere.
BEYOND_HERE = {
    "purge-from-a-profile-by-variable": "the word comes by substitution",
    "cors-method-patch": "Google takes it; methods are judged by the type of the connection",
    "cors-on-a-container": "follows the bucket's connection to its type",
    "versioning-on-b2": "follows the bucket's connection to its type",
    "bucket-with-nothing-behind-it": "to a schema a key with nothing behind it is null, which opts out",
    "section-of-a-later-build": "only the small language of the Swift tests lacks the section",
    "secret-in-a-text": "follows references to what is a secret",
    "lifecycle-two-transitions-to-one-class": "compares entries by one of their fields",
    # What the text is made of is the business of an editor's YAML reader; the one here takes these.
    "yaml-alias-inside-its-anchor": "the YAML reader of these tests takes it",
    "yaml-billion-laughs": "the YAML reader of these tests takes it",
    "yaml-bom-in-the-middle": "the YAML reader of these tests takes it",
    "yaml-hidden-direction-mark": "the YAML reader of these tests takes it",
    "yaml-key-twice": "the YAML reader of these tests takes it",
    "yaml-nested-too-deep": "the YAML reader of these tests takes it",
    "yaml-too-many-directives": "the YAML reader of these tests takes it",
}

# Written in the small language of the Swift tests, whose stores need less than the real ones.
SMALL_LANGUAGE = {
    "FB-21-one-name-on-two-stores", "one-bucket-declared-twice", "one-endpoint-written-in-two-ways",
}
# A type of connection that only the small language has; what the schema says of it is none of the fixture's mistakes.
SMALL_TYPE = re.compile(r"\$\.connections\.cl: \{'type': 'cluster', 'context': 'one'\} is not valid")


@pytest.fixture(scope="module")
def check():
    return editors.validator(ROOT)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT / "examples")))
def test_examples_are_valid(check, path):
    assert editors.problems(check, path.read_text()) == []


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_invalid_fixtures_fail_unless_listed(check, fixture):
    found = [line for text in fixture.files.values() for line in editors.problems(check, text)]
    found = [line for line in found if not SMALL_TYPE.match(line)]
    beyond = fixture.name in BEYOND_HERE or all(
        code in BEYOND or code in NOT_DERIVED or OF_A_STORE.fullmatch(code) for code in fixture.codes
    )
    if beyond and fixture.name not in SMALL_LANGUAGE:
        assert found == [], "the schema expresses this: take it off the list"
    elif not beyond:
        assert found, f"the schema accepts this; express it, or list {fixture.codes} with the reason"


# At most 12 h: each part is held against the limit by itself.
@pytest.mark.parametrize(
    "text, is_good",
    [
        ("12h", True), ("720m", True), ("43200s", True), ("11h59m", True), ("015m", True), ("$(span)", True),
        ("13h", False), ("721m", False), ("43201s", False), ("100h", False), ("1d", False),
    ],
)
def test_durations_above_their_limit(check, text, is_good):
    access = f'{{ method: assumeRole, roleArn: "arn:aws:iam::111122223333:role/x", duration: "{text}" }}'
    project = f"cooper: 1\nname: acme\nconnections: {{ aws: {{ type: aws, region: r, access: {access} }} }}\n"
    assert (editors.problems(check, project) == []) is is_good


def test_nothing_is_listed_in_vain():
    codes = {code for fixture in FIXTURES for code in fixture.codes}
    names = {fixture.name for fixture in FIXTURES}
    assert set(BEYOND) | set(NOT_DERIVED) <= codes
    assert not set(BEYOND) & set(NOT_DERIVED)
    assert set(BEYOND_HERE) | SMALL_LANGUAGE <= names
