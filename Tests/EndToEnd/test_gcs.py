"""Google Cloud Storage by the built binary: a strict fake of the service, and a thin emulator that others wrote."""

import json
import os
import sys
import threading
import urllib.request

import pytest

from support.gcs import FakeGCS
from support.processes import Server, free_port, minimal_environment

FACETS = """
    region: europe-west1
    deletion: allow
    versioning: enabled
    encryption: { kmsKey: projects/acme-test/locations/eu/keyRings/r/cryptoKeys/k }
    publicAccess: blocked
    uniformAccess: enabled
    cors: [{ origins: ["https://b.example", "https://a.example"], methods: [PUT, GET, OPTIONS], expose: [ETag], maxAge: 1h }]
    lifecycle:
      trim: { noncurrentExpiration: { after: 30d, keep: 3 }, abortMultipartAfter: 7d }
      cold: { prefix: logs/, transitions: [{ to: NEARLINE, after: 30d }] }
      now: { prefix: tmp/, expiration: { after: 0d } }
    softDelete: 14d
    logging: { bucket: logs }
    tags: { team: data, cost-center: "4711" }
    retention: 1h
    website: { index: index.html, error: 404.html }
    requestPayment: requester
    storageClass: NEARLINE
    eventHolds: enabled
"""

BARE = """
cooper: 1
name: acme
connections:
  g: { type: gcs, project: acme-test, region: EU, endpoint: ENDPOINT, insecure: allow, access: ACCESS }
buckets:
"""


@pytest.fixture(scope="module")
def server():
    server = FakeGCS()
    yield server
    server.stop()


@pytest.fixture
def gcs(server):
    server.reset()
    return server


def declare(gcs, buckets, access="{ method: serviceAccountKey, key: file:key.json }"):
    return BARE.replace("ENDPOINT", gcs.endpoint).replace("ACCESS", access) + buckets


@pytest.fixture
def project(make_project, gcs):
    def make(buckets, access="{ method: serviceAccountKey, key: file:key.json }", environment=None):
        project = make_project(declare(gcs, buckets, access), environment)
        os.chmod(project.write(gcs.key_file, "key.json"), 0o600)
        return project

    return make


def test_every_facet_is_applied_and_the_second_plan_is_empty(project, gcs):
    made = project("  logs: { connection: g, deletion: allow }\n  data:\n    connection: g" + FACETS)
    made.converge()
    bucket = gcs.buckets["data"].fields
    assert bucket["location"] == "EUROPE-WEST1" and gcs.buckets["logs"].fields["location"] == "EU"
    assert bucket["versioning"] == {"enabled": True} and bucket["labels"] == {"team": "data", "cost-center": "4711"}
    assert bucket["logging"] == {"logBucket": "logs", "logObjectPrefix": "data"}
    rules = bucket["lifecycle"]["rule"]
    assert {"action": {"type": "Delete"}, "condition": {"age": 0, "isLive": True, "matchesPrefix": ["tmp/"]}} in rules
    assert {"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": 30, "numNewerVersions": 4}} in rules
    assert len(rules) == 4
    # One PATCH for all facets of a bucket that was just made, without a precondition; what names another bucket follows
    # when that one is there.
    first, second = gcs.calls("PATCH")
    assert first[1] == second[1] == "/storage/v1/b/data" and "ifMetagenerationMatch" not in first[2] + second[2]
    assert list(json.loads(second[3])) == ["logging"] and len(json.loads(first[3])) == 12
    assert [form["grant_type"] for form in gcs.token_requests] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"] * 2
    gcs.requests.clear()
    made.expect_no_changes()
    gets = [path for _, path, _, _ in gcs.calls("GET")]
    assert gets.count("/storage/v1/b/data") == 1, "one GET serves all facets"
    assert "/storage/v1/b/logs" not in gets and len(gets) == 3, gets


