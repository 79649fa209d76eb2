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


# What a role is for, its path and its profile


ROLE = """
identities:
  worker:
    type: role
    connection: aws
    description: {0}
    path: /teams/
    trust: [{{ service: ec2.amazonaws.com }}]
    deletion: allow
"""


def test_a_description_is_kept_compared_and_repaired(project, moto):
    iam = moto.client("iam")

    def there():
        return iam.get_role(RoleName="worker")["Role"].get("Description")

    project.write(text(moto, ROLE.format("Runs the backups")))
    project.converge()
    assert there() == "Runs the backups"
    iam.update_role_description(RoleName="worker", Description="mine")
    project.cooper("drift").expect(3)
    project.converge()
    assert there() == "Runs the backups"
    project.write(text(moto, ROLE.format("Runs them all")))
    project.converge()
    assert there() == "Runs them all"
    # Empty is said, absent is not: one is cleared, the other left alone.
    project.write(text(moto, ROLE.format('""')))
    project.converge()
    assert not there()
    iam.update_role_description(RoleName="worker", Description="mine")
    project.write(text(moto, ROLE.replace("    description: {0}\n", "").format()))
    project.converge()
    assert there() == "mine"
    project.write(text(moto, ROLE.format("a \u2014 b")))
    project.plan().expect(4).mentions("AWS0017|Latin-1")
    # A path is given while it is made and never again.
    project.write(text(moto, ROLE.replace("/teams/", "/other/").format("mine")))
    project.plan().expect(4).mentions("/teams/", "another path")
    project.write(text(moto, ROLE.replace("/teams/", "teams").format("mine")))
    project.cooper("validate").expect(65).mentions("IDE0007", r"cooper\.yaml:\d+")


PROFILED = ROLE.format("mine") + """    instanceProfile: { name: machines, path: /machines/, tags: { team: storage } }
"""


def test_an_instance_profile_with_path_and_tags(project, moto):
    iam = moto.client("iam")

    def profile(name="machines"):
        found = iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]
        return found["Path"], [r["RoleName"] for r in found["Roles"]], {t["Key"]: t["Value"] for t in found.get("Tags", [])}

    project.write(text(moto, PROFILED))
    project.converge()
    assert profile() == ("/machines/", ["worker"], {"team": "storage"})
    iam.tag_instance_profile(InstanceProfileName="machines", Tags=[{"Key": "team", "Value": "web"}])
    project.cooper("drift").expect(3)
    project.converge()
    assert profile()[2] == {"team": "storage"}
    # A second profile of somebody else's is left alone.
    iam.create_instance_profile(InstanceProfileName="aaa")
    iam.add_role_to_instance_profile(InstanceProfileName="aaa", RoleName="worker")
    project.expect_no_changes()
    iam.remove_role_from_instance_profile(InstanceProfileName="machines", RoleName="worker")
    iam.remove_role_from_instance_profile(InstanceProfileName="aaa", RoleName="worker")
    project.converge()
    assert profile() == ("/machines/", ["worker"], {"team": "storage"})


def test_an_instance_profile_that_is_there_is_taken_when_it_is_free(project, moto):
    iam = moto.client("iam")
    iam.create_instance_profile(InstanceProfileName="machines", Path="/machines/")
    project.write(text(moto, PROFILED))
    project.converge()
    found = iam.get_instance_profile(InstanceProfileName="machines")["InstanceProfile"]
    assert [r["RoleName"] for r in found["Roles"]] == ["worker"]


def test_an_instance_profile_with_another_role_is_told_and_not_broken(project, moto):
    iam = moto.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=json.dumps(trust))
    iam.create_instance_profile(InstanceProfileName="machines", Path="/machines/")
    iam.add_role_to_instance_profile(InstanceProfileName="machines", RoleName="theirs")
    project.write(text(moto, PROFILED))
    project.apply().expect(1).mentions("AWS0018", "holds the role theirs", "one")
    found = iam.get_instance_profile(InstanceProfileName="machines")["InstanceProfile"]
    assert [r["RoleName"] for r in found["Roles"]] == ["theirs"] and not found.get("Tags")
    iam.remove_role_from_instance_profile(InstanceProfileName="machines", RoleName="theirs")
    project.converge()


# Taken over


