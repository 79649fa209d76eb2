"""`cooper check` of addresses, and `cooper connections`: each step against a server that makes it good or bad."""

import datetime
import json
import re
import signal
import time

import jsonschema
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from support import platforms
from support.certificates import make_authority
from support.processes import free_port
from support.proxy import RecordingProxy, server_context

CANARY = "c4n4ry"


def text(endpoint, palette, bucket="", more="", location="", kind="minio", region="us-east-1", trust=""):
    return f"""
cooper: 1
name: checked
connections:
  store: {{ type: {kind}, region: {region}, endpoint: {endpoint}, insecure: allow, {trust}access: {{ method: static, accessKeyId: env:KEY, secretAccessKey: env:SECRET }} }}
  platform: {{ type: palette, endpoint: {palette.endpoint}, insecure: allow, access: {{ apiKey: env:PALETTE_KEY }} }}
buckets:
  data: {{ connection: store, origin: existing, bucketName: lake{bucket} }}
identities:
  key: {{ type: accessKey, accessKeyId: env:ID_KEY, secretAccessKey: env:ID_SECRET }}
{more}backupLocations:
  nightly: {{ bucket: data, identity: key{location}, in: {{ platform: {{ }} }} }}
"""


def consumer(moto, *actions):
    """A user of moto with a real policy; its key pair."""
    iam = moto.client("iam")
    iam.create_user(UserName="consumer")
    policy = {
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Action": list(actions), "Resource": ["arn:aws:s3:::lake", "arn:aws:s3:::lake/*"],
        }],
    }
    iam.put_user_policy(UserName="consumer", PolicyName="p", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="consumer")["AccessKey"]
    return {"ID_KEY": key["AccessKeyId"], "ID_SECRET": key["SecretAccessKey"]}


MINIMUM = ["s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"]


def environment(store, palette, keys):
    return {**store.environment, "PALETTE_KEY": palette.key, **keys}


def steps(result, section="resources"):
    return {step["name"]: step for step in result.json[section][0]["steps"]}


def verdicts(result):
    return {name: step["verdict"] for name, step in steps(result).items()}


def left(client, bucket="lake"):
    found = client.list_object_versions(Bucket=bucket)
    return found.get("Versions", []) + found.get("DeleteMarkers", [])


@pytest.fixture
def lake(moto):
    client = moto.client()
    client.create_bucket(Bucket="lake")
    return client


def test_the_minimum_of_rights_is_enough_and_nothing_is_left(make_project, moto, proxy, palette, lake, root):
    keys = consumer(moto, *MINIMUM)
    project = make_project(text(proxy.endpoint, palette, location=", prefix: nights/a"), environment(moto, palette, keys))
    dry = project.cooper("check", "backupLocations.nightly").expect(0).mentions("only a call that writes", "--write")
    assert not proxy.writes and palette.writes() == []
    assert all(len(line) <= 80 for line in dry.stdout.splitlines() if "http" not in line), dry.stdout
    proxy.clear()
    result = project.cooper("check", "backupLocations.nightly", "--write", "--format", "json").expect(0)
    found = verdicts(result)
    assert {found[name] for name in ("bucket", "addressing", "consumer", "list", "write", "read", "delete")} == {"good"}, found
    assert all(step["milliseconds"] >= 0 for step in steps(result).values() if "milliseconds" in step)
    written = [e for e in proxy.exchanges if e.method in ("PUT", "DELETE")]
    assert [e.method for e in written] == ["PUT", "DELETE"] and not left(lake)
    assert all(re.fullmatch("/lake/nights/a/cooper-check-[0-9a-f]{32}", e.path.split("?")[0]) for e in written)
    jsonschema.validate(result.json, json.loads((root / "schemas" / "check.schema.json").read_text()))
    for path, data in project.everything_written():
        assert keys["ID_SECRET"].encode() not in data and moto.secret.encode() not in data, path
    for shown in (dry, result):
        assert keys["ID_SECRET"] not in shown.output and moto.secret not in shown.output


@pytest.mark.parametrize("missing, step", [
    ("s3:ListBucket", "list"), ("s3:PutObject", "write"), ("s3:GetObject", "read"), ("s3:DeleteObject", "delete"),
])
def test_a_missing_right_is_named_and_nothing_is_left(make_project, moto, palette, lake, missing, step):
    keys = consumer(moto, *[action for action in MINIMUM if action != missing])
    project = make_project(text(moto.endpoint, palette), environment(moto, palette, keys))
    result = project.cooper("check", "backupLocations.nightly", "--write", "--format", "json").expect(1)
    found = steps(result)
    assert found[step]["verdict"] == "failed" and missing in found[step]["fix"], found[step]
    names = ["list", "write", "read", "delete"]
    for name in names[: names.index(step)]:
        assert found[name]["verdict"] == "good", found[name]
    if step in ("list", "write"):
        assert found["delete"]["verdict"] == "skipped" and step in found["delete"]["detail"]
    # What the consumer may not delete, Cooper's own credentials do.
    assert not left(lake)


def test_versions_and_markers_go_too(make_project, moto, palette, lake):
    lake.put_bucket_versioning(Bucket="lake", VersioningConfiguration={"Status": "Enabled"})
    keys = consumer(moto, *MINIMUM)
    project = make_project(text(moto.endpoint, palette, ", versioning: enabled"), environment(moto, palette, keys))
    result = project.cooper("check", "backupLocations.nightly", "--write", "--format", "json").expect(0)
    assert verdicts(result)["versioning"] == verdicts(result)["clean-up"] == "good"
    assert not left(lake)


def test_ctrl_c_removes_the_object_first(make_project, moto, proxy, palette, lake):
    keys = consumer(moto, *MINIMUM)
    project = make_project(text(proxy.endpoint, palette), environment(moto, palette, keys))
    proxy.inject("slow", "GET object", seconds=2)
    running = project.start("check", "backupLocations.nightly", "--write")
    deadline = time.monotonic() + 30
    while not any(e.method == "PUT" for e in proxy.exchanges):
        assert time.monotonic() < deadline and running.poll() is None
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    running.send_signal(signal.SIGINT)
    output, _ = running.communicate(timeout=60)
    assert running.returncode == 130, output
    assert any(e.method == "DELETE" for e in proxy.exchanges) and not left(lake)


@pytest.mark.parametrize("retention, lock, verdict, words", [
    ("30d", 7, "failed", "kept for 30d, and the lock protects them for 7d only"),
    ("7d", 30, "unlike", "to go after 7d, and the lock keeps them for 30d"), ("7d", 7, "good", "as long as"),
])
def test_a_retention_is_held_against_the_lock(make_project, moto, palette, retention, lock, verdict, words):
    moto.client().create_bucket(Bucket="lake", ObjectLockEnabledForBucket=True)
    moto.client().put_object_lock_configuration(Bucket="lake", ObjectLockConfiguration={
        "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": lock}},
    })
    keys = consumer(moto, *MINIMUM)
    bucket = f", tags: {{ backupRetention: {retention} }}"
    project = make_project(text(moto.endpoint, palette, bucket), environment(moto, palette, keys))
    result = project.cooper("check", "backupLocations.nightly", "--write", "--format", "json")
    found = steps(result.expect(1 if verdict == "failed" else 0))
    assert found["lock"]["verdict"] == verdict and words in found["lock"]["detail"], found["lock"]
    # An object that couldn't be removed again is never written.
    assert found["write"]["verdict"] == "skipped" and f"{lock}d" in found["write"]["detail"] and not left(moto.client())


def test_a_lifecycle_that_deletes_too_soon(make_project, moto, palette, lake):
    lake.put_bucket_lifecycle_configuration(Bucket="lake", LifecycleConfiguration={"Rules": [
        {"ID": "short", "Status": "Enabled", "Filter": {"Prefix": "nights/"}, "Expiration": {"Days": 3}},
    ]})
    keys = consumer(moto, *MINIMUM)
    tags = ", tags: { backupSchedule: 7d }"
    project = make_project(text(moto.endpoint, palette, tags, location=", prefix: nights"), environment(moto, palette, keys))
    project.cooper("check", "backupLocations.nightly").expect(1).mentions(
        "lifecycle +FAILED", 'rule "short" deletes after 3d, and backups are to be there for 7d', "let the backup tool delete")
    # Another folder's rule is not this location's.
    project.replace("prefix: nights", "prefix: days")
    project.cooper("check", "backupLocations.nightly").expect(0)


def test_wrong_secrets_end_it_and_later_steps_say_why(make_project, moto, palette, lake):
    keys = {"ID_KEY": "AKIDC4N4RY", "ID_SECRET": "s3cr3t-c4n4ry"}
    project = make_project(text(moto.endpoint, palette), environment(moto, palette, keys))
    consumers = project.cooper("check", "backupLocations.nightly", "--write", "--format", "json").expect(1)
    found = steps(consumers)
    assert [name for name, step in found.items() if step["verdict"] == "failed"] in (["list"], ["consumer"]), found
    assert found["write"]["verdict"] == "skipped"
    project.environment["SECRET"] = "another-c4n4ry"
    own = project.cooper("check", "backupLocations.nightly", "--format", "json").expect(1)
    found = verdicts(own)
    assert "failed" in found.values() and found["list"] == found["write"] == "skipped", found
    for result in (consumers, own):
        assert "s3cr3t-" not in result.output and "another-" not in result.output
    for path, data in project.everything_written():
        assert CANARY.encode() not in data.lower(), path


@pytest.mark.parametrize("endpoint, step, words", [
    (lambda: f"http://127.0.0.1:{free_port()}", "endpoint", "does it run"),
    (lambda: "http://no-such-host.invalid", "name", "can this machine resolve it"),
])
def test_an_endpoint_that_is_not_there(make_project, moto, palette, endpoint, step, words):
    project = make_project(text(endpoint(), palette), environment(moto, palette, {"ID_KEY": "a", "ID_SECRET": "b"}))
    result = project.cooper("check", "backupLocations.nightly", "--write", "--format", "json").expect(1)
    found = steps(result)
    assert found[step]["verdict"] == "failed" and words in found[step]["fix"], found[step]
    order = ["name", "endpoint", "tls", "credentials", "bucket", "lock", "consumer", "list", "write", "delete"]
    for later in order[order.index(step) + 1:]:
        assert found[later]["verdict"] == "skipped" and f'"{step}" failed' in found[later]["detail"], (later, found)
    same = project.cooper("check", "store", "--format", "json").expect(1)
    assert steps(same, "connections")[step]["verdict"] == "failed"
    assert steps(same, "connections")["list"]["verdict"] == "skipped"


def expired(directory):
    """A leaf that ended, by the authority that is there."""
    authority = x509.load_pem_x509_certificate((directory / "ca.crt").read_bytes())
    leaf = x509.load_pem_x509_certificate((directory / "leaf.crt").read_bytes())
    key = serialization.load_pem_private_key((directory / "ca.key").read_bytes(), None)
    made = x509.CertificateBuilder(
        issuer_name=authority.subject, subject_name=leaf.subject, public_key=leaf.public_key(), serial_number=4711,
        not_valid_before=datetime.datetime(2020, 1, 1), not_valid_after=datetime.datetime(2020, 2, 1),
        extensions=list(leaf.extensions),
    ).sign(key, hashes.SHA256())
    (directory / "leaf.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))


@pytest.mark.parametrize("fault, words, fix", [
    ("none", "trusted: .*it ends in [0-9]+ days", "renew the certificate before it ends"),
    ("host", "another host name", "write the host that the certificate names"),
    ("expired", "not valid today", "renew the certificate"),
    ("authority", "no trusted authority", "caCertificate"),
])
def test_certificates(make_project, moto, palette, lake, tmp_path, fault, words, fix):
    folder = tmp_path / "authority"
    folder.mkdir()
    names = "DNS:elsewhere.example" if fault == "host" else "IP:127.0.0.1"
    authority = make_authority(folder, subject_alternative=names)
    if fault == "expired":
        expired(folder)
    other = tmp_path / "other"
    other.mkdir()
    trusted = make_authority(other) if fault == "authority" else authority
    server = RecordingProxy(moto.endpoint, server_context(authority.leaf, authority.leaf_key))
    try:
        keys = consumer(moto, *MINIMUM)
        project = make_project(text(server.endpoint, palette, trust="caCertificate: ca.pem, "), environment(moto, palette, keys))
        project.write(open(trusted.certificate).read(), "ca.pem")
        result = project.cooper("check", "backupLocations.nightly", "--format", "json").expect(0 if fault == "none" else 1)
        tls = steps(result)["tls"]
        assert tls["verdict"] == ("good" if fault == "none" else "failed"), tls
        assert re.search(words, tls["detail"]) and fix in tls["fix"], tls
        if fault != "none":
            assert steps(result)["endpoint"]["verdict"] == "good" and not server.exchanges
    finally:
        server.stop()


def test_ceph(make_project, ceph, palette):
    ceph.client().create_bucket(Bucket="lake")
    keys = {"ID_KEY": ceph.key, "ID_SECRET": ceph.secret}
    project = make_project(
        text(ceph.endpoint, palette, kind="ceph", region="default"), environment(ceph, palette, keys))
    result = project.cooper("check", "backupLocations.nightly", "--write", "--format", "json").expect(0)
    assert verdicts(result)["write"] == verdicts(result)["read"] == verdicts(result)["delete"] == "good"
    assert not left(ceph.client())


def test_connections_tell_type_access_use_and_last_check(make_project, moto, palette, lake, root):
    project = make_project(
        text(moto.endpoint, palette), environment(moto, palette, {"ID_KEY": "AKIDC4N4RY", "ID_SECRET": "s3cr3t-c4n4ry"}))
    project.cooper("connections", "list").expect(0).mentions(
        "platform +palette", "store +minio +us-east-1 +static", "accessKeyId env:KEY", "never")
    before = project.cooper("connections", "list", "--format", "json").expect(0).json
    assert all("lastCheck" not in entry for entry in before["connections"])
    project.cooper("check", "store").expect(0, 1)
    project.environment["SECRET"] = "another-c4n4ry"
    project.cooper("check", "store").expect(1)
    listed = project.cooper("connections", "list").expect(0).mentions("FAILED")
    shown = project.cooper("connections", "show", "store").expect(0).mentions("buckets.data", re.escape(moto.endpoint))
    result = project.cooper("connections", "show", "store", "--format", "json").expect(0)
    entry = result.json["connections"][0]
    assert entry["usedBy"] == ["buckets.data"] and entry["lastCheck"]["good"] is False and entry["lastCheck"]["failed"]
    assert entry["access"] == {"method": "static", "accessKeyId": "env:KEY", "secretAccessKey": "env:SECRET"}
    jsonschema.validate(result.json, json.loads((root / "schemas" / "connections.schema.json").read_text()))
    jsonschema.validate(before, json.loads((root / "schemas" / "connections.schema.json").read_text()))
    for shown_result in (listed, shown, result):
        assert CANARY not in shown_result.output.lower() and moto.secret not in shown_result.output
    for path, data in project.everything_written():
        assert CANARY.encode() not in data.lower() and moto.secret.encode() not in data, path
    project.cooper("connections", "show", "stroe").expect(64).mentions("did you mean store")


def test_an_unknown_address_is_told(make_project, moto, palette):
    project = make_project(text(moto.endpoint, palette), environment(moto, palette, {"ID_KEY": "a", "ID_SECRET": "b"}))
    project.cooper("check", "backupLocations.nigthly").expect(64).mentions("did you mean backupLocations.nightly")
