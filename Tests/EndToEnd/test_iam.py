"""Roles, users and their keys at AWS, against moto that checks signatures and enforces policies."""

import json
import os
import stat
import subprocess
import time
import urllib.parse

import pytest
from botocore.exceptions import ClientError

from support import estates
from support.flashback_server import FlashbackServer
from support.palette_server import PaletteServer
from support.project import kill, wait_for
from support.moto import client

ACCOUNT = "123456789012"


def text(moto, body, more=""):
    connection = estates.connection("aws", moto.endpoint, more=f"  account: \"{ACCOUNT}\"\n")
    return estates.project(connection + more, body, name="iam")


def document(value):
    return json.loads(urllib.parse.unquote(value)) if isinstance(value, str) else value


def p_min(bucket):
    """systems.md section 8, P-MIN."""
    return json.dumps({
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}"},
            {
                "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
                "Resource": f"arn:aws:s3:::{bucket}/*",
            },
        ],
    })


ROLES = """
identities:
  palette:
    type: role
    connection: aws
    identityName: acme-palette
    path: /teams/
    trust:
      - { aws: "arn:aws:iam::444455556666:root", externalId: bbbb }
      - { oidc: token.actions.githubusercontent.com, subject: "repo:acme/storage:*" }
    maxSession: 12h
    permissions: { policy: { Version: "2012-10-17", Statement: [{ Sid: Look, Effect: Allow, Action: "s3:ListBucket", Resource: "*" }] } }
    policies: ["arn:aws:iam::123456789012:policy/acme-read"]
    permissionsBoundary: arn:aws:iam::123456789012:policy/acme-boundary
    instanceProfile: acme-machines
    tags: { team: storage }
    deletion: allow
"""


def test_a_role_is_made_whole_repaired_and_removed(project, moto):
    iam = moto.client("iam")
    for name in ("acme-read", "acme-all", "acme-boundary"):
        iam.create_policy(PolicyName=name, PolicyDocument=p_min("any"))
    project.write(text(moto, ROLES))
    project.converge()
    project.cooper("drift").expect(0)
    role = iam.get_role(RoleName="acme-palette")["Role"]
    assert role["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/teams/acme-palette"
    assert role["MaxSessionDuration"] == 43200
    trust = document(role["AssumeRolePolicyDocument"])
    assert [list(s["Principal"]) for s in trust["Statement"]] == [["AWS"], ["Federated"]]
    assert iam.list_attached_role_policies(RoleName="acme-palette")["AttachedPolicies"][0]["PolicyName"] == "acme-read"
    profile = iam.get_instance_profile(InstanceProfileName="acme-machines")["InstanceProfile"]
    assert [r["RoleName"] for r in profile["Roles"]] == ["acme-palette"]
    # Somebody changes everything.
    iam.update_assume_role_policy(RoleName="acme-palette", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}))
    iam.detach_role_policy(RoleName="acme-palette", PolicyArn="arn:aws:iam::123456789012:policy/acme-read")
    iam.attach_role_policy(RoleName="acme-palette", PolicyArn="arn:aws:iam::123456789012:policy/acme-all")
    iam.update_role(RoleName="acme-palette", MaxSessionDuration=3600)
    iam.tag_role(RoleName="acme-palette", Tags=[{"Key": "other", "Value": "x"}])
    iam.put_role_policy(RoleName="acme-palette", PolicyName="cooper-permissions", PolicyDocument=p_min("other"))
    project.cooper("drift").expect(3)
    # Who is trusted anew gains something, which needs a consent.
    project.plan().expect(4).mentions("widensAccess")
    project.write(project.read("cooper.yaml") + "consents: [{ address: identities.palette, risk: widensAccess, reason: back }]\n")
    drift = project.plan_document()
    (change,) = drift["changes"]
    assert {f["name"] for f in change["facets"]} == {
        "trust", "policies", "maxSession", "tags", "permissions"}
    project.converge()
    role = iam.get_role(RoleName="acme-palette")["Role"]
    assert document(role["AssumeRolePolicyDocument"]) == trust and role["MaxSessionDuration"] == 43200
    # And removed, with all that hangs on it.
    project.write(text(moto, ""))
    project.apply().expect(0)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_role(RoleName="acme-palette")
    assert not iam.list_instance_profiles()["InstanceProfiles"]


def test_an_existing_role_is_adopted_as_it_is(project, moto):
    iam = moto.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    iam.create_role(RoleName="old", AssumeRolePolicyDocument=json.dumps(trust))
    body = "identities: { old: { type: role, connection: aws, trust: [{ service: ec2.amazonaws.com }] } }\n"
    project.write(text(moto, body))
    project.plan().expect(4).mentions("adopted")
    project.write(text(moto, body + "adopted: { identities.old: old }\n"))
    project.converge()