def test_identities_are_imported_and_adopted(project, moto):
    iam = moto.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "sts:AssumeRole",
         "Condition": {"StringEquals": {"sts:ExternalId": "bbbb"}}},
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"},
         "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {
             "StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/storage:*"},
             "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}}]}
    iam.create_role(
        RoleName="old", Path="/teams/", AssumeRolePolicyDocument=json.dumps(trust), Description="Old hand",
        MaxSessionDuration=7200, Tags=[{"Key": "team", "Value": "storage"}])
    iam.create_user(UserName="robot")
    iam.put_user_policy(UserName="robot", PolicyName="theirs", PolicyDocument=p_min("any"))
    role, user = f"arn:aws:iam::{ACCOUNT}:role/teams/old", f"arn:aws:iam::{ACCOUNT}:user/robot"
    # Not declared: the YAML is written from what is there.
    project.write(text(moto, ""))
    project.cooper("import", "identities.old", "old").expect(1).mentions("give its ARN")
    project.cooper("import", "identities.old", role.replace(ACCOUNT, "999999999999")).expect(1).mentions("999999999999")
    for name, arn in [("old", role), ("robot", user)]:
        project.cooper("import", f"identities.{name}", arn).expect(0).mentions(f"imported identities.{name}")
        project.expect_no_changes()
    written = project.read("imported/old.yaml")
    for part in ("type: role", "path: /teams/", "externalId: bbbb", "repo:acme/storage:", "description: Old hand", "maxSession: 2h"):
        assert part in written, written
    assert "type: accessKey" in project.read("imported/robot.yaml")
    assert document(iam.get_role(RoleName="old")["Role"]["AssumeRolePolicyDocument"]) == trust
    assert iam.list_user_policies(UserName="robot")["PolicyNames"] == ["theirs"]
    # Declared: recorded as they are, by name or by ARN.
    project.environment["COOPER_TRUST_ENDPOINTS"] = moto.endpoint
    for names in [("old", "robot"), (role, user)]:
        for name in ("old", "robot"):
            project.cooper("state", "forget", f"identities.{name}").expect(0)
        for name, given in zip(("old", "robot"), names):
            project.cooper("import", f"identities.{name}", given).expect(0)
        project.expect_no_changes()
    # Adopted by the YAML.
    for name in ("old", "robot"):
        project.cooper("state", "forget", f"identities.{name}").expect(0)
    project.plan().expect(4).mentions("adopted")
    project.write(project.read("cooper.yaml") + f'adopted: {{ identities.old: "{role}", identities.robot: robot }}\n')
    project.converge()
    assert document(iam.get_role(RoleName="old")["Role"]["AssumeRolePolicyDocument"]) == trust


# A key that somebody deletes


def test_who_uses_a_key_that_is_gone_is_changed_in_the_same_run(make_project, moto):
    palette = PaletteServer()
    try:
        connection = f"palette: {{ type: palette, endpoint: {palette.endpoint}, insecure: allow, access: {{ apiKey: env:PALETTE_KEY }} }}\n"
        location = (
            "backupLocations: { main: { bucket: data, prefix: velero, identity: etl, in: { palette: { scope: tenant } }} }\n"
        )
        body = KEYED.format(sink="{ env: out/etl.env }", more="", policy=p_min("acme-data")) + location
        project = make_project(text(moto, body, more=connection), {**moto.environment, "PALETTE_KEY": palette.key})
        project.converge()
        first = env_file(project)
        moto.client("iam").delete_access_key(UserName="acme-etl", AccessKeyId=first["AWS_ACCESS_KEY_ID"])
        plan = project.plan_document()
        assert {change["address"] for change in plan["changes"]} == {"identities.etl", "backupLocations.main"}
        project.converge()
        second = env_file(project)
        (entry,) = palette.locations.values()
        credentials = entry["body"]["spec"]["config"]["credentials"]
        assert second != first and credentials["accessKey"] == second["AWS_ACCESS_KEY_ID"]
        assert credentials["secretKey"] == second["AWS_SECRET_ACCESS_KEY"]
        assert listed(moto) == {second["AWS_ACCESS_KEY_ID"]: "Active"}
        nowhere_but_in_the_sink(project, second["AWS_SECRET_ACCESS_KEY"])
        # Switched off by hand is gone as well.
        moto.client("iam").update_access_key(
            UserName="acme-etl", AccessKeyId=second["AWS_ACCESS_KEY_ID"], Status="Inactive")
        assert {change["address"] for change in project.plan_document()["changes"]} == {"identities.etl", "backupLocations.main"}
        project.converge()
        # Nobody may look: unknown is not gone.
    finally:
        palette.stop()


