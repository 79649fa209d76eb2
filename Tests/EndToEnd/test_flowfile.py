"""Flowfile end to end against a server of the tests, strict about what its published source is strict about."""

import pytest

from support import platforms
from support.platforms import SECRET, nowhere


@pytest.fixture
def project(make_project, moto, flowfile):
    return platforms.FLOWFILE.project(make_project, moto, flowfile)


def test_ff01_ff02_ff03_ff10_ff11_ff13_ff17_create_drift_update_rotate_delete(project, flowfile, moto):
    first = project.plan().expect(2)
    assert flowfile.writes() == []
    applied = project.apply().expect(0)
    assert flowfile.own["lake"] == {
        "connection_name": "lake", "storage_type": "s3", "auth_method": "access_key", "aws_region": "us-east-1",
        "aws_access_key_id": "AKIDC4N4RY", "aws_secret_access_key": SECRET, "aws_role_arn": None,
        "aws_allow_unsafe_html": True, "azure_account_name": None, "azure_tenant_id": None, "azure_client_id": None,
        "azure_account_key": None, "azure_client_secret": None, "gcs_project_id": None,
        "gcs_service_account_key": None, "endpoint_url": moto.endpoint, "verify_ssl": True,
    }
    project.expect_no_changes()

    # Changed at Flowfile: drift, and put back.
    flowfile.own["lake"]["endpoint_url"] = "https://elsewhere.example"
    drift = project.plan().expect(3).mentions("elsewhere.example")
    project.converge()
    assert flowfile.own["lake"]["endpoint_url"] == moto.endpoint

    # A new secret is written, and nothing else is.
    project.environment["ID_SECRET"] = "rotated-c4n4ry"
    rotated = project.plan().expect(2)
    project.converge()
    assert flowfile.own["lake"]["aws_secret_access_key"] == "rotated-c4n4ry"

    # FF-02: with another method the stored secret must go.
    project.replace("identity: key", "identity: key, authMethod: aws_cli")
    project.converge()
    assert flowfile.own["lake"]["auth_method"] == "aws-cli"
    assert not flowfile.own["lake"].get("aws_secret_access_key")

    platforms.remove(project)
    gone = project.plan().expect(2).mentions("the bucket and its data stay")
    project.apply().expect(0)
    assert flowfile.own == {}
    project.expect_no_changes()
    nowhere(project, first, applied, drift, rotated, gone)


def test_ff04_what_another_user_shares_is_left_alone(project, flowfile):
    flowfile.shared["lake"] = {
        "connection_name": "lake", "storage_type": "s3", "auth_method": "env_vars", "verify_ssl": True,
    }
    project.plan().mentions("bob")
    project.apply()
    assert flowfile.writes() == []


def test_ff12_a_pair_that_the_server_would_take_is_refused_before_any_write(project, flowfile):
    project.replace("identity: key }", "identity: key, authMethod: managed_identity }")
    result = project.apply()
    assert result.code not in (0, 2)
    result.mentions("FF-12", "access_key")
    assert flowfile.writes() == []


def test_a_wrong_password_is_tried_once(project, flowfile):
    project.environment["FLOW_PASSWORD"] = "wrong-c4n4ry"
    refused = project.plan().mentions("sign-in was refused")
    assert [entry for entry in flowfile.log] == [("POST", "/auth/token", 401)]
    nowhere(project, refused)


def test_422_of_fastapi_is_told_without_what_was_sent(project, flowfile, monkeypatch):
    from support import flowfile_server

    monkeypatch.setattr(flowfile_server, "METHODS", {"env_vars"})
    result = project.apply()
    assert result.code not in (0, 2)
    result.mentions("auth_method", "422")
    nowhere(project, result)


def test_ff05_a_check_browses_through_the_entry(project, flowfile):
    early = project.cooper("check", "registrations.lake").expect(1).mentions("not there yet")
    assert not [path for _, path, _ in flowfile.log if path == "/storage_browser/cloud"]
    project.apply().expect(0)
    good = project.cooper("check", "registrations.lake").mentions("browse +ok", "Flowfile lists s3://lake through the entry")
    for status, code, words in [
        (403, "ACCESS_DENIED", "refuses the entry's identity"), (404, "PATH_NOT_FOUND", "bucket is not there"),
        (409, "BROWSE_UNSUPPORTED_AUTH", "can't browse"), (504, "PROVIDER_TIMEOUT", "did not answer Flowfile in time"),
    ]:
        flowfile.browsing = (status, code)
        bad = project.cooper("check", "registrations.lake").expect(1).mentions("browse +FAILED", words, code)
    nowhere(project, early, good, bad)
    assert flowfile.writes() == [("POST", "/cloud_connections/cloud_connection", 200)]
