"""`cooper check` of locations at Google and Azure, and at S3 with a wrong region or way of addressing: with the consumer's
own credentials, each step against a server that makes it good or bad."""

import json
import os
import re

import pytest

from support.azure import CLIENT, GROUP, SECRET, SUBSCRIPTION, TENANT, FakeAzure
from support.certificates import make_authority
from support.gcs import FakeGCS
from support.proxy import RecordingProxy, server_context

WRITING = ["write", "read", "delete"]


def steps(result):
    return {step["name"]: step for step in result.json["resources"][0]["steps"]}


def check(project, *more):
    return project.cooper("check", "backupLocations.nightly", "--format", "json", *more)


def expect_good(result, *names):
    found = steps(result.expect(0))
    assert {name: found[name]["verdict"] for name in names} == dict.fromkeys(names, "good"), found
    assert all(found[name]["milliseconds"] >= 0 for name in names if name not in ("region", "addressing")), found
    return found


def expect_named(found, step, right):
    """The step failed, says what to grant, and those behind it say which one it was."""
    assert found[step]["verdict"] == "failed" and right in found[step]["fix"], found[step]
    names = ["list", *WRITING]
    for name in names[: names.index(step)]:
        assert found[name]["verdict"] == "good", found[name]
    if step in ("list", "write"):
        assert found["delete"]["verdict"] == "skipped" and f'"{step}" failed' in found["delete"]["detail"], found["delete"]


# Google

OBJECTS = ["storage.objects.list", "storage.objects.create", "storage.objects.get", "storage.objects.delete"]


@pytest.fixture
def gcs():
    server = FakeGCS()
    server.make("acme-lake", location="EU")
    yield server
    server.stop()


@pytest.fixture
def google(make_project, gcs, palette):
    """A location in Palette on a bucket of Google; the consumer has the key of `allowed`."""

    def make(*allowed, bucket="", region="EU"):
        project = make_project(f"""
cooper: 1
name: checked
connections:
  g: {{ type: gcs, project: acme-test, region: {region}, endpoint: {gcs.endpoint}, iamEndpoint: {gcs.endpoint}, insecure: allow, access: {{ method: serviceAccountKey, key: file:key.json }} }}
  platform: {{ type: palette, endpoint: {palette.endpoint}, insecure: allow, access: {{ apiKey: env:PALETTE_KEY }} }}
buckets:
  data: {{ connection: g, origin: existing, bucketName: acme-lake{bucket} }}
identities:
  consumer: {{ type: serviceAccount, connection: g, identityName: consumer, origin: existing, key: env:CONSUMER }}
backupLocations:
  nightly: {{ bucket: data, prefix: nights, identity: consumer, in: {{ platform: {{ }} }} }}
""", {"PALETTE_KEY": palette.key, "CONSUMER": gcs.consumer("consumer", *allowed)})
        gcs.add_account("consumer@acme-test.iam.gserviceaccount.com")
        os.chmod(project.write(gcs.key_file, "key.json"), 0o600)
        return project

    return make


@pytest.mark.parametrize("versioning", ["", "enabled"])
def test_google_with_the_consumers_own_key_and_nothing_left(google, gcs, versioning):
    project = google(*OBJECTS, bucket=f", versioning: {versioning}" if versioning else "")
    if versioning:
        gcs.change("acme-lake", versioning={"enabled": True})
    dry = check(project)
    assert steps(dry.expect(0))["write"]["fix"].endswith("--write") and not gcs.calls("POST", "DELETE", "PATCH", "PUT")
    result = check(project, "--write")
    found = expect_good(result, "bucket", "region", "addressing", "consumer", "list", *WRITING, "clean-up")
    assert re.fullmatch("nights/cooper-check-[0-9a-f]{32}", found["write"]["detail"])
    assert gcs.buckets["acme-lake"].objects == {}
    owners = [form for form in gcs.token_requests if "assertion" in form]
    assert len(owners) >= 2, "Cooper and the consumer sign in on their own"
    assert "PRIVATE KEY" not in result.output + dry.output


