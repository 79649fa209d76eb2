"""`examples/estate` as it stands, against servers of every kind that it names: planned as a whole, applied, and then nothing
is left to do. A proxy leads the addresses of the example to them, so that nothing in it is changed for the test.
"""

import json
import os
import shutil
import time

import pytest
import yaml

from support.azure import CLIENT, FakeAzure
from support.flashback_server import FlashbackServer
from support.flowfile_server import FlowfileServer
from support.gcs import FakeGCS
from support.infinstor_server import InfinStorServer
from support.internet import Internet
from support.kubernetes import ADMIN, VELERO, cosi, cozystack
from support.palette_server import PaletteServer
from support.platform_controller import SECRET as MADE, Platform
from support.project import Project
from support.proxy import RecordingProxy
from support.quirk_server import KEY, SECRET, QuirkServer, Store

pytestmark = pytest.mark.kubernetes

#: What may be out of a version's reach; of the rest of the example nothing may be.
MADE_ELSEWHERE = {
    "identities.cooper-apply", "identities.cooper-plan", "identities.flashback-gcs", "identities.flowfile",
    "identities.infinstor", "identities.palette", "identities.replicator", "grants.flashback-gcs",
}


def kept_replication():
    """moto answers that no rule copies deletions, whatever it was told; here it answers what it was told."""
    kept = {}

    def mend(exchange, status, body):
        if status != 200 or "replication" not in exchange.query:
            return body
        if exchange.method == "PUT":
            kept[exchange.headers["host"]] = exchange.body
        return kept.get(exchange.headers["host"], body) if exchange.method == "GET" else body

    return mend


class Estate:
    """A copy of the example in one environment, and the servers that its addresses lead to."""

    def __init__(self, root, binary, place, name, moto, kube):
        self.name, self.moto, self.kube = name, moto, kube
        self.gcs, self.azure = FakeGCS(), FakeAzure()
        self.palette, self.flashback = PaletteServer(), FlashbackServer()
        self.infinstor, self.flowfile = InfinStorServer(), FlowfileServer()
        self.infinstor.base = ""
        self.aws = RecordingProxy(moto.endpoint)
        self.aws.mend = kept_replication()
        # moto takes a host of two labels for the name of a bucket.
        self.minio = QuirkServer(Store(needs_md5=True))
        aws = [f"*.{region}.amazonaws.com" for region in ("eu-west-1", "us-east-1", "ap-southeast-1")]
        stores = [f"*.s3.{region}.amazonaws.com" for region in ("eu-west-1", "us-east-1", "ap-southeast-1")]
        self.internet = Internet(
            dict.fromkeys(stores + aws + ["iam.amazonaws.com", "sts.amazonaws.com"], self.aws.endpoint)
            | {"minio.internal": self.minio.endpoint}
            | dict.fromkeys(["*.googleapis.com"], self.gcs.endpoint)
            | dict.fromkeys(["login.microsoftonline.com", "management.azure.com"], self.azure.endpoint)
            | {
                "api.spectrocloud.com": self.palette.endpoint, "backend.flashback.tech": self.flashback.endpoint,
                "api.infinstor.example": self.infinstor.endpoint, "flowfile.internal": self.flowfile.endpoint,
            }
        )
        self.servers = [
            self.gcs, self.azure, self.palette, self.flashback, self.infinstor, self.flowfile, self.aws,
            self.minio, self.internet,
        ]
        self.gcs.project, self.gcs.endpoint = "acme-" + name, "https://oauth2.googleapis.com"
        self.azure.endpoint, self.azure.federated = "https://management.azure.com", "azure-jwt-c4n4ry"
        shutil.copytree(root / "examples" / "estate", place / "estate")
        self.project = Project(binary, place / "estate")
        self.state = str(place / "state.json")
        self._home(place)

    def _home(self, place):
        home = self.project.home

        def write(path, text):
            path = os.path.join(home, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o700 if "/bin/" in path else 0o600), "w") as file:
                file.write(text)
            return path

        kubeconfig = os.path.join(home, ".kube", "config")
        self.kube.kubeconfig(kubeconfig, {"token": ADMIN}, "hikube-acme")
        with open(kubeconfig) as file:
            config = json.load(file)
        config["contexts"].append({**config["contexts"][0], "name": self.name + "-eu"})
        write(".kube/config", json.dumps(config))
        session = {
            "Token": self.infinstor.token, "RefreshToken": self.infinstor.refresh, "ClientId": self.infinstor.client,
            "TokenTimeEpochSeconds": str(int(time.time())), "Service": "acme",
        }
        write(".infinstor/token", "".join(f"{name}={value}\n" for name, value in session.items()))
        # The program that the example asks for the password of Flowfile.
        write("bin/op", f"#!/bin/sh\n[ \"$*\" = 'read op://ops/flowfile/password' ] && printf '%s' '{self.flowfile.password}'\n")
        with open(self.internet.authority) as file:
            self.project.write(file.read(), "certs/minio-ca.pem")
        self.project.environment = {
            **self.internet.environment, "PATH": os.path.join(home, "bin") + ":" + os.environ["PATH"],
            "COOPER_VAR_account": self.moto.account, "COOPER_ALLOW_COMMANDS": "1",
            "AWS_ACCESS_KEY_ID": self.moto.key, "AWS_SECRET_ACCESS_KEY": self.moto.secret,
            "MINIO_KEY_ID": KEY, "MINIO_SECRET": SECRET,
            "GOOGLE_APPLICATION_CREDENTIALS": write("google.json", self.gcs.key_file),
            "AZURE_CLIENT_ID": CLIENT, "AZURE_FEDERATED_TOKEN_FILE": write("azure-jwt", self.azure.federated),
            "PALETTE_API_KEY": self.palette.key, "FLASHBACK_TOKEN": "token-0-c4n4ry",
            "FLOWFILE_USER": self.flowfile.user,
            "FB_KEY": "AKIAFLASHBACKC4N4RY", "FB_SECRET": "flashback-c4n4ry",
            "VELERO_KEY": "AKIAVELEROC4N4RY", "VELERO_SECRET": "velero-c4n4ry",
        }

    def stop(self):
        for server in self.servers:
            server.stop()

    def cooper(self, *arguments, **options):
        return self.project.cooper(
            *arguments, "--environment", self.name, "--state", self.state, timeout=240, **options)


    @property
    def platforms(self):
        return [self.palette, self.flashback, self.infinstor, self.flowfile]

    def expect_platforms(self):
        """What each platform was told of the buckets, by the identity that the example gives it."""
        account = self.moto.account
        (location,) = self.palette.locations.values()
        assert (location["type"], location["scope"]) == ("s3", None)
        assert location["body"]["spec"]["config"]["credentials"] == {
            "credentialType": "sts", "sts": {"arn": f"arn:aws:iam::{account}:role/palette", "externalId": "palette-chose"},
        }
        entries = {entry["name"]: entry for entry in self.flashback.buckets.values()}
        shown = {name: (entry["storageType"], entry["bucket"], entry["key"]) for name, entry in entries.items()}
        assert shown == {
            "data-flashback": ("S3", f"acme-data-eu-{self.name}", "AKIAFLASHBACKC4N4RY"),
            "lake-flashback": ("GCS", f"acme-lake-{self.name}", f"flashback-gcs@acme-{self.name}.iam.gserviceaccount.com"),
            "rep-flashback": ("BLOB", "reports", f"acmereports{self.name}"),
        }
        (entry,) = self.infinstor.table.values()
        assert (entry["accessRole"], entry["accessRoleExt"]) == (f"arn:aws:iam::{account}:role/infinstor", "bbbb")
        (entry,) = self.flowfile.own.values()
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
        """What this version can't make yet is said to be there: roles and accounts by their names, other grants as none."""
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
    estate.stop()