def test_keys_that_cannot_be_listed_are_not_gone(project, moto, proxy):
    project.write(keyed(proxy))
    project.converge()
    first = env_file(project)
    proxy.inject("status", "POST ListAccessKeys", status=403)
    project.plan().expect(4)
    proxy.clear()
    project.expect_no_changes()
    assert env_file(project) == first


# Documents


def p_backup(bucket, prefix="", more=()):
    """systems.md section 8, P-BACKUP; with `more` P-VELERO."""
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["ec2:DescribeVolumes", "ec2:DescribeSnapshots", "ec2:CreateTags", "ec2:CreateVolume",
                                       "ec2:CreateSnapshot", "ec2:DeleteSnapshot"], "Resource": "*"},
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:DeleteObject", "s3:PutObject", "s3:AbortMultipartUpload",
                                       "s3:ListMultipartUploadParts", *more], "Resource": [f"arn:aws:s3:::{bucket}/{prefix}*"]},
        {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [f"arn:aws:s3:::{bucket}"]},
    ]}


def meaning(policy):
    """Statements without the order of lists, and with one spelling of a list of one."""
    def listed(value):
        return sorted(value) if isinstance(value, list) else [value]
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    return sorted(json.dumps({k: listed(v) if k in ("Action", "Resource") else v for k, v in s.items()}, sort_keys=True)
                  for s in statements)


BACKUP = """
buckets:
  data: { connection: aws, bucketName: acme-data, deletion: purge }
identities:
  velero: { type: role, connection: aws, trust: [{ aws: "arn:aws:iam::444455556666:root" }], deletion: allow }
grants:
  backups: { bucket: data, allow: backup, through: identityPolicy, to: [{ identity: velero }] }
documents:
  policy: { from: grants.backups, as: policy, path: out/policy.json }
"""


def test_p_backup_a_backup_grant_through_an_identity_is_the_fact_sheets(project, moto):
    project.write(text(moto, BACKUP))
    project.converge()
    policy = moto.client("iam").get_role_policy(RoleName="velero", PolicyName="cooper-grants")["PolicyDocument"]
    assert meaning(policy) == meaning(p_backup("acme-data")) and policy["Version"] == "2012-10-17"
    project.cooper("emit").expect(0)
    assert meaning(json.loads(project.read("out/policy.json"))) == meaning(p_backup("acme-data"))


def test_p_velero_tagging_only_where_a_location_of_the_identity_tags(project, moto):
    location = """
backupLocations:
  main: {{ bucket: data, identity: {0}, prefix: velero, in: {{ k8s: {{ namespace: velero, config: {{ tagging: team=a&use=b }} }} }} }}
"""
    more = "k8s: { type: kubernetes }\n"
    for identity, tags in [("velero", ("s3:PutObjectTagging",)), ("other", ())]:
        body = BACKUP + location.format(identity)
        if identity == "other":
            body = body.replace("identities:", "identities:\n  other: { type: accessKey, accessKeyId: env:KEY, secretAccessKey: env:SECRET }")
        project.write(text(moto, body, more=more))
        plan = project.cooper("plan", "--no-observe", "--format", "json").json
        (grants,) = [facet["after"] for change in plan["changes"] if change["address"] == "identities.velero"
                     for facet in change["facets"] if facet["name"] == "grants"]
        assert meaning(grants) == meaning(p_backup("acme-data", more=tags))
        # The documents of the grant, of the identity and, where it is the location's own, of the location say the same.
        for source in ["grants.backups", "identities.velero"] + (["backupLocations.main"] if identity == "velero" else []):
            emitted = json.loads(project.cooper("emit", "--as", "policy", source).expect(0).stdout)
            assert meaning(emitted) == meaning(p_backup("acme-data", more=tags)), source


