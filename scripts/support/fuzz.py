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
# SwiftPM hands each sanitizer on in an option of its own, in either order, and the compiler heeds only the last: without
# the option that names both, a build has either no coverage or no address checks.
BUILD = ["swift", "build", "--package-path", "Fuzz", "--scratch-path", ".build/fuzz-build", "-c", "release",
         "--sanitize", "address", "--sanitize", "fuzzer", "-Xswiftc", "-sanitize=address,fuzzer"]
# Below these a run is blind: only a part of the program is instrumented, or the seeds reach next to nothing.
LEAST_COUNTERS, LEAST_COVERAGE = 10_000, 100


def uninstrumented(folder):
    """The modules of Cooper that were built and of which no object file has both address checks and coverage."""
    modules = {module.name: list(module.glob("*.o")) for module in sorted(pathlib.Path(folder).glob("Cooper*.build"))}
    return [
        name for name, objects in modules.items()
        if objects and not any(b"__asan_" in code and b"__sancov" in code for code in map(pathlib.Path.read_bytes, objects))
    ]


def number(pattern, text):
    found = re.search(pattern, text)
    return int(found[1]) if found else 0


def blindness(output, had_finds):
    """Why a run that found nothing says nothing, or None."""
    if number(r"\((\d+) inline 8-bit counters\)", output) < LEAST_COUNTERS:
        return "the program isn't instrumented for coverage"
    if "no interesting inputs were found" in output or number(r"INITED\s+cov: (\d+)", output) < LEAST_COVERAGE:
        return "the seeds cover next to nothing"
    if not had_finds and number(r"stat::new_units_added:\s+(\d+)", output) == 0:
        return "no input was found that covers more than the seeds"
    return None


def run(binary, target, seconds):
    """What is wrong with the target, or None, and what it did."""
    found, crashes = ROOT / ".build/fuzz" / target, ROOT / "Fuzz/Crashes" / target
    for folder in (found, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    had_finds = any(found.iterdir())
    log = ROOT / ".build/fuzz" / f"{target}.log"
    with log.open("w") as stream:
        try:
            # Swift's globals are made once and never freed; the leak check takes some of them for lost. The backtracer of
            # Swift's runtime can hang under the address sanitizer, whose own report has the stack.
            code = subprocess.run(
                [binary, target, "-detect_leaks=0", f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048",
                 "-max_len=8192", "-print_final_stats=1", f"-artifact_prefix={crashes}/", str(found),
                 str(ROOT / "Fuzz/Corpus" / target)],
                stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT,
                env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0", "SWIFT_BACKTRACE": "enable=no"},
                timeout=seconds + 600,
            ).returncode
        except subprocess.TimeoutExpired:
            code = -1
    output = log.read_text(errors="replace")
    if not any(crashes.iterdir()):
        crashes.rmdir()
    count = number(r"number_of_executed_units:\s+(\d+)", output)
    coverage = re.findall(r"\bcov: (\d+)", output)
    summary = f"{count} inputs in {seconds} s, {coverage[-1] if coverage else 'no'} edges covered"
    if code != 0 or count == 0:
        return output[-6000:], summary
    blind = blindness(output, had_finds)
    return (f"a blind run: {blind}\n{output[:3000]}" if blind else None), summary


def main(arguments):
    os.chdir(ROOT)
    seconds = int(os.environ.get("COOPER_FUZZ_SECONDS") or 120)
    subprocess.run(BUILD, check=True, stdout=sys.stderr)
    folder = subprocess.run([*BUILD, "--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip()
    bare = uninstrumented(folder)
    if bare:
        sys.exit(f"built without address checks or coverage: {', '.join(bare)}")
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
