"""The table of exit codes, each reached by the command line."""

import json
import subprocess

import pytest

from support import estates
from support.project import finish, wait_for



@pytest.fixture
def small(project, moto):
    project.write(estates.small(moto.endpoint))
    return project


def test_0_and_2_without_and_with_detailed_exitcode(small):
    small.cooper("plan").expect(0)
    small.plan().expect(2)
    small.apply().expect(0)
    small.cooper("plan").expect(0)
    small.plan().expect(0)


def test_1_failed(small, moto, make_project):
    make_project(small.read("cooper.yaml"), {"KEY": moto.key, "SECRET": "wrong"}).cooper("plan").expect(1)


def test_3_only_drift(small, moto):
    small.converge()
    moto.client().delete_bucket_tagging(Bucket="first")
    small.cooper("plan").expect(0)
    small.plan().expect(3)
    small.cooper("drift").expect(3)


def test_4_blocked(small, moto):
    small.converge()
    small.write(estates.small(moto.endpoint, "first"))
    small.cooper("plan").expect(4).mentions("blocked", r"buckets\.second", "removed:.*forget", "delete|purge")
    small.apply().expect(4)
    assert {b["Name"] for b in moto.client().list_buckets()["Buckets"]} == {"first", "second"}


def test_4_the_rest_is_applied(small, moto):
    small.converge()
    small.write(estates.small(moto.endpoint, "first third"))
    small.apply().expect(4)
    assert {b["Name"] for b in moto.client().list_buckets()["Buckets"]} == {"first", "second", "third"}
    small.plan().expect(4)


def test_5_stale_when_the_world_moved(small, moto):
    small.converge()
    small.replace("first: { connection: m, tags: { team: storage }", "first: { connection: m, tags: { team: web }")
    small.cooper("plan", "--out", "saved.plan").expect(0)
    moto.client().put_bucket_tagging(Bucket="first", Tagging={"TagSet": [{"Key": "team", "Value": "other"}]})
    small.cooper("apply", "saved.plan").expect(5).mentions(r"buckets\.first", "tags|moved|changed")
    assert moto.client().get_bucket_tagging(Bucket="first")["TagSet"][0]["Value"] == "other"


def test_5_stale_when_the_configuration_or_state_moved(small, moto):
    small.cooper("plan", "--out", "saved.plan").expect(0)
    small.write(estates.small(moto.endpoint, "first second third"))
    small.cooper("apply", "saved.plan").expect(5)
    assert moto.client().list_buckets()["Buckets"] == []
    small.write(estates.small(moto.endpoint))
    small.cooper("apply", "saved.plan").expect(0)
    small.cooper("apply", "saved.plan").expect(5)


def test_65_edited_plan(small, moto):
    small.cooper("plan", "--out", "saved.plan").expect(0)
    with open(small.path("saved.plan"), "rb") as file:
        content = file.read()
    assert b"storage" in content
    with open(small.path("saved.plan"), "wb") as file:
        file.write(content.replace(b"storage", b"another"))
    small.cooper("apply", "saved.plan").expect(65)
    assert moto.client().list_buckets()["Buckets"] == []


def test_saved_plan_runs_and_shows(small, moto):
    small.cooper("plan", "--out", "saved.plan").expect(0)
    small.cooper("show", "saved.plan").expect(0).mentions(r"buckets\.first", "2 create")
    shown = small.cooper("show", "saved.plan", "--format", "json").expect(0).json
    assert shown["summary"]["create"] == 2
    small.cooper("apply", "saved.plan").expect(0)
    small.expect_no_changes()


def test_6_locked_and_plan_takes_no_lock(project, moto, proxy):
    project.write(estates.small(proxy.endpoint))
    fault = proxy.inject("slow", "PUT bucket", seconds=4)
    first = project.start("apply", "--yes")
    wait_for(lambda: "PUT bucket" in proxy.operations)
    project.apply().expect(6).mentions("locked", str(first.pid))
    project.cooper("plan").expect(0)
    fault.times = 0
    finish(first).expect(0)
    project.expect_no_changes()


def test_lock_of_a_dead_process_is_no_lock(project, moto, proxy):
    project.write(estates.small(proxy.endpoint))
    fault = proxy.inject("slow", "PUT bucket", seconds=2)
    first = project.start("apply", "--yes")
    wait_for(lambda: "PUT bucket" in proxy.operations)
    first.kill()
    first.communicate()
    fault.times = 0
    project.converge()


@pytest.mark.parametrize(
    "arguments", [["plan", "--no-such-option"], ["no-such-command"], ["plan", "--format", "yaml"], ["apply"], ["destroy"]]
)
def test_64_wrong_usage(small, moto, arguments):
    # `apply` and `destroy` without a plan file, off a terminal, need --yes.
    small.cooper(*arguments).expect(64)
    assert moto.client().list_buckets()["Buckets"] == []


def test_65_before_everything_else(small):
    small.replace("buckets:", "bukkets:")
    small.plan().expect(65)
    small.apply().expect(65)


def test_every_command_has_help_with_an_example(small):
    listed = small.cooper("--help").expect(0).stdout
    for command in ("init", "validate", "plan", "apply", "drift", "show", "import", "destroy", "state", "schema", "explain"):
        assert command in listed, command
        small.cooper(command, "--help").expect(0).mentions("example", f"cooper {command}")
    assert small.cooper("--version").expect(0).stdout.strip()


def test_apply_streams_one_json_object_a_line(small):
    result = small.apply("--format", "json").expect(0)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(lines) > 2 and all(isinstance(line, dict) for line in lines)


def test_state_can_stand_elsewhere(small, moto):
    small.apply("--state", "elsewhere/other.json").expect(0)
    assert json.loads(small.read("elsewhere/other.json"))["serial"] >= 1
    small.plan("--state", "elsewhere/other.json").expect(0)
    assert small.state() is None


def test_project_directory_option(small, tmp_path):
    done = subprocess.run(
        [small.binary, "plan", "--project", small.directory, "--detailed-exitcode"], cwd=tmp_path,
        env=small.full_environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
    )
    assert done.returncode == 2, done.stderr
