"""Service accounts, their keys and rights on buckets at Google, against a strict server that follows Google's published
discovery documents (`support/gcs.py`)."""

import json
import os
import stat

import pytest

from support.discovery import Unlike
from support.gcs import FakeGCS

EMAIL = "etl-robot@acme-test.iam.gserviceaccount.com"
MEMBER = "serviceAccount:" + EMAIL
FLASHBACK = "serviceAccount:flashback-network@flashback-network.iam.gserviceaccount.com"
CONSENTS = "".join(
    f"  - {{ address: {address}, risk: widensAccess, reason: test }}\n"
    for address in ("identities.etl", "grants.etl", "buckets.data"))

HEAD = """
cooper: 1
name: acme
connections:
  g: { type: gcs, project: acme-test, region: EU, endpoint: ENDPOINT, iamEndpoint: ENDPOINT, insecure: allow,
       access: { method: serviceAccountKey, key: file:key.json } }
  fb: { type: flashback, endpoint: ENDPOINT, insecure: allow, access: { method: login, email: env:FB, password: env:FB } }
"""
ACCOUNT = "identities:\n  etl: { type: serviceAccount, connection: g, identityName: etl-robot, deletion: allow, MORE }\n"
BUCKET = "buckets:\n  data: { connection: g, deletion: allow, MORE }\n"
GRANT = "grants:\n  etl: { bucket: data, allow: LEVEL, to: [{ identity: etl }] }\n"


@pytest.fixture(scope="module")
def server():
    server = FakeGCS()
    yield server
    server.stop()


@pytest.fixture
def gcs(server):
    server.reset()
    return server


@pytest.fixture
def project(make_project, gcs):
    project = make_project("", {"FB": "x"})
    os.chmod(project.write(gcs.key_file, "key.json"), 0o600)
    return project


def write(project, gcs, account=None, bucket="tags: { a: b }", grant=None, more=""):
    text = HEAD.replace("ENDPOINT", gcs.endpoint) + more + "consents:\n" + CONSENTS
    if account is not None:
        text += ACCOUNT.replace(", MORE", f", {account}" if account else "")
    text += BUCKET.replace("MORE", bucket)
    if grant:
        text += GRANT.replace("LEVEL", grant)
    project.write(text)


def roles(gcs, member=MEMBER, bucket="data"):
    return sorted(b["role"] for b in gcs.buckets[bucket].policy["bindings"] if member in b["members"])


def env_file(project):
    path = project.path("out/etl.env")
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    return dict(line.split("=", 1) for line in project.read("out/etl.env").splitlines() if not line.startswith("#"))


def test_FB_32_an_account_that_flashback_acts_as_with_rights_on_a_bucket(project, gcs):
    # The storage service hears of a new account only at the third time.
    gcs.strangers = 2
    write(project, gcs, "trust: [{ party: fb }]", grant="backup")
    project.converge()
    account = gcs.accounts[EMAIL]
    assert sorted((b["role"], b["members"]) for b in account["policy"]["bindings"]) == [
        ("roles/iam.serviceAccountTokenCreator", [FLASHBACK]), ("roles/iam.serviceAccountUser", [FLASHBACK])]
    assert roles(gcs) == ["roles/storage.objectAdmin"]
    # What the service set up and what others add stays; what is taken away comes back.
    condition = {"title": "until", "expression": "request.time < timestamp('2030-01-01T00:00:00Z')"}
    with gcs.lock:
        gcs.buckets["data"].policy["bindings"] = [
            b for b in gcs.buckets["data"].policy["bindings"] if MEMBER not in b["members"]
        ] + [{"role": "roles/storage.objectAdmin", "members": ["user:eve@acme.example"], "condition": condition}]
        gcs.buckets["data"].policy["version"] = 3
        gcs.buckets["data"].metageneration += 1
        account["policy"]["bindings"] = [
            {"role": "roles/iam.serviceAccountTokenCreator", "members": [FLASHBACK, "user:eve@acme.example"]},
            {"role": "roles/iam.serviceAccountAdmin", "members": ["group:ops@acme.example"]}]
        account["policy"]["etag"] = "moved"
    drift = project.plan()
    drift.mentions("grants.etl", "identities.etl", "eve@acme.example")
    project.converge()
    assert roles(gcs) == ["roles/storage.objectAdmin"]
    assert {"role": "roles/storage.objectAdmin", "members": ["user:eve@acme.example"], "condition": condition} in gcs.buckets[
        "data"].policy["bindings"]
    assert {b["role"]: b["members"] for b in gcs.accounts[EMAIL]["policy"]["bindings"]} == {
        "roles/iam.serviceAccountTokenCreator": [FLASHBACK], "roles/iam.serviceAccountUser": [FLASHBACK],
        "roles/iam.serviceAccountAdmin": ["group:ops@acme.example"]}
    # Another right takes the place of the one before; others' bindings of the same role stay.
    write(project, gcs, "trust: [{ party: fb }]", grant="readOnly", bucket="tags: { a: c }")
    project.converge()
    assert roles(gcs) == ["roles/storage.objectViewer"]
    assert roles(gcs, "user:eve@acme.example") == ["roles/storage.objectAdmin"]
    # And removed, with the bucket changed in the same run.
    write(project, gcs, bucket="tags: { a: d }")
    project.apply().expect(0)
    project.expect_no_changes()
    assert roles(gcs) == [] and EMAIL not in gcs.accounts
    assert roles(gcs, "user:eve@acme.example") == ["roles/storage.objectAdmin"]
    assert len(roles(gcs, f"projectOwner:{gcs.number}")) == 1


