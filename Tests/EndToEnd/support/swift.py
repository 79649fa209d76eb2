"""OpenStack Swift with its s3api: one device, and a process each for accounts, containers, objects and the proxy."""

import getpass
import os
import shutil
import subprocess
import sys
import tempfile

from .moto import client
from .processes import Server, ServerFailed, free_port, minimal_environment

STORAGE = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
devices = {d}/devices
mount_check = false
swift_dir = {d}
recon_cache_path = {d}/cache
user = {user}
log_address = {d}/no-syslog
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""

#: One device is no ring that Swift's own tool likes, and each call of it takes a second.
RINGS = """
import sys
from swift.common.ring import RingBuilder
for argument in sys.argv[1:]:
    kind, port = argument.split("=")
    builder = RingBuilder(4, 1, 0)
    place = {"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": "d1", "weight": 1.0}
    builder.add_dev(place | {"replication_ip": "127.0.0.1", "replication_port": int(port), "meta": ""})
    builder.rebalance()
    builder.get_ring().save(kind + ".ring.gz")
"""

#: The pipeline of the s3api's documentation with tempauth; the region is checked by name.
PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
swift_dir = {d}
user = {user}
log_address = {d}/no-syslog
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck proxy-logging cache listing_formats bulk s3api tempauth copy dlo slo versioned_writes symlink proxy-logging proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:s3api]
use = egg:swift#s3api
location = {region}
s3_acl = false
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = {secret} .admin
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:proxy-logging]
use = egg:swift#proxy_logging
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:copy]
use = egg:swift#copy
[filter:dlo]
use = egg:swift#dlo
[filter:slo]
use = egg:swift#slo
[filter:symlink]
use = egg:swift#symlink
"""


class Swift:
    key = "test:tester"
    secret = "swift-tester-secret-3c59dc04"
    region = "us-east-1"

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="swift-")
        self.servers = []
        for name in ("devices/d1", "cache"):
            os.makedirs(self._path(name))
        self._write("swift.conf", "[swift-hash]\nswift_hash_path_suffix = cooper\n[storage-policy:0]\nname = one\ndefault = yes\n")
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        stores = {kind: free_port() for kind in ("account", "container", "object")}
        try:
            self._rings(stores)
            for kind, port in stores.items():
                self._serve(kind, STORAGE, port)
            self._serve("proxy", PROXY, self.port)
            for server, port in zip(self.servers, [*stores.values(), self.port]):
                server.wait_for_http(f"http://127.0.0.1:{port}/healthcheck", statuses=())
        except BaseException:
            self.stop()
            raise

    def _path(self, name):
        return os.path.join(self.directory, name)

    def _write(self, name, text):
        with open(self._path(name), "w") as file:
            file.write(text)

    def _rings(self, ports):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", RINGS, *(f"{kind}={port}" for kind, port in ports.items())],
            cwd=self.directory, env=minimal_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        )
        if done.returncode != 0:
            raise ServerFailed(f"the rings of Swift: {done.returncode}; run scripts/setup\n{done.stdout}{done.stderr}")

    def _serve(self, kind, text, port):
        program = os.path.join(os.path.dirname(sys.executable), f"swift-{kind}-server")
        if not os.path.exists(program):
            raise ServerFailed(f"{program} is not there; run scripts/setup")
        self._write(
            f"{kind}.conf",
            text.format(
                port=port, d=self.directory, user=getpass.getuser(), kind=kind, region=self.region, secret=self.secret
            ),
        )
        self.servers.append(
            Server(
                f"swift-{kind}", [sys.executable, "-W", "ignore", program, f"{kind}.conf"], self._path(f"{kind}.out"),
                env=minimal_environment(), cwd=self.directory,
            )
        )

    def client(self, **more):
        return client("s3", more.pop("endpoint", self.endpoint), self.key, self.secret, region=self.region)

    def reset(self):
        """Deletes every bucket; the tests put no objects."""
        s3 = self.client()
        for bucket in s3.list_buckets()["Buckets"]:
            s3.delete_bucket(Bucket=bucket["Name"])

    @property
    def environment(self):
        return {"KEY": self.key, "SECRET": self.secret}

    def stop(self):
        for server in reversed(self.servers):
            server.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
