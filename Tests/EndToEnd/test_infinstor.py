"""InfinStor end to end against a server of the tests that shows nothing and keeps every body as bytes."""

import json
import os
import time

import pytest

from support import platforms
from support.infinstor_server import encoded
from support.platforms import SECRET, nowhere
from support.world import World


def text(moto, server, registration="bucket: data, identity: key"):
    connection = (
        f"type: infinstor, endpoint: {server.endpoint}/api, insecure: allow, "
        f"access: {{ tokenFile: file:token, cognito: {server.endpoint} }}"
    )
    return platforms.text("infinstor", moto, connection, "in: platform, " + registration)


def token_file(project, server, age=0, **more):
    lines = {
        "Token": server.token, "RefreshToken": server.refresh, "ClientId": server.client,
        "TokenTimeEpochSeconds": str(int(time.time()) - age), "IdToken": "id-c4n4ry", "Service": "acme", **more,
    }
    with open(project.home + "/token", "w") as file:
        file.write("".join(f"{name}={value}\n" for name, value in lines.items()))
    os.chmod(project.home + "/token", 0o600)


@pytest.fixture
def project(make_project, moto, infinstor):
    moto.client().create_bucket(Bucket="lake")
    project = make_project(environment=platforms.environment(moto))
    project.write(text(moto, infinstor).replace("file:token", f"file:{project.home}/token"))
    token_file(project, infinstor)
    return project


def test_is01_is03_is04_is05_is09_add_rotate_delete_and_a_plan_that_says_not_verified(project, infinstor, moto):
    first = project.plan().expect(2).mentions("not verified", "PLN0032")
    assert infinstor.bodies == []
    applied = project.apply().expect(0)
    add = (
        f"op=add&bucketname=lake&cloud=minio&endpoint={encoded(moto.endpoint)}&accessKeyId=AKIDC4N4RY"
        f"&secretAccessKey={encoded(SECRET)}&accessRole=&accessRoleExt="
    )
    assert infinstor.bodies == [add]
    second = project.plan().expect(0).mentions("not verified", "as recorded")

    project.environment["ID_SECRET"] = "rotated-c4n4ry"
    rotated = project.plan().expect(2)
    project.apply().expect(0)
    assert infinstor.bodies[1:] == [add.replace(encoded(SECRET), "rotated-c4n4ry")]
    project.plan().expect(0)

    platforms.remove(project)
    gone = project.plan().expect(2).mentions("the bucket and its data stay")
    project.apply().expect(0)
    assert infinstor.bodies[2:] == ["op=delete&bucketname=lake"]
    project.plan().expect(0)
    nowhere(project, first, applied, second, rotated, gone)


def test_is08_rights_are_given_and_none_can_be_taken_away(project, infinstor):
    project.replace("identity: key", "identity: key, rights: [{ principal: analysts, type: group, role: reader }]")
    project.apply().expect(0)
    assert infinstor.rights == [
        {"principal": "analysts", "type": "group", "bucketname": "lake", "role": "reader", "cloud": "minio"}
    ]
    project.plan().expect(0)
    project.replace(", rights: [{ principal: analysts, type: group, role: reader }]", "")
    # The plan says so already, and an apply does nothing.
    planned = project.plan().expect(4).mentions("IS-08", "U-01", "registrations.lake")
    sent = len(infinstor.log)
    result = project.apply().mentions("IS-08")
    assert result.code not in (0, 2) and len(infinstor.log) == sent
    nowhere(project, planned, result)
    # Another role for one who has a right would take the old one away as well.
    project.replace("identity: key", "identity: key, rights: [{ principal: analysts, type: group, role: editor }]")
    project.plan().expect(4).mentions("IS-08")


def test_is08_u01_a_call_that_takes_rights_away_is_a_setting(project, infinstor):
    """The name isn't published; who knows it writes it, and the strict server takes no other."""
    project.replace("type: infinstor,", "type: infinstor, rightRemoval: { path: delete-bucket-auth, fields: [principal, type, bucketname, cloud] },")
    infinstor.removal = ("delete-bucket-auth", ["principal", "type", "bucketname", "cloud"])
    rights = "rights: [{{ principal: analysts, type: group, role: {0} }}, {{ principal: eve, type: user, role: reader }}]"
    project.replace("identity: key", "identity: key, " + rights.format("reader"))
    project.converge()
    assert {(r["principal"], r["role"]) for r in infinstor.rights} == {("analysts", "reader"), ("eve", "reader")}
    # Another role: the old one is taken away first, so that the new one stays.
    project.replace(rights.format("reader"), rights.format("editor"))
    plan = project.plan_document()
    assert [call["url"].rsplit("/", 1)[-1] for call in plan["changes"][0]["calls"]] == [
        "delete-bucket-auth", "add-mod-del-bucket", "add-bucket-auth"]
    project.converge()
    assert {(r["principal"], r["role"]) for r in infinstor.rights} == {("analysts", "editor"), ("eve", "reader")}
    # Offline too.
    project.replace(", " + rights.format("editor"), "")
    project.cooper("plan", "--no-observe").expect(0)
    project.converge()
    assert infinstor.rights == []
    # With an entry its rights go first.
    project.replace("identity: key", "identity: key, " + rights.format("reader"))
    project.converge()
    platforms.remove(project)
    project.apply().expect(0)
    assert infinstor.rights == [] and infinstor.table == {}


