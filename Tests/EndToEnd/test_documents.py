"""`cooper emit`: declared documents on the disk, and every document as the program that reads it sees it."""

import configparser
import json
import os
import pathlib
import stat
import subprocess
import sys

import boto3
import botocore.exceptions
import botocore.session
import jsonschema
import parliament
import pytest
import yaml
from support.moto import client

TOOLS = pathlib.Path(sys.executable).parent
SCHEMAS = json.loads((pathlib.Path(__file__).parent / "schemas" / "kinds.json").read_text())["schemas"]
KEY = "AKIADOCUMENTS0EXAMPLE"
SECRET = "doc/umen+ts=K7MDENG%bPx'RfiCYEXAMPLEKEY"

PROJECT = """\
cooper: 1
name: papers
connections:
  aws: { type: aws, region: eu-west-1, account: "111122223333" }
  minio:
    type: minio
    endpoint: https://minio.internal:9000
    region: us-east-1
    access: { method: static, accessKeyId: env:MINIO_ID, secretAccessKey: env:MINIO_SECRET }
  gcp: { type: gcs, project: acme-prod }
  k8s: { type: kubernetes, context: prod }
  hikube: { type: kubernetes, context: hikube }
  infinstor: { type: infinstor, endpoint: https://api.infinstor.example, access: { token: env:T, method: token } }
  palette: { type: palette, endpoint: https://api.spectrocloud.com, access: { apiKey: env:T } }
  flowfile: { type: flowfile, endpoint: https://flowfile.internal, access: { username: env:T, password: env:T } }
buckets:
  data: { connection: aws, bucketName: acme-data, tags: {} }
  backups: { connection: minio }
  lake: { connection: gcp, bucketName: acme-lake, region: EU }
  hk: { connection: hikube, cozystack: { namespace: tenant-acme, users: { velero: {} } } }
  claim:
    connection: hikube
    cosi: { namespace: apps, bucketClass: fast, access: { velero: { accessClass: s3, secret: velero-s3 } } }
identities:
  key: { type: accessKey, accessKeyId: env:DOC_ID, secretAccessKey: env:DOC_SECRET }
  hk-velero: { type: bucketUser, bucket: hk, user: velero }
  etl: { type: role, connection: aws, trust: [{ aws: "arn:aws:iam::444455556666:root" }] }
  sa: { type: serviceAccount, connection: gcp, identityName: velero-sa, key: env:GOOGLE_KEY }
grants:
  read: { bucket: data, prefix: in/, allow: readOnly, to: [{ identity: etl }] }
backupLocations:
  main: { bucket: backups, prefix: cluster-a, identity: key, in: { k8s: { namespace: velero, snapshots: {} } } }
  lake: { bucket: lake, prefix: cluster-a, identity: sa, in: { k8s: { namespace: velero } } }
  hikube: { bucket: hk, prefix: velero, identity: hk-velero, in: { hikube: { namespace: velero } } }
  palette: { bucket: data, identity: etl, prefix: p, in: { palette: {} } }
  tagged:
    bucket: data
    prefix: t
    identity: key
    in:
      k8s:
        namespace: velero
        config: { tagging: team=storage&use=backup }
        snapshots: { region: eu-west-1, ebsKmsKeyId: "arn:aws:kms:eu-west-1:111122223333:key/0d5e" }
registrations:
  data: { in: infinstor, bucket: data, identity: key }
  flow: { in: flowfile, bucket: data, identity: key }
documents:
"""

ENVIRONMENT = {
    "DOC_ID": KEY,
    "DOC_SECRET": SECRET,
    "GOOGLE_KEY": json.dumps(
        {
            "type": "service_account",
            "project_id": "acme-prod",
            "private_key": "-----BEGIN PRIVATE KEY-----\nMIIE+/=\n-----END PRIVATE KEY-----\n",
            "client_email": "velero-sa@acme-prod.iam.gserviceaccount.com",
        },
        indent=2,
    ),
}


def documents(*lines):
    return PROJECT + "".join(f"  {line}\n" for line in lines)


@pytest.fixture
def papers(make_project):
    def make(*lines):
        return make_project(documents(*lines), ENVIRONMENT)

    return make


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def emitted(papers, form, address, secrets="include", more=""):
    """One document with its secrets, as it lies on the disk."""
    project = papers(f"it: {{ from: {address}, as: {form}, path: out/it, secrets: {secrets}{more} }}")
    project.cooper("emit").expect(0)
    return project.read("out/it")


