"""Flashback end to end against a server of the tests, strict about what its published pages say."""

import pytest

from support import platforms
from support.platforms import SECRET, nowhere


@pytest.fixture
def project(make_project, moto, flashback):
    return platforms.FLASHBACK.project(make_project, moto, flashback)


def test_fb01_fb02_fb04_fb05_fb06_fb07_fb11_fb26_create_drift_update_rotate_delete(project, flashback, moto):
    first = project.plan().expect(2)
    assert flashback.writes() == []
    applied = project.apply().expect(0)
    assert flashback.buckets == {
        "b-1": {
            "id": "b-1", "name": "lake", "bucket": "lake", "storageType": "S3", "workspaceId": "ws-1",
            "key": "AKIDC4N4RY", "secret": SECRET, "endpoint": moto.endpoint,
        }
    }
    calls = [entry[:2] for entry in flashback.log]
    assert calls.index(("POST", "/bucket")) < calls.index(("POST", "/bucket/b-1/validate"))
    assert ("GET", "/bucket/b-1/status") in calls
    project.expect_no_changes()

    flashback.buckets["b-1"]["endpoint"] = "https://elsewhere.example"
    drift = project.plan().expect(3).mentions("elsewhere.example")
    project.converge()
    assert flashback.buckets["b-1"]["endpoint"] == moto.endpoint

    project.environment["ID_SECRET"] = "rotated-c4n4ry"
    rotated = project.plan().expect(2)
    project.converge()
    assert flashback.buckets["b-1"]["secret"] == "rotated-c4n4ry"

    platforms.remove(project)
    gone = project.plan().expect(2).mentions("the bucket and its data stay")
    project.apply().expect(0)
    assert flashback.buckets == {}
    project.expect_no_changes()
    nowhere(project, first, applied, drift, rotated, gone)


def test_fb11_a_workspace_is_named_by_its_id_too_and_an_unknown_one_is_told(project, flashback):
    project.replace("workspace: analytics", "workspace: nobody")
    project.plan().mentions("no workspace", "nobody")
    assert flashback.writes() == []
    project.replace("workspace: nobody", "workspace: ws-2")
    project.converge()
    assert flashback.buckets["b-1"]["workspaceId"] == "ws-2"


def test_fb02_429_on_create_is_the_quota_and_sent_once(project, flashback):
    flashback.quota = 0
    result = project.apply().mentions("quota", "PLT0012")
    assert result.code not in (0, 2)
    assert [entry for entry in flashback.log if entry[:2] == ("POST", "/bucket")] == [("POST", "/bucket", 429)]
    nowhere(project, result)


def test_fb05_fb10_an_entry_in_use_is_kept_and_its_repositories_are_named(project, flashback):
    project.converge()
    flashback.repositories = [
        {"id": "r-1", "name": "archive", "buckets": ["b-1"]}, {"id": "r-2", "name": "web", "buckets": ["b-7", "b-1"]},
        {"id": "r-3", "name": "other", "buckets": ["b-7"]},
    ]
    platforms.remove(project)
    result = project.apply().mentions("repository archive, web of Flashback", "PLT0013")
    assert result.code not in (0, 2) and "other" not in result.output
    assert "b-1" in flashback.buckets
    flashback.repositories = []
    project.apply().expect(0)
    assert flashback.buckets == {}


def test_fb06_fb07_an_entry_that_flashback_cannot_use_is_told(project, flashback):
    flashback.reachable = False
    result = project.apply().mentions("Access denied by the store", "PLT0015")
    assert result.code not in (0, 2)
    nowhere(project, result)


def test_fb20_two_entries_of_one_name_are_touched_by_nothing(project, flashback):
    entry = {"name": "lake", "bucket": "x", "storageType": "S3", "workspaceId": "ws-1", "key": "k"}
    flashback.buckets = {"b-8": {"id": "b-8", **entry}, "b-9": {"id": "b-9", **entry}}
    project.apply().mentions("FB-20")
    assert flashback.writes() == []


def test_a_wrong_password_is_tried_once(project, flashback):
    project.environment["FB_PASSWORD"] = "wrong-c4n4ry"
    result = project.plan().mentions("sign-in was refused")
    assert flashback.log == [("POST", "/user/login", 401)]
    nowhere(project, result)


def test_fb09_a_reusable_key_is_made_named_by_an_entry_rotated_and_kept_while_it_is_used(project, flashback, moto):
    project.write(project.read("cooper.yaml").replace("workspace: analytics }", "workspace: analytics, apiKey: shared }") + """
apiKeys:
  shared: { in: platform, bucket: data, identity: key, workspace: analytics }
""")
    planned = project.plan().expect(2).mentions("known after apply", r"apiKeys\.shared\.uuid")
    assert flashback.writes() == []
    project.converge()
    key = {
        "workspaceId": "ws-1", "provider": "AWS", "key": "AKIDC4N4RY", "secret": SECRET, "endpoint": moto.endpoint,
        "description": "shared",
    }
    assert flashback.keys == {"k-1": key}
    entry = flashback.buckets["b-2"]
    assert entry["apiKeyUuid"] == "k-1" and "key" not in entry and "secret" not in entry

    project.environment["ID_SECRET"] = "rotated-c4n4ry"
    project.plan().expect(2)
    project.converge()
    assert flashback.keys["k-1"]["secret"] == "rotated-c4n4ry" and flashback.buckets == {"b-2": entry}

    flashback.keys["k-1"]["endpoint"] = "https://elsewhere.example"
    drift = project.plan().expect(3).mentions("elsewhere.example")
    project.converge()

    # Of an identity that it isn't the key of, an entry doesn't name it.
    project.replace("identity: key, workspace: analytics, apiKey", "identity: other, workspace: analytics, apiKey")
    project.replace("identities:\n", "identities:\n  other: { type: accessKey, accessKeyId: env:ID_KEY, secretAccessKey: env:ID_SECRET }\n")
    project.plan().mentions("FB-09", "PLT0011")
    project.replace("identity: other, workspace", "identity: key, workspace")

    # Used by a bucket that somebody else entered, it stays.
    flashback.buckets["b-9"] = {**entry, "id": "b-9", "name": "foreign"}
    text = project.read("cooper.yaml")
    project.write(text.split("registrations:")[0])
    kept = project.apply().mentions("in use by 1 bucket of Flashback", "PLT0013")
    assert kept.code not in (0, 2) and list(flashback.keys) == ["k-1"] and list(flashback.buckets) == ["b-9"]
    del flashback.buckets["b-9"]
    flashback.models["k-1"] = 2
    project.apply().mentions("in use by 2 AI models of Flashback", "PLT0013")
    assert ("DELETE", "/apikeys/k-1", 409) not in flashback.log, "what is known to be in use isn't tried"
    flashback.models.clear()
    project.apply().expect(0)
    assert flashback.keys == {} and flashback.buckets == {}
    nowhere(project, planned, drift, kept)
