"""docs/quirks.md names a test for each quirk; all rows of the servers that play quirks and all threads they come from are in it."""

import pathlib
import re

from support.quirks import ROWS
from test_gcs_quirks import ROWS as GOOGLE

ROOT = pathlib.Path(__file__).parents[2]


def lines(columns):
    for line in (ROOT / "docs" / "quirks.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == columns and cells[0] not in ("id", "thread"):
            yield cells


def table():
    rows = {}
    for identity, _, tests in lines(3):
        assert identity not in rows, identity
        rows[identity] = re.findall(r"`([^`]+)`", tests)
    return rows


def threads():
    """By thread: the rows that answer it."""
    found = {}
    for names, rows in lines(2):
        for name in names.split(", "):
            assert name not in found, name
            found[name] = rows.split(", ")
    return found


def names():
    """Titles of unit tests, names of rows, of functions and of fixtures."""
    found = [row.name for row in ROWS] + list(GOOGLE)
    for path in sorted((ROOT / "Tests").rglob("*.swift")):
        found += re.findall(r'@Test\(\s*"((?:[^"\\]|\\.)*)"', path.read_text())
    for path in sorted((ROOT / "Tests" / "EndToEnd").glob("test_*.py")):
        found += re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    return found + [path.name for path in (ROOT / "Tests" / "CooperConfigTests" / "Fixtures").iterdir()]


def test_every_quirk_has_its_test():
    known, rows = names(), table()
    assert len(rows) > 90
    for identity, tests in rows.items():
        assert tests, f"{identity} has no test"
        for test in tests:
            assert any(name.startswith(test) for name in known), f"{identity}: there is no test {test}"


def test_every_row_of_the_servers_that_play_quirks_is_in_the_table():
    tests = [test for row in table().values() for test in row]
    missing = [name for name in [row.name for row in ROWS] + list(GOOGLE) if not any(name.startswith(test) for test in tests)]
    assert not missing


def test_every_thread_is_answered_by_a_row():
    known = (ROOT / "Tests" / "EndToEnd" / "quirk_threads.txt").read_text().split()
    found, rows = threads(), table()
    assert len(known) == len(set(known)) == 64
    missing = [thread for thread in known if thread not in found]
    assert not missing, f"docs/quirks.md says nothing of {missing}"
    strangers = [thread for thread in found if thread not in known]
    assert not strangers, f"no threads of the fact sheet: {strangers}"
    for thread, answers in found.items():
        assert answers and all(answer in rows for answer in answers), f"{thread}: there is no row {answers}"
