"""Palette end to end against a server of the tests, strict about what its published API says."""

import shutil

import pytest

from support import platforms
from support.platforms import SECRET, nowhere
from support.proxy import RecordingProxy, server_context
from support.world import World


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


def test_pa01_pa02_pa03_pa04_pa05_pa09_pa11_pa21_pa26_minio_create_drift_update_rotate_delete(project, palette, moto):
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


def test_pa29_a_project_is_named_by_its_name_too_and_an_unknown_one_is_told(project, palette, moto):
    project.write(text(moto, palette, place="project: payments"))
    project.converge()
    assert palette.locations["u-1"]["scope"] == "p-1"
    for name, told in {"nobody": "no project", "twice": "2 projects"}.items():
        project.write(text(moto, palette, settings=f"project: {name}, "))
        project.plan().mentions(told, name, "write the uid")
    assert [entry for entry in palette.writes() if entry[0] != "POST"] == []


def test_labels_are_declared_or_left_alone_and_an_update_loses_nothing(project, palette, moto):
    project.write(text(moto, palette, place="labels: { team: storage, env: prod }"))
    project.converge()
    location = palette.locations["u-1"]["body"]
    assert location["metadata"]["labels"] == {"team": "storage", "env": "prod"}
    location["metadata"]["labels"]["team"] = "nobody"
    project.plan().expect(3).mentions("team", "nobody")
    project.converge()
    # PA-03: an update sends the whole location; what nobody declares goes along as it is.
    location = palette.locations["u-1"]["body"]
    location["metadata"].update(annotations={"note": "ours"}, labels={"owner": "ops"})
    location["spec"]["config"]["useRestic"] = True
    project.write(text(moto, palette, place="default: true"))
    project.converge()
    location = palette.locations["u-1"]["body"]
    assert location["metadata"] == {"name": "lake", "labels": {"owner": "ops"}, "annotations": {"note": "ours"}}
    assert location["spec"]["config"]["useRestic"] is True and location["spec"]["isDefault"] is True


@pytest.mark.parametrize("how", ["name", "uid"])
def test_pa29_pa28_what_is_there_is_adopted_by_name_or_by_uid(project, palette, moto, how):
    name = "lake" if how == "name" else "made-by-hand"
    palette.locations["u-7"] = {
        "type": "minio", "scope": None, "body": {
            "metadata": {"name": name, "labels": {"by": "hand"}, "annotations": {}},
            "spec": {
                "isDefault": False, "type": "minio", "config": {
                    "bucketName": "lake", "region": "us-east-1", "s3Url": "https://elsewhere.example", "s3ForcePathStyle": True,
                    "credentials": {"credentialType": "secret", "accessKey": "AK", "secretKey": "unknown"},
                },
            },
        },
    }
    place = "" if how == "name" else "uid: u-7"
    project.write(text(moto, palette, place=place))
    project.plan().expect(4).mentions("adopted")
    project.write(text(moto, palette, place=place) + "adopted: { backupLocations.lake: lake }\n")
    project.plan().expect(2).mentions("elsewhere.example")
    project.converge()
    location = palette.locations["u-7"]["body"]
    assert list(palette.locations) == ["u-7"] and location["metadata"] == {"name": name, "labels": {"by": "hand"}, "annotations": {}}
    assert location["spec"]["config"]["s3Url"] == moto.endpoint
    assert project.state()["resources"]["backupLocations.lake"]["outputs"] == {"uid": "u-7", "type": "minio"}


@pytest.mark.parametrize("place", ["credentialType: pod-identity", "permissionBoundaryArn: 'arn:aws:iam::1:policy/b'"])
def test_pa25_a_field_of_another_provider_is_refused_before_any_call_that_writes(project, palette, moto, place):
    project.write(text(moto, palette, place=place))
    result = project.apply().mentions("PA-25", "name a role")
    assert result.code not in (0, 2) and palette.writes() == []
    project.write(text(moto, palette))
    project.converge()


def test_pa27_what_was_made_is_looked_for_in_the_list_of_its_scope(project, palette):
    palette.hides = True
    result = project.apply().mentions("PA-27", "u-1", "PLT0009")
    assert result.code not in (0, 2)
    # It is there, and known: the next apply goes on, and makes no second one.
    project.apply().mentions("PA-27")
    palette.hides = False
    project.converge()
    assert list(palette.locations) == ["u-1"]


