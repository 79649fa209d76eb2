"""Projects as people keep them: several files, environments, shared settings, a question at the terminal."""

import os
import pty
import subprocess

import pytest

from support import estates, reading

LOCAL = """\
cooper: 1
name: parts
include: ["more/*.yaml"]
connections: { here: { type: local, root: ./buckets } }
"""


def test_several_files_documents_anchors_and_merge_keys(make_project):
    project = make_project(LOCAL, {})
    project.write(
        """\
x-base: &base { connection: here, tags: { team: a, cost: "1" } }
buckets:
  one: { <<: *base, bucketName: first-one }
---
x-base: &base { connection: here, tags: { team: b } }
buckets:
  two: { <<: *base, bucketName: second-two, versioning: enabled }
""",
        "more/a.yaml",
    )
    project.write("buckets:\n  three: { connection: here, bucketName: third-three }\n", "more/b.yaml")
    project.converge()
    assert sorted(set(os.listdir(project.path("buckets"))) - {".cooper"}) == ["first-one", "second-two", "third-three"]
    project.cooper("state", "show", "buckets.two").expect(0).mentions("team", "b", "enabled")


def test_environments_have_their_own_values_and_state(project, moto):
    project.write(
        estates.project(
            estates.connection("m", moto.endpoint),
            """
            environments: { stage: { variables: { team: testers } }, prod: { variables: { team: storage } } }
            variables: { team: {} }
            buckets:
              data: { connection: m, bucketName: acme-data-$(environment), tags: { team: $(team) } }
            """,
        )
    )
    project.cooper("validate").expect(0)
    project.plan().expect(64, 65).mentions("--environment", "stage", "prod")
    for name, team in {"stage": "testers", "prod": "storage"}.items():
        project.apply("--environment", name).expect(0)
        project.plan("--environment", name).expect(0)
        assert reading.observed("tags", moto.client(), f"acme-data-{name}") == {"team": team}
        assert os.path.exists(project.path(".cooper", name, "state.json"))
    assert project.state() is None


def test_shared_tags_leave_those_of_others_alone(project, moto):
    s3 = moto.client(region="eu-west-1")
    project.write(estates.small(moto.endpoint, "first", "tags: { team: storage }, shared: [tags]"))
    project.converge()
    theirs = [{"Key": "team", "Value": "storage"}, {"Key": "owner", "Value": "somebody"}]
    s3.put_bucket_tagging(Bucket="first", Tagging={"TagSet": theirs})
    project.expect_no_changes()
    project.replace("team: storage", "team: web")
    project.converge()
    assert reading.observed("tags", s3, "first") == {"team": "web", "owner": "somebody"}


def test_one_bucket_by_two_ways_is_an_error(make_project, proxy, moto):
    text = estates.project(
        estates.connection("one", proxy.endpoint) + estates.connection("two", proxy.endpoint),
        "buckets:\n  first: { connection: one, bucketName: same }\n  second: { connection: two, bucketName: same }\n",
    )
    project = make_project(text, moto.environment)
    project.apply().expect(65).mentions("same", r"buckets\.first", r"buckets\.second", r"cooper\.yaml:\d+")
    assert not proxy.writes


@pytest.mark.parametrize("answer,made", [("no\n", []), ("\x04", []), ("yes\n", ["first", "second"])])
def test_apply_asks_at_a_terminal(project, moto, answer, made):
    project.write(estates.small(moto.endpoint))
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [project.binary, "apply"], cwd=project.directory, stdin=follower, stdout=follower, stderr=follower,
        env=project.full_environment(TERM="xterm"), start_new_session=True,
    )
    os.close(follower)
    output = b""
    try:
        while b"?" not in output and b"yes" not in output.lower():
            output += os.read(leader, 65536)
        os.write(leader, answer.encode())
        while True:
            block = os.read(leader, 65536)
            if not block:
                break
            output += block
    except OSError:
        pass  # the other side is closed: the program ended
    os.close(leader)
    assert process.wait(60) == (0 if made else 1), output.decode()
    assert sorted(bucket["Name"] for bucket in moto.client().list_buckets()["Buckets"]) == made


def test_purge_over_several_pages(project, moto):
    """More than 1,000 versions and markers: a page and a bulk deletion hold 1,000 each."""
    s3 = moto.client()
    project.write(estates.small(moto.endpoint, facets="deletion: purge, versioning: enabled"))
    project.converge()
    for index in range(1005):
        s3.put_object(Bucket="second", Key=f"{index:04}", Body=b"x")
    s3.delete_objects(Bucket="second", Delete={"Objects": [{"Key": f"{index:04}"} for index in range(20)]})
    project.write(estates.small(moto.endpoint, "first", facets="deletion: purge, versioning: enabled"))
    project.plan().expect(2).mentions(r"1[, ]?0\d\d (objects|versions)|1025")
    project.converge()
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["first"]


def test_opening_and_closing_a_public_bucket(project, moto):
    """The order of the calls follows the change: the block goes up before the policy, and comes down before it."""
    public = (
        "policy: { Statement: [{ Sid: All, Effect: Allow, Principal: '*', Action: 's3:GetObject', "
        "Resource: 'arn:aws:s3:::first/*' }] }"
    )
    consent = "consents: [{ address: buckets.first, risk: widensAccess, reason: a public site }]\n"
    project.write(estates.small(moto.endpoint, "first", f"publicAccess: allowed, {public}") + consent)
    project.converge()
    assert "All" in moto.client().get_bucket_policy(Bucket="first")["Policy"]
    project.write(estates.small(moto.endpoint, "first", "publicAccess: blocked, policy: {}"))
    project.converge()
    assert reading.observed("policy", moto.client(), "first") is None
    assert all(reading.observed("publicAccess", moto.client(), "first").values())


def test_every_example_is_valid(make_project, root):
    names = sorted(os.listdir(root / "examples"))
    assert names
    for name in names:
        project = make_project(environment={})
        project.cooper("validate", "--project", str(root / "examples" / name)).expect(0)
