"""Deletion consent, and moved, adopted, import, forget."""

import pytest

from support import estates


def names(moto):
    return {bucket["Name"] for bucket in moto.client().list_buckets()["Buckets"]}


@pytest.fixture
def two(project, moto):
    """Buckets `first` and `second`, of which the second then leaves the YAML."""
    project.write(estates.small(moto.endpoint))
    project.converge()
    project.write(estates.small(moto.endpoint, "first"))
    return project


def removed(project, action):
    project.write(project.read("cooper.yaml") + f"removed: {{ buckets.second: {action} }}\n")


def test_protected_by_default(two, moto):
    two.apply().expect(4)
    assert names(moto) == {"first", "second"}
    assert "second" in two.cooper("state", "list").expect(0).stdout


def test_forget(two, moto):
    removed(two, "forget")
    two.plan().expect(2).mentions("forget")
    two.apply().expect(0)
    assert names(moto) == {"first", "second"}
    assert "second" not in two.cooper("state", "list").expect(0).stdout
    two.expect_no_changes()


def test_delete_an_empty_bucket(two, moto):
    removed(two, "delete")
    two.plan().expect(2).mentions("delete", r"buckets\.second")
    two.apply().expect(0)
    assert names(moto) == {"first"}
    two.expect_no_changes()


def test_delete_refuses_a_bucket_with_objects(two, moto):
    moto.client().put_object(Bucket="second", Key="precious", Body=b"data")
    removed(two, "delete")
    two.plan().expect(4).mentions("1 object", "purge")
    two.apply().expect(4)
    assert moto.client().get_object(Bucket="second", Key="precious")["Body"].read() == b"data"


def test_purge_states_objects_and_bytes_and_empties(two, moto):
    s3 = moto.client()
    s3.put_bucket_versioning(Bucket="second", VersioningConfiguration={"Status": "Enabled"})
    for index in range(7):
        s3.put_object(Bucket="second", Key=f"a b/{index}&+é", Body=b"x" * 100)
    s3.put_object(Bucket="second", Key="twice", Body=b"1")
    s3.put_object(Bucket="second", Key="twice", Body=b"2")
    s3.delete_object(Bucket="second", Key="twice")
    removed(two, "purge")
    two.plan().expect(2).mentions("delete|purge", r"\d+ (objects|versions)", r"\d+ ?(B|bytes|KiB)")
    two.apply().expect(0)
    assert names(moto) == {"first"}
    two.expect_no_changes()


def test_recorded_deletion_consent_outlives_the_block(project, moto):
    project.write(estates.small(moto.endpoint, facets="deletion: allow"))
    project.converge()
    project.write(estates.small(moto.endpoint, "first", facets="deletion: allow"))
    project.plan().expect(2).mentions("delete")
    project.converge()
    assert names(moto) == {"first"}


def test_removed_but_still_declared_is_an_error(project, moto):
    project.write(estates.small(moto.endpoint) + "removed: { buckets.second: forget }\n")
    project.cooper("validate").expect(65).mentions(r"buckets\.second", "still declared|declared")


def test_removed_without_effect_is_a_note(project, moto):
    project.write(estates.small(moto.endpoint) + "removed: { buckets.long-gone: forget }\n")
    project.converge()


def test_destroy_keeps_to_the_same_consents(project, moto):
    project.write(estates.small(moto.endpoint))
    project.converge()
    project.cooper("destroy", "--yes").expect(4).mentions("blocked")
    assert names(moto) == {"first", "second"}
    project.write(estates.small(moto.endpoint, facets="deletion: allow"))
    project.apply().expect(0)
    project.cooper("destroy", "--yes").expect(0)
    assert names(moto) == set()
    assert project.cooper("state", "list").expect(0).stdout.strip() == ""


def test_too_many_deletions_need_a_named_entry(project, moto):
    many = " ".join(f"b-{index:02}" for index in range(12))
    tail = "safety: { maxDestroy: { count: 3, percent: 10, minimum: 1 } }\n"
    project.write(estates.small(moto.endpoint, many, "deletion: allow") + tail)
    project.converge()
    project.write(estates.small(moto.endpoint, "b-00", "deletion: allow") + tail)
    project.plan().expect(4).mentions("maxDestroy")
    project.apply().expect(4)
    assert len(names(moto)) == 12


def test_moved(project, moto, proxy):
    project.write(estates.small(proxy.endpoint, "first"))
    project.converge()
    text = estates.small(proxy.endpoint, "renamed", "bucketName: first, tags: { team: storage }")
    project.write(text + "moved: [{ from: buckets.first, to: buckets.renamed }]\n")
    project.plan().expect(2).mentions("move", r"buckets\.first", r"buckets\.renamed")
    proxy.clear()
    project.apply().expect(0)
    assert not proxy.writes
    project.expect_no_changes()
    listed = project.cooper("state", "list").expect(0).stdout
    assert "buckets.renamed" in listed and "buckets.first" not in listed