# The file that is written


def test_emit_writes_checks_and_leaves_alone(papers):
    project = papers(
        "velero: { from: backupLocations.main, as: velero, path: out/velero.yaml }",
        "policy: { from: registrations.data, as: policy, path: out/policy.json }",
    )
    first = project.cooper("emit", "--check").expect(1)
    assert first.stdout.count("missing") == 2
    assert not os.path.exists(project.path("out"))
    assert project.cooper("emit").expect(0).stdout.count("wrote") == 2
    assert mode(project.path("out/velero.yaml")) == 0o644
    before = os.stat(project.path("out/velero.yaml"))
    assert project.cooper("emit").expect(0).stdout.count("unchanged") == 2
    assert os.stat(project.path("out/velero.yaml")).st_mtime_ns == before.st_mtime_ns
    project.cooper("emit", "--check").expect(0)
    project.replace("prefix: cluster-a, identity: key", "prefix: cluster-b, identity: key")
    stale = project.cooper("emit", "--check").expect(1)
    assert "-    prefix: cluster-a" in stale.stdout and "+    prefix: cluster-b" in stale.stdout
    assert "cluster-a" in project.read("out/velero.yaml")
    listed = project.cooper("emit", "--check", "--format", "json").expect(1).json["documents"]
    assert {entry["path"]: entry["status"] for entry in listed} == {
        "out/velero.yaml": "stale",
        "out/policy.json": "unchanged",
    }
    assert project.cooper("emit", "velero").expect(0).stdout == "wrote      out/velero.yaml\n"


def test_secrets_need_consent_and_a_closed_file(papers):
    project = papers(
        "with: { from: backupLocations.main, as: awsProfile, path: out/with.ini, secrets: include }",
        "without: { from: backupLocations.main, as: awsProfile, path: out/without.ini }",
    )
    project.write("# Made by cooper emit from an earlier run\n", "out/with.ini")
    os.chmod(project.path("out/with.ini"), 0o644)
    done = project.cooper("emit").expect(0)
    assert SECRET not in done.output
    assert mode(project.path("out/with.ini")) == 0o600
    assert SECRET in project.read("out/with.ini")
    assert SECRET not in project.read("out/without.ini")
    assert "<identities.key.secretAccessKey>" in project.read("out/without.ini")
    os.chmod(project.path("out/with.ini"), 0o640)
    assert "0600" in project.cooper("emit", "--check", "with").expect(1).stdout
    project.environment["DOC_SECRET"] = "another"
    stale = project.cooper("emit", "--check", "with").expect(1)
    assert "another" not in stale.output and SECRET not in stale.output and "not shown" in stale.stdout
    del project.environment["DOC_SECRET"]
    project.cooper("emit", "with").expect(1).mentions("SEC0001", "DOC_SECRET")
    project.cooper("emit", "without").expect(0)
    assert SECRET not in project.cooper("emit", "--as", "awsProfile", "backupLocations.main").expect(0).stdout


def test_stdout_holds_secrets_in_a_pipe_only(papers):
    project = papers("with: { from: backupLocations.main, as: env, path: out/with.env, secrets: include }")
    assert KEY in project.cooper("emit", "--stdout", "with").expect(0).stdout
    assert not os.path.exists(project.path("out"))
    master, slave = os.openpty()
    environment = project.full_environment()
    done = subprocess.run(
        [project.binary, "emit", "--stdout", "with", "--project", project.directory],
        env=environment, stdout=slave, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=60,
    )
    os.close(slave)
    os.close(master)
    assert done.returncode == 1 and b"DOC0011" in done.stderr


def test_what_others_wrote_stays(papers):
    project = papers(
        "a: { from: backupLocations.main, as: velero, path: README.md }",
        "b: { from: registrations.data, as: policy, path: package.json }",
        "c: { from: registrations.data, as: policy, path: ok.json }",
    )
    project.write("# My notes\n", "README.md")
    project.write('{"name": "mine"}', "package.json")
    project.write('{"Version": "2012-10-17", "Statement": []}', "ok.json")
    done = project.cooper("emit").expect(1)
    assert done.stderr.count("DOC0009") == 2
    assert project.read("README.md") == "# My notes\n"
    assert "s3:ListBucket" in project.read("ok.json")
    project.cooper("emit", "--force").expect(0)
    assert "BackupStorageLocation" in project.read("README.md")