KEYED = """
buckets:
  data: {{ connection: aws, bucketName: acme-data }}
identities:
  etl:
    type: accessKey
    connection: aws
    identityName: acme-etl
    keys: {{ to: {sink}{more} }}
    permissions: {{ policy: {policy} }}
    deletion: allow
"""


def keyed(moto, sink="{ env: out/etl.env }", more="", policy=None):
    return text(moto, KEYED.format(sink=sink, more=more, policy=policy or p_min("acme-data")))


def env_file(project, name="out/etl.env"):
    assert stat.S_IMODE(os.stat(project.path(name)).st_mode) == 0o600
    lines = [line for line in project.read(name).splitlines() if not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def nowhere_but_in_the_sink(project, secret, *outputs, sinks=("out/etl.env",)):
    """The canary: the secret is in no output and in no file but the sink."""
    for output in outputs:
        assert secret not in output.output
    for directory, _, names in os.walk(project.directory):
        for name in names:
            path = os.path.join(directory, name)
            if os.path.relpath(path, project.directory) in sinks:
                continue
            with open(path, "rb") as file:
                assert secret.encode() not in file.read(), path


def test_exactly_p_min_and_nothing_else(project, moto):
    project.write(keyed(moto))
    applied = project.apply("--log-level", "debug").expect(0)
    project.expect_no_changes()
    project.cooper("drift").expect(0)
    keys = env_file(project)
    key, secret = keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"]
    nowhere_but_in_the_sink(project, secret, applied, project.cooper("show", ".cooper/state.json"), project.plan())
    assert key in project.read(".cooper/state.json")
    moto.client().create_bucket(Bucket="other")
    s3 = client("s3", moto.endpoint, key, secret)
    s3.put_object(Bucket="acme-data", Key="a", Body=b"1")
    assert [o["Key"] for o in s3.list_objects_v2(Bucket="acme-data")["Contents"]] == ["a"]
    assert s3.get_object(Bucket="acme-data", Key="a")["Body"].read() == b"1"
    s3.delete_object(Bucket="acme-data", Key="a")
    refused = [
        lambda: s3.list_buckets(), lambda: s3.list_objects_v2(Bucket="other"),
        lambda: s3.put_object(Bucket="other", Key="a", Body=b"1"), lambda: s3.delete_bucket(Bucket="acme-data"),
        lambda: s3.put_bucket_tagging(Bucket="acme-data", Tagging={"TagSet": []}),
        lambda: s3.get_bucket_policy(Bucket="acme-data"), lambda: s3.create_bucket(Bucket="third"),
        lambda: client("iam", moto.endpoint, key, secret).list_users(),
        lambda: client("iam", moto.endpoint, key, secret).create_access_key(UserName="acme-etl"),
    ]
    for call in refused:
        with pytest.raises(ClientError, match="AccessDenied"):
            call()


def test_a_key_is_exchanged_step_by_step(project, moto):
    iam = moto.client("iam")

    def listed():
        keys = iam.list_access_keys(UserName="acme-etl")["AccessKeyMetadata"]
        return {key["AccessKeyId"]: key["Status"] for key in keys}

    project.write(keyed(moto, more=", rotate: first"))
    project.converge()
    first = env_file(project)
    assert listed() == {first["AWS_ACCESS_KEY_ID"]: "Active"}
    project.write(keyed(moto, more=", rotate: second"))
    (change,) = project.plan_document()["changes"]
    needs = [call["permission"] for call in change["calls"]]
    assert needs[0] == "iam:CreateAccessKey" and needs[-1] == "iam:UpdateAccessKey"
    assert [facet["name"] for facet in change["facets"]] == ["accessKeys"]
    project.converge()
    second = env_file(project)
    assert second != first
    assert listed() == {first["AWS_ACCESS_KEY_ID"]: "Inactive", second["AWS_ACCESS_KEY_ID"]: "Active"}
    nowhere_but_in_the_sink(project, first["AWS_SECRET_ACCESS_KEY"], sinks=())
    nowhere_but_in_the_sink(project, second["AWS_SECRET_ACCESS_KEY"])
    # Two is all there can be: the disabled one makes room for the third, and the plan says so.
    project.write(keyed(moto, more=", rotate: third"))
    project.plan().expect(2).mentions(f"previous.{first['AWS_ACCESS_KEY_ID']} - disabled")
    project.converge()
    third = env_file(project)
    assert listed() == {second["AWS_ACCESS_KEY_ID"]: "Inactive", third["AWS_ACCESS_KEY_ID"]: "Active"}
    # Told to, what was disabled goes.
    project.write(keyed(moto, more=", rotate: third, deleteOld: 0s"))
    project.converge()
    assert listed() == {third["AWS_ACCESS_KEY_ID"]: "Active"}
    # A sink that lost its key gets another one.
    os.remove(project.path("out/etl.env"))
    project.converge()
    assert env_file(project)["AWS_ACCESS_KEY_ID"] != third["AWS_ACCESS_KEY_ID"]
    project.write(text(moto, "removed: { buckets.data: purge }\n"))
    project.apply().expect(0)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_user(UserName="acme-etl")


def test_keys_of_others_are_left_alone(project, moto):
    iam = moto.client("iam")
    iam.create_user(UserName="acme-etl")
    others = [iam.create_access_key(UserName="acme-etl")["AccessKey"]["AccessKeyId"] for _ in range(2)]
    project.write(keyed(moto) + "adopted: { identities.etl: acme-etl }\n")
    project.apply().expect(1).mentions("KEY0001", others[0], "left alone")
    assert not os.path.exists(project.path("out/etl.env"))
    iam.delete_access_key(UserName="acme-etl", AccessKeyId=others[0])
    project.converge()
    ids = {key["AccessKeyId"] for key in iam.list_access_keys(UserName="acme-etl")["AccessKeyMetadata"]}
    assert ids == {others[1], env_file(project)["AWS_ACCESS_KEY_ID"]}


def test_no_key_is_made_that_cannot_be_kept(project, moto):
    project.write("mine\n", "out/etl.env")
    os.chmod(project.path("out/etl.env"), 0o600)
    project.write(keyed(moto))
    project.apply().expect(1).mentions("KEY0002", "didn't write")
    assert not moto.client("iam").list_access_keys(UserName="acme-etl")["AccessKeyMetadata"]
    assert project.read("out/etl.env") == "mine\n"
    project.write(keyed(moto, sink="{ sealed: secrets/etl.yaml }"))
    project.apply().expect(1).mentions("KEY0002", "no sealing key")


def test_a_sealed_key_is_in_the_repository(project, moto):
    project.cooper("secrets", "keygen").expect(0)
    project.write(keyed(moto, sink="{ sealed: secrets/etl.yaml }"))
    project.converge()
    text = project.read("secrets/etl.yaml")
    assert "secretAccessKey: sealed:v1." in text
    ids = [key["AccessKeyId"] for key in moto.client("iam").list_access_keys(UserName="acme-etl")["AccessKeyMetadata"]]
    assert f"accessKeyId: {ids[0]}\n" in text


def listed(moto):
    keys = moto.client("iam").list_access_keys(UserName="acme-etl")["AccessKeyMetadata"]
    return {key["AccessKeyId"]: key["Status"] for key in keys}


def kill_at(project, moto, proxy, operation):
    """The call is sent, its answer never arrives, the process is gone."""
    proxy.inject("slow", f"POST {operation}", seconds=0.5, times=1)
    process = project.start("apply", "--yes")
    wait_for(lambda: f"POST {operation}" in proxy.operations)
    kill(process)
    time.sleep(0.8)
    proxy.clear()


def test_killed_between_the_making_of_a_key_and_its_keeping(project, moto, proxy):
    project.write(keyed(proxy))
    kill_at(project, moto, proxy, "CreateAccessKey")
    (lost,) = listed(moto)
    assert not os.path.exists(project.path("out/etl.env"))
    project.plan().expect(2).mentions("lost", lost)
    project.converge()
    key = env_file(project)["AWS_ACCESS_KEY_ID"]
    assert key != lost and listed(moto) == {key: "Active"}


@pytest.mark.parametrize("operation", ["CreateAccessKey", "GetCallerIdentity", "UpdateAccessKey"])
def test_an_exchange_that_is_killed_converges(project, moto, proxy, operation):
    project.write(keyed(proxy, more=", rotate: first"))
    project.converge()
    first = env_file(project)
    project.write(keyed(proxy, more=", rotate: second"))
    if operation == "GetCallerIdentity":
        # Who is signed in is asked by this call too, before anything is done.
        proxy.inject("slow", lambda e: e.operation == "POST GetCallerIdentity" and "POST CreateAccessKey" in proxy.operations,
                     seconds=0.5)
        process = project.start("apply", "--yes")
        wait_for(lambda: proxy.operations.count("POST GetCallerIdentity") > 1)
        kill(process)
        time.sleep(0.8)
        proxy.clear()
    else:
        kill_at(project, moto, proxy, operation)
    if operation != "UpdateAccessKey":
        assert env_file(project) == first, "the key before stays in use"
    project.converge()
    second = env_file(project)
    assert second != first
    assert listed(moto) == {first["AWS_ACCESS_KEY_ID"]: "Inactive", second["AWS_ACCESS_KEY_ID"]: "Active"}
    nowhere_but_in_the_sink(project, second["AWS_SECRET_ACCESS_KEY"])


def test_pa10_what_palette_says_flows_into_the_trust(make_project, moto):
    palette = PaletteServer()
    try:
        project = make_project(text(moto, """
identities:
  palette: { type: role, connection: aws, identityName: acme-palette, trust: [{ party: palette }] }
""", more=f"palette: {{ type: palette, endpoint: {palette.endpoint}, insecure: allow, access: {{ apiKey: env:PALETTE_KEY }} }}\n"),
            {**moto.environment, "PALETTE_KEY": palette.key})
        project.plan().expect(2).mentions("known after apply: connections.palette.accountId, connections.palette.externalId")
        project.converge()
        role = moto.client("iam").get_role(RoleName="acme-palette")["Role"]
        (statement,) = document(role["AssumeRolePolicyDocument"])["Statement"]
        assert statement["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
        assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "palette-chose"}}
    finally:
        palette.stop()


