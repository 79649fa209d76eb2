"""What servers and networks do wrong: a message that a person can act on, bounded requests, and no wrong write."""

import random
import time

import pytest

from support import estates
from support.processes import free_port
from support.proxy import RecordingProxy


@pytest.fixture
def settled(project, proxy):
    project.write(estates.small(proxy.endpoint, facets="tags: { team: storage }, cors: [{ origins: ['*'], methods: [GET] }]"))
    project.converge()
    proxy.clear()
    return project


def test_unreachable_endpoint(project):
    port = free_port()
    project.write(estates.small(f"http://127.0.0.1:{port}"))
    result = project.plan().expect(1).mentions(r'connection "?m"?', f"127.0.0.1:{port}", "refused|connect|reach")
    assert result.seconds < 60


def test_name_that_does_not_resolve(project):
    project.write(estates.small("http://no-such-host.invalid:9000"))
    project.plan(timeout=110).expect(1).mentions(r'connection "?m"?', "no-such-host.invalid", "resolve|DNS|name")


def test_tls_of_an_unknown_authority(project, tls):
    project.write(estates.small(tls.endpoint))
    project.plan().expect(1).mentions(r'connection "?m"?', "certificate", "caCertificate")
    assert not tls.exchanges


def test_tls_with_the_private_authority(project, tls, authority):
    with open(authority.certificate) as file:
        project.write(file.read(), "certs/ca.pem")
    text = estates.project(
        estates.connection("m", tls.endpoint, more="caCertificate: certs/ca.pem\n"),
        "buckets:\n  first: { connection: m, tags: { a: b } }\n",
    )
    project.write(text)
    project.converge()


def test_plain_http_needs_consent(project, moto, proxy):
    project.write(estates.small(proxy.endpoint).replace("insecure: allow", "description: no consent"))
    project.plan().expect(65, 1).mentions("insecure: allow", r"cooper\.yaml:\d+")
    assert not proxy.exchanges


def test_403_on_a_facet_is_unknown_not_absent(settled, proxy, moto):
    moto.client().delete_bucket_tagging(Bucket="second")
    proxy.inject("status", "GET ?tagging", status=403, code="AccessDenied", bucket="first")
    result = settled.plan()
    assert result.code in (1, 4), result.output
    result.mentions("AccessDenied|denied", r"buckets\.first", "tag", "s3:GetBucketTagging")
    proxy.exchanges.clear()
    settled.apply()
    assert not [e for e in proxy.writes if e.bucket == "first"], "a change over something unknown"


def test_403_on_the_listing_alone_is_no_error(settled, proxy):
    proxy.inject("status", "GET service", status=403, code="AccessDenied")
    settled.plan().expect(0)


def test_404_no_such_bucket_is_drift(settled, proxy, moto):
    moto.client().delete_bucket(Bucket="second")
    settled.plan().expect(3).mentions(r"buckets\.second")


def test_409_conflict_is_tried_again(project, proxy):
    project.write(estates.small(proxy.endpoint))
    proxy.inject("status", "PUT ?tagging", status=409, code="OperationAborted", times=2)
    project.converge()


def test_409_name_taken_by_somebody_else(project, proxy):
    project.write(estates.small(proxy.endpoint))
    proxy.inject("status", "PUT bucket", status=409, code="BucketAlreadyExists", bucket="first")
    result = project.apply().expect(1, 4).mentions(r"buckets\.first", "taken by somebody else", "bucketName")
    assert sum(e.operation == "PUT bucket" and e.bucket == "first" for e in proxy.exchanges) <= 2, result.output
    listed = project.cooper("state", "list").expect(0).stdout
    assert "buckets.second" in listed, "the others are applied"


@pytest.mark.parametrize("status,code", [(500, "InternalError"), (503, "SlowDown")])
def test_5xx_twice_is_survived(settled, proxy, status, code):
    proxy.inject("status", "GET ?cors", status=status, code=code, times=2)
    settled.plan().expect(0)


@pytest.mark.parametrize("kind", ["status", "dropBefore", "dropAfter"])
def test_a_create_whose_outcome_is_open_is_looked_up_and_finished(project, proxy, moto, kind):
    """A 500 or a lost answer may come before or after the deed: a look tells, and the same run goes on."""
    project.write(estates.small(proxy.endpoint))
    proxy.inject(kind, "PUT bucket", status=500, code="InternalError", times=1, bucket="first")
    project.apply().expect(0)
    project.expect_no_changes()
    assert sum(e.operation == "PUT bucket" and e.bucket == "first" for e in proxy.exchanges) <= 2