def test_state_mv_and_forget(project, moto):
    project.write(estates.small(moto.endpoint))
    project.converge()
    project.write(estates.small(moto.endpoint, "renamed", "bucketName: first, tags: { team: storage }"))
    project.cooper("state", "mv", "buckets.first", "buckets.renamed").expect(0)
    project.cooper("state", "forget", "buckets.second").expect(0)
    project.expect_no_changes()
    project.cooper("state", "show", "buckets.renamed").expect(0).mentions("storage")
    assert names(moto) == {"first", "second"}


def test_a_bucket_that_is_there_is_blocked_until_adopted(project, moto):
    moto.client(region="eu-west-1").create_bucket(
        Bucket="first", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    project.write(estates.small(moto.endpoint, "first"))
    project.plan().expect(4).mentions("adopted", r"buckets\.first", "exist|already|there")
    project.apply().expect(4)
    project.write(project.read("cooper.yaml") + "adopted: { buckets.first: first }\n")
    project.plan().expect(2).mentions("adopt")
    project.converge()
    assert moto.client().get_bucket_tagging(Bucket="first")["TagSet"] == [{"Key": "team", "Value": "storage"}]


def test_adopted_that_does_not_exist_is_an_error(project, moto):
    project.write(estates.small(moto.endpoint, "first") + "adopted: { buckets.first: first }\n")
    result = project.apply()
    assert result.code != 0
    result.mentions("first", "adopted", "not exist|no such|absent|not there")


def test_adopting_overwrites_only_what_is_declared_and_says_so(project, moto):
    s3 = moto.client(region="eu-west-1")
    s3.create_bucket(Bucket="first", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_tagging(Bucket="first", Tagging={"TagSet": [{"Key": "owner", "Value": "somebody"}]})
    s3.put_bucket_versioning(Bucket="first", VersioningConfiguration={"Status": "Enabled"})
    project.write(estates.small(moto.endpoint, "first") + "adopted: { buckets.first: first }\n")
    project.plan().expect(2).mentions("overwrites", "somebody")
    project.converge()
    assert s3.get_bucket_versioning(Bucket="first")["Status"] == "Enabled"


def test_import_one(project, moto, proxy):
    s3 = moto.client(region="eu-west-1")
    s3.create_bucket(Bucket="theirs", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_tagging(Bucket="theirs", Tagging={"TagSet": [{"Key": "team", "Value": "storage"}]})
    project.write(estates.small(proxy.endpoint, "first", "bucketName: theirs, tags: { team: storage }"))
    project.cooper("import", "buckets.first", "theirs").expect(0)
    assert not proxy.writes
    project.expect_no_changes()


def test_existing_is_referred_to_and_never_written(project, moto, proxy):
    moto.client().create_bucket(Bucket="theirs")
    project.write(
        estates.project(
            estates.connection("m", proxy.endpoint),
            """
            buckets:
              audit: { origin: existing, connection: m, bucketName: theirs, region: us-east-1 }
              mine:  { connection: m }
            """,
        )
    )
    project.converge()
    assert {exchange.bucket for exchange in proxy.writes} == {"mine"}
    project.cooper("destroy", "--yes")
    assert "theirs" in names(moto)


def test_immutable_field_is_blocked_never_replaced(project, moto):
    project.write(estates.small(moto.endpoint, "first", "region: eu-west-1, tags: { a: b }"))
    project.converge()
    project.write(estates.small(moto.endpoint, "first", "region: us-east-1, tags: { a: b }"))
    project.plan().expect(4).mentions("region", "blocked")
    project.apply().expect(4)
    assert moto.client().get_bucket_location(Bucket="first")["LocationConstraint"] == "eu-west-1"


def test_widening_access_needs_consent(project, moto):
    policy = (
        'policy: { Statement: [{ Sid: All, Effect: Allow, Principal: "*", Action: "s3:GetObject", '
        'Resource: "arn:aws:s3:::first/*" }] }'
    )
    project.write(estates.small(moto.endpoint, "first"))
    project.converge()
    project.write(estates.small(moto.endpoint, "first", policy))
    project.plan().expect(4).mentions("widens", "consents")
    project.apply().expect(4)
    project.write(project.read("cooper.yaml") + "consents: [{ address: buckets.first, risk: widensAccess, reason: test }]\n")
    project.plan().expect(2).mentions("widens")
    project.converge()
