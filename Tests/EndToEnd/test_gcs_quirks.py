"""What Google makes of a bucket's document, row by row of the list of quirks: after an apply the next plan is empty, and what
Google lays on top by itself is nobody's drift."""

import os

import pytest

from support.gcs import FakeGCS

HEAD = """
cooper: 1
name: acme
connections:
  g: { type: gcs, project: acme-test, region: REGION, endpoint: ENDPOINT, insecure: allow,
       access: { method: serviceAccountKey, key: file:key.json } }
buckets:
  data: { connection: g, deletion: allow, FACETS }
"""


def put(*path, value):
    """Sets a field of the document, whatever stood there."""
    def change(document):
        place = document
        for key in path[:-1]:
            place = place.setdefault(key, {})
        place[path[-1]] = value
    return change


def drop(*path):
    def change(document):
        place = document
        for key in path[:-1]:
            place = place.get(key, {})
        place.pop(path[-1], None)
    return change


def numbers_as_text(document):
    for rule in document["lifecycle"]["rule"]:
        rule["condition"] = {k: str(v) if type(v) is int else v for k, v in rule["condition"].items()}


def live_left_out(document):
    """`isLive` that is absent means any: only written where the rule says so."""
    for rule in document["lifecycle"]["rule"]:
        assert rule["condition"].get("isLive") is not False


def rules_reversed(document):
    document["lifecycle"]["rule"].reverse()


def sets_reversed(document):
    for rule in document["cors"]:
        for field in ("origin", "method", "responseHeader"):
            rule.get(field, []).reverse()


LIFECYCLE = ("lifecycle: { now: { prefix: tmp/, expiration: { after: 0d } }, cold: { prefix: logs/, transitions: [{ to: "
             "NEARLINE, after: 30d }] } }")
CORS = "cors: [{ origins: [\"https://b.example\", \"*\"], methods: [PUT, OPTIONS, \"*\"], expose: [ETag], maxAge: 0s }]"

#: Row of the list: facets, what the service shows, and the location.
ROWS = {
    "location: returned in capitals": ("versioning: enabled", put("location", value="EUROPE-WEST1"), "europe-west1"),
    "location: EU of old, written small": ("versioning: enabled", put("location", value="EU"), "eu"),
    "location: EU of old, written in capitals": ("versioning: enabled", put("location", value="EU"), "EU"),
    "location: US of old, written small": ("versioning: enabled", put("location", value="US"), "us"),
    "location: US of old, written mixed": ("versioning: enabled", put("location", value="US"), "Us"),
    "storageClass: REGIONAL of old stays what it is": ("storageClass: REGIONAL", None, "europe-west1"),
    "labels: goog- ones of other services": ("tags: { team: data }", put("labels", "goog-composer", value="x"), "EU"),
    "lifecycle: rules in another order": (LIFECYCLE, rules_reversed, "EU"),
    "lifecycle: isLive absent is any": (LIFECYCLE, live_left_out, "EU"),
    "lifecycle: numbers as text, zero too": (LIFECYCLE, numbers_as_text, "EU"),
    "lifecycle: cleared is no field": ("lifecycle: {}", drop("lifecycle"), "EU"),
    "softDeletePolicy: the time it counts from": ("softDelete: 14d", put("softDeletePolicy", "effectiveTime", value="2026-01-01T00:00:00Z"), "EU"),
    "softDeletePolicy: unmanaged unless set": ("versioning: enabled", put("softDeletePolicy", "retentionDurationSeconds", value="777600"), "EU"),
    "versioning: nothing is the same as off": ("versioning: suspended", drop("versioning"), "EU"),
    "versioning: off is the same as nothing": ("versioning: suspended", put("versioning", value={"enabled": False}), "EU"),
    "website: an empty one is none": ("website: {}", put("website", value={}), "EU"),
    "autoclass: nothing is the same as off": ("autoclass: disabled", drop("autoclass"), "EU"),
    "autoclass.terminalStorageClass: filled in": (
        "autoclass: enabled", put("autoclass", "terminalStorageClass", value="NEARLINE"), "EU"),
    "rpo: filled in where nobody asked": ("versioning: enabled", put("rpo", value="DEFAULT"), "EUR4"),
    "rpo: absent in a single region": ("rpo: DEFAULT", drop("rpo"), "europe-west1"),
    "rpo: turbo replication of a dual-region": ("rpo: ASYNC_TURBO", None, "EUR4"),
    "hierarchicalNamespace: null is the same as off": (
        "hierarchicalNamespace: disabled", put("hierarchicalNamespace", value=None), "EU"),
    "hierarchicalNamespace: off is the same as null": (
        "hierarchicalNamespace: disabled", put("hierarchicalNamespace", value={"enabled": False}), "EU"),
    "hierarchicalNamespace: said while the bucket is made": ("hierarchicalNamespace: enabled", None, "EU"),
    "logging.logObjectPrefix: the bucket's own name": (
        "logging: { bucket: data }", put("logging", "logObjectPrefix", value="data"), "EU"),
    "iamConfiguration: bucketPolicyOnly repeats uniform access": (
        "uniformAccess: enabled", put("iamConfiguration", "bucketPolicyOnly", value={"enabled": False}), "EU"),
    "iamConfiguration: lockedTime is added": (
        "uniformAccess: enabled",
        put("iamConfiguration", "uniformBucketLevelAccess", "lockedTime", value="2026-06-01T00:00:00Z"), "EU"),
    "publicAccessPrevention: absent is inherited": (
        "publicAccess: allowed", drop("iamConfiguration", "publicAccessPrevention"), "EU"),
    "retentionPolicy: its period as text, and a time": (
        "retention: 1d", put("retentionPolicy", "effectiveTime", value="2026-01-01T00:00:00Z"), "EU"),
    "CORS: sets inside a rule, and an age of zero": (CORS, sets_reversed, "EU"),
}