def test_drift_is_shown_and_repaired_under_the_metageneration_of_the_plan(project, gcs):
    made = project("  logs: { connection: g }\n  data:\n    connection: g" + FACETS)
    made.converge()
    gcs.change("data", labels={"team": "evil", "goog-added": "x"}, versioning={"enabled": False})
    made.plan().expect(3).mentions("drift", r"buckets\.data", "versioning", "evil")
    made.cooper("drift").expect(3)
    gcs.requests.clear()
    made.converge()
    (patch,) = gcs.calls("PATCH")
    assert "ifMetagenerationMatch=4" in patch[2]
    assert json.loads(patch[3]) == {"labels": {"team": "data", "cost-center": "4711"}, "versioning": {"enabled": True}}
    assert gcs.buckets["data"].fields["labels"]["goog-added"] == "x"


def test_present_and_empty_clears_by_explicit_null_and_released_facets_stay(project, gcs):
    made = project("  logs: { connection: g }\n  data:\n    connection: g" + FACETS)
    made.converge()
    text = made.read("cooper.yaml")
    head = text[:text.index("    versioning:")]
    made.write(head + """    cors: []
    lifecycle: {}
    tags: {}
    website: {}
    logging: {}
    encryption: {}
    retention: 0s
    softDelete: 0s
consents: [{ address: buckets.data, risk: losesData, reason: test }]
""")
    gcs.requests.clear()
    made.converge()
    (patch,) = gcs.calls("PATCH")
    assert json.loads(patch[3]) == {
        "cors": [], "lifecycle": {"rule": []}, "labels": {"team": None, "cost-center": None}, "website": None,
        "logging": None, "encryption": {"defaultKmsKeyName": None}, "retentionPolicy": None,
        "softDeletePolicy": {"retentionDurationSeconds": "0"}}
    fields = gcs.buckets["data"].fields
    assert not {"cors", "lifecycle", "labels", "website", "logging", "encryption", "retentionPolicy"} & set(fields)
    assert fields["versioning"] == {"enabled": True} and fields["storageClass"] == "NEARLINE", "released, not touched"


def test_a_stale_plan_says_what_moved_and_writes_nothing(project, gcs):
    made = project("  data: { connection: g, versioning: enabled, tags: { team: a } }\n")
    made.converge()
    made.replace("team: a", "team: b")
    made.plan("--out", "saved.plan").expect(2)
    gcs.change("data", labels={"team": "c"})
    before = gcs.buckets["data"].metageneration
    result = made.apply("saved.plan").expect(5)
    result.mentions("stale|moved", "tags")
    assert gcs.buckets["data"].metageneration == before


def test_412_between_the_last_look_and_the_write_is_stale_with_what_moved(project, gcs):
    made = project("  data: { connection: g, versioning: enabled, tags: { team: a } }\n")
    made.converge()
    made.replace("team: a", "team: b")

    def race(method, path):
        if method != "PATCH":
            gcs.before = race
            return
        gcs.change("data", labels={"team": "c"})

    gcs.before = race
    result = made.apply().expect(5)
    result.mentions("moved since the plan was made: tags", "plan again")
    assert gcs.buckets["data"].fields["labels"] == {"team": "c"}
    gcs.before = None
    made.converge()
    assert gcs.buckets["data"].fields["labels"] == {"team": "b"}


def test_a_bucket_of_ones_own_is_adopted_and_one_of_another_project_is_not(project, gcs):
    gcs.make("mine", location="EUROPE-WEST1", labels={"team": "x"}, lifecycle={
        "rule": [{"action": {"type": "Delete"}, "condition": {"age": 30}}]})
    gcs.make("theirs", number=gcs.other_number)
    made = project("  mine: { connection: g, region: europe-west1, tags: { team: data } }\n")
    made.plan().expect(4).mentions("adopted")
    made.write(made.read("cooper.yaml") + "adopted: { buckets.mine: mine }\n")
    made.converge()
    assert gcs.buckets["mine"].fields["labels"] == {"team": "data"}
    assert gcs.buckets["mine"].fields["lifecycle"]["rule"], "not declared, not touched"
    made.write(declare(gcs, "  theirs: { connection: g, tags: { team: data } }\n") + "adopted: { buckets.theirs: theirs }\n")
    made.cooper("plan").mentions("project number 815|somebody else|another")
    made.apply()
    assert "labels" not in gcs.buckets["theirs"].fields


