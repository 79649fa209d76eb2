"""Requests at plan: one per managed facet, and per connection one identity and one paged listing."""

from collections import Counter

import pytest

from support import estates, reading


def test_plan_reads_each_managed_facet_once(project, proxy):
    project.write(estates.project(estates.connection("m", proxy.endpoint), estates.MOTO_BUCKETS))
    project.converge()
    proxy.clear()
    project.expect_no_changes()
    facets = reading.managed_facets(reading.load(estates.MOTO_BUCKETS))
    counts = Counter(proxy.operations)
    assert counts["POST GetCallerIdentity"] == 1, counts
    assert counts["GET service"] == 1, counts
    assert sum(counts.values()) == facets + 2, counts
    assert not proxy.writes
    assert proxy.connections <= proxy.most_in_flight + 8, "connections are reused"


def test_two_connections_are_each_asked_once(moto, make_project, proxy):
    body = "buckets:\n  first: { connection: one, tags: { x: y } }\n  second: { connection: two, tags: { x: y }, versioning: enabled }\n"
    text = estates.project(
        estates.connection("one", proxy.endpoint) + estates.connection("two", proxy.endpoint, region="us-east-1"), body
    )
    project = make_project(text, moto.environment)
    project.converge()
    proxy.clear()
    project.expect_no_changes()
    counts = Counter(proxy.operations)
    assert sum(counts.values()) == 3 + 2 * 2, counts


def test_apply_writes_once_and_reads_back_once(project, proxy):
    project.write(estates.small(proxy.endpoint, "first second third", "tags: { a: b }, versioning: enabled"))
    project.plan().expect(2)
    proxy.clear()
    project.apply().expect(0)
    writes = Counter(exchange.operation for exchange in proxy.writes)
    assert writes == {"PUT bucket": 3, "PUT ?tagging": 3, "PUT ?versioning": 3}, writes


def test_calls_lists_what_apply_sends(project, proxy):
    project.write(estates.small(proxy.endpoint, "first", "tags: { a: b }, versioning: enabled"))
    result = project.cooper("plan", "--calls").expect(0)
    result.mentions(r"PUT .*first", "tagging", "versioning")
    document = project.plan_document()
    planned = sorted(call["method"] + " " + call["url"] for change in document["changes"] for call in change["calls"])
    proxy.clear()
    project.apply().expect(0)

    def url(exchange):
        marks = "&".join(exchange.query)
        return f"{exchange.method} {proxy.endpoint}{exchange.path}" + (f"?{marks}" if marks else "")

    loose = lambda text: text.rstrip("/").replace("/?", "?").removesuffix("=")
    assert sorted(loose(url(exchange)) for exchange in proxy.writes) == sorted(map(loose, planned))


@pytest.mark.long
def test_a_thousand_buckets_over_signed_requests(project, proxy):
    names = " ".join(f"many-{index:04}" for index in range(1000))
    project.write(estates.small(proxy.endpoint, names, "tags: { a: b }"))
    project.apply(timeout=280).expect(0)
    proxy.clear()
    project.plan(timeout=280).expect(0)
    counts = Counter(proxy.operations)
    assert counts["GET ?tagging"] == 1000 and counts["POST GetCallerIdentity"] == 1