def test_a_grant_and_the_iam_facet_of_its_bucket_agree(project, gcs):
    own = f'iam: [{{ role: roles/storage.admin, members: ["projectOwner:{gcs.number}"] }}]'
    write(project, gcs, "", own, grant="readWrite")
    project.converge()
    assert {b["role"]: b["members"] for b in gcs.buckets["data"].policy["bindings"]} == {
        "roles/storage.admin": [f"projectOwner:{gcs.number}"], "roles/storage.objectUser": [MEMBER]}
    # A stranger is the bucket's business, which owns the whole of it; the grant stays.
    with gcs.lock:
        gcs.buckets["data"].policy["bindings"].append({"role": "roles/storage.admin", "members": ["user:eve@acme.example"]})
        gcs.buckets["data"].metageneration += 1
    project.plan().expect(3).mentions("eve@acme.example")
    project.converge()
    assert roles(gcs, "user:eve@acme.example") == [] and roles(gcs) == ["roles/storage.objectUser"]
    # Without the grant both agree that it goes.
    write(project, gcs, "", own)
    project.converge()
    assert roles(gcs) == [] and EMAIL in gcs.accounts


def test_a_prefix_is_a_condition(project, gcs):
    write(project, gcs, "", grant="readOnly, prefix: in/")
    project.converge()
    (binding,) = [b for b in gcs.buckets["data"].policy["bindings"] if MEMBER in b["members"]]
    assert "objects/in/" in binding["condition"]["expression"] and gcs.buckets["data"].policy["version"] == 3


def test_what_google_lacks_in_a_grant_is_said_before_anything_is_sent(project, gcs):
    for level, code in (("[{ actions: [storage.objects.get] }]", "GCS0121"),
                        ("[{ actions: [roles/storage.admin], conditions: { a: b } }]", "GCS0122")):
        write(project, gcs, "", grant=level)
        project.plan().expect(65).mentions(code)
    write(project, gcs, "")
    project.write(project.read("cooper.yaml") + 'grants: { etl: { bucket: data, allow: readOnly, to: [{ aws: "arn:aws:iam::1:root" }] } }\n')
    project.plan().expect(65).mentions("GCS0120")
    assert gcs.requests == []


def test_GCS0123_of_the_platforms_only_flashback_acts_as_a_service_account(project, gcs):
    write(project, gcs, "trust: [{ aws: 'arn:aws:iam::111122223333:root', externalId: abcd }]")
    project.plan().mentions("GCS0123", "only Flashback acts as a service account", "FLASHBACK-CONNECTION")
    project.apply()
    assert EMAIL not in gcs.accounts and not [c for c in gcs.calls("POST", "PUT") if "serviceAccounts" in c[1]]
    project.cooper("explain", "GCS0123").expect(0).mentions("FB-32")


def test_a_bucket_that_a_grant_no_longer_names_loses_its_bindings(project, gcs):
    write(project, gcs, "", grant="readOnly")
    project.write(project.read("cooper.yaml").replace("grants:", "  logs: { connection: g, deletion: allow }\ngrants:").replace("bucket: data", "bucket: [data, logs]"))
    project.converge()
    assert roles(gcs) == roles(gcs, bucket="logs") == ["roles/storage.objectViewer"]
    with gcs.lock:
        gcs.buckets["logs"].policy["bindings"].append({"role": "roles/storage.admin", "members": ["user:eve@acme.example"]})
        gcs.buckets["logs"].metageneration += 1
    project.write(project.read("cooper.yaml").replace("bucket: [data, logs]", "bucket: data"))
    project.plan().expect(2).mentions("grants.etl", "logs")
    project.converge()
    assert roles(gcs) == ["roles/storage.objectViewer"] and roles(gcs, bucket="logs") == []
    assert roles(gcs, "user:eve@acme.example", "logs") == ["roles/storage.admin"]