def test_pa30_palette_of_ones_own_by_a_private_authority(make_project, moto, palette, authority):
    moto.client().create_bucket(Bucket="lake")
    front = RecordingProxy(palette.endpoint, server_context(authority.leaf, authority.leaf_key))
    try:
        written = text(moto, palette).replace(f"{palette.endpoint}, insecure: allow,", f"{front.endpoint},")
        project = make_project(written, platforms.environment(moto, PALETTE_KEY=palette.key))
        refused = project.plan().mentions("trusted", "caCertificate")
        assert refused.code not in (0, 2) and palette.log == []
        project.replace(f"endpoint: {front.endpoint},", f"endpoint: {front.endpoint}, caCertificate: palette-ca.pem,")
        project.write(open(authority.certificate).read(), "palette-ca.pem")
        project.converge()
        assert len(palette.locations) == 1
        nowhere(project, refused)
    finally:
        front.stop()


def test_pa30_sts_that_the_operator_has_not_set_up_is_told(root, make_project, world):
    """No account of AWS at the instance: Palette can't say whom to trust, and nothing is made."""
    project = in_world(root, make_project, world)
    project.replace(
        "clusters: { type: accessKey, accessKeyId: env:CLUSTERS_KEY, secretAccessKey: env:CLUSTERS_SECRET }",
        "clusters: { type: role, connection: aws, identityName: palette, origin: existing, trust: [{ party: palette }] }",
    )
    project.replace("type: aws, region: eu-west-1 }", "type: aws, region: eu-west-1, account: '123456789012' }")
    world.moto.client("iam").create_role(RoleName="palette", AssumeRolePolicyDocument="{}")
    world.palette.sts = None
    result = project.apply().mentions("no AWS account is configured")
    assert result.code not in (0, 2)
    assert "s3" not in [entry["type"] for entry in world.palette.locations.values()]


def test_a_uid_that_is_not_there_makes_nothing(project, palette, moto):
    project.write(text(moto, palette, place="uid: u-9"))
    result = project.apply().mentions("u-9", "take uid out")
    assert result.code not in (0, 2) and palette.locations == {}


@pytest.fixture
def world(moto):
    world = World(moto)
    yield world
    world.stop()


def in_world(root, make_project, world, **more):
    """The example with a location of each type, at the addresses that it has in the world."""
    project = make_project(environment=more)
    shutil.copytree(root / "examples" / "palette", project.directory, dirs_exist_ok=True)
    shutil.copy(world.internet.authority, project.path("minio-ca.pem"))
    keys = ("CLUSTERS_KEY", "CLUSTERS_SECRET", "EDGE_KEY", "EDGE_SECRET", "AKS_SECRET")
    project.environment |= {
        **world.environment(project.home), **{name: name.lower() + "-c4n4ry" for name in keys}, "GKE_KEY": world.gcs.key_file,
    }
    return project


def test_pa01_pa02_pa03_pa04_pa06_pa07_pa08_pa24_each_type_is_made_changed_checked_and_deleted(root, make_project, world):
    project = in_world(root, make_project, world)
    palette = world.palette
    first = project.apply().expect(0)
    project.expect_no_changes()
    types = {uid: entry["type"] for uid, entry in palette.locations.items()}
    assert sorted(types.values()) == ["azure", "gcp", "minio", "s3"]
    azure = next(entry for entry in palette.locations.values() if entry["type"] == "azure")
    assert azure["body"]["spec"]["config"] == {
        "containerName": "aks-backups", "storageName": "acmebackups", "resourceGroup": "rg-storage", "credentials": {
            "tenantId": "00000000-aaaa-bbbb-cccc-000000000001", "clientId": "00000000-aaaa-bbbb-cccc-000000000009",
            "clientSecret": "aks_secret-c4n4ry", "subscriptionId": "00000000-aaaa-bbbb-cccc-000000000002",
            "clientCloud": "public",
        },
    }
    assert len(palette.asked) == 3

    project.replace("scope: tenant", "labels: { team: storage }, scope: tenant")
    project.converge()
    assert all(entry["body"]["metadata"]["labels"] == {"team": "storage"} for entry in palette.locations.values())
    # Checked again before each update, and each written by the path of its type.
    assert len(palette.asked) == 6
    puts = {path for method, path, status in palette.log if (method, status) == ("PUT", 204)}
    assert puts == {f"/v1/users/assets/locations/{kind}/{uid}" for uid, kind in types.items()}

    project.replace("\nbackupLocations:", "\nx-backupLocations:")
    project.replace("\ndocuments:", "\nx-documents:")
    project.converge()
    assert palette.locations == {}
    deletes = {path for method, path, status in palette.log if (method, status) == ("DELETE", 204)}
    assert deletes == {f"/v1/users/assets/locations/{uid}" for uid in types}
    nowhere(project, first)


