"""Buckets of Cozystack and COSI, and Velero's locations, against a real kube-apiserver."""

import base64
import hashlib
import json
import os
import re
import stat
import urllib.error

import pytest
import yaml

from support.gcs import FakeGCS
from support.moto import client
from support.kubernetes import ADMIN, CRDS, WEAK, READER, cosi, cozystack, tenant_secret
from support.platform_controller import KEY, SECRET, Platform

pytestmark = pytest.mark.kubernetes

LOCATION = "/apis/velero.io/v1/namespaces/velero/backupstoragelocations/hikube"
CREDENTIALS = "/api/v1/namespaces/velero/secrets/hikube-credentials"

PAIRING = """\
cooper: 1
name: pairing
connections:
  hikube: { type: kubernetes, context: hikube, readiness: 60s }
buckets:
  hk:
    connection: hikube
    cozystack: { namespace: tenant-acme, users: { velero: {} } }
identities:
  hk-velero: { type: bucketUser, bucket: hk, user: velero }
backupLocations:
  hikube:
    bucket: hk
    prefix: velero
    identity: hk-velero
    in: { hikube: { namespace: velero } }
"""

STATIC = """\
cooper: 1
name: static
connections:
  hikube: { type: kubernetes }
  minio:
    type: minio
    endpoint: ENDPOINT
    insecure: allow
    region: us-east-1
    access: { method: static, accessKeyId: env:KEY, secretAccessKey: env:SECRET }
identities:
  key: { type: accessKey, accessKeyId: env:KEY, secretAccessKey: env:SECRET }
buckets:
  backups: { connection: minio, origin: existing, bucketName: acme-backups }
backupLocations:
  hikube: { bucket: backups, prefix: velero, identity: key, in: { hikube: { namespace: velero, backupSyncPeriod: 1h } } }
"""


def expect_no_secret(project, *results):
    """Neither in a file of the project nor in anything that was printed."""
    for path, content in project.everything_written():
        for secret in (SECRET, KEY, ADMIN, "canary"):
            assert secret.encode() not in content, f"{secret} is in {path}"
    for result in results:
        for secret in (SECRET, KEY, ADMIN, "canary"):
            assert secret not in result.output, f"{secret} was printed by {result.arguments}"


def credential(kube):
    return base64.b64decode(kube.get(CREDENTIALS)["data"]["cloud"]).decode()


def test_the_types_are_those_that_their_projects_publish():
    """Every file is the blob that crds/README.md names, and no other file is there."""
    rows = dict(re.findall(r"^\| `([^`]+/[^`]+)` \| `([0-9a-f]{40})` \|$", (CRDS / "README.md").read_text(), re.MULTILINE))
    found = {}
    for path in CRDS.glob("*/*"):
        data = path.read_bytes()
        found[str(path.relative_to(CRDS))] = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    assert found == rows and len(rows) == 8


def test_reference_pairing(kube, on_cluster):
    """systems.md section 6: bucket with one user -> location with its generated name, endpoint and keys, in one apply."""
    kube.define(cosi("v1alpha1") + cozystack("B"))
    project = on_cluster(PAIRING)
    first = project.plan("--calls").expect(2).mentions("known after apply", "buckets.hk.bucketName")
    document = project.cooper("plan", "--format", "json").expect(0)
    with Platform(kube, "tenant-acme", "B"):
        applied = project.apply().expect(0)
    name = kube.get("/apis/objectstorage.k8s.io/v1alpha1/namespaces/tenant-acme/bucketclaims/bucket-hk")["status"]["bucketName"]
    spec = kube.get(LOCATION)["spec"]
    assert spec == {
        "provider": "aws",
        "objectStorage": {"bucket": name, "prefix": "velero"},
        "config": {"region": "us-east-1", "s3ForcePathStyle": "true", "s3Url": "https://s3.platform.example"},
        "credential": {"name": "hikube-credentials", "key": "cloud"},
        "default": False,
        "accessMode": "ReadWrite",
    }
    assert credential(kube) == (
        f"[default]\naws_access_key_id={KEY}-velero\naws_secret_access_key={SECRET}-velero\n"
    )
    second = project.plan().expect(0)
    outputs = project.state()["resources"]["buckets.hk"]["outputs"]
    assert outputs["bucketName"] == name and outputs["endpoint"] == "https://s3.platform.example"
    shown = project.cooper("state", "show", "buckets.hk").expect(0)
    expect_no_secret(project, first, document, applied, second, shown)


