"""One project for each server with everything that it can hold; what it can't hold is refused at plan time, with a reason."""

import re

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
        {
            "versioning", "publicAccess", "cors", "lifecycle", "policy", "tags", "objectLock", "acl", "requestPayment",
            "notifications",
        },
    ),
    "swift": ("swift", {"versioning", "acl"}),
    "rclone": ("rclone", set()),
}

#: What a server wants said in another way, and of the bucket that takes logs and copies.
OWN = {"ceph": {"notifications": '{ targets: { in: { to: "arn:aws:sns:default::in", events: ["s3:ObjectCreated:*"] } } }'}}
SINKS = {
    "moto": (
        'versioning: enabled, policy: { Version: "2012-10-17", Statement: [{ Sid: Logs, Effect: Allow, '
        'Principal: { Service: logging.s3.amazonaws.com }, Action: "s3:PutObject", Resource: "arn:aws:s3:::st-sink/*" }] }'
    )
}


@pytest.fixture
def store(request):
    store = request.getfixturevalue(request.param)
    if request.param == "ceph":
        # Notifications go to a topic, which is made by SNS of the same gateway.
        store.client("sns").create_topic(Name="in", Attributes={"push-endpoint": "http://127.0.0.1:9"})
    return store


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


def project_text(store, endpoint, facets, more=""):
    """A bucket with all the facets, one with none and one that takes logs and copies."""
    name = type(store).__name__.lower()
    sink = SINKS.get(name, "")
    lines = ["buckets:", "  plain: { connection: m, bucketName: st-plain }"]
    lines.append(f"  sink: {{ connection: m, bucketName: st-sink{', ' if sink else ''}{sink} }}")
    if facets:
        lines.append("  everything:\n    connection: m\n    bucketName: st-everything")
    for facet in sorted(facets):
        value = OWN.get(name, {}).get(facet, SAMPLES[facet][0])
        lines.append(f"    {facet}: {value.replace('{name}', 'st-everything')}")
    connection = estates.connection("m", endpoint, kind=SERVERS[name][0], region=region(store))
    return estates.project(connection, "\n".join(lines) + "\n" + more)


def region(store):
    return getattr(store, "region", "us-east-1")


def test_everything_a_store_holds_is_applied_and_the_next_plan_is_empty(store, name, recording, make_project, table):
    kind, holds = SERVERS[name]
    assert holds <= {facet for facet in SAMPLES if table[facet][kind] == "yes"}
    project = make_project(project_text(store, recording.endpoint, holds), store.environment)
    project.plan().expect(2).mentions("create")
    assert not recording.writes and not store.client().list_buckets()["Buckets"], "plan changed something"
    project.apply().expect(0)
    project.expect_no_changes()
    recording.clear()
    project.apply().expect(0)
    assert not recording.writes, "an apply with nothing to do wrote something"
    facets = project.state()["resources"].get("buckets.everything", {}).get("facets", {})
    assert set(facets) == holds


def test_what_the_type_rules_out_is_refused_before_anything_is_sent(store, name, recording, make_project, table):
    kind, _ = SERVERS[name]
    lacking = sorted(facet for facet in SAMPLES if table[facet][kind] == "no")
    if name == "moto":
        assert lacking == [], "Amazon's own type rules nothing out"
        return
    assert lacking
    project = make_project(project_text(store, recording.endpoint, lacking), store.environment)
    project.plan().expect(65)
    findings = project.cooper("validate", "--format", "json").expect(65).json
    told = {re.search(r'can\'t hold "(\w+)"', finding["message"]).group(1): finding for finding in findings}
    assert sorted(told) == lacking
    for finding in told.values():
        # Why, and since when or from where that is known.
        reason = finding["notes"][0]["message"]
        assert finding["line"] and finding["fix"] and re.search(r"20\d\d|\d+\.\d+\.\d+|#\d+", reason), finding
    assert not recording.exchanges


def test_what_only_a_look_can_tell_is_refused_at_plan_time_too(store, name, recording, make_project, table):
    kind, holds = SERVERS[name]
    doubtful = sorted(facet for facet in SAMPLES if table[facet][kind] == "yes" and facet not in holds)
    if not doubtful:
        return
    store.client().create_bucket(Bucket="st-everything")
    adopted = "adopted: { buckets.everything: st-everything }\n"
    project = make_project(project_text(store, recording.endpoint, doubtful, adopted), store.environment)
    document = project.plan_document()
    refused = {entry["facet"]: entry["reason"] for entry in document["unsupported"]}
    assert sorted(refused) == doubtful, document["unsupported"]
    assert all(refused.values())
    project.apply().expect(4)
    assert not [exchange.operation for exchange in recording.writes if exchange.bucket == "st-everything"]


def test_what_a_new_bucket_would_lack_is_learnt_from_its_neighbour(store, name, recording, make_project, table):
    """A bucket that isn't there yet, beside one of somebody else: that one is read, and never written to."""
    kind, holds = SERVERS[name]
    doubtful = sorted(facet for facet in SAMPLES if table[facet][kind] == "yes" and facet not in holds)
    if not doubtful:
        return
    store.client().create_bucket(Bucket="st-neighbour")
    project = make_project(project_text(store, recording.endpoint, doubtful), store.environment)
    refused = {entry["facet"]: entry["reason"] for entry in project.plan_document()["unsupported"]}
    assert sorted(refused) == doubtful and all(refused.values())
    reads = [exchange for exchange in recording.exchanges if exchange.bucket == "st-neighbour"]
    # One read of each facet of the project's new buckets, that which takes logs included.
    asked = [exchange.operation for exchange in reads]
    assert not recording.writes and len(set(asked)) == len(asked) >= len(doubtful), asked


def test_check_tells_a_store_from_its_profile(store, name, recording, make_project, table):
    kind, holds = SERVERS[name]
    project = make_project(project_text(store, recording.endpoint, holds), store.environment)
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
    for facet in holds:
        assert facets[facet]["store"] in ("set", "unset") and facets[facet]["profile"] in ("held", "unsure"), facets[facet]


def test_check_says_where_a_store_is_another_than_its_type_says(ceph, make_project):
    """A Ceph gateway taken for MinIO: it lacks the encryption of that, and has a public access block that MinIO hasn't."""
    ceph.client().create_bucket(Bucket="st-mistaken")
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
    assert [facet["name"] for facet in report["facets"] if not facet["agrees"]] == [
        "encryption", "publicAccess"
    ]
    step = next(step for step in report["steps"] if step["name"] == "encryption")
    assert step["code"] == "CON0013" and step["verdict"] == "failed" and "encryption" in step["fix"] and step["call"]


def test_check_tells_what_a_newer_store_has_more(ceph, make_project):
    """A gateway that shows a public access block, behind a type that lacks it: told, left alone, and no failure."""
    ceph.client().create_bucket(Bucket="st-newer")
    connection = estates.connection("m", ceph.endpoint, kind="wasabi", region="default")
    body = "buckets:\n  one: { connection: m, bucketName: st-newer, origin: existing }\n"
    project = make_project(estates.project(connection, body), ceph.environment)
    project.cooper("check").mentions("type wasabi lacks it, and this store shows it", "type: s3")
