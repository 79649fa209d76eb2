"""A Ceph cluster of one monitor, one OSD in memory and one radosgw: a real S3 server with strict signatures."""

import os
import shutil
import subprocess
import tempfile
import uuid

from .moto import client
from .processes import Server, ServerFailed, free_port, minimal_environment

CONFIGURATION = """
[global]
fsid = {fsid}
mon initial members = a
mon host = [v1:127.0.0.1:{monitor}]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr2 = false
auth cluster required = none
auth service required = none
auth client required = none
run dir = {d}/run
admin socket = {d}/run/$name.asok
pid file = {d}/run/$name.pid
log file = {d}/$name.log
mon cluster log file = {d}/cluster.log
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd class update on start = false
osd crush update on start = false
osd class load list = *
osd class default list = *
mon allow pool size one = true
mon max pg per osd = 1000
osd objectstore = memstore
memstore device bytes = 1073741824
[mon.a]
mon data = {d}/mon
mon addr = 127.0.0.1:{monitor}
mon data avail crit = 1
[osd.0]
osd data = {d}/osd
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:{port} tcp_nodelay=1
rgw data = {d}/rgw
rgw rados pool pg num min = 1
rgw crypt require ssl = false
"""


class Ceph:
    key = "CEPHTESTERKEY"
    secret = "ceph-tester-secret-8f14e45f"
    region = "default"

    def __init__(self):
        # Short: the admin sockets' paths must fit into 107 bytes.
        self.directory = tempfile.mkdtemp(prefix="rgw-", dir="/tmp")
        self.port, monitor = free_port(), free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.fsid = str(uuid.uuid4())
        self.servers = []
        for name in ("mon", "osd", "run", "rgw"):
            os.mkdir(os.path.join(self.directory, name))
        with open(self._path("ceph.conf"), "w") as file:
            file.write(CONFIGURATION.format(d=self.directory, fsid=self.fsid, monitor=monitor, port=self.port))
        try:
            self._start(f"[v1:127.0.0.1:{monitor}]")
        except BaseException:
            self.stop()
            raise

    def _start(self, monitor):
        self._run("monmaptool", "--create", "--fsid", self.fsid, "--addv", "a", monitor, "monmap")
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", "monmap")
        self._serve("mon", "ceph-mon", "-i", "a", "-f")
        osd = str(uuid.uuid4())
        self._run("ceph", "--connect-timeout", "20", "osd", "new", osd)
        # On a busy machine the OSD asks to be placed before it knows the cluster, is told "wrong fsid", and ends.
        self._run("ceph", "--connect-timeout", "20", "osd", "crush", "add", "osd.0", "1.0", "root=default")
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd)
        self._serve("osd", "ceph-osd", "-i", "0", "-f")
        gateway = self._serve("rgw", "radosgw", "-n", "client.rgw.a", "-f")
        gateway.wait_for_http(self.endpoint + "/", seconds=90)
        self.admin(
            "user", "create", "--uid=tester", "--display-name=T", f"--access-key={self.key}",
            f"--secret-key={self.secret}", "--caps=users=*;buckets=*",
        )

    def _path(self, name):
        return os.path.join(self.directory, name)

    def _run(self, program, *arguments):
        if shutil.which(program, path=self._environment()["PATH"]) is None:
            raise ServerFailed(f"{program} is not installed; run scripts/setup")
        configuration = [] if program == "monmaptool" else ["-c", "ceph.conf"]
        done = subprocess.run(
            [program, *configuration, *arguments], cwd=self.directory, env=self._environment(),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90,
        )
        if done.returncode != 0:
            raise ServerFailed(f"{program} {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def _serve(self, name, program, *arguments):
        server = Server(
            name, [program, "-c", "ceph.conf", *arguments], self._path(f"{name}.out"), env=self._environment(),
            cwd=self.directory,
        )
        self.servers.append(server)
        return server

    def _environment(self):
        environment = minimal_environment()
        environment["PATH"] += ":/usr/sbin:/usr/bin:/sbin:/bin"
        return environment

    def admin(self, *arguments):
        return self._run("radosgw-admin", *arguments)

    def client(self, service="s3", **more):
        return client(service, more.pop("endpoint", self.endpoint), self.key, self.secret, region=self.region)

    def reset(self):
        """Deletes every bucket with its objects."""
        s3 = self.client()
        for bucket in s3.list_buckets()["Buckets"]:
            name = bucket["Name"]
            versions = s3.list_object_versions(Bucket=name)
            for item in versions.get("Versions", []) + versions.get("DeleteMarkers", []):
                s3.delete_object(Bucket=name, Key=item["Key"], VersionId=item["VersionId"])
            s3.delete_bucket(Bucket=name)

    @property
    def environment(self):
        return {"KEY": self.key, "SECRET": self.secret}

    def stop(self):
        for server in reversed(self.servers):
            server.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