def test_p_velero_a_bucket_s_policy_gives_the_right_to_tag_too(project, moto):
    """Volumes are no business of a bucket's policy; the rest is P-VELERO's."""
    location = """
backupLocations:
  main: { bucket: data, identity: velero, prefix: velero, in: { k8s: { namespace: velero, config: { CONFIG } } } }
"""
    for config, tags in [("tagging: team=a&use=b", {"s3:PutObjectTagging"}), ('region: "eu-west-1"', set())]:
        body = BACKUP.replace("through: identityPolicy, ", "") + location.replace("CONFIG", config)
        project.write(text(moto, body, more="k8s: { type: kubernetes }\n"))
        plan = project.cooper("plan", "--no-observe", "--format", "json").json
        (policy,) = [facet["after"] for change in plan["changes"] if change["address"] == "buckets.data"
                     for facet in change["facets"] if facet["name"] == "policy"]
        objects, _ = policy["Statement"]
        assert set(objects["Action"]) == set(p_backup("acme-data")["Statement"][1]["Action"]) | tags


def test_two_keys_to_one_place_are_refused(project, moto):
    user = "  {0}: {{ type: accessKey, connection: aws, keys: {{ to: {1} }} }}\n"
    for first, second in [
        ("{ env: out/a.env }", "{ env: ./out/../out/a.env }"), ("{ sealed: s/a.yaml }", "{ sealed: s//a.yaml }"),
        ("{ secret: { connection: one, namespace: n, name: s } }", "{ secret: { connection: two, namespace: n, name: s } }"),
    ]:
        more = "".join(f"{name}: {{ type: kubernetes, endpoint: 'https://k.example:6443', access: {{ method: token, token: env:T }} }}\n"
                       for name in ("one", "two"))
        project.write(text(moto, "identities:\n" + user.format("a", first) + user.format("b", second), more=more))
        project.cooper("validate").expect(65).mentions("RUL0080", r"cooper\.yaml:\d+", "identities.a", "identities.b")
    project.write(text(moto, "identities:\n" + user.format("a", "{ env: out/a.env }") + user.format("b", "{ env: out/b.env }")))
    project.cooper("validate").expect(0)


# What others hung on what is to go


def test_a_role_with_what_others_hung_on_it_is_blocked_and_names_it(project, moto):
    iam = moto.client("iam")
    for name in ("acme-read", "acme-all", "acme-boundary"):
        iam.create_policy(PolicyName=name, PolicyDocument=p_min("any"))
    project.write(text(moto, ROLES))
    project.converge()
    theirs = f"arn:aws:iam::{ACCOUNT}:policy/acme-all"
    iam.attach_role_policy(RoleName="acme-palette", PolicyArn=theirs)
    iam.put_role_policy(RoleName="acme-palette", PolicyName="theirs", PolicyDocument=p_min("other"))
    iam.create_instance_profile(InstanceProfileName="theirs", Path="/teams/")
    iam.add_role_to_instance_profile(InstanceProfileName="theirs", RoleName="acme-palette")
    project.write(text(moto, ""))
    project.apply().expect(4).mentions(
        "acme-palette .* can't be deleted", f"policy {theirs} was attached by others", "inline policy theirs",
        "instance profile theirs was made by others", r"removed: \{ identities\.palette: purge \}")
    # Nothing was touched.
    assert len(iam.list_attached_role_policies(RoleName="acme-palette")["AttachedPolicies"]) == 2
    assert len(iam.list_instance_profiles()["InstanceProfiles"]) == 2
    # With the consent the role is taken out of the profile of others, and that stays.
    project.write(text(moto, "removed: { identities.palette: purge }\n"))
    (change,) = project.plan_document()["changes"]
    permissions = [call["permission"] for call in change["calls"]]
    assert permissions[:3] == ["iam:DetachRolePolicy", "iam:DeleteRolePolicy", "iam:RemoveRoleFromInstanceProfile"] or \
        permissions[:3] == ["iam:RemoveRoleFromInstanceProfile", "iam:DetachRolePolicy", "iam:DeleteRolePolicy"]
    assert permissions.count("iam:DeleteInstanceProfile") == 1 and permissions[-1] == "iam:DeleteRole"
    assert len([risk for risk in change["risks"] if "goes too" in risk["message"]]) == 3
    # A saved plan knows what is its own as well, and takes off nothing that came after it.
    project.cooper("plan", "--out", "plan.json").expect(0)
    iam.put_role_policy(RoleName="acme-palette", PolicyName="later", PolicyDocument=p_min("other"))
    stale = project.apply("plan.json").mentions("identities.palette: what would be taken off it is not what the plan lists")
    assert stale.code != 0 and "later" in iam.list_role_policies(RoleName="acme-palette")["PolicyNames"]
    iam.delete_role_policy(RoleName="acme-palette", PolicyName="later")
    project.apply("plan.json").expect(0)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_role(RoleName="acme-palette")
    (left,) = iam.list_instance_profiles()["InstanceProfiles"]
    assert left["InstanceProfileName"] == "theirs" and left["Roles"] == []
    assert iam.get_policy(PolicyArn=theirs)["Policy"]["AttachmentCount"] == 0