def test_a_bucket_that_is_there_is_imported_in_its_namespace(kube, on_cluster):
    """The block says what made it, and so where it is looked for."""
    kube.define(cosi("v1alpha1") + cozystack("B"))
    project = on_cluster(PAIRING)
    with Platform(kube, "tenant-acme", "B"):
        project.converge()
        os.remove(project.state_path)
        project.cooper("import", "buckets.hk", "hk").expect(0)
        assert project.state()["resources"]["buckets.hk"]["identity"]["scope"] == "tenant-acme"
        plan = project.plan_document()
    assert "buckets.hk" not in [entry["address"] for entry in plan["changes"] + plan["blocked"]], plan


@pytest.mark.parametrize("flavour", ["A", "B"])
def test_cozystack_in_both_flavours(kube, on_cluster, flavour):
    """CZ-02, CZ-05, CZ-06, CZ-08: made, used by the keys of whichever Secret exists, and removed."""
    kube.define(cosi("v1alpha1") + cozystack(flavour))
    users = "users: { velero: {}, audit: { readonly: true } }" if flavour == "B" else "flavour: A"
    text = PAIRING.replace("users: { velero: {} }", users)
    if flavour == "A":
        text = text.replace(", user: velero", "")
    project = on_cluster(text)
    with Platform(kube, "tenant-acme", flavour):
        project.converge()
    bucket = kube.get("/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-acme/buckets/hk")
    wanted = {"users": {"velero": {}, "audit": {"readonly": True}}} if flavour == "B" else None
    assert bucket.get("spec") == wanted
    assert KEY + ("-velero" if flavour == "B" else "") + "\n" in credential(kube)

    # it would take its data along, so it stays until somebody says so.
    project.write(project.read("cooper.yaml").split("buckets:")[0])
    project.plan().expect(4).mentions("holds what nobody has counted", "forget", "purge")
    project.write(project.read("cooper.yaml") + "removed: { buckets.hk: purge }\n")
    project.plan().expect(2).mentions("destroys")
    project.apply().expect(0)
    assert kube.get("/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-acme/buckets/hk") is None
    assert kube.get(LOCATION) is None and kube.get(CREDENTIALS) is None


def test_users_on_a_cozystack_without_users(kube, on_cluster):
    """CZ-02: told as such, not as a difference that never goes away."""
    kube.define(cosi("v1alpha1") + cozystack("A"))
    project = on_cluster(PAIRING.split("identities:")[0])
    project.apply().expect(1).mentions("flavour: A|field not declared")


def test_a_lock_keeps_the_data(kube, on_cluster):
    """CZ-07, R-12: only the object goes, and the plan says so."""
    kube.define(cosi("v1alpha1") + cozystack("B"))
    project = on_cluster(PAIRING.split("identities:")[0].replace("users:", "locking: true, users:"))
    with Platform(kube, "tenant-acme", "B"):
        project.plan().expect(2).mentions("365 days")
        project.converge()
    project.write(project.read("cooper.yaml").split("buckets:")[0] + "removed: { buckets.hk: delete }\n")
    project.plan().expect(2).mentions("its data stays")
    project.apply().expect(0)


