"""Palette end to end against a server of the tests, strict about what its published API says."""

import pytest

from support import platforms
from support.palette_server import PaletteServer
from support.platforms import SECRET, nowhere


@pytest.fixture
def palette():
    server = PaletteServer()
    yield server
    server.stop()


def text(moto, server, place="", more="", bucket="data", identity="key", settings=""):
    connection = (
        f"type: palette, endpoint: {server.endpoint}, insecure: allow, {settings}access: {{ apiKey: env:PALETTE_KEY }}"
    )
    location = f"bucket: {bucket}, identity: {identity}, in: {{ platform: {{ {place} }} }}"
    return platforms.text("palette", moto, connection, location, "backupLocations", more)


@pytest.fixture
def project(make_project, moto, palette):
    moto.client().create_bucket(Bucket="lake")
    return make_project(text(moto, palette), platforms.environment(moto, PALETTE_KEY=palette.key))


def test_pa01_pa02_pa03_pa04_pa09_pa21_pa26_minio_create_drift_update_rotate_delete(project, palette, moto):
    first = project.plan().expect(2)
    assert palette.writes() == []
    applied = project.apply().expect(0)
    assert palette.locations["u-1"]["body"] == {
        "metadata": {"name": "lake", "labels": {}, "annotations": {}},
        "spec": {
            "isDefault": False, "type": "minio",
            "config": {
                "bucketName": "lake", "region": "us-east-1", "s3Url": moto.endpoint, "s3ForcePathStyle": True,
                "credentials": {"credentialType": "secret", "accessKey": "AKIDC4N4RY", "secretKey": SECRET},
            },
        },
    }
    assert palette.asked == [] and palette.locations["u-1"]["scope"] is None
    project.expect_no_changes()

    palette.locations["u-1"]["body"]["spec"]["config"]["s3Url"] = "https://elsewhere.example"
    drift = project.plan().expect(3).mentions("elsewhere.example")
    project.converge()

    project.environment["ID_SECRET"] = "rotated-c4n4ry"
    rotated = project.plan().expect(2)
    project.converge()
    assert palette.locations["u-1"]["body"]["spec"]["config"]["credentials"]["secretKey"] == "rotated-c4n4ry"

    project.replace("in: { platform: {  } }", "in: { platform: { default: true } }")
    project.converge()
    assert palette.locations["u-1"]["body"]["spec"]["isDefault"] is True
    assert ("PATCH", "/v1/users/assets/locations/minio/u-1/default", 204) in palette.log

    # PA-11: the clusters that use it keep it.
    palette.users["u-1"] = [{"uid": "c-1", "name": "payments"}]
    platforms.remove(project, "backupLocations")
    kept = project.apply().mentions("payments", "PLT0013")
    assert kept.code not in (0, 2) and "u-1" in palette.locations
    palette.users.clear()
    gone = project.plan().expect(2).mentions("the bucket and its data stay")
    project.apply().expect(0)
    assert palette.locations == {}
    assert ("DELETE", "/v1/users/assets/locations/u-1", 204) in palette.log
    project.expect_no_changes()
    nowhere(project, first, applied, drift, rotated, kept, gone)


def test_scope_is_a_header_and_its_absence_the_tenant(project, palette, moto):
    project.write(text(moto, palette, settings="project: p-1, "))
    project.converge()
    assert palette.locations["u-1"]["scope"] == "p-1"


def test_a_scope_of_the_location_goes_before_that_of_the_connection(project, palette, moto):
    project.write(text(moto, palette, place="scope: tenant", settings="project: p-1, "))
    project.converge()
    assert palette.locations["u-1"]["scope"] is None


def test_a_wrong_key_is_told(project, palette):
    project.environment["PALETTE_KEY"] = "wrong-c4n4ry"
    result = project.plan()
    assert result.code not in (0, 2)
    nowhere(project, result)


def test_pa20_a_prefix_that_palette_has_no_field_for_is_told(project, palette):
    project.plan().expect(2)
    assert "PLN0034" not in project.plan().output
    project.replace("bucket: data", "bucket: data, prefix: nights")
    document = project.plan_document()
    found = [entry for entry in document["diagnostics"] if entry["code"] == "PLN0034"]
    assert len(found) == 1 and found[0]["severity"] == "warning" and "nights" in found[0]["message"]
    project.apply().expect(0)
    assert "nights" not in str(palette.locations)
    project.plan().expect(0).mentions("PLN0034")
