"""Killed, interrupted, cut off, out of disk: the state stays whole and the next run converges."""

import os
import random
import resource
import signal
import time

import pytest

from support import estates, reading
from support.project import finish, kill, wait_for

NAMES = " ".join(f"kill-{index:02}" for index in range(30))
FACETS = "tags: { team: storage }, versioning: enabled, cors: [{ origins: ['*'], methods: [GET] }]"
ROUNDS = 50 if os.environ.get("COOPER_LONG") != "1" else 500
#: The rounds come in parts, so that several processes can share them.
PARTS = 5


def check_converges(project, s3):
    project.state()
    project.cooper("state", "list").expect(0)
    project.apply().expect(0)
    project.plan().expect(0)
    assert sorted(bucket["Name"] for bucket in s3.list_buckets()["Buckets"]) == NAMES.split(), "an orphan or a lost bucket"
    assert len(project.state()["resources"]) == 30


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.timeout(600 if ROUNDS == 50 else 3600)
def test_sigkill_at_random_moments(make_project, moto, part):
    seed = int(os.environ.get("COOPER_SEED") or random.randrange(1_000_000))
    print(f"seed {seed}: COOPER_SEED={seed} repeats the moments")
    chance = random.Random(seed)
    text = estates.small(moto.endpoint, NAMES, FACETS)

    began = time.monotonic()
    make_project(text, moto.environment).apply().expect(0)
    whole = time.monotonic() - began
    killed = tries = 0
    while killed < ROUNDS // PARTS:
        tries += 1
        assert tries <= 3 * ROUNDS // PARTS, f"only {killed} of {tries} runs were still running when they were killed"
        moto.reset()
        project = make_project(text, moto.environment)
        process = project.start("apply", "--yes")
        time.sleep(chance.uniform(0, whole))
        if process.poll() is None:
            killed += 1
        else:
            # Others kept the machine busy when the whole was measured.
            whole *= 0.8
        kill(process)
        try:
            check_converges(project, moto.client())
        except AssertionError as problem:
            raise AssertionError(f"seed {seed}, run {tries}: {problem}") from None


@pytest.mark.parametrize("operation", ["PUT bucket", "PUT ?tagging", "PUT ?versioning", "GET ?tagging", "GET service"])
def test_sigkill_at_a_named_call(project, moto, proxy, operation):
    """The call is sent, its answer never arrives, the process is gone: the worst moment for a create."""
    project.write(estates.small(proxy.endpoint, NAMES, FACETS))
    proxy.inject("slow", operation, seconds=1)
    process = project.start("apply", "--yes")
    wait_for(lambda: operation in proxy.operations)
    time.sleep(0.2)
    kill(process)
    time.sleep(1.2)
    proxy.clear()
    check_converges(project, moto.client())


def test_answer_lost_after_the_create(project, moto, proxy):
    """The server made the bucket, the connection died before the answer: no duplicate, no error, no adoption needed."""
    project.write(estates.small(proxy.endpoint, "first"))
    proxy.inject("dropAfter", "PUT bucket", times=1)
    result = project.apply()
    if result.code != 0:
        proxy.clear()
        project.apply().expect(0)
    project.expect_no_changes()
    assert [bucket["Name"] for bucket in moto.client().list_buckets()["Buckets"]] == ["first"]


def test_kill_during_a_purge(project, moto, proxy):
    project.write(estates.small(proxy.endpoint, "first second", "deletion: purge"))
    project.converge()
    s3 = moto.client()
    for index in range(30):
        s3.put_object(Bucket="second", Key=str(index), Body=b"x")
    project.write(estates.small(proxy.endpoint, "first", "deletion: purge"))
    proxy.inject("slow", lambda exchange: exchange.is_write, seconds=0.6)
    process = project.start("apply", "--yes")
    wait_for(lambda: proxy.writes)
    kill(process)
    proxy.clear()
    time.sleep(0.8)
    project.apply().expect(0)
    project.plan().expect(0)
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["first"]