@pytest.mark.parametrize("version", ["v1alpha1", "v1alpha2"])
def test_cosi_in_both_versions(kube, on_cluster, version):
    """The version is asked of the cluster; what is no longer wanted goes, what others made stays."""
    kube.define(cosi(version))
    project = on_cluster(
        f"""\
cooper: 1
name: cosi
connections:
  hikube: {{ type: kubernetes, readiness: 60s }}
buckets:
  data:
    connection: hikube
    deletion: purge
    cosi:
      namespace: apps
      bucketClass: fast
      access:
        app: {{ accessClass: s3, secret: app-s3 }}
        etl: {{ accessClass: s3, secret: etl-s3 }}
identities:
  app: {{ type: bucketUser, bucket: data, user: app }}
backupLocations:
  hikube: {{ bucket: data, identity: app, in: {{ hikube: {{ namespace: velero }} }} }}
"""
    )
    base = f"/apis/objectstorage.k8s.io/{version}/namespaces/apps"
    with Platform(kube, "apps", cosi=version):
        project.converge()
        uid = kube.get(f"{base}/bucketclaims/data")["metadata"]["uid"]
        spec = kube.get(LOCATION)["spec"]
        assert spec["objectStorage"]["bucket"] == f"bucket-{uid}"
        assert spec["config"]["region"] == ("us-east-1" if version == "v1alpha1" else "eu-test-1")
        project.replace("        etl: { accessClass: s3, secret: etl-s3 }\n", "")
        project.plan().expect(2).mentions("credentials of access etl end")
        project.converge()
    assert kube.get(f"{base}/bucketaccesses/etl") is None and kube.get(f"{base}/bucketaccesses/app")
    project.write(project.read("cooper.yaml").split("buckets:")[0])
    project.apply().expect(0)
    assert kube.get(f"{base}/bucketclaims/data") is None and kube.get(f"{base}/bucketaccesses/app") is None


@pytest.mark.parametrize("version", ["v1alpha1", "v1alpha2"])
def test_documents_of_cosi_and_velero_are_taken_by_the_published_types(kube, on_cluster, version):
    """VL-04, section 5: what `cooper emit` writes is applied as Argo CD or Flux would, and refused when a field is wrong."""
    kube.define(cosi(version))
    project = on_cluster(
        f"""\
cooper: 1
name: documents
connections:
  hikube: {{ type: kubernetes }}
  aws: {{ type: aws, region: eu-west-1 }}
buckets:
  data:
    connection: hikube
    cosi: {{ namespace: apps, version: {version}, bucketClass: fast, access: {{ app: {{ accessClass: s3, secret: app-s3 }} }} }}
  backups: {{ connection: aws, bucketName: acme-backups }}
identities:
  key: {{ type: accessKey, accessKeyId: env:KEY, secretAccessKey: env:SECRET }}
backupLocations:
  main: {{ bucket: backups, prefix: prod, identity: key, in: {{ hikube: {{ namespace: velero, snapshots: {{ region: eu-west-1 }} }} }} }}
documents:
  cosi: {{ from: buckets.data, as: cosi, path: out/cosi.yaml }}
  velero: {{ from: backupLocations.main, as: velero, path: out/velero.yaml }}
"""
    )
    project.cooper("emit").expect(0)
    objects = [
        one for name in ("cosi", "velero") for one in yaml.safe_load_all(project.read(f"out/{name}.yaml")) if one
    ]
    plurals = {
        "BucketClaim": "bucketclaims", "BucketAccess": "bucketaccesses", "BackupStorageLocation": "backupstoragelocations",
        "VolumeSnapshotLocation": "volumesnapshotlocations",
    }
    assert {one["kind"] for one in objects} == set(plurals)
    for one in objects:
        head = one["metadata"]
        path = f"/apis/{one['apiVersion']}/namespaces/{head['namespace']}/{plurals[one['kind']]}/{head['name']}"
        kube.apply(path, one, "flux")
        # Nothing of it was dropped as unknown: the cluster has it all.
        assert kube.get(path)["spec"] == one["spec"]
        with pytest.raises(urllib.error.HTTPError):
            kube.apply(path, {**one, "spec": {**one["spec"], "noSuchField": True}}, "flux")


