"""Vendors' habits, one by one and all at once: after an apply the next plan is empty, whatever a store makes of what it
was given; what a store can't hold is refused before anything is written.
"""

import copy
import re

import pytest

from support import estates
from support.quirk_server import Bucket, Quirk, QuirkServer, Store, element
from support.quirks import CORS, POLICY, ROWS, TAGS, VENDORS, abort_rules_vanish, invent_ids, long_id, uuids

#: A value of each facet that an unknown store is asked for.
SAMPLES = {
    "versioning": "enabled",
    "encryption": "{ algorithm: AES256 }",
    "publicAccess": "blocked",
    "ownership": "ObjectWriter",
    "cors": CORS,
    "lifecycle": "{ tmp: { prefix: tmp/, expiration: { after: 30d } } }",
    "policy": POLICY,
    "tags": TAGS,
}

CONSENTS = ("losesData", "widensAccess", "locksOut", "locksRetention")


@pytest.fixture
def play():
    servers = []

    def begin(store):
        server = QuirkServer(store)
        servers.append(server)
        return server

    yield begin
    for server in servers:
        server.stop()


def text(server, facets, kind="aws", region="eu-west-1", names=("acme-one",), more=""):
    lines = "buckets:\n" + more
    for name in names:
        lines += f"  {name}: {{ connection: m, {facets.replace('{name}', name)} }}\n"
    lines += "consents:\n" + "".join(
        f"  - {{ address: buckets.{name}, risk: {risk}, reason: test }}\n" for name in names for risk in CONSENTS
    )
    body = estates.connection("m", server.endpoint, kind=kind, region=region)
    return estates.project(body, lines)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row, play, make_project):
    server = play(row.store)
    project = make_project(text(server, row.facets, row.kind, row.region, more=row.buckets), server.environment)
    project.apply().expect(0)
    project.expect_no_changes()
    # The row was really played.
    for quirk in row.store.quirks:
        if row.name != "encryption: blocked types of new buckets are sent back" or quirk.read:
            assert quirk.hits, "the habit made no difference"
    codes = {code for _, code in server.refused}
    assert set(row.refused) <= codes, server.refused
    # And nothing else was refused: no call is sent that a store like this doesn't want.
    usual = {"NoSuchBucket"} | {code for code in codes if code.startswith("NoSuch") or code.endswith(("NotFoundError", "NotFound"))}
    assert codes <= usual | set(row.refused), server.refused


@pytest.mark.parametrize("vendor", VENDORS)
def test_vendor(vendor, play, make_project):
    """Everything that the vendor holds, on two buckets, with all its habits at once: the plan after the apply is empty, no call
    is refused, what somebody changes is seen and mended, and another project takes the buckets over without a write."""
    row = copy.deepcopy(VENDORS[vendor])
    server = play(row.store)
    names = ("acme-one", "acme-two")
    project = make_project(text(server, row.facets, row.kind, row.region, names), server.environment)
    project.apply().expect(0)
    project.expect_no_changes()
    assert all(code.startswith("NoSuch") or code.endswith("NotFoundError") for _, code in server.refused), server.refused
    shown = [quirk for quirk in row.store.quirks if quirk.hits]
    assert shown or not row.store.quirks

    # A change by hand is drift, and mended.
    documents = server.buckets["acme-one"].documents
    changed = next(documents["cors"].iter("AllowedOrigin")) if "cors" in row.facets else next(documents["tagging"].iter("Value"))
    changed.text = "https://elsewhere.example"
    project.plan().expect(3).mentions("https://elsewhere.example")
    project.apply().expect(0)
    project.expect_no_changes()

    # Adopted by another project, which finds it as it is.
    other = make_project(text(server, row.facets, row.kind, row.region, names) + "adopted:\n"
                         + "".join(f"  buckets.{name}: {name}\n" for name in names), server.environment)
    before = len(server.writes())
    other.apply().expect(0)
    other.expect_no_changes()
    assert len(server.writes()) == before, [call.operation for call in server.writes()[before:]]