@pytest.mark.parametrize("missing, step", list(zip(OBJECTS, ["list", *WRITING])))
def test_google_names_the_permission_that_is_missing(google, gcs, missing, step):
    project = google(*[permission for permission in OBJECTS if permission != missing])
    found = steps(check(project, "--write").expect(1))
    expect_named(found, step, missing)
    assert gcs.buckets["acme-lake"].objects == {}, "what the consumer may not delete, Cooper does"


def test_google_in_another_region(google):
    found = steps(check(google(*OBJECTS, region="US")).expect(1))
    assert found["region"]["verdict"] == "failed" and "write  region: EU" in found["region"]["fix"], found["region"]
    assert found["list"]["verdict"] == "skipped" and '"region" failed' in found["list"]["detail"]


def test_google_with_a_key_that_is_no_longer_good(google, gcs):
    project = google(*OBJECTS)
    gcs.consumers.clear()
    found = steps(check(project, "--write").expect(1))
    failed = [name for name, step in found.items() if step["verdict"] == "failed"]
    assert failed in (["consumer"], ["list"]) and "invalid_grant" in found[failed[0]]["detail"], found
    assert found["write"]["verdict"] == "skipped"


# Azure

CONSUMER = "00000000-aaaa-bbbb-cccc-00000000c0de"
ACTIONS = {"write": "write", "read": "read", "delete": "delete"}


@pytest.fixture
def azure():
    server = FakeAzure()
    server.add_account("acmereports")
    server.add_container("acmereports", "daily")
    yield server
    server.stop()


@pytest.fixture
def microsoft(make_project, azure):
    """A location of Velero on a container of Azure."""

    def make(identity, **environment):
        text = f"""
cooper: 1
name: checked
connections:
  azure:
    type: azure
    tenant: {TENANT}
    subscription: {SUBSCRIPTION}
    resourceGroup: {GROUP}
    region: westeurope
    endpoint: {azure.endpoint}
    resourceManager: {azure.endpoint}
    authority: {azure.endpoint}
    insecure: allow
    access: {{ method: servicePrincipal, clientId: {CLIENT}, clientSecret: env:AZURE_SECRET }}
  platform: {{ type: kubernetes, context: nowhere }}
storageAccounts:
  reports: {{ connection: azure, storageAccountName: acmereports, origin: existing }}
buckets:
  data: {{ account: reports, bucketName: daily, origin: existing }}
identities:
  consumer: {{ {identity} }}
backupLocations:
  nightly: {{ bucket: data, prefix: nights, identity: consumer, in: {{ platform: {{ }} }} }}
"""
        return make_project(text, {"AZURE_SECRET": SECRET, **environment})

    return make


PRINCIPAL = f"type: servicePrincipal, connection: azure, clientId: {CONSUMER}, clientSecret: env:CONSUMER"


def only_bucket(found):
    """Steps of the store; the cluster of this project is none that answers."""
    return {name: step for name, step in found.items() if name not in ("entry", "settings")}


def test_azure_with_the_account_s_key(microsoft, azure):
    project = microsoft("type: accessKey, accessKeyId: env:NAME, secretAccessKey: env:KEY", NAME="acmereports", KEY=azure.key("acmereports"))
    found = only_bucket(steps(check(project, "--write")))
    for name in ("bucket", "addressing", "consumer", "list", *WRITING):
        assert found[name]["verdict"] == "good", found[name]
    assert azure.accounts["acmereports"].containers["daily"].blobs == {}
    assert azure.key("acmereports") not in json.dumps(found)