@pytest.mark.parametrize("path", ["cooper.yaml", ".git/config", ".cooper/state.json", "away/x.yaml", "link.yaml"])
def test_places_that_are_never_written(papers, tmp_path, path):
    project = papers(f"a: {{ from: backupLocations.main, as: velero, path: {path} }}")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("")
    os.symlink(outside, project.path("away"))
    os.symlink(outside / "file", project.path("link.yaml"))
    before = project.read("cooper.yaml")
    project.cooper("emit", "--force").expect(1).mentions("DOC0008")
    assert project.read("cooper.yaml") == before
    assert os.listdir(outside) == ["file"] and (outside / "file").read_text() == ""


def test_r10_the_others_are_written_and_outputs_of_the_state_are_used(papers):
    project = papers(
        "hk: { from: backupLocations.hikube, as: velero, path: out/hk.yaml }",
        "main: { from: backupLocations.main, as: velero, path: out/main.yaml }",
    )
    project.cooper("emit").expect(1).mentions("DOC0002", "buckets.hk.bucketName", "cooper apply")
    assert os.path.exists(project.path("out/main.yaml")) and not os.path.exists(project.path("out/hk.yaml"))
    state = {
        "cooper": "0.1.0", "formatVersion": 1, "lineage": "5f0c7b3e9a1d42688c1f0a2b3c4d5e6f", "project": "papers",
        "serial": 1,
        "resources": {
            "buckets.hk": {
                "kind": "bucket", "connection": "hikube", "deletion": "protect", "origin": "created",
                "status": "complete", "identity": {"endpoint": "https://kube", "name": "hk"}, "settings": {},
                "facets": {}, "outputs": {"bucketName": "bucket-0d5e", "endpoint": "prod.s3.hikube.cloud", "region": ""},
            }
        },
    }
    project.write(json.dumps(state), "state.json")
    project.cooper("emit", "--state", project.path("state.json")).expect(0)
    spec = list(yaml.safe_load_all(project.read("out/hk.yaml")))[-1]["spec"]
    # The reference pairing of systems.md section 6.
    assert spec == {
        "provider": "aws",
        "objectStorage": {"bucket": "bucket-0d5e", "prefix": "velero"},
        "config": {"region": "us-east-1", "s3ForcePathStyle": "true", "s3Url": "https://prod.s3.hikube.cloud"},
        "credential": {"name": "hikube-credentials", "key": "cloud"},
        "default": False,
        "accessMode": "ReadWrite",
    }


def test_usage(papers):
    project = papers("a: { from: backupLocations.main, as: velero, path: a.yaml }")
    project.cooper("emit", "--as", "velro", "backupLocations.main").expect(64).mentions("velero")
    project.cooper("emit", "--as", "velero", "backupLocations.mian").expect(64).mentions("backupLocations.main")
    project.cooper("emit", "--as", "trust", "buckets.data").expect(1).mentions("DOC0001", "identities")
    project.cooper("emit", "b").expect(64).mentions("there is no document")
    project.cooper("emit", "--as", "velero").expect(64)


# Policies


def policies(papers):
    for form, address in [
        ("policy", "registrations.data"), ("policy", "backupLocations.main"), ("policy", "identities.etl"),
        ("policy", "grants.read"), ("trust", "identities.etl"), ("policy", "buckets.data"),
        ("policy", "backupLocations.tagged"), ("kmsPolicy", "backupLocations.tagged"),
    ]:
        yield form, address, emitted(papers, form, address, secrets="omit")


def lint(template, directory):
    path = directory / "template.json"
    path.write_text(json.dumps(template))
    return subprocess.run(
        [TOOLS / "cfn-lint", "--regions", "eu-west-1", "--", path], capture_output=True, text=True, timeout=120
    )