def test_interrupt_stops_cleanly_and_resumes(project, moto, proxy):
    project.write(estates.small(proxy.endpoint, NAMES, FACETS))
    proxy.inject("slow", lambda exchange: exchange.is_write, seconds=0.3)
    process = project.start("apply", "--yes", "--parallelism", "4")
    wait_for(lambda: len(proxy.writes) > 6)
    sent = len(proxy.writes)
    process.send_signal(signal.SIGINT)
    finish(process, 30).expect(130)
    assert len(proxy.writes) <= sent + 8, "calls in flight end, no new ones begin"
    answered = [exchange for exchange in proxy.writes if exchange.operation == "PUT bucket" and exchange.status == 200]
    recorded = project.cooper("state", "list").expect(0).stdout
    for exchange in answered:
        assert exchange.bucket in recorded
    proxy.clear()
    check_converges(project, moto.client())
    assert reading.observed("tags", moto.client(), "kill-29") == {"team": "storage"}


def test_terminate_is_like_interrupt(project, moto, proxy):
    project.write(estates.small(proxy.endpoint, NAMES, FACETS))
    proxy.inject("slow", lambda exchange: exchange.is_write, seconds=0.3)
    process = project.start("apply", "--yes")
    wait_for(lambda: len(proxy.writes) > 3)
    process.terminate()
    result = finish(process, 30)
    assert result.code in (130, 143), result
    proxy.clear()
    check_converges(project, moto.client())


def test_interrupt_while_planning(project, moto, proxy):
    project.write(estates.small(proxy.endpoint, NAMES, FACETS))
    project.converge()
    proxy.inject("slow", seconds=2)
    process = project.start("plan")
    wait_for(lambda: proxy.in_flight > 0)
    process.send_signal(signal.SIGINT)
    finish(process, 30).expect(130)


def test_disk_full(project, moto):
    project.write(estates.small(moto.endpoint, "first second", FACETS))
    project.converge()
    before = project.state()
    project.write(estates.small(moto.endpoint, "first second " + NAMES, FACETS))

    def no_space():
        # Writes beyond 3 KB fail with EFBIG, as they fail with ENOSPC on a full disk.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3072, 3072))

    result = project.apply(preexec_fn=no_space, restore_signals=False)
    assert result.code == 1, result.output
    result.mentions("state|journal", "write|space|large|disk")
    after = project.state()
    assert after["lineage"] == before["lineage"] and after["serial"] >= before["serial"]
    assert {"first", "second"} <= set(str(after["resources"]).replace("'", " ").replace(".", " ").split())
    project.apply().expect(0)
    project.plan().expect(0)
    assert len(moto.client().list_buckets()["Buckets"]) == 32


def test_disk_full_from_the_first_byte_changes_nothing(project, moto):
    project.write(estates.small(moto.endpoint, "first"))

    def no_space():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    # stdout and stderr are pipes here, so the limit is on files only.
    assert project.apply(preexec_fn=no_space, restore_signals=False).code == 1
    assert moto.client().list_buckets()["Buckets"] == [], "an intent is durable before its call is sent"
    project.converge()


def test_state_directory_that_cannot_be_written(project, moto):
    project.write(estates.small(moto.endpoint, "first"))
    # A file where the directory must be: that stops root too, whom no mode stops.
    project.write("not a directory", ".cooper")
    project.apply().expect(1, 65).mentions(r"\.cooper")
    assert moto.client().list_buckets()["Buckets"] == []


def test_corrupt_state_is_refused_and_left_alone(project, moto):
    project.write(estates.small(moto.endpoint, "first"))
    project.converge()
    with open(project.state_path) as file:
        whole = file.read()
    broken = whole[: len(whole) // 2]
    with open(project.state_path, "w") as file:
        file.write(broken)
    for command in (["plan"], ["apply", "--yes"], ["state", "list"]):
        result = project.cooper(*command)
        assert result.code not in (0, 2, 3, 64), result.output
        result.mentions("state")
    with open(project.state_path) as file:
        assert file.read() == broken
