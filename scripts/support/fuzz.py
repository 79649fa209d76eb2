"""Builds the fuzz targets and runs each for COOPER_FUZZ_SECONDS (default 120); each counts as one test.

usage: fuzz.py JUNIT-FILE [TARGET...]

New inputs stay in .build/fuzz and are tried again in the next run; what crashes goes to Fuzz/Crashes/TARGET, where the
ordinary tests find it.
"""

import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ["swift", "build", "--package-path", "Fuzz", "--scratch-path", ".build/fuzz-build", "-c", "release",
         "--sanitize", "address", "--sanitize", "fuzzer"]


def run(binary, target, seconds):
    """What is wrong with the target, or None, and what it did."""
    found, crashes = ROOT / ".build/fuzz" / target, ROOT / "Fuzz/Crashes" / target
    for folder in (found, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    # Swift's globals are made once and never freed; the leak check takes some of them for lost.
    done = subprocess.run(
        [binary, target, "-detect_leaks=0", f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", "-max_len=8192",
         "-print_final_stats=1", f"-artifact_prefix={crashes}/", str(found), str(ROOT / "Fuzz/Corpus" / target)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"},
        timeout=seconds + 600,
    )
    if not any(crashes.iterdir()):
        crashes.rmdir()
    count = re.search(r"number_of_executed_units: (\d+)", done.stdout)
    summary = f"{count[1] if count else 'no'} inputs in {seconds} s"
    if done.returncode != 0 or count is None or int(count[1]) == 0:
        return done.stdout[-6000:], summary
    return None, summary


def main(arguments):
    os.chdir(ROOT)
    seconds = int(os.environ.get("COOPER_FUZZ_SECONDS") or 120)
    subprocess.run(BUILD, check=True, stdout=sys.stderr)
    folder = subprocess.run([*BUILD, "--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip()
    binary = os.path.join(folder, "fuzz")
    listed = subprocess.run([binary, "--list"], check=True, capture_output=True, text=True).stdout.split()
    suite = ElementTree.Element("testsuite", name="fuzz")
    for target in arguments[1:] or listed:
        problem, summary = run(binary, target, seconds)
        case = ElementTree.SubElement(suite, "testcase", classname="fuzz", name=target)
        print(f"fuzz {target}: {summary}{'' if problem is None else ', FAILED'}", file=sys.stderr, flush=True)
        if problem is not None:
            print(problem, file=sys.stderr)
            clean = re.sub(r"[^\t\n\x20-\x7e]", "?", problem)
            ElementTree.SubElement(case, "failure", message=summary).text = clean
    ElementTree.ElementTree(suite).write(arguments[0])
    return 1 if suite.find(".//failure") is not None else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
