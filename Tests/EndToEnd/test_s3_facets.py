"""The facets beyond the eight that every bucket has, on moto with signatures on: everything that moto holds.

What moto drops is not here: EventBridge, requestPayment, tiering, metrics and analytics (it has no such sub-resource),
inventory (its DELETE deletes the bucket), date parts of log keys, filters of replication, second grants of one grantee. The
conformance suite proves those with a store in the process (Tests/Providers/S3/Bucket/FacetConformanceTests.swift).
"""

import json

import pytest
from botocore.exceptions import ClientError

from support import estates
from support.proxy import RecordingProxy

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/copy"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:facets-in"
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:facets-news"

BUCKETS = f"""
buckets:
  # Named first, so that what names others comes before them in every order by name.
  data:
    connection: m
    bucketName: facets-data
    versioning: enabled
    logging: {{ bucket: logs, prefix: data/ }}
    notifications:
      targets:
        in: {{ to: "{QUEUE}", events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], prefix: in/, suffix: .jpg }}
        news: {{ to: "{TOPIC}", events: ["s3:ObjectCreated:Put"] }}
    replication:
      role: {ROLE}
      rules: {{ to-copy: {{ priority: 3, destination: {{ bucket: copy, storageClass: STANDARD_IA }} }} }}
    website:
      index: index.html
      error: 404.html
      routes:
        - {{ prefix: old/, replacePrefix: new/ }}
        - {{ errorCode: 404, host: www.acme.example, scheme: https, replaceKey: gone.html, status: 302 }}
    accelerate: enabled
  copy:
    connection: m
    bucketName: facets-copy
    versioning: enabled
    # Both copy to each other: facets are ordered, not buckets.
    replication: {{ role: {ROLE}, rules: {{ back: {{ destination: {{ bucket: data }} }} }} }}
  logs:
    connection: m
    bucketName: facets-logs
    policy:
      Version: "2012-10-17"
      Statement:
        - Sid: Logs
          Effect: Allow
          Principal: {{ Service: logging.s3.amazonaws.com }}
          Action: s3:PutObject
          Resource: arn:aws:s3:::facets-logs/*
  locked:
    connection: m
    bucketName: facets-locked
    versioning: enabled
    objectLock: {{ mode: GOVERNANCE, retention: 30d }}
  site: {{ connection: m, bucketName: facets-site, website: {{ redirectTo: www.acme.example, redirectScheme: https }} }}
  open:
    connection: m
    bucketName: facets-open
    ownership: ObjectWriter
    publicAccess: allowed
    acl: public-read
  closed: {{ connection: m, bucketName: facets-closed, acl: private, accelerate: suspended, logging: {{}}, notifications: {{}},
    replication: {{}}, website: {{}} }}
"""


def client(moto):
    return moto.client(region="eu-west-1")


@pytest.fixture
def facets(project, moto):
    moto.client("sqs", region="eu-west-1").create_queue(QueueName="facets-in")
    moto.client("sns", region="eu-west-1").create_topic(Name="facets-news")
    project.write(estates.project(estates.connection("m", moto.endpoint), BUCKETS))
    return project


def held(s3):
    """What boto3 reads, in the terms of the YAML."""
    found = {}
    logging = s3.get_bucket_logging(Bucket="facets-data")["LoggingEnabled"]
    found["logging"] = (logging["TargetBucket"], logging["TargetPrefix"])
    told = s3.get_bucket_notification_configuration(Bucket="facets-data")
    receivers = [(c, c["QueueArn"]) for c in told.get("QueueConfigurations", [])]
    receivers += [(c, c["TopicArn"]) for c in told.get("TopicConfigurations", [])]
    found["notifications"] = {
        c["Id"]: (
            arn,
            sorted(c["Events"]),
            {r["Name"].lower(): r["Value"] for r in c.get("Filter", {}).get("Key", {}).get("FilterRules", [])},
        )
        for c, arn in receivers
    }
    for bucket in ("facets-data", "facets-copy"):
        copied = s3.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"]
        found["replication " + bucket] = (
            copied["Role"],
            [
                (r["ID"], r["Priority"], r["Status"], r["Destination"], r["DeleteMarkerReplication"]["Status"])
                for r in copied["Rules"]
            ],
        )
    for bucket in ("facets-data", "facets-site"):
        site = s3.get_bucket_website(Bucket=bucket)
        found["website " + bucket] = {k: v for k, v in site.items() if k != "ResponseMetadata"}
    found["accelerate"] = s3.get_bucket_accelerate_configuration(Bucket="facets-data").get("Status")
    lock = s3.get_object_lock_configuration(Bucket="facets-locked")["ObjectLockConfiguration"]
    rule = lock["Rule"]["DefaultRetention"]
    found["objectLock"] = (lock["ObjectLockEnabled"], rule["Mode"], rule.get("Days"))
    grants = s3.get_bucket_acl(Bucket="facets-open")["Grants"]
    found["acl"] = sorted((g["Grantee"].get("URI", "owner").split("/")[-1], g["Permission"]) for g in grants)
    return found


