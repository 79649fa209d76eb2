"""Flowfile itself, as its package is published, in the mode in which users sign in by password."""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from .processes import Server, ServerFailed, free_port, minimal_environment

ROOT = pathlib.Path(__file__).resolve().parents[3]
ADMIN, PASSWORD = "ana", "Flowfile-c4n4ry-1 &=+"
OTHER = "bob"


class Flowfile:
    def __init__(self):
        # Installed beforehand by scripts/test; on its own this installs it when it isn't there.
        done = subprocess.run(
            [str(ROOT / "scripts" / "setup-flowfile")], capture_output=True, text=True, timeout=3600,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode != 0:
            raise ServerFailed(f"scripts/setup-flowfile failed\n{done.stderr[-3000:]}")
        programs = done.stdout.strip().splitlines()[-1]
        self.directory = tempfile.mkdtemp(prefix="flowfile-")
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        environment = minimal_environment(
            HOME=self.directory, FLOWFILE_MODE="docker", FLOWFILE_STORAGE_DIR=os.path.join(self.directory, "storage"),
            FLOWFILE_USER_DATA_DIR=os.path.join(self.directory, "user"), FLOWFILE_ADMIN_USER=ADMIN,
            FLOWFILE_ADMIN_PASSWORD=PASSWORD, JWT_SECRET_KEY="jwt-" + "k" * 40, FLOWFILE_INTERNAL_TOKEN="internal",
            FLOWFILE_MASTER_KEY=base64.urlsafe_b64encode(b"m" * 32).decode(),
        )
        self.server = Server(
            "flowfile", [os.path.join(programs, "flowfile_core"), "--host", "127.0.0.1", "--port", str(port)],
            os.path.join(self.directory, "flowfile.log"), env=environment, cwd=self.directory,
        )
        try:
            self.server.wait_for_http(self.endpoint + "/docs", seconds=90)
            self.token = self.sign_in(ADMIN, PASSWORD)
        except BaseException:
            self.stop()
            raise

    def sign_in(self, user, password):
        body = urllib.parse.urlencode({"username": user, "password": password}).encode()
        with urllib.request.urlopen(self.endpoint + "/auth/token", body, timeout=20) as reply:
            return json.load(reply)["access_token"]

    def call(self, method, path, body=None, token=None):
        """Status and answer, as another client of Flowfile gets them."""
        request = urllib.request.Request(
            self.endpoint + path, None if body is None else json.dumps(body).encode(), method=method,
            headers={"Authorization": "Bearer " + (token or self.token), "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as answer:
            return answer.code, json.loads(answer.read() or b"null")

    def connections(self, token=None):
        status, found = self.call("GET", "/cloud_connections/cloud_connections", token=token)
        assert status == 200, found
        return {entry["connection_name"]: entry for entry in found}

    def reset(self):
        for name in self.connections():
            self.call("DELETE", "/cloud_connections/cloud_connection?connection_name=" + urllib.parse.quote(name))

    def stop(self):
        self.server.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
