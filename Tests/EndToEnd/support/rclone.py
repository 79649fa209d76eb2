"""rclone serve s3: objects and nothing else; it checks signatures, and takes every unknown sub-resource for the bucket."""

import os
import shutil
import sys
import tempfile

from .moto import client
from .processes import Server, ServerFailed, free_port, minimal_environment


class Rclone:
    key = "RCLONETESTERKEY"
    secret = "rclone-tester-secret-45c48cce"
    region = "us-east-1"

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="rclone-")
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        program = os.path.join(os.path.dirname(sys.executable), "rclone")
        if not os.path.exists(program):
            raise ServerFailed(f"{program} is not there; run scripts/setup")
        root = os.path.join(self.directory, "root")
        os.mkdir(root)
        self.server = Server(
            "rclone",
            [
                program, "--config", os.path.join(self.directory, "none.conf"), "serve", "s3", "--auth-key",
                f"{self.key},{self.secret}", "--addr", f"127.0.0.1:{self.port}", root,
            ],
            os.path.join(self.directory, "rclone.log"),
            env=minimal_environment(HOME=self.directory),
        )
        try:
            self.server.wait_for_http(self.endpoint + "/", statuses=())
        except BaseException:
            self.stop()
            raise

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
        self.server.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