def test_is07_login_expired_renews_by_cognito_and_sends_once_more(project, infinstor):
    infinstor.token = "another-c4n4ry"
    result = project.apply().expect(0)
    assert infinstor.renewed == 1
    assert [entry[1] for entry in infinstor.log] == ["/api/add-mod-del-bucket", "/", "/api/add-mod-del-bucket"]
    nowhere(project, result)


def test_is07_a_token_older_than_half_an_hour_is_renewed_first(project, infinstor):
    token_file(project, infinstor, age=1801)
    project.apply().expect(0)
    assert [entry[1] for entry in infinstor.log] == ["/", "/api/add-mod-del-bucket"]


def test_is07_a_refused_refresh_is_told(project, infinstor):
    token_file(project, infinstor, age=1801, RefreshToken="old-c4n4ry")
    result = project.apply()
    assert result.code not in (0, 2)
    result.mentions("sign-in was refused")
    assert infinstor.bodies == []
    nowhere(project, result)


def test_is06_is07_a_static_token_and_a_refresh_token_replace_the_file(project, infinstor, moto):
    text = project.read("cooper.yaml")
    access = text[text.index("access: { tokenFile"):]
    access = access[: access.index("}") + 1]
    # A static token goes as it is, without a word before it.
    infinstor.token = "Custom abc-c4n4ry"
    project.environment["T"] = infinstor.token
    project.write(text.replace(access, "access: { method: token, token: env:T }"))
    static = project.apply().expect(0)
    assert infinstor.renewed == 0 and len(infinstor.bodies) == 1
    # With a refresh token alone, tokens are made by Cognito before the first call.
    infinstor.token = "another-c4n4ry"
    project.environment["R"] = infinstor.refresh
    refreshing = f"access: {{ method: refreshToken, refreshToken: env:R, clientId: {infinstor.client}, region: us-east-1, cognito: {infinstor.endpoint} }}"
    project.write(text.replace(access, refreshing).replace("identity: key", "identity: key, rights: [{ principal: ana, type: user, role: editor }]"))
    renewed = project.apply().expect(0)
    assert infinstor.renewed == 1 and infinstor.rights[0]["principal"] == "ana"
    nowhere(project, static, renewed)


def test_is07_a_renewed_session_that_is_refused_again_is_told_and_not_sent_for_ever(project, infinstor):
    infinstor.expire_always = True
    result = project.apply()
    assert result.code not in (0, 2)
    assert len([entry for entry in infinstor.log if entry[1].endswith("bucket")]) == 2
    result.mentions("Login expired", "PLT0003")
    nowhere(project, result)


def test_is04_is05_is12_a_role_becomes_a_key_and_an_endpoint_moves(make_project, moto):
    """At AWS's own address: what the entry was before is cleared, and an endpoint that changes alone is a modification."""
    world = World(moto)
    try:
        moto.client().create_bucket(Bucket="acme-lake")
        trust = {
            "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "bbbb"}},
            }],
        }
        moto.client("iam").create_role(RoleName="infinstor", AssumeRolePolicyDocument=json.dumps(trust))
        project = make_project()
        project.write("""
cooper: 1
name: infinstor
connections:
  aws: { type: aws, region: us-east-1, account: "123456789012" }
  infinstor: { type: infinstor, endpoint: https://api.infinstor.example, access: { tokenFile: file:~/.infinstor/token } }
buckets:
  lake: { connection: aws, bucketName: acme-lake, origin: existing }
identities:
  role:
    type: role
    connection: aws
    identityName: infinstor
    origin: existing
    trust: [{ aws: "arn:aws:iam::444455556666:root", externalId: bbbb }]
  key: { type: accessKey, accessKeyId: env:ID_KEY, secretAccessKey: env:ID_SECRET }
registrations:
  lake: { in: infinstor, bucket: lake, identity: role }
""")
        project.environment = {
            **world.environment(project.home), "ID_KEY": "iiii", "ID_SECRET": "ssss",
        }
        project.apply().expect(0)
        role = encoded("arn:aws:iam::123456789012:role/infinstor")
        assert world.infinstor.bodies == [
            f"op=add&bucketname=acme-lake&cloud=aws&endpoint=&accessKeyId=&secretAccessKey=&accessRole={role}&accessRoleExt=bbbb"
        ]
        project.replace("bucket: lake, identity: role", "bucket: lake, identity: key")
        project.apply().expect(0)
        assert world.infinstor.bodies[1:] == [
            "op=add&bucketname=acme-lake&cloud=aws&endpoint=&accessKeyId=iiii&secretAccessKey=ssss&accessRole=&accessRoleExt="
        ]
        project.plan().expect(0).mentions("not verified")
    finally:
        world.stop()