def test_linters_accept_every_policy(papers, tmp_path):
    """parliament for policies of IAM, cfn-lint for all of them as parts of a template."""
    resources = {}
    for index, (form, address, text) in enumerate(policies(papers)):
        policy = json.loads(text)
        if form == "trust":
            kind = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": policy}}
        elif address == "buckets.data":
            kind = {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": "acme-data", "PolicyDocument": policy}}
        else:
            found = parliament.analyze_policy_string(text).findings
            issues = [(f.issue, str(f.detail)) for f in found if f.issue != "RESOURCE_STAR"]
            # The vendor publishes all ten rights on the key (P-EBSKMS); AWS grants this one of them on * only.
            if form == "kmsPolicy":
                issues = [issue for issue in issues if "kms:ListRetirableGrants" not in issue[1]]
            assert issues == [], found
            properties = {"PolicyDocument": policy, "PolicyName": "p", "Roles": ["r"]}
            kind = {"Type": "AWS::IAM::Policy", "Properties": properties}
        resources[f"P{index}"] = kind
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}
    done = lint(template, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    resources["P0"]["Properties"]["PolicyDocument"]["Statement"][0]["Effect"] = "Perhaps"
    done = lint(template, tmp_path)
    assert done.returncode != 0, "a linter that accepts everything shows nothing"


def test_p_min_allows_four_things_and_nothing_else(papers, moto):
    policy = emitted(papers, "policy", "registrations.data", secrets="omit")
    admin, iam = moto.client(), moto.client("iam")
    for bucket in ("acme-data", "acme-other"):
        admin.create_bucket(Bucket=bucket)
        admin.put_object(Bucket=bucket, Key="old", Body=b"1")
    iam.create_user(UserName="reader")
    iam.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=policy)
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    s3 = client("s3", moto.endpoint, key["AccessKeyId"], key["SecretAccessKey"])
    s3.put_object(Bucket="acme-data", Key="new", Body=b"2")
    assert s3.get_object(Bucket="acme-data", Key="new")["Body"].read() == b"2"
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket="acme-data")["Contents"]] == ["new", "old"]
    s3.delete_object(Bucket="acme-data", Key="new")
    for refused in (
        lambda: s3.list_objects_v2(Bucket="acme-other"),
        lambda: s3.get_object(Bucket="acme-other", Key="old"),
        lambda: s3.put_object(Bucket="acme-other", Key="x", Body=b""),
        lambda: s3.delete_object(Bucket="acme-other", Key="old"),
        lambda: s3.get_bucket_policy(Bucket="acme-data"),
        lambda: s3.put_bucket_versioning(Bucket="acme-data", VersioningConfiguration={"Status": "Enabled"}),
        lambda: s3.get_bucket_cors(Bucket="acme-data"),
        lambda: s3.delete_bucket(Bucket="acme-data"),
        lambda: s3.create_bucket(Bucket="acme-third"),
        lambda: s3.list_buckets(),
        lambda: s3.get_object_tagging(Bucket="acme-data", Key="old"),
    ):
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            refused()
        assert caught.value.response["Error"]["Code"] == "AccessDenied"


# Manifests


def manifests(papers):
    for form, address, more in [
        ("velero", "backupLocations.main", ""), ("velero", "backupLocations.lake", ""), ("kubernetes", "buckets.hk", ""),
        ("cosi", "buckets.claim", ", driver: s3.acme.example"),
    ]:
        yield emitted(papers, form, address, more=more)


def test_manifests_have_the_published_shapes(papers, tmp_path):
    """Kinds of the cluster itself by kubernetes-validate, the others by the shapes of their published definitions."""
    seen = set()
    for text in manifests(papers):
        for document in yaml.safe_load_all(text):
            name = f"{document['apiVersion']}/{document['kind']}"
            seen.add(name)
            if name != "v1/Secret":
                jsonschema.validate(document, SCHEMAS[name])
                continue
            path = tmp_path / "secret.yaml"
            path.write_text(yaml.safe_dump(document))
            done = subprocess.run(
                [TOOLS / "kubernetes-validate", "--strict", path], capture_output=True, text=True, timeout=60
            )
            assert done.returncode == 0, done.stdout + done.stderr
    assert seen == {
        "v1/Secret", "velero.io/v1/BackupStorageLocation", "velero.io/v1/VolumeSnapshotLocation",
        "apps.cozystack.io/v1alpha1/Bucket", "objectstorage.k8s.io/v1alpha1/BucketClaim",
        "objectstorage.k8s.io/v1alpha1/BucketAccess", "objectstorage.k8s.io/v1alpha1/BucketClass",
        "objectstorage.k8s.io/v1alpha1/BucketAccessClass",
    }


