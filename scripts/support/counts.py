"""Adds up JUnit XML files and prints one line: `N passed, N failed`, and `, N skipped` if any.

usage: counts.py [--require NAME=GLOB]...

Every NAME is a part of the run that must have run at least one test; a part without any, and a file that can't be
read, count as one failure. Exits with 1 when anything failed.
"""

import glob
import sys
import xml.etree.ElementTree as ElementTree


def tally(path):
    passed = failed = skipped = 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def main(arguments):
    totals = [0, 0, 0]
    for part in arguments:
        name, pattern = part.split("=", 1)
        counts = [0, 0, 0]
        for path in sorted(glob.glob(pattern)):
            try:
                counts = [a + b for a, b in zip(counts, tally(path))]
            except (OSError, ElementTree.ParseError) as problem:
                print(f"{name}: {path} can't be read: {problem}", file=sys.stderr)
                counts[1] += 1
        if counts[0] + counts[1] == 0:
            print(f"{name}: no test ran", file=sys.stderr)
            counts[1] += 1
        print(f"{name}: {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped", file=sys.stderr)
        totals = [a + b for a, b in zip(totals, counts)]
    line = f"{totals[0]} passed, {totals[1]} failed"
    if totals[2]:
        line += f", {totals[2]} skipped"
    print(line, flush=True)
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
