"""The main job: YAML, plan, apply, and a second plan with nothing left to do, on moto and on Ceph."""

import pytest

from support import estates, reading
from support.proxy import RecordingProxy


@pytest.fixture
def moto_project(project, moto):
    project.write(estates.project(estates.connection("m", moto.endpoint), estates.MOTO_BUCKETS))
    return project


def documents(project):
    return reading.load(project.read("cooper.yaml"))


def test_moto_plan_apply_plan(moto, moto_project):
    project = moto_project
    project.cooper("validate").expect(0)
    project.plan().expect(2).mentions("12 create")
    assert project.state() is None and moto.client().list_buckets()["Buckets"] == [], "plan changed something"
    project.apply().expect(0)
    project.expect_no_changes()
    state = project.state()
    assert len(state["resources"]) == 12
    project.apply().expect(0)
    project.expect_no_changes()


def test_moto_boto3_reads_what_the_yaml_says(moto, moto_project):
    moto_project.converge()
    s3_in = lambda region: moto.client(region=region)
    assert reading.differences(documents(moto_project), s3_in, "eu-west-1") == []
    for name, region in {"e2e-landing": "eu-west-1", "e2e-us-landing": None}.items():
        assert s3_in("us-east-1").get_bucket_location(Bucket=name)["LocationConstraint"] == region
    # The comparison itself notices a difference.
    s3_in("eu-west-1").delete_bucket_cors(Bucket="e2e-landing")
    assert len(reading.differences(documents(moto_project), s3_in, "eu-west-1")) == 1


def test_ceph_plan_apply_plan_and_boto3(ceph, make_project):
    text = estates.project(estates.connection("c", ceph.endpoint, kind="ceph", region="default"), estates.CEPH_BUCKETS)
    project = make_project(text, ceph.environment)
    project.plan().expect(2).mentions("12 create")
    project.apply().expect(0)
    project.expect_no_changes()
    assert reading.differences(documents(project), lambda _: ceph.client(), "default") == []


def test_ceph_says_what_it_cannot_hold(ceph, make_project):
    text = estates.small(
        ceph.endpoint, facets="encryption: { algorithm: AES256 }", kind="ceph", region="default", buckets="e2e-first"
    )
    project = make_project(text, ceph.environment)
    result = project.plan()
    assert result.code != 0
    result.mentions("encryption", r"cooper\.yaml:\d+")
    proxy = RecordingProxy(ceph.endpoint)
    try:
        project.replace(ceph.endpoint, proxy.endpoint)
        project.apply()
        assert not [e for e in proxy.exchanges if e.method == "DELETE"], "a DELETE of an unknown sub-resource deletes"
    finally:
        proxy.stop()


def test_what_ceph_drops_without_a_word_is_told_and_never_recorded(ceph, make_project):
    """Ceph 16 takes `keep` and object sizes and forgets them (`keep` came with ceph/ceph#54152): the read-back tells."""
    facets = "lifecycle: { trim: { noncurrentExpiration: { after: 30d, keep: 3 } } }"
    text = estates.small(ceph.endpoint, facets=facets, kind="ceph", region="default", buckets="e2e-keep")
    project = make_project(text, ceph.environment)
    project.apply().expect(1).mentions("lifecycle", "e2e-keep")
    kept = ceph.client().get_bucket_lifecycle_configuration(Bucket="e2e-keep")["Rules"]
    assert "NewerNoncurrentVersions" not in kept[0]["NoncurrentVersionExpiration"], "this Ceph keeps it: no longer true"
    project.plan("--detailed-exitcode").expect(2).mentions("keep")
    project.replace(", keep: 3", "")
    project.apply().expect(0)
    project.expect_no_changes()


def test_embedded_default_needs_no_server(make_project):
    project = make_project(environment={})
    project.cooper("init").expect(0)
    project.cooper("init").expect(1, 64, 65).mentions("exist|already|overwrite")
    project.cooper("plan").expect(0)
    project.apply().expect(0)
    project.expect_no_changes()


def test_profiles_merge_and_substitution(moto, project):
    project.write(
        estates.project(
            estates.connection("m", moto.endpoint),
            """
            variables: { team: { default: web } }
            profiles:
              base:
                versioning: enabled
                bucketName: acme-$(self.key)
                tags: { team: $(team), managedBy: cooper }
                lifecycle: { abort: { abortMultipartAfter: 7d } }
              quiet: { tags: { managedBy: nobody } }
            buckets:
              one: { connection: m, profile: base, tags: { extra: x }, lifecycle: { tmp: { prefix: tmp/, expiration: { after: 1d } } } }
              two: { connection: m, profile: [base, quiet], versioning: null }
            """,
        )
    )
    project.converge()
    s3 = moto.client()
    assert reading.observed("tags", s3, "acme-one") == {"team": "web", "managedBy": "cooper", "extra": "x"}
    assert reading.observed("tags", s3, "acme-two") == {"team": "web", "managedBy": "nobody"}
    assert set(reading.observed("lifecycle", s3, "acme-one")) == {"abort", "tmp"}
    assert reading.observed("versioning", s3, "acme-one") == "Enabled"
    assert reading.observed("versioning", s3, "acme-two") is None
    project.apply("--var", "team=ops").expect(0)
    assert reading.observed("tags", s3, "acme-one")["team"] == "ops"


def test_edits_are_written_one_call_per_changed_facet(moto, project, proxy):
    project.write(estates.small(proxy.endpoint, facets="tags: { a: b }, versioning: enabled"))
    project.converge()
    project.replace("first: { connection: m, tags: { a: b }", "first: { connection: m, tags: { a: c }")
    proxy.clear()
    project.plan().expect(2).mentions("1 update", r"tags", r"cooper\.yaml:\d+")
    assert not proxy.writes
    proxy.clear()
    project.apply().expect(0)
    assert [e.operation for e in proxy.writes] == ["PUT ?tagging"]
    project.expect_no_changes()


def test_clearing_and_releasing_a_facet(moto, project):
    project.write(estates.small(moto.endpoint, "first", "tags: { a: b }, cors: [{ origins: ['*'], methods: [GET] }]"))
    project.converge()
    s3 = moto.client()
    project.write(estates.small(moto.endpoint, "first", "tags: { a: b }, cors: []"))
    project.converge()
    assert reading.observed("cors", s3, "first") is None
    project.write(estates.small(moto.endpoint, "first", "cors: []"))
    project.plan().expect(2).mentions("release", "tags", "stays active|no longer")
    project.converge()
    assert reading.observed("tags", s3, "first") == {"a": "b"}, "a released facet stays"
    # Not managed any more: a change to it is nobody's business here.
    s3.delete_bucket_tagging(Bucket="first")
    project.expect_no_changes()