def test_fb30_flashbacks_user_is_trusted_exactly(make_project, moto):
    project = make_project(text(moto, """
identities:
  fb: { type: role, connection: aws, identityName: acme-fb, trust: [{ party: flashback, externalId: chosen }] }
""", more="flashback: { type: flashback, endpoint: https://backend.flashback.tech, workspace: w, access: { token: env:FB } }\n"),
        {**moto.environment, "FB": "t"})
    project.converge()
    role = moto.client("iam").get_role(RoleName="acme-fb")["Role"]
    assert document(role["AssumeRolePolicyDocument"])["Statement"] == [{
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::314146316322:user/flashback"}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "chosen"}}}]


def test_who_uses_a_key_has_the_new_one_in_the_same_run(make_project, moto):
    palette = PaletteServer()
    try:
        connection = (
            f"palette: {{ type: palette, endpoint: {palette.endpoint}, insecure: allow, access: {{ apiKey: env:PALETTE_KEY }} }}\n"
        )
        location = (
            "backupLocations: { main: { bucket: data, identity: etl, in: { palette: { scope: tenant } }} }\n"
        )

        def body(word):
            return text(moto, KEYED.format(
                sink="{ env: out/etl.env }", more=f", rotate: {word}", policy=p_min("acme-data")) + location, more=connection)

        def registered():
            (entry,) = palette.locations.values()
            return entry["body"]["spec"]["config"]["credentials"]

        project = make_project(body("first"), {**moto.environment, "PALETTE_KEY": palette.key})
        project.converge()
        first = env_file(project)
        assert registered()["accessKey"] == first["AWS_ACCESS_KEY_ID"]
        assert registered()["secretKey"] == first["AWS_SECRET_ACCESS_KEY"]
        project.write(body("second"))
        project.converge()
        second = env_file(project)
        assert second != first and registered()["secretKey"] == second["AWS_SECRET_ACCESS_KEY"]
        assert listed(moto) == {first["AWS_ACCESS_KEY_ID"]: "Inactive", second["AWS_ACCESS_KEY_ID"]: "Active"}
        nowhere_but_in_the_sink(project, second["AWS_SECRET_ACCESS_KEY"])
    finally:
        palette.stop()


def test_a_grant_through_the_policy_of_the_identity(project, moto):
    body = """
buckets:
  data: { connection: aws, bucketName: acme-data, deletion: purge }
identities:
  etl: { type: accessKey, connection: aws, identityName: acme-etl, keys: { to: { env: out/etl.env } } }
grants:
  etl-in: { bucket: data, prefix: in/, allow: readWrite, through: identityPolicy, to: [{ identity: etl }] }
"""
    project.write(text(moto, body))
    project.converge()
    policy = moto.client("iam").get_user_policy(UserName="acme-etl", PolicyName="cooper-grants")["PolicyDocument"]
    assert [statement["Sid"] for statement in policy["Statement"]] == ["EtlIn", "EtlInBucket"]
    keys = env_file(project)
    s3 = client("s3", moto.endpoint, keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"])
    s3.put_object(Bucket="acme-data", Key="in/a", Body=b"1")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket="acme-data", Key="elsewhere", Body=b"1")
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        moto.client().get_bucket_policy(Bucket="acme-data")
    project.replace("allow: readWrite", "allow: readOnly")
    project.converge()
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket="acme-data", Key="in/a", Body=b"1")
    # Without the grant nothing is left of it: what was granted is taken back, not released.
    project.write(text(moto, body[:body.index("grants:")]))
    project.converge()
    with pytest.raises(ClientError, match="NoSuchEntity"):
        moto.client("iam").get_user_policy(UserName="acme-etl", PolicyName="cooper-grants")
