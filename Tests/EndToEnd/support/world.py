"""Every store and platform that the examples name, under its public address: see `internet.py`."""

import json
import os
import time

from .azure import CLIENT, FakeAzure
from .flashback_server import FlashbackServer
from .flowfile_server import FlowfileServer
from .gcs import FakeGCS
from .infinstor_server import InfinStorServer
from .internet import Internet
from .kubernetes import ADMIN
from .palette_server import PaletteServer
from .proxy import RecordingProxy
from .quirk_server import KEY, SECRET, QuirkServer, Store

REGIONS = ("eu-west-1", "us-east-1", "ap-southeast-1")


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


class World:
    """The servers; `environment(home)` puts into a home what its owner has there, and gives the variables."""

    def __init__(self, moto, project="acme-prod"):
        self.moto = moto
        self.gcs, self.azure = FakeGCS(), FakeAzure()
        self.palette, self.flashback = PaletteServer(), FlashbackServer()
        self.infinstor, self.flowfile = InfinStorServer(), FlowfileServer()
        self.infinstor.base = ""
        self.aws = RecordingProxy(moto.endpoint)
        self.aws.mend = kept_replication()
        # moto takes a host of two labels for the name of a bucket.
        self.minio = QuirkServer(Store(needs_md5=True))
        aws = ["iam.amazonaws.com", "sts.amazonaws.com"]
        aws += [f"{prefix}{region}.amazonaws.com" for region in REGIONS for prefix in ("*.s3.", "*.")]
        hosts = dict.fromkeys(aws, self.aws.endpoint) | {
            "minio.internal": self.minio.endpoint, "*.googleapis.com": self.gcs.endpoint,
            "login.microsoftonline.com": self.azure.endpoint, "management.azure.com": self.azure.endpoint,
            "api.spectrocloud.com": self.palette.endpoint, "backend.flashback.tech": self.flashback.endpoint,
            "api.infinstor.example": self.infinstor.endpoint, "flowfile.internal": self.flowfile.endpoint,
        }
        self.internet = Internet(hosts)
        self.platforms = [self.palette, self.flashback, self.infinstor, self.flowfile]
        self.servers = self.platforms + [self.gcs, self.azure, self.aws, self.minio, self.internet]
        # What these say of their own addresses, they say by the names that the world has for them.
        self.gcs.project, self.gcs.endpoint = project, "https://oauth2.googleapis.com"
        # Accounts that the examples call existing.
        for name in ("archive", "velero"):
            self.gcs.add_account(f"{name}@{project}.iam.gserviceaccount.com")
        self.azure.endpoint, self.azure.federated = "https://management.azure.com", "azure-jwt-c4n4ry"

    def stop(self):
        for server in self.servers:
            server.stop()

    def writes(self):
        found = [exchange for exchange in self.aws.exchanges if exchange.is_write] + self.minio.writes()
        return found + self.azure.writes + [entry for server in self.platforms for entry in server.writes()]

    def environment(self, home):
        def write(path, text):
            path = os.path.join(home, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o700 if "/bin/" in path else 0o600), "w") as file:
                file.write(text)
            return path

        session = {
            "Token": self.infinstor.token, "RefreshToken": self.infinstor.refresh, "ClientId": self.infinstor.client,
            "TokenTimeEpochSeconds": str(int(time.time())), "Service": "acme",
        }
        write(".infinstor/token", "".join(f"{name}={value}\n" for name, value in session.items()))
        # The program that the estate asks for the password of Flowfile.
        password = self.flowfile.password
        write("bin/op", f"#!/bin/sh\n[ \"$*\" = 'read op://ops/flowfile/password' ] && printf '%s' '{password}'\n")
        return {
            **self.internet.environment, "PATH": os.path.join(home, "bin") + ":" + os.environ["PATH"],
            "COOPER_ALLOW_COMMANDS": "1",
            "AWS_ACCESS_KEY_ID": self.moto.key, "AWS_SECRET_ACCESS_KEY": self.moto.secret,
            "MINIO_KEY_ID": KEY, "MINIO_SECRET": SECRET,
            "GOOGLE_APPLICATION_CREDENTIALS": write("google.json", self.gcs.key_file),
            "AZURE_CLIENT_ID": CLIENT, "AZURE_FEDERATED_TOKEN_FILE": write("azure-jwt", self.azure.federated),
            "PALETTE_API_KEY": self.palette.key, "FLASHBACK_TOKEN": f"token-{self.flashback.token}-c4n4ry",
            "FLASHBACK_USER": self.flashback.user, "FLASHBACK_PASSWORD": self.flashback.password,
            "FLOWFILE_USER": self.flowfile.user, "FLOWFILE_PASSWORD": password,
        }


def contexts(kube, home, *names):
    """A kubeconfig in a home, in which each name is a context of the one cluster."""
    path = os.path.join(home, ".kube", "config")
    kube.kubeconfig(path, {"token": ADMIN}, names[0])
    with open(path) as file:
        config = json.load(file)
    config["contexts"] = [{**config["contexts"][0], "name": name} for name in names]
    with open(path, "w") as file:
        json.dump(config, file)
