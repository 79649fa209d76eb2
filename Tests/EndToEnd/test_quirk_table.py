"""The table of quirks in docs/quirks.md names a test for each row, and all rows of the quirk server are in it."""

import pathlib
import re

from support.quirks import ROWS

ROOT = pathlib.Path(__file__).parents[2]


def table():
    rows = {}
    for line in (ROOT / "docs" / "quirks.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == 3 and cells[0] != "id":
            assert cells[0] not in rows, cells[0]
            rows[cells[0]] = re.findall(r"`([^`]+)`", cells[2])
    return rows


def names():
    """Titles of unit tests, names of rows, names of functions."""
    found = [row.name for row in ROWS]
    for path in sorted((ROOT / "Tests" / "Providers").rglob("*.swift")):
        found += re.findall(r'@Test\(\s*"((?:[^"\\]|\\.)*)"', path.read_text())
    for path in sorted((ROOT / "Tests" / "EndToEnd").glob("test_*.py")):
        found += re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    return found


def test_every_quirk_has_its_test():
    known, rows = names(), table()
    assert len(rows) > 60
    for identity, tests in rows.items():
        assert tests, f"{identity} has no test"
        for test in tests:
            assert any(name.startswith(test) for name in known), f"{identity}: there is no test {test}"


def test_every_row_of_the_quirk_server_is_in_the_table():
    tests = [test for row in table().values() for test in row]
    missing = [row.name for row in ROWS if not any(row.name.startswith(test) for test in tests)]
    assert not missing
