"""Never a wrong call: every facet, on every server, by its own type of connection and as an unknown store (`s3`).

These servers answer what they don't know in ways that destroy: a DELETE of an unknown sub-resource deletes the bucket, a
GET lists it, a PUT makes a bucket. Each facet gets a bucket that is there before and one that Cooper makes; it is set, then
cleared. A proxy records what was sent, and what the answers were is judged here anew, by other code than Cooper's.
"""

import pytest

from support import estates
from support.facets import NEEDS, SAMPLES, SUB_RESOURCES, holds, knows, sub_resource, support
from support.project import Project
from support.proxy import RecordingProxy

#: By server: its own type of connection, and that of a store of which nothing is known.
SERVERS = {"moto": ("aws", "s3"), "ceph": ("ceph", "s3"), "swift": ("swift", "s3"), "rclone": ("rclone", "s3")}
CASES = [(server, kind, facet) for server, kinds in SERVERS.items() for kind in kinds for facet in SAMPLES]

_runs = {}


class Run:
    """Two applies of one project that holds every facet, and what was left behind."""

    def __init__(self, server, kind, table, binary, directory):
        self.kind = kind
        self.server = server
        # What the profile rules out is refused before anything is sent (test_stores.py).
        self.facets = [facet for facet in SAMPLES if table[facet][kind] != "no"]
        self.s3 = server.client()
        self.s3.create_bucket(Bucket="nw-sink")
        # Only these two know replication and object locks, which want versions; elsewhere versions would be in the way.
        self.needs = NEEDS if kind in ("aws", "ceph") else {}
        if kind == "aws":
            self.s3.put_bucket_versioning(Bucket="nw-sink", VersioningConfiguration={"Status": "Enabled"})
            self.s3.put_bucket_acl(Bucket="nw-sink", ACL="log-delivery-write")
        for facet in self.facets:
            self.s3.create_bucket(Bucket=self.name("old", facet))
        self.proxy = RecordingProxy(server.endpoint)
        try:
            self.project = Project(binary, directory, server.environment)
            self.project.write(self.text(cleared=False))
            self.project.cooper("validate").expect(0)
            self.plan = self.project.cooper("plan", "--format", "json").json
            self.first = self.project.apply()
            self.middle = self.project.state() or {"resources": {}}
            self.project.write(self.text(cleared=True))
            self.second = self.project.apply()
            self.last_plan = self.project.cooper("plan", "--format", "json").json
        finally:
            self.proxy.stop()
        self.left = {bucket["Name"] for bucket in self.s3.list_buckets()["Buckets"]}
        server.reset()

    @staticmethod
    def name(age, facet):
        return f"nw-{age}-{facet.lower()}"

    def text(self, cleared):
        connection = estates.connection("m", self.proxy.endpoint, kind=self.kind, region=getattr(self.server, "region", "us-east-1"))
        lines = ["buckets:", "  sink: { connection: m, bucketName: nw-sink, origin: existing }"]
        adopted, consents = [], []
        for facet in self.facets:
            value, empty = SAMPLES[facet]
            for age in ("old", "new"):
                written = (empty if cleared else None) or value.replace("{name}", self.name(age, facet))
                more = "".join(f", {name}: {value}" for name, value in self.needs.get(facet, {}).items())
                lines.append(
                    f"  {age}-{facet}: {{ connection: m, bucketName: {self.name(age, facet)}, {facet}: {written}{more} }}"
                )
                for risk in ("losesData", "widensAccess", "locksOut", "locksRetention"):
                    consents.append(f"  - {{ address: buckets.{age}-{facet}, risk: {risk}, reason: test }}")
            adopted.append(f"  buckets.old-{facet}: {self.name('old', facet)}")
        tail = (["adopted:", *adopted] if adopted else []) + (["consents:", *consents] if consents else [])
        return estates.project(connection, "\n".join(lines + tail) + "\n")

    def exchanges(self, age, facet):
        name = self.name(age, facet)
        return [exchange for exchange in self.proxy.exchanges if exchange.bucket == name]


@pytest.fixture
def run(request, binary, tmp_path_factory):
    """Made once for each server and type; the tests look at what it recorded."""

    def get(server, kind):
        if (server, kind) not in _runs:
            fixture = request.getfixturevalue(server)
            directory = tmp_path_factory.mktemp("never") / f"{server}-{kind}"
            table = support(Project(binary, f"{directory}-reference").cooper)
            _runs[server, kind] = Run(fixture, kind, table, binary, directory)
        return _runs[server, kind]

    return get


def test_every_facet_that_such_a_store_can_hold_has_a_sample(make_project):
    table = support(make_project().cooper)
    assert set(SAMPLES) == {facet for facet, types in table.items() if types["s3"] != "no"}
    # Amazon's own type has none that an unknown store isn't tried with too.
    assert {facet for facet, types in table.items() if types["aws"] != "no"} <= set(SAMPLES)