def test_every_published_method_that_is_extracted_is_called_and_nothing_else(project, gcs):
    """What the server answers is held against the same documents: it refuses what they don't know (`support/discovery.py`)."""
    write(project, gcs, "keys: { to: { env: out/etl.env }, rotate: first }, trust: [{ party: fb }]", "retention: { period: 1d, locked: true }, versioning: enabled", grant="readWrite")
    project.write(project.read("cooper.yaml").replace("consents:\n", "consents:\n  - { address: buckets.data, risk: locksRetention, reason: test }\n"))
    project.apply().expect(0)
    gcs.make("full", location="EU")
    gcs.put("full", "a")
    project.write(HEAD.replace("ENDPOINT", gcs.endpoint) + "adopted: { buckets.full: full }\nbuckets: { full: { connection: g, deletion: purge } }\nremoved: { buckets.data: forget }\n")
    project.apply().expect(0)
    project.write(HEAD.replace("ENDPOINT", gcs.endpoint) + "removed: { buckets.full: purge }\n")
    project.apply().expect(0)
    assert "full" not in gcs.buckets
    extracted = {name for document in gcs.discovery.documents.values() for name in document["methods"]}
    # Of a check, which reads an object back, and of a description that changes; both have tests of their own.
    extracted -= {"storage.objects.get", "iam.projects.serviceAccounts.patch"}
    assert extracted == gcs.discovery.seen, extracted ^ gcs.discovery.seen
    for verb, path, query, body in [
        ("GET", "/storage/v1/b/x", {"projektion": "full"}, {}), ("PATCH", "/storage/v1/b/x", {}, {"versionning": {}}),
        ("POST", "/v1/projects/p/serviceAccounts/a:getPolicy", {}, {}), ("PUT", "/v1/projects/p/serviceAccounts", {}, {}),
        ("POST", "/v1/projects/p/serviceAccounts", {}, {"serviceAccount": {"email": "x"}}),
        ("POST", "/storage/v1/b", {}, {"name": "x"}), ("PATCH", "/storage/v1/b/x", {}, {"versioning": {"enabled": "yes"}}),
    ]:
        with pytest.raises(Unlike):
            gcs.discovery.request(verb, path, query, body)


def test_an_account_that_cannot_be_seen_is_unknown_and_never_made(project, gcs):
    write(project, gcs, "trust: [{ party: fb }]")
    project.converge()
    gcs.denied.add(EMAIL)
    gcs.requests.clear()
    project.plan().expect(4).mentions("iam.serviceAccounts.get")
    project.apply()
    assert not [path for _, path, _, _ in gcs.calls("POST", "PUT", "DELETE") if not path.endswith(":getIamPolicy")]


def test_an_account_that_is_there_is_adopted(project, gcs):
    gcs.add_account(EMAIL)
    write(project, gcs, "")
    project.plan().expect(4).mentions("adopted")
    write(project, gcs, "", more="adopted: { identities.etl: etl-robot }\n")
    project.converge()


def test_beside_an_emulator_no_account_of_google_is_touched(project, gcs):
    write(project, gcs, "")
    project.write(project.read("cooper.yaml").replace(f"iamEndpoint: {gcs.endpoint}, ", ""))
    project.apply().mentions("iamEndpoint: is missing")
    assert gcs.accounts == {}


def test_an_hmac_key_goes_to_its_sink_and_nowhere_else(project, gcs):
    keys = "keys: {{ to: {{ env: out/etl.env }}, rotate: {0} }}"
    write(project, gcs, keys.format("first"), grant="readWrite")
    applied = project.apply("--log-level", "debug").expect(0)
    project.expect_no_changes()
    (key,) = gcs.keys.values()
    written = env_file(project)
    assert written["AWS_ACCESS_KEY_ID"] == key["accessId"] and written["AWS_SECRET_ACCESS_KEY"] == key["secret"]
    assert key["accessId"] in project.read(".cooper/state.json"), "the access id is recorded"

    def canary(secret, *sinks):
        for output in (applied, project.plan(), project.cooper("show", ".cooper/state.json")):
            assert secret not in output.output
        holders = [os.path.relpath(path, project.directory) for path, data in project.everything_written()
                   if secret.encode() in data]
        assert holders == list(sinks), holders

    canary(key["secret"], "out/etl.env")
    # Exchanged: the one before is switched off, and deleted when it is told to; the service deletes no active one.
    write(project, gcs, keys.format("second"), grant="readWrite")
    project.converge()
    states = {k["accessId"]: k["state"] for k in gcs.keys.values()}
    assert states == {key["accessId"]: "INACTIVE", env_file(project)["AWS_ACCESS_KEY_ID"]: "ACTIVE"}
    canary(key["secret"])
    write(project, gcs, keys.format("second, deleteOld: 0s"), grant="readWrite")
    project.converge()
    assert list(gcs.keys) == [env_file(project)["AWS_ACCESS_KEY_ID"]]
    # Somebody deletes it: another one.
    gcs.keys.clear()
    project.converge()
    assert list(gcs.keys) == [env_file(project)["AWS_ACCESS_KEY_ID"]]
    # The account goes, and its keys before it.
    gcs.requests.clear()
    write(project, gcs)
    project.apply().expect(0)
    assert gcs.keys == {} and gcs.accounts == {}
    calls = [(m, p) for m, p, _, _ in gcs.calls("PUT", "DELETE") if "hmacKeys" in p or "serviceAccounts" in p]
    assert [m for m, _ in calls] == ["PUT", "DELETE", "DELETE"] and "serviceAccounts" in calls[-1][1]
    project.expect_no_changes()