def test_import_writes_yaml_whose_plan_is_empty(project, gcs):
    gcs.make("old", location="US", labels={"team": "x"}, versioning={"enabled": True}, lifecycle={"rule": [
        {"action": {"type": "Delete"}, "condition": {"age": 0, "matchesSuffix": [".tmp", ".bak"]}},
        {"action": {"type": "Delete"}, "condition": {"numNewerVersions": 3, "isLive": False}},
        {"action": {"type": "SetStorageClass", "storageClass": "COLDLINE"}, "condition": {
            "createdBefore": "2020-01-01", "matchesStorageClass": ["STANDARD", "NEARLINE"]}}]})
    made = project("  other: { connection: g }\n")
    made.converge()
    before = json.dumps(gcs.buckets["old"].fields["lifecycle"])
    made.cooper("import", "buckets.old", "old", "--connection", "g").expect(0)
    made.expect_no_changes()
    assert json.dumps(gcs.buckets["old"].fields["lifecycle"]) == before


def test_deletion_needs_consent_and_purge_removes_every_generation(project, gcs):
    made = project("  data: { connection: g, deletion: allow }\n  keep: { connection: g }\n")
    made.converge()
    gcs.put("data", "a/b c", 1)
    gcs.put("data", "a/b c", 2)
    gcs.put("data", "ü", 1)
    made.write(declare(gcs, "  keep: { connection: g }\n"))
    made.apply().expect(1, 4)
    assert "data" in gcs.buckets
    made.write(declare(gcs, "  keep: { connection: g }\n") + "removed: { buckets.data: purge }\n")
    made.plan().mentions("3 objects")
    made.apply().expect(0)
    assert list(gcs.buckets) == ["keep"]
    made.expect_no_changes()


def test_the_lock_of_a_retention_policy_needs_a_consent_and_is_a_call_of_its_own(project, gcs):
    made = project("  data: { connection: g, retention: 1d }\n")
    made.converge()
    made.replace("retention: 1d", "retention: { period: 2d, locked: true }")
    made.apply().expect(4).mentions("locks retention", "nobody can ever")
    assert "isLocked" not in gcs.buckets["data"].fields["retentionPolicy"]
    made.write(made.read("cooper.yaml") + "consents: [{ address: buckets.data, risk: locksRetention, reason: LAW-1 }]\n")
    gcs.requests.clear()
    made.converge()
    assert [path for _, path, _, _ in gcs.calls("PATCH", "POST")] == [
        "/storage/v1/b/data", "/storage/v1/b/data/lockRetentionPolicy"]
    assert gcs.buckets["data"].fields["retentionPolicy"]["isLocked"] is True
    made.replace("period: 2d", "period: 1d")
    made.plan().expect(4).mentions("locked for ever")