def test_a_profile_of_the_roles_own_name_goes_with_it(project, moto):
    iam = moto.client("iam")
    project.write(text(moto, "identities: { etl: { type: role, connection: aws, path: /jobs/, trust: [{ service: ec2.amazonaws.com }], deletion: allow } }\n"))
    project.converge()
    # As consoles make it: the same name. At another path it is somebody's own.
    iam.create_instance_profile(InstanceProfileName="etl")
    iam.add_role_to_instance_profile(InstanceProfileName="etl", RoleName="etl")
    project.write(text(moto, ""))
    project.plan().expect(4).mentions("instance profile etl was made by others")
    iam.remove_role_from_instance_profile(InstanceProfileName="etl", RoleName="etl")
    iam.delete_instance_profile(InstanceProfileName="etl")
    iam.create_instance_profile(InstanceProfileName="etl", Path="/jobs/")
    iam.add_role_to_instance_profile(InstanceProfileName="etl", RoleName="etl")
    project.apply().expect(0)
    assert iam.list_instance_profiles()["InstanceProfiles"] == []


def test_another_profile_leaves_that_of_others_alone(project, moto):
    iam = moto.client("iam")
    role = "identities: {{ etl: {{ type: role, connection: aws, trust: [{{ service: ec2.amazonaws.com }}]{0} }} }}\n"
    project.write(text(moto, role.format("")))
    project.converge()
    iam.create_instance_profile(InstanceProfileName="theirs")
    iam.add_role_to_instance_profile(InstanceProfileName="theirs", RoleName="etl")
    for name in ("first", "second"):
        project.write(text(moto, role.format(f", instanceProfile: {name}")))
        project.converge()
        profiles = {p["InstanceProfileName"]: len(p["Roles"]) for p in iam.list_instance_profiles()["InstanceProfiles"]}
        assert profiles == {"theirs": 1, name: 1}


