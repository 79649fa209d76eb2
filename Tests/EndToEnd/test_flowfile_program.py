"""Flowfile end to end against the published program, and not a server that the tests wrote."""

import pytest

from support import platforms
from support.flowfile_program import ADMIN, PASSWORD, Flowfile
from support.platforms import nowhere

pytestmark = pytest.mark.flowfile


@pytest.fixture(scope="module")
def program():
    program = Flowfile()
    yield program
    program.stop()


@pytest.fixture
def flowfile(program):
    program.reset()
    return program


@pytest.fixture
def project(make_project, moto, flowfile):
    moto.client().create_bucket(Bucket="lake")
    moto.client().put_object(Bucket="lake", Key="in/orders.parquet", Body=b"x")
    connection = (
        f"type: flowfile, endpoint: {flowfile.endpoint}, insecure: allow, "
        "access: { username: env:FLOW_USER, password: env:FLOW_PASSWORD }"
    )
    text = platforms.text("flowfile", moto, connection, "in: platform, bucket: data, identity: key")
    environment = platforms.environment(moto, FLOW_USER=ADMIN, FLOW_PASSWORD=PASSWORD)
    # The keys that moto knows: Flowfile can then use what it was given.
    return make_project(text, environment | {"ID_KEY": moto.key, "ID_SECRET": moto.secret})


def browse(flowfile, path="s3://lake/in/"):
    return flowfile.call("GET", f"/storage_browser/cloud?path={path}&connection_name=lake&page_size=10")


def test_ff01_ff02_ff03_ff05_ff18_ff19_create_use_drift_rotate_change_the_method_delete(project, flowfile, moto):
    first = project.plan().expect(2)
    assert flowfile.connections() == {}
    applied = project.apply().expect(0)
    entry = flowfile.connections()["lake"]
    wanted = {
        "storage_type": "s3", "auth_method": "access_key", "aws_region": "us-east-1", "aws_access_key_id": moto.key,
        "aws_allow_unsafe_html": True, "endpoint_url": moto.endpoint, "verify_ssl": True,
    }
    assert {name: entry[name] for name in wanted} == wanted and entry["access"]["is_owner"] is True
    project.expect_no_changes()
    # The secret arrived whole: Flowfile lists the bucket with it.
    status, found = browse(flowfile)
    assert status == 200 and "orders.parquet" in str(found), found

    # Changed in Flowfile: drift, and put back; the stored secret stays (FF-02).
    changed = {**wanted, "connection_name": "lake", "aws_region": "eu-west-1"}
    assert flowfile.call("PUT", "/cloud_connections/cloud_connection", changed)[0] == 200
    drift = project.plan().expect(3).mentions("eu-west-1")
    project.converge()
    assert flowfile.connections()["lake"]["aws_region"] == "us-east-1" and browse(flowfile)[0] == 200

    # A new secret is written, and it is what Flowfile then signs with.
    project.environment["ID_SECRET"] = "rotated-c4n4ry"
    rotated = project.plan().expect(2)
    project.converge()
    assert browse(flowfile)[0] != 200
    project.environment["ID_SECRET"] = moto.secret
    project.converge()
    assert browse(flowfile)[0] == 200

    # FF-11: both spellings; the stored secret goes with the method.
    project.replace("identity: key", "identity: key, authMethod: aws_cli")
    project.converge()
    assert flowfile.connections()["lake"]["auth_method"] == "aws-cli"
    project.replace(", authMethod: aws_cli", "")
    project.converge()

    platforms.remove(project)
    gone = project.plan().expect(2).mentions("the bucket and its data stay")
    project.apply().expect(0)
    assert flowfile.connections() == {}
    project.expect_no_changes()
    nowhere(project, first, applied, drift, rotated, gone)
    for path, data in project.everything_written():
        assert moto.secret.encode() not in data, path


def test_ff01_what_somebody_else_made_is_not_written_over(project, flowfile, moto):
    made = {"connection_name": "lake", "storage_type": "s3", "auth_method": "env_vars", "aws_region": "eu-west-1"}
    assert flowfile.call("POST", "/cloud_connections/cloud_connection", made)[0] == 200
    assert flowfile.call("POST", "/cloud_connections/cloud_connection", made)[0] == 422, "as FF-01 says"
    project.plan().expect(4).mentions("adopted")
    assert flowfile.connections()["lake"]["auth_method"] == "env_vars"
    project.write(project.read("cooper.yaml") + "adopted: { registrations.lake: lake }\n")
    project.converge()
    assert flowfile.connections()["lake"]["auth_method"] == "access_key" and browse(flowfile)[0] == 200


def test_ff04_each_user_has_their_own(project, flowfile):
    status, _ = flowfile.call(
        "POST", "/auth/users", {"username": "bob", "password": "Bob-password-1", "email": "bob@acme.example"})
    assert status in (200, 201, 400), "made, or there from before"
    token = flowfile.sign_in("bob", "Bob-password-1")
    project.converge()
    assert flowfile.connections(token) == {} and list(flowfile.connections()) == ["lake"]


def test_a_wrong_password_is_told(project, flowfile):
    project.environment["FLOW_PASSWORD"] = "wrong-c4n4ry"
    result = project.plan().mentions("sign-in was refused")
    nowhere(project, result)