def test_changed_elsewhere(kube, moto, on_cluster):
    """A conflict is seen when the plan is made, told as owned by whom, and repaired with a consent."""
    moto.client().create_bucket(Bucket="acme-backups")
    text = STATIC.replace("ENDPOINT", moto.endpoint)
    project = on_cluster(text, **moto.environment)
    project.converge()
    assert kube.get(LOCATION)["spec"]["backupSyncPeriod"] == "1h0m0s"
    kube.merge(LOCATION, {"spec": {"config": {"region": "eu-west-1"}, "accessMode": "ReadOnly"}})
    seen = project.plan().expect(4).mentions(
        "spec.config.region is owned by kubectl-edit", "spec.accessMode is owned by kubectl-edit", "consents:"
    )
    project.cooper("drift").expect(3).mentions("backupLocations.hikube")
    project.apply().expect(4)
    assert kube.get(LOCATION)["spec"]["accessMode"] == "ReadOnly", "nothing is taken over without a consent"

    project.write(
        text + "consents: [{ address: backupLocations.hikube, risk: overwrites, reason: kubectl was a mistake }]\n"
    )
    project.converge()
    spec = kube.get(LOCATION)["spec"]
    assert spec["accessMode"] == "ReadWrite" and spec["config"]["region"] == "us-east-1"

    # A field that Cooper doesn't speak of is its owner's.
    kube.merge(LOCATION, {"metadata": {"labels": {"team": "storage"}}, "spec": {"validationFrequency": "5m0s"}})
    project.expect_no_changes()

    # Somebody else writes the Secret: seen without reading what is in it.
    kube.merge(CREDENTIALS, {"data": {"cloud": base64.b64encode(b"other").decode()}})
    project.plan().expect(3).mentions("Secret velero/hikube-credentials data.cloud is owned by kubectl-edit")
    project.converge()
    assert f"aws_access_key_id={moto.key}" in credential(kube)

    # Gone altogether: made again.
    kube.delete(CREDENTIALS)
    project.converge()
    assert f"aws_secret_access_key={moto.secret}" in credential(kube)
    assert moto.secret.encode() not in b"".join(content for _, content in project.everything_written())
    expect_no_secret(project, seen)

    # only the registration goes.
    project.write(text.split("backupLocations:")[0])
    project.converge()
    assert kube.get(LOCATION) is None and kube.get(CREDENTIALS) is None
    assert moto.client().list_buckets()["Buckets"]


def test_taking_over_from_another_manager(kube, on_cluster):
    """Adopted from Flux: what it says otherwise is told by its owner's name, and taken over with a consent only."""
    kube.define(cosi("v1alpha1") + cozystack("B"))
    path = "/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-acme/buckets/hk"
    body = {
        "apiVersion": "apps.cozystack.io/v1alpha1", "kind": "Bucket", "metadata": {"name": "hk"},
        "spec": {"users": {"velero": {"readonly": True}, "flux": {}}},
    }
    kube.apply(path, body, "flux")
    project = on_cluster(PAIRING.split("identities:")[0] + "adopted: { buckets.hk: hk }\n")
    project.plan().expect(4).mentions("spec.users.velero.readonly is owned by flux")
    assert kube.get(path)["spec"]["users"]["velero"] == {"readonly": True}
    project.write(
        project.read("cooper.yaml") + "consents: [{ address: buckets.hk, risk: overwrites, reason: moved from Flux }]\n"
    )
    with Platform(kube, "tenant-acme", "B", late=0.2):
        project.converge()
    # The other user is its owner's.
    assert kube.get(path)["spec"]["users"] == {"velero": {"readonly": False}, "flux": {}}


def test_deletion_guard(kube, on_cluster):
    """Another object of the same name is not what Cooper made."""
    kube.define(cosi("v1alpha1") + cozystack("B"))
    project = on_cluster(PAIRING)
    with Platform(kube, "tenant-acme", "B"):
        project.converge()
    body = kube.get(LOCATION)
    kube.delete(LOCATION)
    kube.call(
        "POST", LOCATION.rsplit("/", 1)[0],
        {key: body[key] for key in ("apiVersion", "kind", "spec")} | {"metadata": {"name": "hikube"}},
    )
    project.write(PAIRING.split("backupLocations:")[0])
    project.apply().expect(1).mentions("is not what Cooper made")
    assert kube.get(LOCATION)


def test_not_ready_within_the_budget(kube, on_cluster):
    """The run ends with what is missing, and the next one goes on."""
    kube.define(cosi("v1alpha1") + cozystack("B"))
    project = on_cluster(PAIRING.replace("readiness: 60s", "readiness: 1s"))
    project.apply().expect(1).mentions("is not ready after 1 s", "BucketClaim tenant-acme/bucket-hk is not ready")
    assert kube.get(LOCATION) is None
    project.replace("readiness: 1s", "readiness: 60s")
    with Platform(kube, "tenant-acme", "B", late=0.2):
        project.converge()
    assert kube.get(LOCATION)


