"""docs/systems.md has every row of the fact sheet: a row is in the name of a test, or said there not to apply and why."""

import pathlib
import re

ROOT = pathlib.Path(__file__).parents[2]
NUMBERED = re.compile(r"^[A-Z]{1,2}-\d\d$")


def rows():
    return (ROOT / "Tests" / "EndToEnd" / "systems_rows.txt").read_text().split()


def table():
    """By row id: what the document says of it."""
    known, found = rows(), {}
    for line in (ROOT / "docs" / "systems.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ", 1)]
        if not line.startswith("| ") or len(cells) != 2 or cells[0] == "row":
            continue
        for part in cells[0].split(", "):
            first, _, last = part.partition(" … ")
            among = [row for row in known if row[:2] == first[:2] and first <= row <= last] if last else [first]
            if NUMBERED.match(first) or first in known:
                for row in among:
                    found.setdefault(row, []).append(cells[1])
    return found


def names():
    """Titles of unit tests, names and first lines of end-to-end tests, names of fixtures."""
    found = []
    for path in sorted((ROOT / "Tests").rglob("*.swift")):
        found += re.findall(r'@Test\(\s*"((?:[^"\\]|\\.)*)"', path.read_text())
    for path in sorted((ROOT / "Tests" / "EndToEnd").glob("test_*.py")):
        for name, words in re.findall(r'^def (test_\w+)\(.*?\):\n(?:    """(.*?)""")?', path.read_text(), re.MULTILINE | re.DOTALL):
            found.append(f"{name} {words}")
    fixtures = ROOT / "Tests" / "CooperConfigTests" / "Fixtures"
    return found + [path.name for path in sorted(fixtures.iterdir())]


def is_cited(row, among):
    plain = row.lower().replace("-", "")
    pattern = re.compile(rf"(?<![\w-]){re.escape(row)}(?![\w])|_{plain}(?=_)")
    # "FB-01 … FB-03" in a title cites what lies between.
    spans = re.compile(r"([A-Z]{1,2}-\d\d) … ([A-Z]{1,2}-\d\d)")
    return any(
        pattern.search(name) or any(a[:2] == row[:2] and a <= row <= b for a, b in spans.findall(name)) for name in among)


def test_every_row_is_in_the_table_and_has_a_test_or_a_reason():
    among, found = names(), table()
    assert len(rows()) == len(set(rows())) == 112
    missing = [row for row in rows() if row not in found]
    assert not missing, f"docs/systems.md says nothing of {missing}"
    for row in rows():
        reasons = [words for words in found[row] if words.startswith("not applicable: ")]
        assert all(len(reason) > len("not applicable: ") + 30 for reason in reasons), f"{row} doesn't apply, and why isn't said"
        assert reasons or is_cited(row, among), f"{row} is in no test's name, and isn't said not to apply"
        assert not (reasons and is_cited(row, among)), f"{row} is said not to apply, and a test has it"


def test_nothing_else_is_in_the_table():
    strangers = [row for row in table() if row not in rows()]
    assert not strangers, f"no rows of the fact sheet: {strangers}"


def test_what_the_table_names_is_there():
    among = [name.split(" ")[0] for name in names() if name.startswith("test_")]
    files = {path.name for path in (ROOT / "Tests").rglob("*") if path.is_file()} | {
        path.stem for path in (ROOT / "Tests").rglob("*.swift")}
    catalogue = (ROOT / "docs" / "reference" / "codes.md").read_text()
    for words in (ROOT / "docs" / "systems.md").read_text().splitlines():
        for name in re.findall(r"`([^`]+)`", words):
            if re.fullmatch(r"test_\w+…?(_\w+…?)*", name):
                start, *rest = name.split("…")
                assert any(test.startswith(start) and all(part in test for part in rest) for test in among), name
            elif name.endswith((".py", "Tests")) and "/" not in name and "*" not in name:
                assert name in files, name
            elif re.fullmatch(r"(RUL|PLN|PLT|CFG)\d{4}", name):
                assert f"## {name}:" in catalogue, name