@pytest.mark.parametrize("unknown", ["501", "405", "list", "object"])
def test_what_a_store_does_not_know_is_refused_at_plan_time(unknown, play, make_project):
    """As an unknown store, of which the language rules nothing out: its answers say what it can't hold."""
    server = play(Store(holds=set(), unknown=unknown))
    lines, adopted = "", ""
    for facet, value in SAMPLES.items():
        name = f"acme-{facet.lower()}"
        server.buckets[name] = Bucket("us-east-1", {})
        lines += f"  {name}: {{ connection: m, {facet}: {value.replace('{name}', name)} }}\n"
        adopted += f"  buckets.{name}: {name}\n"
    body = estates.connection("m", server.endpoint, kind="s3", region="us-east-1")
    project = make_project(estates.project(body, "buckets:\n" + lines + "adopted:\n" + adopted), server.environment)
    result = project.plan()
    assert result.code not in (0, 2, 3), result.output
    document = project.plan_document()
    refused = {entry["address"]: entry.get("why") or entry.get("reason") for entry in document["blocked"] + document["unsupported"]}
    words = "NotImplemented|MethodNotAllowed|ListBucketResult|not a readable|not readable|not the expected"
    for facet in SAMPLES:
        assert re.search(words, str(refused.get(f"buckets.acme-{facet.lower()}"))), (facet, refused)
    project.apply()
    assert server.writes() == [] and len(server.buckets) == len(SAMPLES)


@pytest.mark.parametrize("vendor, facets, words", [
    ("minio", "lifecycle: { a: { abortMultipartAfter: 7d } }", "LIF0101"),
    ("minio", f"cors: {CORS}", "MinIO has CORS for the whole server only"),
    ("r2", 'lifecycle: { a: { tags: { b: "1" }, expiration: { after: 3d } } }', "LIF0104"),
    ("r2", "versioning: enabled", "R2 keeps no earlier versions"),
    ("r2", f"policy: {POLICY}", "R2 has no bucket policies"),
    ("b2", "versioning: enabled", "B2 keeps all versions always"),
    ("b2", "tags: { a: b }", "B2 lists no call on tags of buckets"),
    ("ceph", "encryption: { algorithm: AES256 }", "refuses a bucket's default encryption"),
    ("ceph", "ownership: BucketOwnerEnforced", "no ownership controls"),
    ("wasabi", "publicAccess: blocked", "Wasabi has no public access block"),
    ("aws", 'tags: { "aws:mine": x }', "aws:"),
    ("aws", "lifecycle: { a: { expiration: { after: 0d } } }", "expiration"),
    ("aws", "lifecycle: {" + ", ".join(f"r{i}: {{ prefix: r{i}/, expiration: {{ after: 1d }} }}" for i in range(1001)) + "}", "LIF0008"),
    ("aws", "cors: [{ origins: [https://a.example], methods: [PATCH] }]", "PATCH"),
])
def test_what_a_vendor_lacks_is_said_before_anything_is_sent(vendor, facets, words, play, make_project):
    row = VENDORS[vendor]
    server = play(Store())
    project = make_project(text(server, facets, row.kind, row.region), server.environment)
    for command in (["validate"], ["plan", "--detailed-exitcode"], ["apply", "--yes"]):
        project.cooper(*command).expect(65).mentions(words, r"cooper\.yaml:\d+")
    assert server.calls == []


# Habits that are told, or carried through, instead of compared.


def test_a_policy_with_an_unknown_principal_fails_at_once(play, make_project):
    server = play(Store())
    facets = f"policy: {POLICY}".replace("role/b", "role/nobody-at-all")
    project = make_project(text(server, facets), server.environment)
    project.apply().expect(1).mentions("MalformedPolicy", "Invalid principal")
    assert len(server.writes("PUT ?policy")) == 1