def test_a_key_that_was_made_and_not_kept_is_deleted_by_the_next_run(project, gcs):
    write(project, gcs, "")
    project.converge()
    os.makedirs(project.path("out"))
    write(project, gcs, "keys: { to: { env: out/etl.env } }")

    def vanish(method, path):
        if method == "POST" and path[-1:] == ["hmacKeys"]:
            os.rmdir(project.path("out"))
            project.write("in the way\n", "out")
        else:
            gcs.before = vanish

    gcs.before = vanish
    project.apply().expect(1)
    assert len(gcs.keys) == 1
    (lost,) = gcs.keys
    os.remove(project.path("out"))
    project.converge()
    assert lost not in gcs.keys and list(gcs.keys) == [env_file(project)["AWS_ACCESS_KEY_ID"]]


def test_a_description_is_kept_compared_and_repaired(project, gcs):
    def there():
        return gcs.accounts[EMAIL].get("description")

    write(project, gcs, "description: Runs the backups")
    project.converge()
    assert there() == "Runs the backups"
    gcs.accounts[EMAIL]["description"] = "mine"
    project.cooper("drift").expect(3)
    project.converge()
    assert there() == "Runs the backups"
    # Empty is said, absent is not: one is cleared, the other left alone.
    write(project, gcs, 'description: ""')
    project.converge()
    assert there() is None
    gcs.accounts[EMAIL]["description"] = "mine"
    write(project, gcs, "")
    project.converge()
    assert there() == "mine"
    write(project, gcs, "description: " + "\u00e4" * 129)
    project.plan().expect(4).mentions("258 bytes", "256")


@pytest.mark.parametrize("name", ["etl-robot", EMAIL])
def test_an_account_is_imported(project, gcs, name):
    gcs.add_account(EMAIL, description="Old hand")
    write(project, gcs)
    project.cooper("import", "identities.etl", name, "--connection", "g").expect(0).mentions("imported identities.etl")
    assert "type: serviceAccount" in project.read("imported/etl.yaml") and "Old hand" in project.read("imported/etl.yaml")
    project.cooper("apply", "--yes").expect(0)
    project.expect_no_changes()
    assert there_is_only(gcs, EMAIL)
    # Declared, with its block: recorded as it is.
    project.cooper("state", "forget", "identities.etl").expect(0)
    os.remove(project.path("imported/etl.yaml"))
    write(project, gcs, "description: Old hand")
    project.cooper("import", "identities.etl", name).expect(0)
    project.expect_no_changes()
    project.cooper("import", "identities.other", EMAIL.replace("acme-test", "other"), "--connection", "g").expect(1).mentions("other")


def there_is_only(gcs, email):
    return list(gcs.accounts) == [email] and not [path for _, path, _, _ in gcs.calls("PATCH", "DELETE") if "serviceAccounts" in path]


def test_an_hmac_key_is_sealed_into_the_repository(project, gcs):
    project.cooper("secrets", "keygen").expect(0)
    keys = "keys: {{ to: {{ sealed: secrets/etl.yaml }}, rotate: {0} }}"
    write(project, gcs, keys.format("first"), grant="readWrite")
    project.converge()
    (key,) = gcs.keys.values()
    sealed = project.read("secrets/etl.yaml")
    assert "secretAccessKey: sealed:v1." in sealed and f"accessKeyId: {key['accessId']}\n" in sealed
    write(project, gcs, keys.format("second, deleteOld: 0s"), grant="readWrite")
    project.converge()
    (second,) = gcs.keys.values()
    assert second["accessId"] != key["accessId"] and f"accessKeyId: {second['accessId']}\n" in project.read("secrets/etl.yaml")
    for path, data in project.everything_written():
        assert key["secret"].encode() not in data and second["secret"].encode() not in data, path
    # Lost with its file: another one, in one run.
    os.remove(project.path("secrets/etl.yaml"))
    project.converge()
    assert second["accessId"] not in gcs.keys and len(gcs.keys) == 1