def test_pa24_what_palette_cannot_reach_is_not_made(root, make_project, world):
    project = in_world(root, make_project, world)
    world.palette.valid = False
    result = project.apply().mentions("PLT0015", "can't be reached")
    assert result.code not in (0, 2)
    assert [entry["type"] for entry in world.palette.locations.values()] == ["minio"], "MinIO has no check (PA-09)"


def test_pa10_pa23_a_role_by_sts_and_by_pod_identity(root, make_project, world):
    project = in_world(root, make_project, world)
    role = "arn:aws:iam::123456789012:role/palette"
    project.replace(
        "clusters: { type: accessKey, accessKeyId: env:CLUSTERS_KEY, secretAccessKey: env:CLUSTERS_SECRET }",
        "clusters: { type: role, connection: aws, identityName: palette, origin: existing, trust: [{ party: palette }] }",
    )
    project.replace("type: aws, region: eu-west-1 }", "type: aws, region: eu-west-1, account: '123456789012' }")
    project.replace("default: true", "credentialType: pod-identity, permissionBoundaryArn: 'arn:aws:iam::1:policy/b', default: true")
    world.moto.client("iam").create_role(RoleName="palette", AssumeRolePolicyDocument="{}")
    project.converge()
    made = next(entry for entry in world.palette.locations.values() if entry["type"] == "s3")
    assert made["body"]["spec"]["config"]["credentials"] == {
        "credentialType": "pod-identity", "podIdentity": {"roleArn": role, "permissionBoundaryArn": "arn:aws:iam::1:policy/b"},
    }
    project.replace("credentialType: pod-identity, permissionBoundaryArn: 'arn:aws:iam::1:policy/b', ", "")
    project.converge()
    assert made["body"]["spec"]["config"]["credentials"] == {
        "credentialType": "sts", "sts": {"arn": role, "externalId": "palette-chose"},
    }


def test_pa12_a_check_looks_at_account_and_container_through_palette(root, make_project, world):
    """Palette's own look-ups: what it doesn't see, it can't back up to."""
    project = in_world(root, make_project, world)
    project.apply().expect(0)
    palette, place = world.palette, ("00000000-aaaa-bbbb-cccc-000000000002", "rg-storage")

    def looked():
        result = project.cooper("check", "backupLocations.aks", "--format", "json")
        return next(step for step in result.json["resources"][0]["steps"] if step["name"] == "look"), result

    # Who has no cloud account is told so, with what to write.
    step, first = looked()
    assert step["verdict"] == "failed" and "not found" in step["detail"] and "cloudAccount" in step["fix"], step
    project.replace("aks:      { bucket: aks, identity: aks, in: { palette: { scope: tenant } } }",
                    "aks:      { bucket: aks, identity: aks, in: { palette: { scope: tenant, cloudAccount: ca-1 } } }")
    palette.cloud_accounts["ca-1"] = {place: {"another": ["aks-backups"]}}
    step, _ = looked()
    assert step["verdict"] == "failed" and "storage account acmebackups in resource group rg-storage; it sees another" in step["detail"]
    palette.cloud_accounts["ca-1"][place] = {"acmebackups": []}
    step, _ = looked()
    assert step["verdict"] == "failed" and "container aks-backups of storage account acmebackups; it sees none" in step["detail"]
    palette.cloud_accounts["ca-1"][place] = {"acmebackups": ["aks-backups"]}
    step, last = looked()
    assert step["verdict"] == "good" and step["milliseconds"] >= 0, step
    # What only a check needs changes nothing of the location.
    project.expect_no_changes()
    # The kind of the account: checked against Palette's list, sent, and kept where nobody declares it.
    azure = next(entry for entry in palette.locations.values() if entry["type"] == "azure")
    azure["body"]["spec"]["config"]["sku"] = "Premium_LRS"
    project.expect_no_changes()
    project.replace("cloudAccount: ca-1", "cloudAccount: ca-1, sku: Standard_ZRS")
    assert "kind of storage account Standard_ZRS; it sees Premium_LRS, Standard_LRS" in looked()[0]["detail"]
    project.replace("Standard_ZRS } }", "Standard_LRS } }")
    project.converge()
    azure = next(entry for entry in palette.locations.values() if entry["type"] == "azure")
    assert azure["body"]["spec"]["config"]["sku"] == "Standard_LRS" and looked()[0]["verdict"] == "good"
    project.replace(", sku: Standard_LRS", ", labels: { team: storage }")
    project.converge()
    azure = next(entry for entry in palette.locations.values() if entry["type"] == "azure")
    assert azure["body"]["spec"]["config"]["sku"] == "Standard_LRS"
    # Away from Azure there are no such calls.
    names = [step["name"] for step in project.cooper("check", "backupLocations.edge", "--format", "json").json["resources"][0]["steps"]]
    assert "look" not in names
    nowhere(project, first, last)