def test_a_create_that_always_fails_ends(project, proxy):
    project.write(estates.small(proxy.endpoint))
    proxy.inject("status", "PUT bucket", status=500, code="InternalError", bucket="first")
    project.apply().expect(1).mentions(r"buckets\.first", "500|InternalError")
    assert sum(e.operation == "PUT bucket" and e.bucket == "first" for e in proxy.exchanges) <= 5
    proxy.clear()
    project.converge()


@pytest.mark.parametrize("status,code", [(500, "InternalError"), (503, "SlowDown")])
def test_5xx_for_ever_ends_with_its_name(settled, proxy, status, code):
    proxy.inject("status", "GET ?cors", status=status, code=code)
    result = settled.plan(timeout=200)
    assert result.code in (1, 4), result.output
    result.mentions(r"buckets\.(first|second)", f"{status}|{code}", "cors")
    assert proxy.operations.count("GET ?cors") <= 2 * 12, "no retry storm"
    assert not proxy.writes


def test_a_third_of_all_answers_throttled(project, proxy):
    chance = random.Random(7)
    project.write(estates.small(proxy.endpoint, " ".join(f"b-{index:02}" for index in range(20)), "tags: { a: b }, versioning: enabled"))
    proxy.inject("status", lambda _: chance.random() < 0.3, status=503, code="SlowDown")
    project.apply(timeout=280).expect(0)
    project.plan(timeout=280).expect(0)


@pytest.mark.parametrize("kind", ["wrongRoot", "truncate", "huge"])
@pytest.mark.parametrize("operation", ["GET ?cors", "GET service"])
def test_a_200_that_is_not_the_document(settled, proxy, kind, operation):
    began = time.monotonic()
    proxy.inject(kind, operation)
    result = settled.plan(timeout=200)
    assert time.monotonic() - began < 90
    if operation == "GET ?cors":
        assert result.code in (1, 4), result.output
        result.mentions("cors", r"buckets\.(first|second)")
        if kind == "huge":
            result.mentions("large|limit|size|MiB|bytes")
    assert "Traceback" not in result.output and "<html" not in result.output and "hotel network" not in result.stdout
    # Never taken for "no rules": nothing would be written over it.
    proxy.exchanges.clear()
    settled.apply(timeout=200)
    assert "PUT ?cors" not in [e.operation for e in proxy.writes]
    assert not [e for e in proxy.writes if e.method == "DELETE"]


def test_wrong_root_at_a_write(project, proxy, moto):
    """A captive portal that answers 200 to everything: the read-back notices."""
    project.write(estates.small(proxy.endpoint))
    project.plan().expect(2)
    proxy.inject("wrongRoot", lambda exchange: "?tagging" in exchange.operation)
    assert project.apply().code in (1, 4)
    proxy.clear()
    project.converge()


def test_connections_cut_before_and_after(settled, proxy):
    proxy.inject("dropBefore", "GET ?tagging", times=1)
    proxy.inject("dropAfter", "GET ?cors", times=1)
    settled.plan().expect(0)


def test_a_slow_answer_is_waited_for(settled, proxy):
    proxy.inject("slow", "GET ?cors", seconds=2, times=1)
    settled.plan().expect(0)


def test_redirect_carries_no_credentials_elsewhere(settled, proxy, moto):
    other = RecordingProxy(moto.endpoint)
    try:
        proxy.inject(
            "status", "GET ?cors", status=307, code="TemporaryRedirect",
            headers={"Location": other.endpoint.replace("127.0.0.1", "localhost") + "/first?cors"},
        )
        settled.plan()
        assert not [e for e in other.exchanges if "authorization" in e.headers]
    finally:
        other.stop()


def test_clearing_never_deletes_a_bucket(settled, proxy, moto):
    """Trap of real servers: DELETE of a sub-resource they don't know deletes the bucket."""
    text = settled.read("cooper.yaml").replace("cors: [{ origins: ['*'], methods: [GET] }]", "cors: []")
    settled.write(text)
    settled.apply().expect(0)
    # The second time there is nothing to clear: no DELETE is sent.
    proxy.clear()
    moto.client().delete_bucket_cors(Bucket="first")
    settled.apply().expect(0)
    assert not [e for e in proxy.writes if e.method == "DELETE"]
    assert len(moto.client().list_buckets()["Buckets"]) == 2
