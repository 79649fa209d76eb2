"""Google's own test server for Cloud Storage (googleapis/storage-testbench), which counts metagenerations and heeds preconditions.

No registry has it, so that it runs only where COOPER_STORAGE_TESTBENCH is the command that serves it; see docs/testing.md.
"""

import json
import os
import shlex
import urllib.request

import pytest

from support.processes import Server, free_port, minimal_environment
from support.proxy import RecordingProxy

COMMAND = os.environ.get("COOPER_STORAGE_TESTBENCH")
pytestmark = pytest.mark.skipif(COMMAND is None, reason="COOPER_STORAGE_TESTBENCH names no command")

HEAD = """
cooper: 1
name: acme
connections:
  g: { type: gcs, project: acme-test, region: EU, endpoint: "ENDPOINT", insecure: allow, access: { method: anonymous } }
"""


class Testbench:
    __test__ = False

    def __init__(self, directory):
        port = free_port()
        self.server = Server(
            "storage-testbench", [*shlex.split(COMMAND), "--bind", f"127.0.0.1:{port}"], str(directory / "testbench.log"),
            env=minimal_environment())
        self.server.wait_for_http(f"http://127.0.0.1:{port}/storage/v1/b?project=acme-test")
        self.proxy = RecordingProxy(f"http://127.0.0.1:{port}")
        self.address = f"http://127.0.0.1:{port}/storage/v1/b"
        self.endpoint = self.proxy.endpoint

    def ask(self, method, path="", body=None):
        request = urllib.request.Request(
            self.address + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.loads(reply.read() or b"{}")

    def patches(self):
        return [exchange for exchange in self.proxy.exchanges if exchange.method == "PATCH"]

    def stop(self):
        self.proxy.stop()
        self.server.stop()


@pytest.fixture
def testbench(tmp_path):
    server = Testbench(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def project(make_project, testbench):
    return lambda text: make_project(HEAD.replace("ENDPOINT", testbench.endpoint) + text)


def test_applied_drifted_repaired_and_deleted(project, testbench):
    made = project("""
buckets:
  data:
    connection: g
    bucketName: acme-data
    deletion: allow
    versioning: enabled
    publicAccess: blocked
    cors: [{ origins: ["https://a.example"], methods: [GET], maxAge: 1h }]
    lifecycle: { trim: { noncurrentExpiration: { after: 30d, keep: 3 } }, now: { prefix: t/, expiration: { after: 0d } } }
    tags: { team: a }
    website: { index: index.html }
""")
    made.converge()
    conditions = [rule["condition"] for rule in testbench.ask("GET", "/acme-data")["lifecycle"]["rule"]]
    assert 0 in [condition.get("age") for condition in conditions], "zero days are written, not left out"
    testbench.ask("PATCH", "/acme-data", {"labels": {"team": "evil"}})
    made.plan().expect(3).mentions("drift", "evil")
    made.converge()
    assert testbench.ask("GET", "/acme-data")["labels"] == {"team": "a"}
    made.write(HEAD.replace("ENDPOINT", testbench.endpoint) + "removed: { buckets.data: delete }\n")
    made.apply().expect(0)
    made.expect_no_changes()
    assert testbench.ask("GET", "?project=acme-test").get("items", []) == []


def test_a_bucket_that_is_there_is_adopted_and_what_is_not_declared_stays(project, testbench):
    testbench.ask("POST", "?project=acme-test", {
        "name": "acme-old", "location": "EU", "labels": {"team": "x"}, "versioning": {"enabled": True},
        "lifecycle": {"rule": [{"action": {"type": "Delete"}, "condition": {"age": 30}}]}})
    text = "buckets:\n  old: { connection: g, bucketName: acme-old, tags: { team: data } }\n"
    made = project(text)
    made.plan().expect(4).mentions("adopted")
    made.write(made.read("cooper.yaml") + "adopted: { buckets.old: acme-old }\n")
    made.converge()
    document = testbench.ask("GET", "/acme-old")
    assert document["labels"] == {"team": "data"}
    assert document["versioning"] == {"enabled": True} and document["lifecycle"]["rule"], "not declared, not touched"


def test_412_of_a_stale_metageneration_is_stale_with_what_moved(project, testbench):
    made = project("buckets:\n  data: { connection: g, bucketName: acme-data, versioning: enabled, tags: { team: a } }\n")
    made.converge()
    made.replace("team: a", "team: b")
    testbench.proxy.clear()

    def race(exchange):
        if exchange.method == "PATCH" and not changed:
            changed.append(testbench.ask("PATCH", "/acme-data", {"labels": {"team": "c"}}))
        return False

    changed = []
    testbench.proxy.inject("slow", race)
    made.apply().expect(5).mentions("moved since the plan was made: tags", "plan again")
    sent = testbench.patches()
    assert changed and [exchange.status for exchange in sent] == [412]
    assert sent[0].query["ifMetagenerationMatch"] == [str(int(changed[0]["metageneration"]) - 1)]
    assert testbench.ask("GET", "/acme-data")["labels"] == {"team": "c"}
    made.converge()
    assert testbench.ask("GET", "/acme-data")["labels"] == {"team": "b"}
