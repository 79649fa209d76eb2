"""Large projects and long lives; `scripts/test --long`. Prints what it measured; walls are only sanity limits."""

import json
import os
import random
import shutil
import subprocess
import sys
import urllib.request

import pytest

from support import estates

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]

PARALLELISM = 32
KEYS = {"KEY": "scale", "SECRET": "scale-secret"}
SEVEN = """
profiles:
  base:
    connection: m
    versioning: enabled
    encryption: { algorithm: AES256 }
    publicAccess: blocked
    cors: [{ origins: ["https://app.example.com"], methods: [GET, PUT], headers: ["*"], maxAge: 3000s }]
    lifecycle:
      abort-multipart: { abortMultipartAfter: 7d }
    policy:
      Version: "2012-10-17"
      Statement:
        - { Sid: TLS, Effect: Deny, Principal: "*", Action: "s3:*", Resource: ["$(self.arn)", "$(self.arn)/*"], Condition: { Bool: { "aws:SecureTransport": "false" } } }
    tags: { Name: $(self.bucketName), Team: storage }
buckets:
"""


class FastEndpoint:
    """The endpoint of the benchmarks: C, in memory, counts at /__stats, checks nothing."""

    def __init__(self, root, folder):
        binary = os.path.join(folder, "s3-endpoint")
        source = root / "Benchmarks" / "Sources" / "s3-endpoint" / "main.c"
        subprocess.run([shutil.which("cc") or "clang", "-O2", "-o", binary, str(source), "-lpthread"], check=True)
        self.process = subprocess.Popen([binary, "--port", "0"], stdout=subprocess.PIPE, text=True)
        self.port = int("".join(filter(str.isdigit, self.process.stdout.readline())))
        self.endpoint = f"http://127.0.0.1:{self.port}"

    def stats(self):
        with urllib.request.urlopen(self.endpoint + "/__stats") as reply:
            return json.load(reply)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture
def fast(root, tmp_path):
    server = FastEndpoint(root, str(tmp_path))
    yield server
    server.stop()


def peak_megabytes(project, *arguments):
    """Runs to the end under a small parent, whose only child's peak the system tells (KiB on Linux)."""
    parent = (
        "import resource, subprocess, sys\n"
        "code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
        "print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", parent, project.binary, *arguments], cwd=project.directory,
        env=project.full_environment(), capture_output=True, text=True, timeout=1800,
    )
    code, peak = map(int, done.stdout.split())
    return code, peak / 1024, done.stderr


def test_a_thousand_buckets_with_seven_facets(make_project, fast):
    count = 1000
    text = estates.project(estates.connection("m", fast.endpoint, region="us-east-1"), SEVEN)
    text += "".join(f"  scale-{index:05}: {{ profile: base }}\n" for index in range(count))
    project = make_project(text, KEYS)

    project.cooper("apply", "--yes", "--parallelism", str(PARALLELISM), timeout=1800).expect(0)
    before = fast.stats()
    # Identity, listing, and once the store is asked what it is, as nothing is there that could show it; per bucket two looks
    # (plan, just before the create), the create, seven writes and seven read-backs, and a look before the first write of
    # each facet: the host isn't Amazon's own.
    assert before["requests"] == count * (2 + 1 + 7 + 7 + 7) + 3, before
    # A create opens a connection of its own beside the kept ones; one more asks for the counts.
    assert before["mostOpen"] <= 2 * PARALLELISM + 1, before
    assert before["connections"] <= count + PARALLELISM + 2, before
    result = project.cooper("plan", "--detailed-exitcode", "--parallelism", str(PARALLELISM), timeout=600).expect(0)
    after = fast.stats()
    # An answer leaves out its own request, so the difference holds the first question for the counts.
    requests = after["requests"] - before["requests"] - 1
    print(f"\n1000 buckets: apply {before['requests']} requests, plan {requests} in {result.seconds:.1f} s, {after}")
    assert requests == count * 7 + 2, requests
    assert after["connections"] - before["connections"] <= PARALLELISM + 1, (before, after)


def many(make_project, count, files=200):
    project = make_project(
        estates.project(estates.connection("m", "http://127.0.0.1:9"), "include: [buckets/*.yaml]\n"), KEYS
    )
    each = count // files
    for file in range(files):
        names = range(file * each, (file + 1) * each)
        lines = "".join(f"  b{index:06}: {{ connection: m, tags: {{ n: \"{index}\" }} }}\n" for index in names)
        project.write("buckets:\n" + lines, f"buckets/part-{file:03}.yaml")
    return project


def test_memory_of_ten_thousand_buckets_in_two_hundred_files(make_project):
    peaks = {}
    for count in (10_000, 20_000):
        project = many(make_project, count)
        code, peaks[count], errors = peak_megabytes(project, "plan", "--no-observe")
        assert code == 0, errors[-3000:]
    print(f"\npeak MB of plan --no-observe: {peaks}")
    assert peaks[10_000] < 300, peaks
    assert peaks[20_000] < peaks[10_000] * 2.3 + 20, peaks


def edited(generator, endpoint, buckets):
    """A project of these buckets with random facets, none of which needs a consent."""
    lines = []
    for name in buckets:
        facets = [f"tags: {{ t: \"{generator.randrange(9)}\" }}"]
        if generator.random() < 0.5:
            facets.append("versioning: enabled")
        if generator.random() < 0.5:
            facets.append(f"lifecycle: {{ e: {{ abortMultipartAfter: {generator.randrange(1, 99)}d }} }}")
        if generator.random() < 0.5:
            facets.append(f"cors: [{{ origins: [https://o{generator.randrange(9)}.example], methods: [GET] }}]")
        lines.append(f"  {name}: {{ connection: m, deletion: allow, {', '.join(facets)} }}\n")
    return estates.project(estates.connection("m", endpoint), "buckets:\n" + "".join(lines))


def test_many_rounds_on_a_bad_network(project, proxy):
    seed = int(os.environ.get("COOPER_SEED") or random.randrange(1 << 32))
    generator = random.Random(seed)
    print(f"\nsoak: COOPER_SEED={seed}")
    names = [f"soak-{index}" for index in range(8)]
    sizes, open_files, runs, faults = [], [], 0, 0

    def throttled(_):
        return generator.random() < 0.30

    def cut(_):
        return generator.random() < 0.03

    rounds = int(os.environ.get("COOPER_SOAK_ROUNDS") or 200)
    for _ in range(rounds):
        project.write(edited(generator, proxy.endpoint, names))
        proxy.clear()
        proxy.inject("status", throttled, status=503, code="SlowDown")
        proxy.inject("dropAfter", cut)
        for _ in range(6):  # a run may give up on a call; the next one must go on from there
            runs += 1
            if project.cooper("apply", "--yes", timeout=300).code == 0:
                break
        faults += sum(exchange.fault is not None for exchange in proxy.exchanges)
        proxy.clear()
        project.plan().expect(0)
        sizes.append(os.path.getsize(project.state_path))
        open_files.append(len(os.listdir("/proc/self/fd")))
    print(f"{rounds} rounds, {runs} applies, {faults} faults, state {min(sizes)}..{max(sizes)} bytes, proxy's files {open_files[0]}..{open_files[-1]}")
    assert faults > rounds, faults
    assert runs < 2 * rounds, runs
    assert max(open_files) <= open_files[0] + 40, open_files
    # Eight buckets with at most four facets: what grows with the rounds would be far above twice the first.
    assert max(sizes[rounds // 2:]) <= max(sizes[:rounds // 2]) * 1.2, sizes
    left = os.listdir(project.path(".cooper"))
    assert len(left) <= 6, left
