"""`examples/estate` as it stands, against servers of every kind that it names: planned as a whole, applied, and then nothing
is left to do. A proxy leads the addresses of the example to them, so that nothing in it is changed for the test.
"""

import json
import shutil

import pytest
import yaml

from support.kubernetes import VELERO, cosi, cozystack
from support.platform_controller import SECRET as MADE, Platform
from support.project import Project
from support.world import World, contexts

pytestmark = pytest.mark.kubernetes

#: What may be out of a version's reach; of the rest of the example nothing may be.
MADE_ELSEWHERE = {"identities.flashback-gcs", "grants.flashback-gcs"}
ROLES = ("cooper-apply", "cooper-plan", "flowfile", "infinstor", "palette", "replicator")


class Estate:
    """A copy of the example in one environment, and the servers that its addresses lead to."""

    def __init__(self, root, binary, place, name, moto, kube):
        self.name, self.moto, self.kube = name, moto, kube
        self.world = World(moto, "acme-" + name)
        shutil.copytree(root / "examples" / "estate", place / "estate")
        self.project = Project(binary, place / "estate")
        self.state = str(place / "state.json")
        contexts(kube, self.project.home, "hikube-acme", name + "-eu")
        with open(self.world.internet.authority) as file:
            self.project.write(file.read(), "certs/minio-ca.pem")
        self.project.environment = {
            **self.world.environment(self.project.home), "COOPER_VAR_account": moto.account,
            "FB_KEY": "AKIAFLASHBACKC4N4RY", "FB_SECRET": "flashback-c4n4ry",
            "VELERO_KEY": "AKIAVELEROC4N4RY", "VELERO_SECRET": "velero-c4n4ry",
        }

    def cooper(self, *arguments, **options):
        return self.project.cooper(
            *arguments, "--environment", self.name, "--state", self.state, timeout=240, **options)

    def expect_platforms(self):
        """What each platform was told of the buckets, by the identity that the example gives it: PA-10, FB-03, FB-23, FB-24,
        IS-02, IS-12, FF-10, CZ-06, VL-06."""
        account = self.moto.account
        (location,) = self.world.palette.locations.values()
        assert (location["type"], location["scope"]) == ("s3", None)
        assert location["body"]["spec"]["config"]["credentials"] == {
            "credentialType": "sts", "sts": {"arn": f"arn:aws:iam::{account}:role/palette", "externalId": "palette-chose"},
        }
        # The roles are made with the rest, and trust Palette by the id that it chose.
        iam = self.moto.client("iam")
        roles = {role["RoleName"]: role for role in iam.list_roles()["Roles"]}
        assert set(ROLES) <= set(roles)
        (statement,) = roles["palette"]["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "palette-chose"}}
        assert roles["palette"]["MaxSessionDuration"] == 12 * 3600
        entries = {entry["name"]: entry for entry in self.world.flashback.buckets.values()}
        shown = {name: (entry["storageType"], entry["bucket"], entry["key"]) for name, entry in entries.items()}
        assert shown == {
            "data-flashback": ("S3", f"acme-data-eu-{self.name}", "AKIAFLASHBACKC4N4RY"),
            "lake-flashback": ("GCS", f"acme-lake-{self.name}", f"flashback-gcs@acme-{self.name}.iam.gserviceaccount.com"),
            "rep-flashback": ("BLOB", "reports", f"acmereports{self.name}"),
        }
        (entry,) = self.world.infinstor.table.values()
        assert (entry["accessRole"], entry["accessRoleExt"]) == (f"arn:aws:iam::{account}:role/infinstor", "bbbb")
        (entry,) = self.world.flowfile.own.values()
        assert (entry["auth_method"], entry["aws_role_arn"]) == ("iam_role", f"arn:aws:iam::{account}:role/flowfile")
        base = "/apis/{}/namespaces/{}/{}/{}"
        claim = self.kube.get(
            base.format("objectstorage.k8s.io/v1alpha1", "tenant-acme", "bucketclaims", f"bucket-velero-{self.name}"))
        hikube = self.kube.get(base.format("velero.io/v1", "velero", "backupstoragelocations", "hikube"))
        assert hikube["spec"]["objectStorage"]["bucket"] == claim["status"]["bucketName"]
        main = self.kube.get(base.format("velero.io/v1", "velero", "backupstoragelocations", "main"))
        assert main["spec"]["default"] is True
        assert main["spec"]["objectStorage"] == {"bucket": f"acme-velero-{self.name}", "prefix": "cluster-a"}

    def say_more(self, **sections):
        """Adds to the file of the environment; what it says already stays."""
        name = f"environments/{self.name}.yaml"
        own = yaml.safe_load(self.project.read(name))
        for section, entries in sections.items():
            own[section] = {**own.get(section, {}), **entries}
        self.project.write(yaml.safe_dump(own, sort_keys=False), name)

    def take_as_given(self):
        """What this version can't make yet is said to be there, and its grants are left out."""
        blocked = self.cooper("plan", "--format", "json").json["blocked"]
        unmade = sorted(entry["address"] for entry in blocked if any("can't reach" in line for line in entry["why"]))
        assert set(unmade) <= MADE_ELSEWHERE, unmade
        identities, grants = {}, {}
        for address in unmade:
            section, key = address.split(".", 1)
            if section == "grants":
                grants[key] = None
            else:
                identities[key] = {"origin": "existing"}
        self.say_more(identities=identities, grants=grants)
        return set(unmade)


@pytest.fixture(params=["stage", "prod"])
def estate(request, root, binary, tmp_path, moto, kube_server):
    for namespace in ("tenant-acme", "velero", "velero-dr"):
        kube_server.namespace(namespace)
        kube_server.delete(f"/api/v1/namespaces/{namespace}/secrets")
    kube_server.define(VELERO + cosi("v1alpha1") + cozystack("B"))
    moto.client().create_bucket(
        Bucket="acme-sec-audit", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    estate = Estate(root, binary, tmp_path, request.param, moto, kube_server)
    yield estate
    estate.world.stop()


def test_whole_estate(estate):
    # The first apply is an administrator's: the roles by which pipelines sign in are a part of what it makes.
    keys = {"method": "static", "accessKeyId": "env:AWS_ACCESS_KEY_ID", "secretAccessKey": "env:AWS_SECRET_ACCESS_KEY"}
    estate.say_more(connections={"aws": {"access": keys, "planAccess": None}})
    estate.project.cooper("validate").expect(0)
    given = estate.take_as_given()

    planned = estate.cooper("plan", "--detailed-exitcode").expect(2)
    planned.mentions("known after apply: buckets.velero-hk.bucketName")
    assert not estate.world.writes()
    with Platform(estate.kube, "tenant-acme", "B", late=0.2):
        applied = estate.cooper("apply", "--yes").expect(0)
    estate.expect_platforms()
    # Under the name that it has in the world, whatever made it: everything that is declared and not given.
    with open(estate.state) as file:
        state = json.load(file)
    offline = estate.cooper("plan", "--no-observe", "--format", "json").expect(0).json
    left = {change["address"] for change in offline["changes"]} - given
    assert not left and len(state["resources"]) > 55

    before = len(estate.world.writes())
    again = estate.cooper("plan", "--detailed-exitcode").expect(0).mentions("no changes")
    nothing = estate.cooper("apply", "--yes").expect(0)
    assert len(estate.world.writes()) == before
    # No address of the example led anywhere else.
    assert estate.world.internet.strangers == set()
    for result in (planned, applied, again, nothing):
        assert "c4n4ry" not in result.output and MADE not in result.output
    with open(estate.state) as file:
        text = file.read()
    assert "c4n4ry" not in text and MADE not in text