WANTED = {
    "logging": ("facets-logs", "data/"),
    "notifications": {
        "in": (QUEUE, ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], {"prefix": "in/", "suffix": ".jpg"}),
        "news": (TOPIC, ["s3:ObjectCreated:Put"], {}),
    },
    "replication facets-data": (
        ROLE,
        [("to-copy", 3, "Enabled", {"Bucket": "arn:aws:s3:::facets-copy", "StorageClass": "STANDARD_IA"}, "Disabled")],
    ),
    "replication facets-copy": (ROLE, [("back", 1, "Enabled", {"Bucket": "arn:aws:s3:::facets-data"}, "Disabled")]),
    "website facets-data": {
        "IndexDocument": {"Suffix": "index.html"},
        "ErrorDocument": {"Key": "404.html"},
        "RoutingRules": [
            {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/"}},
            {
                "Condition": {"HttpErrorCodeReturnedEquals": "404"},
                "Redirect": {
                    "HostName": "www.acme.example",
                    "HttpRedirectCode": "302",
                    "Protocol": "https",
                    "ReplaceKeyWith": "gone.html",
                },
            },
        ],
    },
    "website facets-site": {"RedirectAllRequestsTo": {"HostName": "www.acme.example", "Protocol": "https"}},
    "accelerate": "Enabled",
    "objectLock": ("Enabled", "GOVERNANCE", 30),
    "acl": [("AllUsers", "READ"), ("owner", "FULL_CONTROL")],
}


def test_all_facets_plan_apply_plan_drift_repair_clear(moto, facets):
    facets.plan().expect(2).mentions("7 create")
    facets.apply().expect(0)
    facets.expect_no_changes()
    s3 = client(moto)
    assert held(s3) == WANTED

    # Somebody changes all of it: told as drift, and repaired.
    s3.put_bucket_logging(
        Bucket="facets-data", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "facets-logs", "TargetPrefix": "x/"}}
    )
    s3.put_bucket_notification_configuration(Bucket="facets-data", NotificationConfiguration={})
    s3.delete_bucket_replication(Bucket="facets-data")
    s3.delete_bucket_website(Bucket="facets-data")
    s3.put_bucket_accelerate_configuration(Bucket="facets-data", AccelerateConfiguration={"Status": "Suspended"})
    s3.put_bucket_acl(Bucket="facets-open", ACL="private")
    s3.put_object_lock_configuration(
        Bucket="facets-locked",
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}},
        },
    )
    drift = facets.cooper("drift").expect(3)
    for facet in ("logging", "notifications", "replication", "website", "accelerate", "acl", "objectLock"):
        drift.mentions(facet)
    # The ACL lets everybody in again, and that needs a consent.
    facets.apply().expect(4).mentions("widens", r"buckets\.open")
    text = facets.read("cooper.yaml")
    facets.write(text + "consents: [{ address: buckets.open, risk: widensAccess, reason: TEST-1 }]\n")
    facets.apply().expect(0)
    facets.expect_no_changes()
    assert held(s3) == WANTED

    # Cleared: each is as if it had never been set.
    cleared = {
        "logging: { bucket: logs, prefix: data/ }": "logging: {}",
        "accelerate: enabled": "accelerate: suspended",
        "acl: public-read": "acl: private",
    }
    for old, new in cleared.items():
        facets.replace(old, new)
    text = facets.read("cooper.yaml")
    for name in ("notifications", "replication", "website"):
        head, _, rest = text.partition(f"    {name}:\n")
        lines = rest.split("\n")
        while lines and lines[0].startswith("      "):
            lines.pop(0)
        text = f"{head}    {name}: {{}}\n" + "\n".join(lines)
    facets.write(text)
    facets.converge()
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket="facets-data")
    told = s3.get_bucket_notification_configuration(Bucket="facets-data")
    assert not set(told) - {"ResponseMetadata"}
    for read in (s3.get_bucket_replication, s3.get_bucket_website):
        with pytest.raises(ClientError) as refused:
            read(Bucket="facets-data")
        assert refused.value.response["Error"]["Code"] in {
            "ReplicationConfigurationNotFoundError",
            "NoSuchWebsiteConfiguration",
        }
    assert s3.get_bucket_accelerate_configuration(Bucket="facets-data").get("Status") == "Suspended"
    assert [g["Permission"] for g in s3.get_bucket_acl(Bucket="facets-open")["Grants"]] == ["FULL_CONTROL"]


