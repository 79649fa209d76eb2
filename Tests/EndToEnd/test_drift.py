"""Drift made with other tools is shown as drift, apart from edits of the YAML, and repaired."""

import json
import os
import subprocess
import sys

import pytest

from support import estates, reading
from support.processes import minimal_environment

FACETS = (
    "tags: { team: a, cost: b }, versioning: enabled, "
    "cors: [{ origins: [https://a.example], methods: [GET] }, { origins: [https://b.example], methods: [PUT] }]"
)


@pytest.fixture
def settled(project, moto):
    project.write(estates.small(moto.endpoint, "first second third", FACETS))
    project.converge()
    return project


def aws(moto, *arguments):
    subprocess.run(
        [os.path.join(os.path.dirname(sys.executable), "aws"), "--endpoint-url", moto.endpoint, "s3api", *arguments],
        env=minimal_environment(
            AWS_ACCESS_KEY_ID=moto.key, AWS_SECRET_ACCESS_KEY=moto.secret, AWS_DEFAULT_REGION="eu-west-1"
        ),
        check=True, capture_output=True, timeout=60,
    )


def test_deleted_cors_rule(settled, moto):
    s3 = moto.client()
    rules = s3.get_bucket_cors(Bucket="first")["CORSRules"]
    aws(moto, "put-bucket-cors", "--bucket", "first", "--cors-configuration", json.dumps({"CORSRules": rules[:1]}))
    result = settled.plan().expect(3).mentions("drift", r"buckets\.first", "cors", r"https://b\.example", r"cooper\.yaml:\d+")
    assert "buckets.second" not in result.stdout
    settled.cooper("drift").expect(3).mentions("cors")
    settled.converge()
    assert len(s3.get_bucket_cors(Bucket="first")["CORSRules"]) == 2
    settled.cooper("drift").expect(0)


def test_changed_tag(settled, moto):
    aws(moto, "put-bucket-tagging", "--bucket", "second", "--tagging", "TagSet=[{Key=team,Value=EVIL},{Key=cost,Value=b}]")
    settled.plan().expect(3).mentions("drift", r"buckets\.second", "tags", "EVIL")
    document = settled.plan_document()
    assert [(d["address"], d["facet"]) for d in document["drift"]] == [("buckets.second", "tags")]
    assert [c["action"] for c in document["changes"]] == ["update"]
    settled.converge()
    assert reading.observed("tags", moto.client(), "second") == {"team": "a", "cost": "b"}


def test_deleted_bucket(settled, moto):
    aws(moto, "delete-bucket", "--bucket", "third")
    settled.plan().expect(3).mentions(r"buckets\.third", "drift|vanished|gone|deleted outside", "create")
    settled.cooper("drift").expect(3).mentions(r"buckets\.third")
    settled.converge()
    assert reading.observed("tags", moto.client(), "third") == {"team": "a", "cost": "b"}


def test_drift_and_edit_are_told_apart(settled, moto):
    aws(moto, "delete-bucket-tagging", "--bucket", "first")
    settled.replace("second: { connection: m, tags: { team: a", "second: { connection: m, tags: { team: z")
    result = settled.plan().expect(2)
    result.mentions("drift", "edit|configuration")
    document = settled.plan_document()
    reasons = {change["address"]: change["reasons"] for change in document["changes"]}
    assert any("drift" in reason.lower() for reason in reasons["buckets.first"]), reasons
    assert any("config" in reason.lower() for reason in reasons["buckets.second"]), reasons
    assert not any("drift" in reason.lower() for reason in reasons["buckets.second"]), reasons
    settled.converge()


def test_drift_compares_with_what_is_recorded_whatever_the_yaml_says_now(settled, moto):
    """Edited and removed blocks are for `plan`; `drift` shows what moved since the last apply, and nothing else."""
    text = settled.read("cooper.yaml").replace("first: { connection: m, tags: { team: a", "first: { connection: m, tags: { team: z")
    settled.write("\n".join(line for line in text.splitlines() if not line.startswith("  third:")) + "\n")
    settled.cooper("drift").expect(0).mentions("3 buckets observed")
    aws(moto, "put-bucket-tagging", "--bucket", "first", "--tagging", "TagSet=[{Key=team,Value=EVIL},{Key=cost,Value=b}]")
    aws(moto, "delete-bucket", "--bucket", "third")
    document = settled.cooper("drift", "--format", "json").expect(3).json
    assert [(d["address"], d["facet"]) for d in document["drift"]] == [("buckets.first", "tags"), ("buckets.third", None)]
    assert document["changes"] == [] and document["blocked"] == []


def test_drift_never_writes_state(settled, moto):
    before = settled.read(".cooper/state.json")
    aws(moto, "delete-bucket-tagging", "--bucket", "first")
    settled.cooper("drift").expect(3)
    settled.plan().expect(3)
    assert settled.read(".cooper/state.json") == before


def test_settings_that_are_not_declared_are_left_alone(settled, moto):
    s3 = moto.client()
    s3.put_public_access_block(
        Bucket="first", PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        ),
    )
    settled.expect_no_changes()
    settled.converge()
    assert all(reading.observed("publicAccess", s3, "first").values())