def test_iam_bindings_of_others_and_their_conditions_stay(project, gcs):
    iam = "iam: [{ role: roles/storage.objectViewer, members: [\"group:data@acme.example\"] }]"
    made = project("  data: { connection: g, uniformAccess: enabled, shared: [iam], " + iam + " }\n")
    made.converge()
    condition = {"title": "until", "expression": "request.time < timestamp('2030-01-01T00:00:00Z')"}
    bucket = gcs.buckets["data"]
    assert len(bucket.policy["bindings"]) == 3
    with gcs.lock:
        bucket.policy["bindings"].append(
            {"role": "roles/storage.objectViewer", "members": ["user:eve@acme.example"], "condition": condition})
        bucket.policy["version"] = 3
        bucket.metageneration += 1
    made.expect_no_changes()
    made.replace("group:data@acme.example", "group:lake@acme.example")
    made.write(made.read("cooper.yaml") + "consents: [{ address: buckets.data, risk: widensAccess, reason: T-1 }]\n")

    def race(method, path):
        if method != "PUT":
            gcs.before = race
            return
        bucket.policy["bindings"].append({"role": "roles/storage.objectCreator", "members": ["user:late@acme.example"]})
        bucket.metageneration += 1

    gcs.before = race
    made.apply().expect(0)
    made.expect_no_changes()
    assert len(gcs.calls("PUT")) == 3, "one at first, one refused under an old etag, one anew"
    roles = {(b["role"], tuple(b["members"]), json.dumps(b.get("condition"), sort_keys=True)) for b in bucket.policy["bindings"]}
    assert ("roles/storage.objectViewer", ("user:eve@acme.example",), json.dumps(condition, sort_keys=True)) in roles
    assert ("roles/storage.objectCreator", ("user:late@acme.example",), "null") in roles
    assert ("roles/storage.objectViewer", ("group:lake@acme.example",), "null") in roles
    assert bucket.policy["version"] == 3 and len(roles) == 5


def test_a_denied_bucket_is_unknown_and_never_absent(project, gcs):
    made = project("  data: { connection: g, tags: { team: a } }\n")
    made.converge()
    gcs.denied.add("data")
    gcs.requests.clear()
    made.plan().expect(4).mentions("storage.buckets.get")
    made.apply()
    assert not gcs.calls("POST", "PATCH", "PUT", "DELETE")


@pytest.mark.parametrize("source", ["adc-key", "adc-user", "external-file", "impersonated", "metadata", "token"])
def test_tokens_come_from_each_source(project, gcs, source, tmp_path):
    environment = {"NO_GCE_CHECK": "true"}
    access = "{ method: default }"
    content = None
    if source == "adc-key":
        content = gcs.key_file
    elif source == "adc-user":
        content = json.dumps({"type": "authorized_user", "client_id": "id", "client_secret": "cs",
                              "refresh_token": "1//refresh", "token_uri": gcs.endpoint + "/token"})
    elif source == "external-file":
        (tmp_path / "subject").write_text("subject-token\n")
        content = json.dumps({
            "type": "external_account", "audience": "//iam.googleapis.com/p", "token_url": gcs.endpoint + "/token",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "credential_source": {"file": str(tmp_path / "subject")},
            "service_account_impersonation_url": gcs.endpoint + "/impersonate/serviceAccounts/a@b.example:generateAccessToken"})
    elif source == "impersonated":
        content = json.dumps({
            "type": "impersonated_service_account", "source_credentials": json.loads(gcs.key_file), "delegates": [],
            "service_account_impersonation_url": gcs.endpoint + "/impersonate/serviceAccounts/a@b.example:generateAccessToken"})
    elif source == "metadata":
        environment = {"GCE_METADATA_HOST": f"127.0.0.1:{gcs.port}"}
    else:
        access = "{ method: accessToken, token: env:TOKEN }"
        environment["TOKEN"] = gcs.grant()
    if content:
        (tmp_path / "adc.json").write_text(content)
        environment["GOOGLE_APPLICATION_CREDENTIALS"] = str(tmp_path / "adc.json")
    made = project("  data: { connection: g, tags: { team: a } }\n", access, environment)
    made.converge()
    assert gcs.buckets["data"].fields["labels"] == {"team": "a"}
    text = "".join(data.decode(errors="replace") for _, data in made.everything_written() if b"private_key" not in data)
    assert not any(token in text for token in gcs.tokens)