def test_a_user_with_what_others_hung_on_it_is_blocked_and_names_it(project, moto):
    iam = moto.client("iam")
    project.write(keyed(moto))
    project.converge()
    own = env_file(project)["AWS_ACCESS_KEY_ID"]
    theirs = iam.create_access_key(UserName="acme-etl")["AccessKey"]["AccessKeyId"]
    iam.create_group(GroupName="analysts")
    iam.add_user_to_group(GroupName="analysts", UserName="acme-etl")
    project.write(text(moto, "removed: { buckets.data: purge }\n"))
    out = project.apply().expect(4).mentions(f"access key {theirs} was made by others", "group analysts has it as a member")
    assert f"access key {own}" not in out.output
    assert set(listed(moto)) == {own, theirs}
    project.write(text(moto, "removed: { identities.etl: purge }\n"))
    # What belongs to a person is taken by nobody.
    iam.create_login_profile(UserName="acme-etl", Password="Not-a-secret-1")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(UserName="acme-etl", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321")
    blocked = project.apply().expect(4).mentions("with a password", f"MFA device {device}", "deactivate it")
    assert "identities.etl: purge }  #" not in blocked.output
    iam.delete_login_profile(UserName="acme-etl")
    iam.deactivate_mfa_device(UserName="acme-etl", SerialNumber=device)
    project.apply().expect(0)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_user(UserName="acme-etl")
    assert iam.get_group(GroupName="analysts")["Users"] == []


def test_what_hangs_on_it_is_unknown_where_nobody_may_look(project, moto, proxy):
    project.write(keyed(proxy))
    project.converge()
    project.write(text(proxy, ""))
    proxy.inject("status", "POST ListGroupsForUser", status=403)
    project.plan().expect(4).mentions("could not be read", "unknown is not absent")
    proxy.clear()


# Paths


def test_a_wrong_path_is_told_at_adoption(project, moto):
    iam = moto.client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
    iam.create_role(RoleName="old", Path="/old/", AssumeRolePolicyDocument=trust)
    iam.create_user(UserName="robot", Path="/old/")
    iam.create_instance_profile(InstanceProfileName="machines", Path="/old/")
    iam.add_role_to_instance_profile(InstanceProfileName="machines", RoleName="old")
    body = """
identities:
  old: { type: role, connection: aws, path: PATH, trust: [{ service: ec2.amazonaws.com }], instanceProfile: { name: machines, path: PATH } }
  robot: { type: accessKey, connection: aws, path: PATH, keys: { to: { env: out/robot.env } } }
adopted: { identities.old: old, identities.robot: robot }
"""
    project.write(text(moto, body.replace("PATH", "/teams/")))
    project.apply().expect(4).mentions(
        r'path of old is "/old/", and IAM moves nothing', r'path of robot is "/old/"',
        r'path of instance profile machines is "/old/"', "write it so")
    assert not os.path.exists(project.path("out/robot.env"))
    assert iam.get_role(RoleName="old")["Role"]["Path"] == "/old/"
    project.write(text(moto, body.replace("PATH", "/old/")))
    project.converge()


# Sizes


def test_documents_that_iam_would_not_take_are_found_without_asking_it(project, moto):
    def statements(count):
        return json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": [
            f"arn:aws:s3:::acme-{n:04}/*" for n in range(count)]}]})

    def size(count):
        return len(statements(count).replace(" ", ""))

    user = "identities: {{ etl: {{ type: accessKey, connection: aws, keys: {{ to: {{ env: out/etl.env }} }}, permissions: {{ policy: {0} }} }} }}\n"
    fits = max(n for n in range(200) if size(n) <= 2048)
    assert size(fits) <= 2048 < size(fits + 1)
    project.write(text(moto, user.format(statements(fits).replace(", ", "," + " " * 30))))
    project.cooper("validate").expect(0)
    project.write(text(moto, user.format(statements(fits + 1))))
    project.cooper("validate").expect(65).mentions(
        "RUL0081", r"cooper\.yaml:\d+", "identities.etl", f"{size(fits + 1)} characters", "IAM takes 2048")
    # A grant stands beside it, in a policy of its own: IAM counts both.
    grant = "buckets: { data: { connection: aws, bucketName: acme-data } }\ngrants: { in: { bucket: data, allow: readWrite, through: identityPolicy, to: [{ identity: etl }] } }\n"
    project.write(text(moto, user.format(statements(fits)) + grant))
    project.cooper("validate").expect(65).mentions("RUL0081", "permissions: ", "grants: ", "grants.in gives it statements")
    project.write(text(moto, user.format(statements(20)) + grant))
    project.cooper("validate").expect(0)
    # What was counted is what is sent.
    project.converge()
    iam = moto.client("iam")
    sent = json.dumps(iam.get_user_policy(UserName="etl", PolicyName="cooper-permissions")["PolicyDocument"], separators=(",", ":"))
    assert len(sent) == size(20)
    # A role takes more, and a trust's quota can be raised.
    role = "identities: {{ etl: {{ type: role, connection: aws, trust: [{0}], permissions: {{ policy: {1} }} }} }}\n"
    trust = ", ".join(f"{{ aws: \"arn:aws:iam::4444555566{n:02}:root\", externalId: bbbb }}" for n in range(15))
    project.write(text(moto, role.format("{ service: ec2.amazonaws.com }", statements(fits + 1))))
    project.cooper("validate").expect(0)
    project.write(text(moto, role.format("{ service: ec2.amazonaws.com }", statements(fits * 6))))
    project.cooper("validate").expect(65).mentions("RUL0081", "IAM takes 10240")
    project.write(text(moto, role.format(trust, statements(1))))
    out = project.cooper("validate").expect(0).mentions("warning RUL0081", "2048 by default", "8192 where its quota was raised")
    assert "error" not in out.output
    project.write(text(moto, role.format(", ".join([trust.replace("4444", f"{n:04}") for n in range(5)]), statements(1))))
    project.cooper("validate").expect(65).mentions("error RUL0081")