@pytest.mark.parametrize(("server", "kind", "facet"), CASES, ids=["-".join(case) for case in CASES])
def test_no_call_that_this_store_would_take_for_another(run, server, kind, facet):
    run = run(server, kind)
    if facet not in run.facets:
        assert not run.exchanges("old", facet) and not run.exchanges("new", facet)
        return
    for age in ("old", "new"):
        name = run.name(age, facet)
        exchanges = run.exchanges(age, facet)
        assert any(exchange.method == "GET" for exchange in exchanges) or age == "new" or blocked(run, age, facet)
        seen = {}
        created = False
        for exchange in exchanges:
            sub = sub_resource(exchange)
            line = f"{exchange.method} {exchange.path}?{'&'.join(exchange.query)} after {seen}"
            if exchange.method in ("GET", "HEAD"):
                if sub:
                    seen[sub] = exchange
                continue
            if sub is None:
                # Nothing but one creation of the bucket that wasn't there.
                assert exchange.method == "PUT" and not exchange.query and age == "new" and not created, line
                created = True
                continue
            # A look at this very sub-resource has just shown that the store has it; for a DELETE, that the document is there.
            assert sub in seen, line
            assert (holds if exchange.method == "DELETE" else knows)(sub, seen.pop(sub)), line
        if age == "old" or created:
            assert name in run.left, f"{name} is gone"
        else:
            assert blocked(run, age, facet), f"{name} was not made: {run.first.output[-3000:]}"


@pytest.mark.parametrize(("server", "kind", "facet"), CASES, ids=["-".join(case) for case in CASES])
def test_a_wrong_answer_is_read_as_unsupported(run, server, kind, facet):
    run = run(server, kind)
    if facet not in run.facets:
        return
    wrong = [e for sub, e in looks(run, facet) if not knows(sub, e) and e.status != 404]
    if wrong:
        # Told at plan time, for the bucket that was asked and, behind every type, for the one that isn't there yet.
        told = {entry["address"]: entry for entry in run.plan["unsupported"] if entry["facet"] == facet}
        assert set(told) == {f"buckets.old-{facet}", f"buckets.new-{facet}"}, run.plan["unsupported"]
        assert all(entry["reason"] for entry in told.values())
    for age in ("old", "new"):
        address = f"buckets.{age}-{facet}"
        refused = [e for e in run.exchanges(age, facet) if e.method == "PUT" and sub_resource(e) and e.status in (405, 501)]
        if refused:
            # The read was answered as if it were unset; the answer to the write is the first that tells.
            assert run.first.code in (1, 4)
            run.first.mentions(rf"{address}\b.*(NotImplemented|MethodNotAllowed)")
        if wrong or refused:
            facets = run.middle["resources"].get(address, {}).get("facets", {})
            assert facet not in facets, f"{address} counts as written: {facets}"


#: By server: what deletes the bucket there, and the call that Cooper must never send (seen on each of them).
TRAPS = {
    "moto": {"inventory", "intelligentTiering"},
    "ceph": {"encryption", "ownership", "inventory"},
    "swift": {"encryption", "lifecycle", "ownership", "replication", "inventory"},
    "rclone": {"encryption"},
}
DELETIONS = {
    "encryption": lambda s3, name: s3.delete_bucket_encryption(Bucket=name),
    "ownership": lambda s3, name: s3.delete_bucket_ownership_controls(Bucket=name),
    "lifecycle": lambda s3, name: s3.delete_bucket_lifecycle(Bucket=name),
    "replication": lambda s3, name: s3.delete_bucket_replication(Bucket=name),
    "inventory": lambda s3, name: s3.delete_bucket_inventory_configuration(Bucket=name, Id="weekly"),
    "intelligentTiering": lambda s3, name: s3.delete_bucket_intelligent_tiering_configuration(Bucket=name, Id="old"),
}
SPRUNG = [(server, facet) for server, facets in TRAPS.items() for facet in sorted(facets)]


@pytest.mark.parametrize(("server", "facet"), SPRUNG, ids=["-".join(case) for case in SPRUNG])
def test_a_trap_that_is_known_is_there_and_is_not_stepped_into(run, request, server, facet):
    done = run(server, "s3")
    own = SUB_RESOURCES.get(facet, facet)
    assert [e for sub, e in looks(done, facet) if not knows(sub, e)], "nothing was asked, or this server knows it by now"
    sent = [e for age in ("old", "new") for e in done.exchanges(age, facet) if sub_resource(e) == own and e.method != "GET"]
    assert not sent and done.name("old", facet) in done.left
    assert {e["address"] for e in done.plan["unsupported"] if e["facet"] == facet} == {f"buckets.old-{facet}", f"buckets.new-{facet}"}
    # Whoever does send it has no bucket any more.
    s3 = request.getfixturevalue(server).client()
    s3.create_bucket(Bucket="nw-trap")
    DELETIONS[facet](s3, "nw-trap")
    assert "nw-trap" not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}


def looks(run, facet):
    exchanges = run.exchanges("old", facet) + run.exchanges("new", facet)
    # A bucket may be asked for other facets too, on behalf of those that aren't there yet.
    own = SUB_RESOURCES.get(facet, facet)
    return [(own, e) for e in exchanges if e.method == "GET" and sub_resource(e) == own]


def blocked(run, age, facet):
    address = f"buckets.{age}-{facet}"
    return [entry for entry in run.plan["blocked"] if entry["address"] == address]