def test_vl_06_velero_reads_its_secret(papers, tmp_path, monkeypatch):
    documents = list(yaml.safe_load_all(emitted(papers, "velero", "backupLocations.main")))
    (tmp_path / "cloud").write_text(documents[0]["stringData"]["cloud"])
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "cloud"))
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    found = botocore.session.Session(profile="default").get_credentials()
    assert (found.access_key, found.secret_key) == (KEY, SECRET)
    lake = list(yaml.safe_load_all(emitted(papers, "velero", "backupLocations.lake")))
    assert json.loads(lake[0]["stringData"]["cloud"]) == json.loads(ENVIRONMENT["GOOGLE_KEY"])


# Settings of clients


def test_aws_profile_is_read_by_botocore(papers, tmp_path, monkeypatch):
    text = emitted(papers, "awsProfile", "backupLocations.main")
    configparser.RawConfigParser().read_string(text)
    (tmp_path / "credentials").write_text(text)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    session = boto3.session.Session(profile_name="main")
    found = session.get_credentials()
    assert (found.access_key, found.secret_key) == (KEY, SECRET)
    s3 = session.client("s3")
    assert s3.meta.endpoint_url == "https://minio.internal:9000"
    assert s3.meta.region_name == "us-east-1"
    assert s3.meta.config.s3["addressing_style"] == "path"


def test_rclone_reads_its_remote(papers, tmp_path):
    for address, wanted in [
        ("backupLocations.main", {"type": "s3", "provider": "Minio", "access_key_id": KEY, "secret_access_key": SECRET}),
        ("backupLocations.lake", {"type": "google cloud storage"}),
    ]:
        path = tmp_path / "rclone.conf"
        path.write_text(emitted(papers, "rclone", address))
        done = subprocess.run(
            [TOOLS / "rclone", "--config", path, "config", "dump"], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        (remote,) = json.loads(done.stdout).values()
        assert wanted.items() <= remote.items()
        if "service_account_credentials" in remote:
            assert json.loads(remote["service_account_credentials"]) == json.loads(ENVIRONMENT["GOOGLE_KEY"])


def test_other_settings_are_read_by_their_parsers(papers):
    s3cmd = configparser.RawConfigParser()
    s3cmd.read_string(emitted(papers, "s3cmd", "backupLocations.main"))
    assert dict(s3cmd["default"])["secret_key"] == SECRET
    assert s3cmd["default"]["host_base"] == "minio.internal:9000"
    alias = json.loads(emitted(papers, "mc", "backupLocations.main"))
    assert alias == {
        "url": "https://minio.internal:9000", "accessKey": KEY, "secretKey": SECRET, "api": "S3v4", "path": "on",
    }
    info = json.loads(emitted(papers, "bucketInfo", "backupLocations.main"))
    assert info["spec"]["secretS3"]["accessSecretKey"] == SECRET


@pytest.mark.parametrize("form,name", [("env", "AWS_SECRET_ACCESS_KEY"), ("restic", "AWS_SECRET_ACCESS_KEY")])
def test_shells_read_variables(papers, tmp_path, form, name):
    path = tmp_path / "variables"
    path.write_text(emitted(papers, form, "backupLocations.main"))
    done = subprocess.run(
        ["sh", "-c", f'set -a; . "{path}"; printf %s "${name}"'], capture_output=True, text=True, timeout=60, env={}
    )
    assert done.stdout == SECRET and done.returncode == 0, done.stderr


def test_is_02_form_body(papers):
    from urllib.parse import parse_qsl

    body = emitted(papers, "infinstor", "registrations.data")
    assert parse_qsl(body, keep_blank_values=True) == [
        ("op", "add"), ("bucketname", "acme-data"), ("cloud", "aws"), ("endpoint", ""), ("accessKeyId", KEY),
        ("secretAccessKey", SECRET), ("accessRole", ""), ("accessRoleExt", ""),
    ]


def test_ff_06_flowfile_chooses_the_name(papers):
    wrong = papers("a: { from: registrations.flow, as: flowfile, path: flow.yaml, secrets: include }")
    wrong.cooper("emit").expect(1).mentions("FF-06", "connections/cloud/flow.yaml")
    right = papers("a: { from: registrations.flow, as: flowfile, path: ff/connections/cloud/flow.yaml, secrets: include }")
    right.cooper("emit").expect(0)
    connection = yaml.safe_load(right.read("ff/connections/cloud/flow.yaml"))
    assert connection["aws_secret_access_key"] == "${secret:flow_aws_secret_access_key}"
    assert connection["kind"] == "cloud_connection" and connection["aws_region"] == "eu-west-1"
    assert SECRET not in right.read("ff/connections/cloud/flow.yaml")
