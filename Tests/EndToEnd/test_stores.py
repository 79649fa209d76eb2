"""One project for each server with everything that it can hold; what it can't hold is refused at plan time, with a reason."""

import json

import pytest

from support import estates
from support.facets import SAMPLES, support
from support.proxy import RecordingProxy

#: By server: its type of connection, and what it holds of the facets that this type doesn't rule out.
SERVERS = {
    "moto": (
        "aws",
        {
            "versioning", "encryption", "publicAccess", "ownership", "cors", "lifecycle", "policy", "tags", "replication",
            "logging", "objectLock", "notifications", "website", "acl", "accelerate",
        },
    ),
    "ceph": (
        "ceph",
        {"versioning", "publicAccess", "cors", "lifecycle", "policy", "tags", "objectLock", "acl", "requestPayment"},
    ),
    "swift": ("swift", {"versioning", "acl"}),
    "rclone": ("rclone", set()),
}

#: Facets whose samples can't stand in one bucket with the others, by server.
APART = {"moto": {"accelerate"}, "ceph": set(), "swift": set(), "rclone": set()}

FACETS_OF_OTHERS = {"moto": 'topic: "arn:aws:sqs:us-east-1:123456789012:in"'}


@pytest.fixture
def store(request):
    return request.getfixturevalue(request.param)


def pytest_generate_tests(metafunc):
    if "store" in metafunc.fixturenames:
        metafunc.parametrize("store", list(SERVERS), indirect=True)


@pytest.fixture
def recording(store):
    proxy = RecordingProxy(store.endpoint)
    yield proxy
    proxy.stop()


@pytest.fixture
def name(store):
    return type(store).__name__.lower()


@pytest.fixture
def table(make_project):
    return support(make_project().cooper)


def project_text(endpoint, kind, region, facets, apart=()):
    """A bucket with all the facets, one for each that stands apart, one with none and one that takes logs."""
    values = {facet: SAMPLES[facet][0] for facet in sorted(facets)}
    lines = ["buckets:", "  sink: { connection: m, bucketName: st-sink }", "  plain: { connection: m, bucketName: st-plain }"]
    if values:
        lines.append("  everything:\n    connection: m\n    bucketName: st-everything")
        lines += [
            f"    {facet}: {value.replace('{name}', 'st-everything')}" for facet, value in values.items() if facet not in apart
        ]
    lines += [f"  {f}: {{ connection: m, bucketName: st-{f.lower()}, {f}: {values[f]} }}" for f in apart if f in values]
    return estates.project(estates.connection("m", endpoint, kind=kind, region=region), "\n".join(lines) + "\n")


def region(store):
    return getattr(store, "region", "us-east-1")


def test_everything_a_store_holds_is_applied_and_the_next_plan_is_empty(store, name, recording, make_project, table):
    kind, holds = SERVERS[name]
    assert holds <= {facet for facet in SAMPLES if table[facet][kind] == "yes"}
    project = make_project(project_text(recording.endpoint, kind, region(store), holds, APART[name]), store.environment)
    project.plan().expect(2).mentions("create")
    assert not recording.writes and not store.client().list_buckets()["Buckets"], "plan changed something"
    project.apply().expect(0)
    project.expect_no_changes()
    recording.clear()
    project.apply().expect(0)
    assert not recording.writes, "an apply with nothing to do wrote something"
    facets = project.state()["resources"].get("buckets.everything", {}).get("facets", {})
    assert set(facets) == holds - APART[name]


def test_what_the_type_rules_out_is_refused_before_anything_is_sent(store, name, recording, make_project, table):
    kind, _ = SERVERS[name]
    lacking = sorted(facet for facet in SAMPLES if table[facet][kind] == "no")
    if name == "moto":
        assert lacking == [], "Amazon's own type rules nothing out"
        return
    assert lacking
    project = make_project(project_text(recording.endpoint, kind, region(store), lacking), store.environment)
    result = project.plan().expect(65)
    for facet in lacking:
        result.mentions(rf"cooper\.yaml:\d+:\d+", rf"\b{facet}\b")
    # Each with its reason, and since when or from where that is known.
    findings = json.loads(project.cooper("validate", "--format", "json").stdout)["diagnostics"]
    told = {finding["range"]["start"]["line"]: finding for finding in findings if "can't be held" in text(finding) or True}
    assert len(told) >= len(lacking)
    assert not recording.exchanges


