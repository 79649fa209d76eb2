"""`cooper check` of buckets that a cluster makes: real API server, a store behind it, and the keys that the platform wrote
for the consumer, in whichever Secret exists."""

import base64
import json

import pytest

from support.kubernetes import cosi, cozystack
from support.palette_server import PaletteServer
from support.platform_controller import Platform

pytestmark = pytest.mark.kubernetes

WRITING = ["write", "read", "delete"]

COZYSTACK = """\
cooper: 1
name: born
connections:
  hikube: { type: kubernetes, readiness: 60s }
buckets:
  hk:
    connection: hikube
    cozystack: { namespace: tenant-acme, users: { velero: {}, audit: { readonly: true } } }
identities:
  hk: { type: bucketUser, bucket: hk, user: velero }
backupLocations:
  hikube: { bucket: hk, prefix: velero, identity: hk, in: { hikube: { namespace: velero } } }
"""

COSI = COZYSTACK.replace(
    "cozystack: { namespace: tenant-acme, users: { velero: {}, audit: { readonly: true } } }",
    "cosi: { namespace: tenant-acme, bucketClass: fast, access: { velero: { accessClass: s3, secret: velero-s3 } } }",
)


class Store:
    """moto behind TLS as the store of a platform: a bucket, and users of it with keys of their own."""

    def __init__(self, moto, endpoint, locks=None):
        self.moto, self.endpoint, self.locks = moto, endpoint, locks
        self.bucket, self.given = None, {}

    def make(self, bucket):
        s3 = self.moto.client()
        s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=self.locks is not None)
        if self.locks is not None:
            rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": self.locks}}
            s3.put_object_lock_configuration(
                Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule})
        self.bucket = bucket

    def keys(self, bucket, user, readonly):
        iam, name = self.moto.client("iam"), "u" + user
        actions = ["s3:List*", "s3:Get*"] + ([] if readonly else ["s3:PutObject", "s3:DeleteObject"])
        statement = {"Effect": "Allow", "Action": actions, "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}
        iam.create_user(UserName=name)
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        self.given[user] = (key["AccessKeyId"], key["SecretAccessKey"])
        return self.given[user]

    def left(self):
        found = self.moto.client().list_object_versions(Bucket=self.bucket)
        return found.get("Versions", []) + found.get("DeleteMarkers", [])


@pytest.fixture
def store(moto, tls):
    return Store(moto, tls.endpoint)


@pytest.fixture
def born(kube, on_cluster, authority):
    """Applies a project while the platform plays its part, and gives it back."""

    def make(text, store, **platform):
        project = on_cluster(text, SSL_CERT_FILE=authority.certificate)
        with Platform(kube, "tenant-acme", store=store, late=0.2, **platform):
            project.apply().expect(0)
        return project

    return make


def steps(result):
    return {step["name"]: step for step in result.json["resources"][0]["steps"]}


def check(project, *more):
    return project.cooper("check", "backupLocations.hikube", "--write", "--format", "json", *more)


def expect_silent(project, store, *results):
    for _, secret in store.given.values():
        assert not any(secret in result.output for result in results)
        assert not any(secret.encode() in content for _, content in project.everything_written())


@pytest.mark.parametrize("flavour, forms", [("B", ("flat",)), ("B", ("info",)), ("A", ("info",)), ("A", ("flat",))])
def test_a_bucket_of_cozystack_by_the_keys_of_whichever_secret_exists(kube, born, store, flavour, forms):
    """CZ-02, CZ-05, CZ-06, CZ-08, CZ-09: name, endpoint and keys are those that the platform told."""
    kube.define(cosi("v1alpha1") + cozystack(flavour))
    text = COZYSTACK
    if flavour == "A":
        text = text.replace("users: { velero: {}, audit: { readonly: true } }", "flavour: A").replace(", user: velero", "")
    project = born(text, store, flavour=flavour, forms=forms)
    result = check(project)
    found = steps(result.expect(0))
    for name in ("entry", "endpoint", "tls", "bucket", "consumer", "list", *WRITING):
        assert found[name]["verdict"] == "good" and (name == "bucket" or found[name]["milliseconds"] >= 0), found[name]
    assert store.bucket in found["bucket"]["detail"] and found["write"]["detail"].startswith("velero/cooper-check-")
    assert store.left() == []
    expect_silent(project, store, result)


@pytest.mark.parametrize("version", ["v1alpha1", "v1alpha2"])
def test_a_bucket_of_cosi(kube, born, store, version):
    kube.define(cosi(version))
    project = born(COSI, store, cosi=version)
    result = check(project)
    found = steps(result.expect(0))
    assert all(found[name]["verdict"] == "good" for name in ("bucket", "consumer", "list", *WRITING)), found
    assert store.left() == []
    expect_silent(project, store, result)


def test_the_authority_and_the_addressing_that_cosi_tells(kube, on_cluster, moto, tls, authority):
    """COSI v1alpha2: the store's authority is the Secret's alone, and goes into Velero's location and the check."""
    kube.define(cosi("v1alpha2"))
    store = Store(moto, tls.endpoint)
    store.authority = open(authority.certificate).read()
    # Nothing but the Secret vouches for the store.
    project = on_cluster(COSI)
    project.plan().expect(2).mentions(r"known after apply: .*buckets\.hk\.caCertificate", r"buckets\.hk\.pathStyle")
    with Platform(kube, "tenant-acme", store=store, late=0.2, cosi="v1alpha2"):
        project.apply().expect(0)
    project.expect_no_changes()
    location = "/apis/velero.io/v1/namespaces/velero/backupstoragelocations/hikube"
    spec = kube.get(location)["spec"]
    assert base64.b64decode(spec["objectStorage"]["caCert"]).decode() == store.authority
    assert spec["config"]["s3ForcePathStyle"] == "true"
    assert project.cooper("output", "buckets.hk.caCertificate").expect(0).stdout.strip() == store.authority.strip()
    result = check(project)
    found = steps(result.expect(0))
    assert all(found[name]["verdict"] == "good" for name in ("tls", "bucket", "consumer", "list", *WRITING)), found
    expect_silent(project, store, result)


@pytest.mark.parametrize("told", [("virtual", "false"), ("path", "true")])
def test_the_addressing_that_cosi_tells(kube, on_cluster, moto, tls, authority, told):
    kube.define(cosi("v1alpha2"))
    store = Store(moto, tls.endpoint)
    store.style = told[0]
    palette = PaletteServer()
    try:
        text = COSI.replace("connections:\n", f"connections:\n  palette: {{ type: palette, endpoint: {palette.endpoint}, insecure: allow, access: {{ apiKey: env:PALETTE_KEY }} }}\n")
        text += "  inPalette: { bucket: hk, identity: hk, in: { palette: { scope: tenant } } }\n"
        project = on_cluster(text, SSL_CERT_FILE=authority.certificate, PALETTE_KEY=palette.key)
        with Platform(kube, "tenant-acme", store=store, late=0.2, cosi="v1alpha2"):
            project.apply().expect(0)
        project.expect_no_changes()
        (entry,) = palette.locations.values()
        config = entry["body"]["spec"]["config"]
        assert config["s3ForcePathStyle"] is (told[1] == "true") and not config.get("caCert")
    finally:
        palette.stop()
    spec = kube.get("/apis/velero.io/v1/namespaces/velero/backupstoragelocations/hikube")["spec"]
    assert spec["config"]["s3ForcePathStyle"] == told[1] and "caCert" not in spec["objectStorage"]
    assert project.cooper("output", "buckets.hk.pathStyle").expect(0).stdout.strip() == told[1]


def test_a_user_who_may_only_read_and_a_key_that_ended(kube, born, store, moto):
    """CZ-02: the platform's own rights decide, and what is missing is named."""
    kube.define(cosi("v1alpha1") + cozystack("B"))
    project = born(COZYSTACK.replace("user: velero }", "user: audit }"), store, flavour="B")
    read_only = check(project)
    found = steps(read_only.expect(1))
    assert found["list"]["verdict"] == "good" and found["write"]["verdict"] == "failed", found
    assert "s3:PutObject" in found["write"]["fix"] and found["delete"]["verdict"] == "skipped"
    assert '"write" failed' in found["delete"]["detail"] and store.left() == []
    # CZ-08: keys end with their user, and the Secret still has them.
    iam = moto.client("iam")
    iam.delete_access_key(UserName="u-audit", AccessKeyId=store.given["-audit"][0])
    ended = check(project)
    found = steps(ended.expect(1))
    failed = [name for name, step in found.items() if step["verdict"] == "failed"]
    assert failed in (["list"], ["consumer"]) and "references" in found[failed[0]]["fix"], found
    expect_silent(project, store, read_only, ended)


def test_nothing_is_written_where_the_cluster_s_class_locks(kube, born, moto, tls):
    """CZ-07: read with the consumer's own keys, as Cooper has none there."""
    store = Store(moto, tls.endpoint, locks=365)
    kube.define(cosi("v1alpha1") + cozystack("B"))
    project = born(COZYSTACK.replace("users:", "locking: true, users:"), store, flavour="B")
    found = steps(check(project).expect(0))
    assert found["lock"]["verdict"] in ("good", "unlike") and found["write"]["verdict"] == "skipped", found
    assert "365d" in found["write"]["detail"] and store.left() == []


def test_a_bucket_that_is_not_made_yet_is_told(kube, on_cluster):
    """At once, however long an apply would wait."""
    kube.define(cosi("v1alpha1") + cozystack("B"))
    project = on_cluster(COZYSTACK.replace("readiness: 60s", "readiness: 10m"))
    found = steps(check(project).expect(1))
    assert found["bucket"]["verdict"] == "failed" and "is not there" in found["bucket"]["detail"], found["bucket"]
    assert "cooper apply" in found["bucket"]["fix"] and found["bucket"]["milliseconds"] < 30_000
    assert found["write"]["verdict"] == "skipped" and '"bucket" failed' in found["write"]["detail"]


def test_a_store_that_does_not_answer_from_here(kube, born, store, tls):
    kube.define(cosi("v1alpha1") + cozystack("B"))
    project = born(COZYSTACK, store, flavour="B")
    tls.stop()
    found = steps(check(project).expect(1))
    assert found["endpoint"]["verdict"] == "failed" and "does it run" in found["endpoint"]["fix"], found["endpoint"]
    assert found["list"]["verdict"] == "skipped" and '"endpoint" failed' in found["list"]["detail"]