def test_without_credentials_every_source_is_listed_with_its_reason(project, gcs):
    made = project("  data: { connection: g }\n", "{ method: default }", {"NO_GCE_CHECK": "true"})
    made.plan().expect(1).mentions(
        "GOOGLE_APPLICATION_CREDENTIALS is not set", r"application_default_credentials\.json is not there",
        "NO_GCE_CHECK is set")
    assert gcs.requests == []


def test_a_key_that_the_token_endpoint_refuses_is_told(project, gcs):
    other = FakeGCS()
    try:
        key = json.loads(other.key_file)
    finally:
        other.stop()
    made = project("  data: { connection: g }\n")
    made.write(json.dumps(dict(json.loads(gcs.key_file), private_key=key["private_key"])), "key.json")
    result = made.plan().expect(1).mentions("invalid_grant", r"access\.key \(file:key\.json\)")
    assert "BEGIN PRIVATE KEY" not in result.output and gcs.requests == []


# The thin emulator: no preconditions, no tokens, PATCH null doesn't clear (see its own documentation).


@pytest.fixture
def emulator(tmp_path):
    port = free_port()
    server = Server(
        "gcp-storage-emulator",
        [os.path.join(os.path.dirname(sys.executable), "gcp-storage-emulator"), "start", "--host=127.0.0.1",
         f"--port={port}", "--in-memory"], str(tmp_path / "emulator.log"), env=minimal_environment())
    try:
        server.wait_for_http(f"http://127.0.0.1:{port}/storage/v1/b?project=x")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()


def test_the_emulator_of_others_agrees(make_project, emulator):
    text = BARE.replace("ENDPOINT", emulator).replace("ACCESS", "{ method: anonymous }") + """
  data:
    connection: g
    region: US
    deletion: allow
    versioning: enabled
    publicAccess: blocked
    cors: [{ origins: ["https://a.example"], methods: [GET], maxAge: 1h }]
    lifecycle: { trim: { noncurrentExpiration: { after: 30d, keep: 3 } }, now: { prefix: t/, expiration: { after: 0d } } }
    tags: { team: a }
    softDelete: 14d
    website: { index: index.html }
"""
    project = make_project(text)
    project.converge()
    request = urllib.request.Request(
        emulator + "/storage/v1/b/data", data=json.dumps({"labels": {"team": "evil"}}).encode(), method="PATCH",
        headers={"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).read()
    project.plan().expect(3).mentions("drift", "evil")
    project.converge()
    project.replace("    cors: [{ origins: [\"https://a.example\"], methods: [GET], maxAge: 1h }]", "    cors: []")
    project.converge()
    project.write(BARE.replace("ENDPOINT", emulator).replace("ACCESS", "{ method: anonymous }").replace("buckets:\n", "")
                  + "removed: { buckets.data: delete }\n")
    project.apply().expect(0)
    project.expect_no_changes()


def test_a_bucket_at_the_emulator_of_others_is_adopted(make_project, emulator):
    def ask(method, path, body=None):
        request = urllib.request.Request(
            f"{emulator}/storage/v1/b{path}", data=None if body is None else json.dumps(body).encode(), method=method,
            headers={"Content-Type": "application/json"})
        return json.loads(urllib.request.urlopen(request, timeout=10).read())

    ask("POST", "?project=acme-test", {"name": "old"})
    # Its creation takes nothing but the name.
    ask("PATCH", "/old", {"labels": {"team": "x"}, "versioning": {"enabled": True}})
    text = BARE.replace("ENDPOINT", emulator).replace("ACCESS", "{ method: anonymous }")
    made = make_project(text + "  old: { connection: g, region: US, tags: { team: data } }\n")
    made.plan().expect(4).mentions("adopted")
    made.write(made.read("cooper.yaml") + "adopted: { buckets.old: old }\n")
    made.converge()
    document = ask("GET", "/old")
    assert document["labels"] == {"team": "data"}
    assert document["versioning"] == {"enabled": True}, "not declared, not touched"