@pytest.fixture(scope="module")
def server():
    server = FakeGCS()
    yield server
    server.stop()


@pytest.fixture
def begin(make_project, server):
    server.reset()

    def make(facets, region="EU"):
        text = HEAD.replace("ENDPOINT", server.endpoint).replace("REGION", region).replace("FACETS", facets)
        project = make_project(text)
        os.chmod(project.write(server.key_file, "key.json"), 0o600)
        return project

    return make


@pytest.mark.parametrize("row", ROWS)
def test_row(row, begin, server):
    facets, habit, region = ROWS[row]
    project = begin(facets, region)
    played = []

    def shows(document):
        if habit:
            habit(document)
        played.append(document)
        return document

    project.apply().expect(0)
    # The document as it stands in the store was really shown in the service's way.
    server.shows = shows
    server.requests.clear()
    project.expect_no_changes()
    assert played and not server.calls("PATCH", "PUT", "POST", "DELETE")


@pytest.mark.parametrize("region", ["europe-west1", "EU"])
def test_turbo_replication_is_refused_outside_of_dual_regions_before_anything_is_sent(begin, server, region):
    project = begin("rpo: ASYNC_TURBO", region)
    project.plan().expect(65).mentions("GCS0113", rf"cooper.yaml:\d+", "dual-region", region)
    finding = project.cooper("validate", "--format", "json").expect(65).json[0]
    assert finding["code"] == "GCS0113" and finding["line"] and finding["fix"]
    assert not server.requests
    # The same value on a bucket in a dual-region first: what was checked once is checked for the next place again.
    with_both = project.read("cooper.yaml").replace("buckets:\n", f"buckets:\n  first: {{ connection: g, region: EUR4, rpo: ASYNC_TURBO }}\n", 1)
    project.write(with_both)
    assert [f["code"] for f in project.cooper("validate", "--format", "json").expect(65).json] == ["GCS0113"]


def test_a_hierarchical_namespace_is_for_new_buckets_and_for_good(begin, server):
    project = begin("hierarchicalNamespace: enabled")
    project.converge()
    assert server.buckets["data"].fields["hierarchicalNamespace"] == {"enabled": True}
    assert not server.calls("PATCH")
    project.replace("hierarchicalNamespace: enabled", "hierarchicalNamespace: disabled")
    project.plan().mentions("for good")
    server.reset()
    other = begin("tags: { a: b }")
    other.converge()
    other.replace("tags: { a: b }", "hierarchicalNamespace: enabled")
    result = other.plan()
    assert result.code not in (0, 2, 3)
    result.mentions("only while it is made")
    assert "hierarchicalNamespace" not in server.buckets["data"].fields


def test_IAM_members_that_were_deleted_are_read_and_stay(begin, server):
    gone = "deleted:serviceAccount:x@acme-test.iam.gserviceaccount.com?uid=123"
    project = begin(f'iam: [{{ role: roles/storage.objectViewer, members: ["{gone}"] }}], shared: [iam]')
    project.converge()
    assert gone in server.buckets["data"].policy["bindings"][-1]["members"]


def test_a_bucket_that_was_just_made_is_unknown_for_a_while(begin, server):
    project = begin("tags: { a: b }, versioning: enabled")
    server.create_lag = 3
    project.apply().expect(0)
    assert server.unknown == {"data": 0}, "it was asked for while nobody knew of it"
    assert len(server.calls("POST")) == 1 and server.buckets["data"].fields["labels"] == {"a": "b"}
    project.expect_no_changes()