def text(finding):
    return json.dumps(finding)


def test_what_only_a_look_can_tell_is_refused_at_plan_time_too(store, name, recording, make_project, table):
    kind, holds = SERVERS[name]
    doubtful = sorted(facet for facet in SAMPLES if table[facet][kind] == "yes" and facet not in holds)
    if not doubtful:
        return
    # The sink is there, so that a look is possible before the other buckets are made.
    store.client().create_bucket(Bucket="st-everything")
    sample = project_text(recording.endpoint, kind, region(store), doubtful)
    project = make_project(sample + "adopted: { buckets.everything: st-everything }\n", store.environment)
    document = project.plan_document()
    refused = {entry["facet"]: entry["reason"] for entry in document["unsupported"]}
    assert sorted(refused) == doubtful, document["unsupported"]
    assert all(refused.values())
    project.apply().expect(4)
    sent = [exchange.operation for exchange in recording.writes]
    assert set(sent) <= {"PUT bucket"}, sent


def test_check_tells_a_store_from_its_profile(store, name, recording, make_project, table):
    kind, holds = SERVERS[name]
    project = make_project(project_text(recording.endpoint, kind, region(store), holds, APART[name]), store.environment)
    project.cooper("check").expect(0).mentions("none of the project's buckets is there yet")
    project.apply().expect(0)
    recording.clear()
    result = project.cooper("check", "--format", "json")
    report = result.expect(0 if name != "moto" else 1).json["connections"][0]
    assert not recording.writes and all(e.method in ("GET", "HEAD", "POST") for e in recording.exchanges)
    facets = {facet["name"]: facet for facet in report["facets"]}
    assert set(facets) == set(SAMPLES)
    unlike = {name for name, facet in facets.items() if not facet["agrees"]}
    # moto is not Amazon, and that shows.
    assert unlike == (set(SAMPLES) - holds if name == "moto" else set())
    for facet in holds - APART[name]:
        assert facets[facet]["store"] in ("set", "unset") and facets[facet]["profile"] in ("held", "unsure"), facets[facet]


def test_check_says_where_a_store_is_another_than_its_type_says(ceph, make_project):
    """A Ceph gateway taken for MinIO: it lacks the encryption of that, and shows the CORS that MinIO hasn't."""
    ceph.client().create_bucket(Bucket="st-mistaken")
    ceph.client().put_bucket_cors(
        Bucket="st-mistaken", CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
    )
    proxy = RecordingProxy(ceph.endpoint)
    try:
        connection = estates.connection("m", proxy.endpoint, kind="minio", region="default")
        body = "buckets:\n  one: { connection: m, bucketName: st-mistaken, origin: existing }\n"
        project = make_project(estates.project(connection, body), ceph.environment)
        project.cooper("check").expect(1).mentions("encryption", "type minio holds it, and this store does not", "opt out of it")
        report = project.cooper("check", "--format", "json").expect(1).json["connections"][0]
        assert not proxy.writes
    finally:
        proxy.stop()
    assert [facet["name"] for facet in report["facets"] if not facet["agrees"]] == ["encryption"]
    step = next(step for step in report["steps"] if step["name"] == "encryption")
    assert step["code"] == "CON0013" and step["verdict"] == "failed" and "encryption" in step["fix"] and step["call"]


def test_check_tells_what_a_newer_store_has_more(ceph, make_project):
    """A gateway that shows a public access block, behind a type that lacks it: told, left alone, and no failure."""
    ceph.client().create_bucket(Bucket="st-newer")
    connection = estates.connection("m", ceph.endpoint, kind="wasabi", region="default")
    body = "buckets:\n  one: { connection: m, bucketName: st-newer, origin: existing }\n"
    project = make_project(estates.project(connection, body), ceph.environment)
    project.cooper("check").mentions("type wasabi lacks it, and this store shows it", "type: s3")
