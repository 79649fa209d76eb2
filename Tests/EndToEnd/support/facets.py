"""A value for every facet that a store with the S3 protocol can hold, and what is empty of it."""

import re
import tempfile

#: By facet: a value to set, and the value that clears it (None where the language has none).
SAMPLES = {
    "versioning": ("enabled", None),
    "encryption": ("{ algorithm: AES256 }", "{}"),
    "publicAccess": ("{ blockPublicAcls: true, ignorePublicAcls: true }", "allowed"),
    "ownership": ("ObjectWriter", None),
    "cors": ("[{ origins: [https://shop.acme.example], methods: [GET] }]", "[]"),
    "lifecycle": ("{ tmp: { prefix: tmp/, expiration: { after: 30d } } }", "{}"),
    "policy": (
        '{ Version: "2012-10-17", Statement: [{ Sid: One, Effect: Deny, Principal: { AWS: ["arn:aws:iam:::user/nobody"] }, '
        'Action: ["s3:DeleteObject"], Resource: ["arn:aws:s3:::{name}/*"] }] }',
        "{}",
    ),
    "tags": ("{ team: storage }", "{}"),
    "replication": (
        "{ role: \"arn:aws:iam::123456789012:role/copy\", rules: { all: { destination: { bucket: sink } } } }", "{}",
    ),
    "logging": ("{ bucket: sink, prefix: logs/ }", "{}"),
    "objectLock": ("{ mode: GOVERNANCE, retention: 1d }", None),
    "notifications": (
        '{ targets: { in: { to: "arn:aws:sqs:us-east-1:123456789012:in", events: ["s3:ObjectCreated:*"] } } }', "{}",
    ),
    "website": ("{ index: index.html }", "{}"),
    "acl": ("private", None),
    "requestPayment": ("requester", "bucketOwner"),
    "accelerate": ("enabled", "suspended"),
    "intelligentTiering": ("{ old: { archiveAfter: 90d } }", "{}"),
    "inventory": ("{ weekly: { bucket: sink, format: Parquet, schedule: weekly } }", "{}"),
    "metrics": ("{ all: {} }", "{}"),
    "analytics": ("{ all: { exportBucket: sink } }", "{}"),
}

#: What else a bucket needs so that the facet is taken.
NEEDS = {"replication": {"versioning": "enabled"}, "objectLock": {"versioning": "enabled"}}

#: The sub-resource of each facet, where it isn't named like it.
SUB_RESOURCES = {
    "publicAccess": "publicAccessBlock", "ownership": "ownershipControls", "tags": "tagging", "objectLock": "object-lock",
    "notifications": "notification", "intelligentTiering": "intelligent-tiering",
}

#: Roots of the documents that prove that a store knows a sub-resource (S3 API Reference; servers' own spellings behind it).
ROOTS = {
    "versioning": {"VersioningConfiguration", "GetBucketVersioningResponse"},
    "encryption": {"ServerSideEncryptionConfiguration"},
    "publicAccessBlock": {"PublicAccessBlockConfiguration", "BlockPublicAccessBlockConfiguration"},
    "ownershipControls": {"OwnershipControls"},
    "cors": {"CORSConfiguration"},
    "lifecycle": {"LifecycleConfiguration"},
    "tagging": {"Tagging"},
    "replication": {"ReplicationConfiguration"},
    "logging": {"BucketLoggingStatus"},
    "object-lock": {"ObjectLockConfiguration"},
    "notification": {"NotificationConfiguration", "GetBucketNotificationResponse"},
    "website": {"WebsiteConfiguration"},
    "acl": {"AccessControlPolicy"},
    "requestPayment": {"RequestPaymentConfiguration"},
    "accelerate": {"AccelerateConfiguration", "GetBucketAccelerateConfigurationResponse"},
    "intelligent-tiering": {"ListBucketIntelligentTieringConfigurationsOutput", "IntelligentTieringConfiguration"},
    # Not ListBucketInventoryConfigurationsResponse of moto, where the DELETE of an inventory deletes the bucket.
    "inventory": {"ListInventoryConfigurationsResult", "InventoryConfiguration"},
    "metrics": {"ListMetricsConfigurationsResult", "MetricsConfiguration"},
    "analytics": {"ListBucketAnalyticsConfigurationResult", "AnalyticsConfiguration"},
}

#: Codes that say "known, and not set" together with 404 (S3 API Reference, error responses).
UNSET = {
    "NoSuchCORSConfiguration", "NoSuchLifecycleConfiguration", "NoSuchBucketPolicy", "NoSuchTagSet", "NoSuchTagSetError",
    "ServerSideEncryptionConfigurationNotFoundError", "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError", "ReplicationConfigurationNotFoundError", "NoSuchWebsiteConfiguration",
    "ObjectLockConfigurationNotFoundError", "NoSuchConfiguration",
}


def support(cooper, kind="buckets"):
    """What the program says each type of connection holds: {facet: {type: yes|no|offline}}, from its reference pages."""
    with tempfile.TemporaryDirectory() as directory:
        cooper("schema", "--reference", directory).expect(0)
        with open(f"{directory}/{kind}.md") as page:
            lines = page.read().splitlines()
    head = next(index for index, line in enumerate(lines) if line.startswith("| facet |"))
    types = cells(lines[head])[1:]
    table = {}
    for line in lines[head + 2:]:
        if not line.startswith("|"):
            break
        facet, *words = cells(line)
        table[facet.strip("`")] = dict(zip(types, words))
    return table


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def sub_resource(exchange):
    """The sub-resource that a request is about; None when it is about the bucket itself or an object."""
    if exchange.operation in (f"{exchange.method} service", f"{exchange.method} object"):
        return None
    marks = [name for name in exchange.query if name in ROOTS or name == "policy"]
    return marks[0] if marks else None


def knows(sub, exchange):
    """True when the answer to a GET proves that the store has this sub-resource: the right document, or its own "not set"."""
    if exchange.status == 404:
        code = re.search(rb"<Code>([^<]*)</Code>", exchange.reply)
        return code is not None and code.group(1).decode() in UNSET
    return exchange.status == 200 and (holds(sub, exchange) or exchange.reply.strip() == b"")


def holds(sub, exchange):
    """True when the answer to a GET is a document of the right kind."""
    if exchange.status != 200:
        return False
    if sub == "policy":
        return exchange.reply.lstrip().startswith(b"{")
    root = re.search(rb"<(?!\?)(?:\w+:)?(\w+)", exchange.reply)
    return root is not None and root.group(1).decode() in ROOTS[sub]