def test_a_policy_that_the_account_blocks_says_so(play, make_project):
    """The bucket's own block lets it through, so it is the account's: found by one read, and nothing is tried again."""
    server = play(Store(account_blocks_policies=True))
    public = ('publicAccess: allowed, policy: { Version: "2012-10-17", Statement: [{ Sid: Open, Effect: Allow, Principal: "*", '
              'Action: "s3:GetObject", Resource: "arn:aws:s3:::{name}/*" }] }')
    project = make_project(text(server, public), server.environment)
    result = project.apply()
    assert result.code not in (0, 2, 3)
    result.mentions("account 123456789012", "get-public-access-block")
    assert len(server.writes("PUT ?policy")) == 1


def test_versions_of_a_locked_bucket_are_not_suspended(play, make_project):
    """The lock isn't managed here, so only the store can tell (InvalidBucketState); it isn't asked twice."""
    server = play(Store())
    bucket = server.buckets["acme-one"] = Bucket("eu-west-1", {})
    bucket.documents["versioning"] = element("<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
    bucket.documents["object-lock"] = element(
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>")
    project = make_project(text(server, "versioning: suspended") + "adopted: { buckets.acme-one: acme-one }\n", server.environment)
    project.apply().expect(1).mentions("object lock", "versioning: enabled")
    assert len(server.writes("PUT ?versioning")) == 1


def test_a_write_that_is_taken_and_not_kept_is_no_success(play, make_project):
    """MinIO answers 200 to a rule that it drops; an unknown store may do so with anything."""
    server = play(Store(quirks=[Quirk("lifecycle", write=abort_rules_vanish)]))
    facets = "lifecycle: { a: { abortMultipartAfter: 7d } }"
    project = make_project(text(server, facets, "s3", "us-east-1"), server.environment)
    project.apply().expect(1).mentions("lifecycle", "acme-one")
    project.plan().expect(2)


def test_a_bucket_in_another_region_is_told(play, make_project):
    server = play(Store(constraint="aws", region_rule="bucket"))
    server.buckets["acme-one"] = Bucket("us-west-2", {})
    project = make_project(text(server, "tags: { a: b }") + "adopted: { buckets.acme-one: acme-one }\n", server.environment)
    result = project.plan()
    assert result.code not in (0, 2, 3)
    result.mentions("us-west-2", "eu-west-1")
    assert server.writes() == []


def test_a_read_that_is_denied_is_not_an_absence(play, make_project):
    server = play(Store(denied={"cors"}))
    project = make_project(text(server, f"cors: {CORS}, tags: {TAGS}"), server.environment)
    server.buckets["acme-one"] = Bucket("eu-west-1", {})
    project.write(project.read("cooper.yaml") + "adopted: { buckets.acme-one: acme-one }\n")
    project.plan().expect(1, 4).mentions("AccessDenied", "cors")
    assert server.writes() == []


def test_a_name_of_somebody_else_and_one_of_ours(play, make_project):
    server = play(Store(constraint="aws", taken={"acme-one"}))
    project = make_project(text(server, "tags: { a: b }"), server.environment)
    project.apply().expect(1, 4).mentions("acme-one", "another account|somebody else|AccessDenied|BucketAlreadyExists")
    assert not server.writes("PUT ?tagging")
    # One that is there already is never taken for made, although us-east-1 answers 200 to making it again.
    server = play(Store(constraint="aws"))
    server.buckets["acme-one"] = Bucket("us-east-1", {})
    project = make_project(text(server, "tags: { a: b }", region="us-east-1"), server.environment)
    project.apply().expect(4).mentions("adopted")
    assert server.writes() == []


def test_rules_that_others_wrote_without_ids_are_imported(play, make_project):
    """MinIO invents a UUID, AWS and Ceph 48 characters; a rule of the first version stands above its filter."""
    for kind, region, invent in (("minio", "us-east-1", uuids), ("ceph", "default", long_id), ("aws", "eu-west-1", long_id)):
        server = play(Store(regions=None))
        bucket = server.buckets["acme-one"] = Bucket(region, {})
        document = element(
            "<LifecycleConfiguration><Rule><Status>Enabled</Status><Prefix>old/</Prefix><Expiration><Days>3</Days></Expiration>"
            "</Rule><Rule><ID></ID><Status>Disabled</Status><Filter></Filter><Expiration><Days>9</Days></Expiration></Rule>"
            "</LifecycleConfiguration>")
        invent_ids("Rule", "ID", invent)(document)
        bucket.documents["lifecycle"] = document
        project = make_project(
            estates.project(estates.connection("m", server.endpoint, kind=kind, region=region), "buckets: {}\n"), server.environment)
        project.cooper("import", "buckets.acme-one", "acme-one", "--connection", "m").expect(0)
        written = "".join(content.decode() for path, content in project.everything_written() if path.endswith(".yaml"))
        assert "prefix: old/" in written and "after: 9d" in written, written
        project.expect_no_changes()
        assert server.writes() == []


def test_a_deleted_principal_is_told_and_mended(play, make_project):
    server = play(Store())
    project = make_project(text(server, f"policy: {POLICY}"), server.environment)
    project.apply().expect(0)
    document = server.buckets["acme-one"].documents["policy"]
    team = next(statement for statement in document["Statement"] if statement.get("Sid") == "Team")
    team["Principal"]["AWS"][-1] = "AIDAJQABLZS4A3QDU576Q"
    project.plan().expect(3).mentions("AIDAJQABLZS4A3QDU576Q")


def test_a_statement_that_a_service_adds_stays_where_the_policy_is_shared(play, make_project):
    server = play(Store())
    project = make_project(text(server, f"shared: [policy, tags], policy: {POLICY.replace('{ Effect', '{ Sid: Own, Effect')}, tags: {{ a: b }}"), server.environment)
    project.apply().expect(0)
    added = {"Sid": "AWSLogDeliveryWrite", "Effect": "Allow", "Principal": {"Service": "delivery.logs.amazonaws.com"},
             "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-one/AWSLogs/*"}
    server.buckets["acme-one"].documents["policy"]["Statement"].append(added)
    project.expect_no_changes()
    project.replace("a: b", "a: c")
    project.replace("s3:DeleteBucket" if "s3:DeleteBucket" in project.read("cooper.yaml") else "s3:GetObject", "s3:GetObjectVersion")
    project.apply().expect(0)
    statements = server.buckets["acme-one"].documents["policy"]["Statement"]
    assert [s["Action"] for s in statements if s.get("Sid") == "AWSLogDeliveryWrite"] in (["s3:PutObject"], [["s3:PutObject"]])
    project.expect_no_changes()


def test_the_default_rule_of_r2(play, make_project):
    """New buckets there have a rule that aborts uploads: unmanaged it stays, managed it is replaced and stays away."""
    row = copy.deepcopy(VENDORS["r2"])
    server = play(row.store)
    project = make_project(text(server, f"cors: {CORS}", "r2", "auto"), server.environment)
    project.converge()
    rules = lambda: [rule.findtext("ID") for rule in server.buckets["acme-one"].documents["lifecycle"]]
    assert rules() == ["Default Multipart Abort Rule"]
    project.replace(f"cors: {CORS}", "lifecycle: { tmp: { prefix: t/, expiration: { after: 1d } } }")
    project.plan().expect(2).mentions("Default Multipart Abort Rule", "overwrites")
    project.apply().expect(0)
    project.expect_no_changes()
    assert rules() == ["tmp"]
    project.replace("lifecycle: { tmp: { prefix: t/, expiration: { after: 1d } } }", "lifecycle: {}")
    project.converge()
    assert server.buckets["acme-one"].documents["lifecycle"] is None
