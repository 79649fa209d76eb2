"""Output: results on stdout, no colour off a terminal or under NO_COLOR, JSON that its schema accepts."""

import fcntl
import json
import os
import pty
import struct
import subprocess
import termios
import time

import jsonschema
import pytest

from support import estates, reading
from support.project import ESCAPE


@pytest.fixture
def small(project, moto):
    project.write(estates.small(moto.endpoint))
    return project


def on_a_terminal(project, *arguments, env=None):
    """Runs with a pseudo-terminal of 80 columns as standard output and error."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
    process = subprocess.Popen(
        [project.binary, *arguments], cwd=project.directory, stdin=follower, stdout=follower, stderr=follower,
        env=project.full_environment(TERM="xterm-256color", **(env or {})), start_new_session=True,
    )
    os.close(follower)
    output = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            block = os.read(leader, 65536)
        except OSError:
            break
        if not block:
            break
        output += block
    os.close(leader)
    process.wait(30)
    return output.decode(errors="replace")


def test_colour_only_on_a_terminal(small):
    assert ESCAPE.search(on_a_terminal(small, "plan"))
    assert not ESCAPE.search(on_a_terminal(small, "plan", env={"NO_COLOR": "1"}))
    assert not ESCAPE.search(on_a_terminal(small, "plan", "--no-color"))
    assert not ESCAPE.search(small.cooper("plan").output)
    assert not ESCAPE.search(small.cooper("apply", "--yes").output)


def test_plan_fits_into_80_columns(small):
    for line in small.cooper("plan").stdout.splitlines():
        assert len(line) <= 80, line


def test_results_on_stdout_and_the_rest_on_stderr(small):
    result = small.cooper("plan", "--format", "json").expect(0)
    json.loads(result.stdout)
    small.replace("tags:", "tagz:")
    result = small.cooper("plan").expect(65)
    assert result.stdout == "" and "tagz" in result.stderr


def test_a_closed_pipe_is_no_crash(small):
    process = subprocess.Popen(
        [small.binary, "plan"], cwd=small.directory, env=small.full_environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    process.stdout.close()
    stderr = process.stderr.read()
    process.stderr.close()
    process.wait(60)
    assert b"Fatal error" not in stderr and process.returncode not in (-11, -4, -6)


def test_plan_json_follows_its_schema(small, root):
    schema = json.loads((root / "schemas" / "plan.schema.json").read_text())
    jsonschema.validate(small.plan_document(), schema)
    small.apply().expect(0)
    document = small.plan_document()
    jsonschema.validate(document, schema)
    assert document["summary"]["unchanged"] == 2 and document["changes"] == []


def test_plan_json_of_everything_at_once_follows_its_schema(project, moto, root):
    """Drift, an edit, a release, a deletion, something blocked, something unreadable: in one document."""
    check = jsonschema.validators.validator_for({})(json.loads((root / "schemas" / "plan.schema.json").read_text()))
    names = "drifted edited released kept leaving foreign"
    project.write(estates.small(moto.endpoint, names, "tags: { team: storage }, cors: [{ origins: ['*'], methods: [GET] }]"))
    project.write(project.read("cooper.yaml").replace("leaving: {", "leaving: { deletion: allow,"))
    project.converge()
    s3 = moto.client()
    s3.put_bucket_tagging(Bucket="drifted", Tagging={"TagSet": [{"Key": "team", "Value": "EVIL"}]})
    s3.create_bucket(Bucket="unknown")
    lines = [line for line in project.read("cooper.yaml").splitlines() if not line.startswith(("  leaving", "  foreign"))]
    text = "\n".join(lines) + "\n  unknown: { connection: m }\n  new: { connection: m, bucketName: brand-new, versioning: enabled }\n"
    text = text.replace("edited: { connection: m, tags: { team: storage }", "edited: { connection: m, tags: { team: web }")
    text = text.replace("released: { connection: m, tags: { team: storage }, ", "released: { connection: m, ")
    project.write(text)
    document = project.cooper("plan", "--format", "json").expect(4).json
    assert [error.message for error in check.iter_errors(document)] == []
    actions = {change["address"].removeprefix("buckets."): change["action"] for change in document["changes"]}
    assert actions == {"drifted": "update", "edited": "update", "released": "release", "leaving": "delete", "new": "create"}
    assert {blocked["address"] for blocked in document["blocked"]} == {"buckets.foreign", "buckets.unknown"}
    assert [drift["address"] for drift in document["drift"]] == ["buckets.drifted"]
    shown = project.cooper("drift", "--format", "json").expect(3).json
    assert [error.message for error in check.iter_errors(shown)] == []
    project.cooper("plan", "--out", "saved.plan").expect(4)
    assert [error.message for error in check.iter_errors(json.loads(project.read("saved.plan")))] == []


def test_plan_in_every_format(project, moto):
    project.write(estates.small(moto.endpoint))
    project.cooper("plan", "--format", "html").expect(0).mentions("<html", r"buckets\.first")
    sarif = project.cooper("plan", "--format", "sarif").expect(0).json
    assert sarif["version"] == "2.1.0"


def test_plan_json_has_what_the_contract_names(small):
    document = small.plan_document()
    assert {"formatVersion", "cooperVersion", "basis", "summary", "changes", "drift", "blocked", "unsupported", "diagnostics"} <= set(document)
    assert {"configDigest", "stateLineage", "stateSerial", "environment", "observed"} <= set(document["basis"])
    change = document["changes"][0]
    assert {"address", "kind", "action", "reasons", "risks", "facets", "calls", "dependsOn", "origin"} <= set(change)
    assert change["origin"]["file"] == "cooper.yaml" and change["origin"]["line"] > 1
    assert {"method", "url", "permission"} <= set(change["calls"][0])


def test_state_follows_its_schema(small, root):
    small.apply().expect(0)
    schema = json.loads((root / "schemas" / "state.schema.json").read_text())
    jsonschema.validate(small.state(), schema)


def test_the_language_follows_its_schema(small, root):
    schema = json.loads((root / "schemas" / "cooper.schema.json").read_text())
    check = jsonschema.validators.validator_for(schema)(schema)
    document = reading.load(estates.project(estates.connection("m", "http://127.0.0.1:9"), estates.MOTO_BUCKETS))
    document["cooper"] = 1
    assert [error.message for error in check.iter_errors(document)] == []
    document["buckets"]["landing"]["versionning"] = "enabled"
    assert list(check.iter_errors(document))
    printed = small.cooper("schema").expect(0).stdout
    assert json.loads(printed) == schema, "schemas/cooper.schema.json is not fresh"


def test_markdown(small):
    small.cooper("plan", "--format", "markdown").expect(0).mentions(r"buckets\.first", r"^[#|*-]|\n[#|*-]")


def test_second_apply_is_quick_and_says_so(small):
    small.apply().expect(0)
    result = small.apply().expect(0).mentions("no changes|nothing to do|up to date")
    assert result.seconds < 5


def test_explain(small):
    small.cooper("explain", "buckets.cors").expect(0).mentions("origin")
    small.cooper("explain", "buckets.first").expect(0).mentions(r"cooper\.yaml:\d+", "storage")


def test_state_commands(small):
    small.apply().expect(0)
    assert small.cooper("state", "list").expect(0).stdout.split() == ["buckets.first", "buckets.second"]
    small.cooper("state", "show", "buckets.first").expect(0).mentions("storage")
    small.cooper("state", "show", "buckets.nope").expect(1, 64, 65).mentions("buckets.nope")


def test_plan_without_observing_is_offline(small, moto, make_project):
    small.apply().expect(0)
    small.replace(moto.endpoint, "http://127.0.0.1:9")
    small.cooper("plan", "--no-observe").mentions("not observed|state alone|offline|no-observe|without observ")


def test_explain_of_a_resource_that_is_named_like_a_field(project):
    """The project's own thing comes first; without one of that name the field's page is shown."""
    project.write(
        "cooper: 1\nname: names\nconnections: { here: { type: local, root: data } }\n"
        "buckets: { tags: { connection: here }, other: { connection: here } }\n"
    )
    project.cooper("explain", "buckets.tags").expect(0).mentions(r"connection +here +cooper\.yaml:4")
    assert project.cooper("explain", "buckets.tags", "--format", "json").expect(0).json["address"] == "buckets.tags"
    project.cooper("explain", "tags").expect(0).mentions("for cost and ownership")
    project.cooper("explain", "buckets.versioning").expect(0).mentions("on connections of type")
    project.cooper("explain", "connections.here").expect(0).mentions(r"declared at +cooper\.yaml:3", "type +local")
    project.cooper("explain", "connections.aws").expect(0).mentions("access and planAccess")
    project.cooper("explain", "buckets.other/tagz").expect(64).mentions("facet \"tagz\"", "did you mean tags")
