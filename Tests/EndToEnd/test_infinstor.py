"""InfinStor end to end against a server of the tests that shows nothing and keeps every body as bytes."""

import time

import pytest

from support import platforms
from support.infinstor_server import InfinStorServer, encoded
from support.platforms import SECRET, nowhere


@pytest.fixture
def infinstor():
    server = InfinStorServer()
    yield server
    server.stop()


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
    import os

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
    result = project.apply()
    assert result.code not in (0, 2)
    result.mentions("IS-08")


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