def test_whole_estate(estate):
    # The first apply is an administrator's: the roles by which pipelines sign in are a part of what it makes.
    keys = {"method": "static", "accessKeyId": "env:AWS_ACCESS_KEY_ID", "secretAccessKey": "env:AWS_SECRET_ACCESS_KEY"}
    estate.say_more(connections={"aws": {"access": keys, "planAccess": None}})
    estate.project.cooper("validate").expect(0)
    given = estate.take_as_given()

    planned = estate.cooper("plan", "--detailed-exitcode").expect(2)
    planned.mentions("known after apply: buckets.velero-hk.bucketName")
    assert not [exchange for exchange in estate.aws.exchanges if exchange.is_write]
    assert not any(server.writes() for server in estate.platforms)
    with Platform(estate.kube, "tenant-acme", "B", late=0.2):
        applied = estate.cooper("apply", "--yes").expect(0)
    estate.expect_platforms()
    # Under the name that it has in the world, whatever made it: everything that is declared and not given.
    with open(estate.state) as file:
        state = json.load(file)
    offline = estate.cooper("plan", "--no-observe", "--format", "json").expect(0).json
    left = {change["address"] for change in offline["changes"]} - given
    assert not left and len(state["resources"]) > 55

    before = len([exchange for exchange in estate.aws.exchanges if exchange.is_write])
    again = estate.cooper("plan", "--detailed-exitcode").expect(0).mentions("no changes")
    nothing = estate.cooper("apply", "--yes").expect(0)
    assert len([exchange for exchange in estate.aws.exchanges if exchange.is_write]) == before
    # No address of the example led anywhere else.
    assert estate.internet.strangers == set()
    for result in (planned, applied, again, nothing):
        assert "c4n4ry" not in result.output and MADE not in result.output
    with open(estate.state) as file:
        text = file.read()
    assert "c4n4ry" not in text and MADE not in text