@pytest.mark.parametrize("missing", [None, *WRITING])
def test_azure_as_a_service_principal_and_the_data_action_that_is_missing(microsoft, azure, missing):
    azure.consumers[CONSUMER] = ("consumer-c4n4ry", {"read", "write", "delete"} - {missing})
    project = microsoft(PRINCIPAL, CONSUMER="consumer-c4n4ry")
    result = check(project, "--write")
    found = only_bucket(steps(result))
    # Listing and reading are one action at Azure.
    step = {"read": "list"}.get(missing, missing)
    if missing is None:
        assert all(found[name]["verdict"] == "good" for name in ("consumer", "list", *WRITING)), found
        # Roles on data alone are what a consumer has: it need not see the subscription.
        assert "may not ask who it is" in found["consumer"]["detail"], found["consumer"]
    else:
        expect_named(found, step, f"blobs/{ACTIONS[missing]}")
    assert azure.accounts["acmereports"].containers["daily"].blobs == {}
    assert "c4n4ry" not in result.output


def test_azure_with_a_wrong_secret_and_with_a_container_that_is_not_there(microsoft, azure):
    azure.consumers[CONSUMER] = ("another-c4n4ry", {"read"})
    project = microsoft(PRINCIPAL, CONSUMER="consumer-c4n4ry")
    result = check(project, "--write").expect(1)
    found = only_bucket(steps(result))
    failed = [name for name, step in found.items() if step["verdict"] == "failed"]
    assert failed in (["consumer"], ["list"]) and "AADSTS7000215" in found[failed[0]]["detail"], found
    project.replace("bucketName: daily", "bucketName: weekly")
    found = only_bucket(steps(check(project, "--write").expect(1)))
    assert found["bucket"]["verdict"] == "failed" and "cooper apply" in found["bucket"]["fix"], found["bucket"]
    assert "c4n4ry" not in result.output


# S3

def location(endpoint, palette, more):
    return f"""
cooper: 1
name: checked
connections:
  store: {{ type: minio, endpoint: {endpoint}, {more}, access: {{ method: static, accessKeyId: env:KEY, secretAccessKey: env:SECRET }} }}
  platform: {{ type: palette, endpoint: {palette.endpoint}, insecure: allow, access: {{ apiKey: env:PALETTE_KEY }} }}
buckets:
  data: {{ connection: store, origin: existing, bucketName: lake }}
identities:
  key: {{ type: accessKey, accessKeyId: env:KEY, secretAccessKey: env:SECRET }}
backupLocations:
  nightly: {{ bucket: data, identity: key, in: {{ platform: {{ }} }} }}
"""


def test_s3_in_another_region(make_project, moto, palette):
    moto.client().create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    text = location(moto.endpoint, palette, "region: us-east-1, insecure: allow").replace("type: minio", "type: aws")
    project = make_project(text, {**moto.environment, "PALETTE_KEY": palette.key})
    found = steps(check(project, "--write").expect(1))
    assert found["region"]["verdict"] == "failed" and "write  region: eu-west-1" in found["region"]["fix"], found
    assert found["write"]["verdict"] == "skipped" and '"region" failed' in found["write"]["detail"]


def test_s3_with_names_in_front_of_the_host_where_the_store_has_none(make_project, moto, palette, tmp_path):
    """The certificate names the store alone, so that NAME.store can't be trusted: the path is the way."""
    moto.client().create_bucket(Bucket="lake")
    authority = make_authority(tmp_path, subject_alternative="DNS:store.localhost,IP:127.0.0.1")
    server = RecordingProxy(moto.endpoint, server_context(authority.leaf, authority.leaf_key))
    try:
        endpoint = server.endpoint.replace("127.0.0.1", "store.localhost")
        text = location(endpoint, palette, "region: us-east-1, pathStyle: false, caCertificate: ca.pem")
        project = make_project(text, {**moto.environment, "PALETTE_KEY": palette.key})
        project.write(open(authority.certificate).read(), "ca.pem")
        found = steps(check(project, "--write").expect(1))
        assert found["tls"]["verdict"] == "good" and found["addressing"]["verdict"] == "failed", found
        assert "pathStyle: true" in found["addressing"]["fix"] and found["write"]["verdict"] == "skipped"
        # moto takes a host of two labels for the name of a bucket.
        project.replace("store.localhost", "127.0.0.1")
        project.replace("pathStyle: false", "pathStyle: true")
        expect_good(check(project, "--write"), "bucket", "addressing", "list", *WRITING)
    finally:
        server.stop()