def test_tenant_secrets(kube, on_cluster):
    """A tenant may read TenantSecrets where Secrets are refused."""
    kube.define(cosi("v1alpha1") + cozystack("B") + tenant_secret())
    everything = ["get", "list", "patch", "create", "update", "delete"]
    kube.allow(
        "weak", "tenant-acme",
        [
            (everything, "apps.cozystack.io", ["buckets"]), (["get"], "core.cozystack.io", ["tenantsecrets"]),
            (["get"], "objectstorage.k8s.io", ["bucketclaims"]),
        ],
    )
    kube.allow("weak", "velero", [(everything, "velero.io", ["*"]), (everything, "", ["secrets"])])
    project = on_cluster(PAIRING, {"token": WEAK})
    with Platform(kube, "tenant-acme", "B", tenant_secrets=True):
        project.converge()
    assert f"{KEY}-velero" in credential(kube)


def test_refused_is_unknown_and_not_absent(kube, on_cluster):
    """RBAC's 403: the plan is blocked, nothing is made."""
    kube.define(cosi("v1alpha1") + cozystack("B"))
    kube.allow("reader", "velero", [(["get"], "velero.io", ["*"])])
    project = on_cluster(PAIRING, {"token": READER})
    result = project.plan().expect(4).mentions("forbidden", "get on buckets.apps.cozystack.io|cannot get")
    assert kube.get("/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-acme/buckets/hk") is None
    expect_no_secret(project, result)


def test_wrong_token(kube, on_cluster):
    project = on_cluster(PAIRING, {"token": "wrong-canary"})
    result = project.plan().expect(1).mentions("401", "doesn't know the token in", "sign in again")
    expect_no_secret(project, result)


def test_ways_to_sign_in(kube, on_cluster, tmp_path):
    """Client certificate, token file and a program in the user's own kubeconfig; a token by reference with an endpoint."""
    config = {"client-certificate": kube.path("admin.crt"), "client-key": kube.path("admin.key")}
    kube.define(cosi("v1alpha1") + cozystack("B"))
    project = on_cluster(PAIRING, config, TOKEN=ADMIN)
    project.plan().expect(2)

    data = {
        name + "-data": base64.b64encode(open(path, "rb").read()).decode() for name, path in config.items()
    }
    place = os.path.join(project.home, ".kube", "config")
    for user in (data, {"tokenFile": str(tmp_path / "token")}):
        (tmp_path / "token").write_text(ADMIN + "\n")
        kube.kubeconfig(place, user)
        project.plan().expect(2)

    program = tmp_path / "sign-in"
    answer = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": ADMIN}}
    program.write_text(f"#!/bin/sh\n[ \"$FLAVOUR\" = test ] && [ \"$1\" = token ] && cat <<'E'\n{json.dumps(answer)}\nE\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    execute = {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1", "command": str(program), "args": ["token"],
            "env": [{"name": "FLAVOUR", "value": "test"}],
        }
    }
    kube.kubeconfig(place, execute)
    expect_no_secret(project, project.plan().expect(2))

    # A kubeconfig of the repository runs no program.
    kube.kubeconfig(project.path("kubeconfig"), execute)
    project.replace("type: kubernetes, context: hikube", "type: kubernetes, kubeconfig: kubeconfig")
    project.plan().expect(1).mentions("SEC0014|lies inside the project")

    with open(kube.ca) as file:
        project.write(file.read(), "ca.pem")
    project.replace(
        "type: kubernetes, kubeconfig: kubeconfig",
        f"type: kubernetes, endpoint: '{kube.endpoint}', caCertificate: ca.pem, "
        "access: { method: token, token: env:TOKEN }",
    )
    os.remove(place)
    project.plan().expect(2)
    project.replace("caCertificate: ca.pem, ", "")
    project.plan().expect(1).mentions("trusted authority|TLS")