def test_what_names_other_buckets_is_written_after_all_are_made(moto, facets):
    """Two buckets that copy to each other, and one that logs into another, in one first apply."""
    proxy = RecordingProxy(moto.endpoint)
    try:
        facets.replace(moto.endpoint, proxy.endpoint)
        facets.apply().expect(0)
        writes = [e.operation for e in proxy.writes]
        made = max(index for index, operation in enumerate(writes) if operation == "PUT bucket")
        for name in ("?logging", "?replication"):
            first = min(index for index, operation in enumerate(writes) if name in operation)
            assert first > made, f"{name} was written before all buckets were made: {writes}"
        versions = max(index for index, operation in enumerate(writes) if "?versioning" in operation)
        assert min(i for i, operation in enumerate(writes) if "?replication" in operation) > versions
        assert writes.count("PUT bucket") == 7, "a bucket was asked for twice"
        facets.expect_no_changes()
    finally:
        proxy.stop()


def test_object_lock_on_a_bucket_that_is_there(moto, project):
    """AWS takes it on an existing bucket with versions; it is told as irreversible and never undone."""
    project.write(estates.small(moto.endpoint, "facets-late", "versioning: enabled"))
    project.converge()
    project.replace("versioning: enabled", "versioning: enabled, objectLock: { mode: COMPLIANCE, years: 1 }")
    project.plan().expect(4).mentions("locks retention", "account's root included")
    project.write(
        project.read("cooper.yaml")
        + 'consents: [{ address: buckets.facets-late, risk: locksRetention, reason: TEST-2 }]\n'
    )
    project.converge()
    lock = client(moto).get_object_lock_configuration(Bucket="facets-late")["ObjectLockConfiguration"]
    assert lock["Rule"]["DefaultRetention"]["Mode"] == "COMPLIANCE" and lock["Rule"]["DefaultRetention"]["Years"] == 1
    # Out of the YAML it stays as it is.
    project.replace(", objectLock: { mode: COMPLIANCE, years: 1 }", "")
    project.replace("consents: [{ address: buckets.facets-late, risk: locksRetention, reason: TEST-2 }]\n", "")
    project.converge()
    assert client(moto).get_object_lock_configuration(Bucket="facets-late")["ObjectLockConfiguration"] == lock


@pytest.mark.parametrize(
    "facet",
    [
        "requestPayment: requester",
        "intelligentTiering: { old: { archiveAfter: 90d } }",
        "metrics: { all: {} }",
        "analytics: { all: {} }",
    ],
)
def test_what_moto_does_not_know_is_refused_and_the_bucket_survives(moto, project, facet):
    """moto takes such a PUT for the creation of a bucket, such a DELETE for its deletion, and lists it for such a GET."""
    project.write(estates.small(moto.endpoint, "facets-plain", "tags: { a: b }"))
    project.converge()
    project.replace("tags: { a: b }", "tags: { a: b }, " + facet)
    proxy = RecordingProxy(moto.endpoint)
    try:
        project.replace(moto.endpoint, proxy.endpoint)
        assert project.plan().code != 0
        project.apply().expect(1, 4)
        assert not proxy.writes, [e.operation for e in proxy.writes]
    finally:
        proxy.stop()
    assert client(moto).get_bucket_tagging(Bucket="facets-plain")["TagSet"] == [{"Key": "a", "Value": "b"}]


def test_shared_policy_leaves_what_a_service_adds(moto, project):
    own = """policy: { Statement: [{ Sid: Own, Effect: Deny, Principal: "*", Action: s3:DeleteBucket,
        Resource: arn:aws:s3:::facets-shared }] }"""
    project.write(estates.small(moto.endpoint, "facets-shared", own + ", shared: [policy]"))
    project.converge()
    s3 = client(moto)
    document = json.loads(s3.get_bucket_policy(Bucket="facets-shared")["Policy"])
    document["Statement"].append(
        {
            "Sid": "AWSLogDeliveryWrite",
            "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::facets-shared/AWSLogs/*",
        }
    )
    s3.put_bucket_policy(Bucket="facets-shared", Policy=json.dumps(document))
    project.expect_no_changes()
    project.replace("s3:DeleteBucket,", "s3:DeleteBucketPolicy,")
    # A denial that narrows opens something, and that needs a consent.
    project.apply().expect(4)
    project.replace("s3:DeleteBucketPolicy,", "[s3:DeleteBucket, s3:DeleteBucketWebsite],")
    project.write(
        project.read("cooper.yaml") + "consents: [{ address: buckets.facets-shared, risk: widensAccess, reason: TEST-3 }]\n"
    )
    project.converge()
    kept = json.loads(s3.get_bucket_policy(Bucket="facets-shared")["Policy"])
    assert sorted(s["Sid"] for s in kept["Statement"]) == ["AWSLogDeliveryWrite", "Own"]
    assert [s["Action"] for s in kept["Statement"] if s["Sid"] == "Own"] == [["s3:DeleteBucket", "s3:DeleteBucketWebsite"]]