def test_a_key_of_aws_is_kept_in_a_secret(on_cluster, kube, moto):
    """The Secret holds the key that works, is applied and never forced, and the secret is nowhere else."""
    body = f"""
cooper: 1
name: keys
connections:
  aws: {{ type: aws, account: "{moto.account}", endpoint: {moto.endpoint}, insecure: allow, region: eu-west-1, access: {{ method: static, accessKeyId: env:KEY, secretAccessKey: env:SECRET }} }}
  cluster: {{ type: kubernetes }}
identities:
  etl:
    type: accessKey
    connection: aws
    identityName: acme-etl
    keys: {{ to: {{ secret: {{ connection: cluster, namespace: apps, name: etl-s3 }} }}, rotate: first }}
"""
    project = on_cluster(body, **moto.environment)

    def kept():
        data = kube.get("/api/v1/namespaces/apps/secrets/etl-s3")["data"]
        return {name: base64.b64decode(text).decode() for name, text in data.items()}

    applied = project.apply().expect(0)
    project.expect_no_changes()
    first = kept()
    sts = client("sts", moto.endpoint, first["AWS_ACCESS_KEY_ID"], first["AWS_SECRET_ACCESS_KEY"])
    assert sts.get_caller_identity()["Arn"].endswith("user/acme-etl")
    for _, content in project.everything_written():
        assert first["AWS_SECRET_ACCESS_KEY"].encode() not in content
    assert first["AWS_SECRET_ACCESS_KEY"] not in applied.output
    project.replace("rotate: first", "rotate: second")
    project.converge()
    assert kept()["AWS_ACCESS_KEY_ID"] != first["AWS_ACCESS_KEY_ID"]

    # Deleted there, or another key in it: the plan shows it, and whoever looks may not is told so and changes nothing.
    secret = "/api/v1/namespaces/apps/secrets/etl-s3"
    before = kept()
    kube.delete(secret)
    project.plan().expect(2).mentions("accessKeys", "identities.etl")
    project.converge()
    assert kept()["AWS_ACCESS_KEY_ID"] != before["AWS_ACCESS_KEY_ID"]
    before = kept()
    other = {"data": {"AWS_ACCESS_KEY_ID": base64.b64encode(b"AKIAOTHER").decode()}}
    kube.apply(secret, {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "etl-s3", "namespace": "apps"}, **other},
               kube.get(secret)["metadata"]["managedFields"][0]["manager"])
    project.plan().expect(2)
    project.converge()
    assert kept()["AWS_ACCESS_KEY_ID"] not in ("AKIAOTHER", before["AWS_ACCESS_KEY_ID"])
    assert set(kept()) == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    last = kept()
    config = os.path.join(project.home, ".kube", "config")
    kube.kubeconfig(config, {"token": READER})
    seen = project.plan().expect(0).mentions("PLN0030", "keys.to", "403|forbidden|denied")
    assert last["AWS_SECRET_ACCESS_KEY"] not in seen.output
    kube.kubeconfig(config, {"token": ADMIN})
    project.expect_no_changes()
    assert kept() == last


def test_an_hmac_key_of_google_is_kept_in_a_secret(on_cluster, kube):
    gcs = FakeGCS()
    try:
        project = on_cluster(f"""
cooper: 1
name: keys
connections:
  g: {{ type: gcs, project: acme-test, region: EU, endpoint: {gcs.endpoint}, iamEndpoint: {gcs.endpoint}, insecure: allow,
        access: {{ method: serviceAccountKey, key: file:key.json }} }}
  cluster: {{ type: kubernetes }}
identities:
  etl:
    type: serviceAccount
    connection: g
    identityName: etl-robot
    keys: {{ to: {{ secret: {{ connection: cluster, namespace: apps, name: etl-hmac }} }}, rotate: first }}
""")
        os.chmod(project.write(gcs.key_file, "key.json"), 0o600)
        secret = "/api/v1/namespaces/apps/secrets/etl-hmac"

        def kept():
            return {name: base64.b64decode(text).decode() for name, text in kube.get(secret)["data"].items()}

        project.converge()
        (first,) = gcs.keys.values()
        assert kept() == {"AWS_ACCESS_KEY_ID": first["accessId"], "AWS_SECRET_ACCESS_KEY": first["secret"]}
        project.replace("rotate: first", "rotate: second, deleteOld: 0s")
        project.converge()
        (second,) = gcs.keys.values()
        assert second["accessId"] != first["accessId"] and kept()["AWS_SECRET_ACCESS_KEY"] == second["secret"]
        kube.delete(secret)
        project.plan().expect(2)
        project.converge()
        (third,) = gcs.keys.values()
        assert third["accessId"] != second["accessId"] and kept()["AWS_SECRET_ACCESS_KEY"] == third["secret"]
        for _, content in project.everything_written():
            for key in (first, second, third):
                assert key["secret"].encode() not in content
    finally:
        gcs.stop()
