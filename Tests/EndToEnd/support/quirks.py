"""The habits of vendors as quirks of the quirk server: each row of what is known about AWS and compatible stores.

`ROWS` has one habit each, on a store that is otherwise plain; `VENDORS` has whole vendors with all of theirs at once.
"""

import re
import uuid
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field

from .quirk_server import ROOTS, Quirk, Store, aes256, element

# Changes to documents.


def reorder(path):
    """Children of the same name come back the other way round, below every element at `path`."""

    def change(document):
        for parent in document.iterfind(path) if path != "." else [document]:
            children = list(parent)
            names = [child.tag for child in children]
            groups = {name: [child for child in children if child.tag == name][::-1] for name in set(names)}
            for child in children:
                parent.remove(child)
            for name in names:
                parent.append(groups[name].pop(0))

    return change


def invent_ids(tag, name, make):
    """An element without an id gets one, once: it is kept."""

    def change(document):
        for parent in document.iter(tag):
            child = parent.find(name)
            if child is None or not child.text:
                if child is not None:
                    parent.remove(child)
                child = xml.SubElement(parent, name)
                child.text = make()

    return change


def drop(path, when=lambda child: True):
    parent_path, _, tag = path.rpartition("/")

    def change(document):
        for parent in list(document.iterfind(parent_path)) if parent_path else [document]:
            for child in [child for child in parent if child.tag == tag and when(child)]:
                parent.remove(child)

    return change


def add(path, name, text, when=lambda parent: True):
    """Every element at `path` that lacks it gets a child."""

    def change(document):
        for parent in document.iterfind(path) if path != "." else [document]:
            if parent.find(name) is None and when(parent):
                xml.SubElement(parent, name).text = text

    return change


def spell(path, how):
    def change(document):
        for node in document.iterfind(path):
            node.text = how(node.text)

    return change


def scope(make):
    """A rule for all objects comes back in another spelling."""

    def change(document):
        for rule in document.iter("Rule"):
            condition = rule.find("Filter")
            if condition is not None and not condition.findtext("Prefix") and not [c for c in condition if c.tag != "Prefix"]:
                rule.remove(condition)
                for child in make():
                    rule.append(child)

    return change


def lonely_and(document):
    for condition in document.iter("Filter"):
        children = list(condition)
        if len(children) == 1 and children[0].tag != "And":
            condition.remove(children[0])
            xml.SubElement(condition, "And").append(children[0])


def old_prefix(document):
    """The filter's prefix comes back above it, as in the first version of the document."""
    for rule in document.iter("Rule"):
        condition = rule.find("Filter")
        if condition is not None and condition.find("Prefix") is not None and len(condition) == 1:
            rule.insert(0, condition.find("Prefix"))
            rule.remove(condition)


def marker_off(document):
    for rule in document.iter("Rule"):
        expiration = rule.find("Expiration")
        if expiration is None:
            expiration = xml.SubElement(rule, "Expiration")
        if expiration.find("ExpiredObjectDeleteMarker") is None:
            xml.SubElement(expiration, "ExpiredObjectDeleteMarker").text = "false"


def by_id(document):
    rules = sorted(document.findall("Rule"), key=lambda rule: rule.findtext("ID"))
    for rule in rules:
        document.remove(rule)
    document.extend(rules)


def by_class(document):
    for rule in document.iter("Rule"):
        for tag in ("Transition", "NoncurrentVersionTransition"):
            found = sorted(rule.findall(tag), key=lambda child: child.findtext("StorageClass"))
            for child in found:
                rule.remove(child)
                rule.append(child)


def abort_rules_vanish(document):
    for rule in document.findall("Rule"):
        actions = [child.tag for child in rule if child.tag not in ("ID", "Status", "Filter", "Prefix")]
        if actions == ["AbortIncompleteMultipartUpload"]:
            document.remove(rule)


def statements(change):
    def on_policy(document):
        for statement in document["Statement"]:
            change(statement)

    return on_policy


def reverse_lists(statement):
    for name in ("Action", "Resource"):
        if isinstance(statement.get(name), list):
            statement[name].reverse()
    principal = statement.get("Principal")
    if isinstance(principal, dict):
        for kind, names in principal.items():
            if isinstance(names, list):
                names.reverse()


def lists_of_one(statement):
    for name in ("Action", "Resource"):
        value = statement.get(name)
        if isinstance(value, list) and len(value) == 1:
            statement[name] = value[0]
        elif isinstance(value, str):
            statement[name] = [value]


def roots_as_accounts(statement):
    principal = statement.get("Principal")
    if isinstance(principal, dict) and "AWS" in principal:
        names = principal["AWS"] if isinstance(principal["AWS"], list) else [principal["AWS"]]
        principal["AWS"] = [re.sub(r"^arn:aws:iam::(\d{12}):root$", r"\1", name) for name in names]


def everybody(statement):
    if statement.get("Principal") == "*":
        statement["Principal"] = {"AWS": "*"}


def conditions_as_values(statement):
    for operator in statement.get("Condition", {}).values():
        for key, value in operator.items():
            for text in value if isinstance(value, list) else [value]:
                if text in ("true", "false"):
                    operator[key] = text == "true"
                elif isinstance(text, str) and text.isdigit():
                    operator[key] = int(text)


def empty_sids(statement):
    statement.setdefault("Sid", "")


def other_case(document):
    """Names of filter rules come back capitalised and in another order."""
    for key in document.iter("S3Key"):
        rules = list(key)
        for rule in rules:
            rule.find("Name").text = rule.findtext("Name").capitalize()
            key.remove(rule)
        key.extend(rules[::-1])


def block_customer_keys(document):
    """What a new bucket of AWS says since 2026; a PUT that leaves it out takes the block away."""
    if document.find("Rule/BlockedEncryptionTypes") is None:
        raise AssertionError("BlockedEncryptionTypes were not sent back")


BLOCKED = "<BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType></BlockedEncryptionTypes>"


def all_blocked():
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return element(
        "<PublicAccessBlockConfiguration>" + "".join(f"<{n}>true</{n}>" for n in names) + "</PublicAccessBlockConfiguration>"
    )


def enforced():
    return element(
        "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>"
    )


def default_abort_rule():
    return element(
        "<LifecycleConfiguration><Rule><ID>Default Multipart Abort Rule</ID><Status>Enabled</Status><Filter><Prefix></Prefix>"
        "</Filter><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>"
        "</AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>"
    )


def system_tags(document):
    tags = document.find("TagSet")
    for key, value in (("aws:cloudformation:stack-name", "s"), ("aws:createdBy", "x")):
        tag = xml.SubElement(tags, "Tag")
        xml.SubElement(tag, "Key").text, xml.SubElement(tag, "Value").text = key, value


def long_id():
    return (uuid.uuid4().hex + uuid.uuid4().hex)[:48]


def midnight(text):
    return text[:10] + "T00:00:00.000Z"


# What buckets hold.

LIFECYCLE = """{
      zz: { enabled: false, prefix: old/, expiration: { after: 9d } },
      aa: { expiration: { expiredObjectDeleteMarker: true }, noncurrentExpiration: { after: 30d, keep: 3 } },
      mm: { prefix: m/, tags: { x: "1", a: "2" }, sizeGreaterThan: 0B, expiration: { date: 2031-01-01 },
            transitions: [{ to: STANDARD_IA, after: 30d }, { to: GLACIER, after: 90d }] },
      now: { prefix: n/, transitions: [{ to: GLACIER, after: 0d }] } }"""
CORS = """[
      { id: shop, origins: [https://b.example, https://a.example], methods: [PUT, GET], headers: [x-b, x-a], expose: [ETag, Date], maxAge: 1h },
      { origins: ["*"], methods: [GET], maxAge: 0s }]"""
POLICY = """{ Version: "2012-10-17", Statement: [
      { Sid: Team, Effect: Allow, Principal: { AWS: ["111122223333", "arn:aws:iam::222233334444:role/b", "arn:aws:iam::222233334444:role/a"] },
        Action: ["s3:PutObject", "s3:GetObject"], Resource: ["arn:aws:s3:::{name}/*"], Condition: { Bool: { "aws:SecureTransport": true } } },
      { Effect: Deny, Principal: "*", Action: "s3:*", Resource: ["arn:aws:s3:::{name}/*", "arn:aws:s3:::{name}"],
        Condition: { NumericLessThan: { "s3:TlsVersion": 12 } } }] }"""
TAGS = '{ team: storage, cost: "4711", env: prod }'


@dataclass
class Row:
    """A habit, the facets that show it, and how a bucket must have been asked to make it show."""

    name: str
    store: Store
    facets: str
    kind: str = "aws"
    region: str = "eu-west-1"
    #: Operations that must have been refused at least once, else the row showed nothing.
    refused: list = field(default_factory=list)
    #: More buckets.
    buckets: str = ""


def habit(name, sub, facets, read=None, write=None, **more):
    return Row(name, Store(quirks=[Quirk(sub, read=read, write=write)]), facets, **more)


def prefix(text=""):
    node = xml.Element("Prefix")
    node.text = text
    return node


ROWS = [
    # Section 1: absence, errors, creation.
    Row("create: AWS wants the region, and none in us-east-1", Store(constraint="aws"), f"tags: {TAGS}"),
    Row("create: us-east-1 takes no constraint", Store(constraint="aws"), f"tags: {TAGS}", region="us-east-1"),
    Row("expected owner: checked by AWS on every call", Store(checks_expected_owner=True), f"cors: {CORS}, tags: {TAGS}"),
    Row("absence: 200 and nothing at all", Store(absent_is_empty=True), f"cors: {CORS}, tags: {TAGS}, lifecycle: {{}}, encryption: {{}}"),
    Row("retry: NoSuchBucket just after the create", Store(create_lag=3), f"cors: {CORS}, tags: {TAGS}, lifecycle: {LIFECYCLE}",
        refused=["NoSuchBucket"]),
    Row("retry: OperationAborted", Store(first_answers={
        "PUT ?tagging": [(409, "OperationAborted")] * 2, "PUT ?cors": [(409, "OperationAborted")]}), f"cors: {CORS}, tags: {TAGS}",
        refused=["OperationAborted"]),
    Row("retry: SlowDown and InternalError", Store(first_answers={
        "PUT bucket": [(503, "SlowDown")], "PUT ?cors": [(500, "InternalError")], "PUT ?tagging": [(503, "SlowDown")]}),
        f"cors: {CORS}, tags: {TAGS}", refused=["SlowDown", "InternalError"]),
    Row("409 for two writes to one bucket at once", Store(write_seconds=0.02),
        f"cors: {CORS}, tags: {TAGS}, lifecycle: {LIFECYCLE}, versioning: enabled, policy: {POLICY}"),
    Row("a signature for the wrong region is refused", Store(regions={"eu-west-1"}), f"tags: {TAGS}"),
    # Section 2, versioning and encryption.
    Row("encryption: AWS has AES256 on every bucket",
        Store(fresh={"encryption": aes256}, encrypts_always=True), "encryption: { algorithm: AES256 }"),
    Row("encryption: cleared is AES256 again", Store(fresh={"encryption": aes256}, encrypts_always=True), "encryption: {}"),
    Row("encryption: blocked types of new buckets are sent back",
        Store(fresh={"encryption": lambda: aes256(BLOCKED)}, quirks=[
            Quirk("encryption", write=block_customer_keys), Quirk("encryption", read=add("Rule", "BucketKeyEnabled", "false"))]),
        'encryption: { algorithm: "aws:kms", kmsKey: "arn:aws:kms:eu-west-1:111122223333:key/1" }'),
    habit("encryption: a bucket key that is off is echoed", "encryption", "encryption: { algorithm: AES256 }",
          read=add("Rule", "BucketKeyEnabled", "false")),
    habit("versioning: MFADelete is shown", "versioning", "versioning: enabled", read=add(".", "MfaDelete", "Disabled")),
    # Section 2, lifecycle.
    habit("lifecycle: rules come back in another order", "lifecycle", f"lifecycle: {LIFECYCLE}", read=reorder(".")),
    habit("lifecycle: transitions come back in another order", "lifecycle", f"lifecycle: {LIFECYCLE}", read=reorder("Rule")),
    habit("lifecycle: tags come back in another order", "lifecycle", f"lifecycle: {LIFECYCLE}", read=reorder("Rule/Filter/And")),
    habit("lifecycle: all objects as a top-level prefix", "lifecycle", f"lifecycle: {LIFECYCLE}", read=scope(lambda: [prefix()])),
    habit("lifecycle: all objects as an empty filter", "lifecycle", f"lifecycle: {LIFECYCLE}",
          read=scope(lambda: [xml.Element("Filter")])),
    habit("lifecycle: all objects as no filter", "lifecycle", f"lifecycle: {LIFECYCLE}", read=scope(lambda: [])),
    habit("lifecycle: a prefix as in the first version", "lifecycle", f"lifecycle: {LIFECYCLE}", read=old_prefix),
    habit("lifecycle: one condition inside an And", "lifecycle", f"lifecycle: {LIFECYCLE}", read=lonely_and),
    habit("lifecycle: a marker that is off is shown although nobody wrote one", "lifecycle",
          "lifecycle: { a: { abortMultipartAfter: 3d }, b: { expiration: { after: 9d } } }", read=marker_off),
    habit("lifecycle: dates with milliseconds", "lifecycle", f"lifecycle: {LIFECYCLE}", read=spell("Rule/Expiration/Date", midnight)),
    habit("lifecycle: the minimum size in the document (moto)", "lifecycle", f"lifecycle: {LIFECYCLE}",
          read=add(".", "TransitionDefaultMinimumObjectSize", "all_storage_classes_128K")),
    Row("lifecycle: the minimum size in a header", Store(minimum_size_header=True), f"lifecycle: {LIFECYCLE}"),
    habit("lifecycle: dates of the year 1 beside days", "lifecycle", "lifecycle: { a: { expiration: { after: 9d } } }",
          read=add("Rule/Expiration", "Date", "0001-01-01T00:00:00Z")),
    habit("lifecycle: zero newer versions mean none", "lifecycle",
          "lifecycle: { a: { noncurrentExpiration: { after: 30d } } }",
          read=add("Rule/NoncurrentVersionExpiration", "NewerNoncurrentVersions", "0")),
    Row("lifecycle: cleared by DELETE, an empty document is malformed", Store(fresh={"lifecycle": default_abort_rule}),
        "lifecycle: {}"),
    Row("eventual consistency: old values are read for a while", Store(stale_reads=2),
        f"lifecycle: {LIFECYCLE}, cors: {CORS}, tags: {TAGS}"),
    Row("eventual consistency: old and new values alternate", Store(stale_reads=-4),
        f"lifecycle: {LIFECYCLE}, cors: {CORS}, tags: {TAGS}"),
    # Section 2, CORS.
    habit("CORS: lists of a rule come back in another order", "cors", f"cors: {CORS}", read=reorder("CORSRule")),
    habit("CORS: an empty id", "cors", f"cors: {CORS}", read=add("CORSRule", "ID", "")),
    # Section 2, policy.
    habit("policy: principals, actions and resources come back shuffled", "policy", f"policy: {POLICY}", read=statements(reverse_lists)),
    habit("policy: statements come back in another order", "policy", f"policy: {POLICY}", read=lambda d: d["Statement"].reverse()),
    habit("policy: lists of one are texts, and texts lists", "policy", f"policy: {POLICY}", read=statements(lists_of_one)),
    habit("policy: an account's root is the account", "policy", f"policy: {POLICY}", read=statements(roots_as_accounts)),
    habit("policy: everybody is AWS everybody", "policy", f"policy: {POLICY}", read=statements(everybody)),
    habit("policy: texts of conditions are booleans and numbers", "policy", f"policy: {POLICY}", read=statements(conditions_as_values)),
    habit("policy: a statement without an id has an empty one", "policy", f"policy: {POLICY}", read=statements(empty_sids)),
    habit("policy: a lone statement is no list", "policy",
          'policy: { Version: "2012-10-17", Statement: [{ Effect: Deny, Principal: "*", Action: "s3:DeleteBucket", Resource: "arn:aws:s3:::{name}" }] }',
          read=lambda d: d.update(Statement=d["Statement"][0])),
    # Section 2, ownership, public access, tags.
    Row("public access: all is blocked on new buckets, and a public policy needs it open first",
        Store(fresh={"publicAccessBlock": all_blocked, "ownershipControls": enforced}),
        'publicAccess: allowed, policy: { Version: "2012-10-17", Statement: [{ Sid: Open, Effect: Allow, Principal: "*", '
        'Action: "s3:GetObject", Resource: "arn:aws:s3:::{name}/*" }] }'),
    Row("public access: flags that are left out would be off", Store(fresh={"publicAccessBlock": all_blocked}),
        "publicAccess: { blockPublicAcls: true, ignorePublicAcls: true }"),
    habit("tags: those of the service are there, and are not sent back", "tagging", f"tags: {TAGS}", read=system_tags),
    habit("tags: they come back in another order", "tagging", f"tags: {TAGS}", read=reorder("TagSet")),
    # Section 3, transport.
    Row("Content-MD5 is wanted of configuration (MinIO)", Store(needs_md5=True), f"tags: {TAGS}, lifecycle: {LIFECYCLE}",
        kind="s3"),
    Row("checksum headers are refused (R2, B2)", Store(refuses_checksums=501), f"tags: {TAGS}, cors: {CORS}", kind="s3"),
    Row("expected owner is refused (R2)", Store(refuses_expected_owner=True), f"tags: {TAGS}, cors: {CORS}", kind="s3"),
    Row("an unknown extension of a rule is kept (Ceph)", Store(quirks=[Quirk("lifecycle", write=add("Rule", "ArchiveZone", "z"))]),
        f"lifecycle: {LIFECYCLE}", kind="ceph", region="default"),
]


SINK = "  sink: { connection: m, bucketName: acme-sink }\n"
NOTIFICATIONS = """notifications: { eventBridge: true, targets: {
      in: { to: "arn:aws:sqs:eu-west-1:123456789012:in", events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], prefix: in/, suffix: .jpg },
      news: { to: "arn:aws:sns:eu-west-1:123456789012:news", events: ["s3:ObjectCreated:Put"] } } }"""
REPLICATION = ("versioning: enabled, replication: { role: \"arn:aws:iam::123456789012:role/copy\", "
               "rules: { all: { destination: { bucket: sink } }, some: { prefix: a/, priority: 7, destination: { bucket: sink } } } }")


def shown_names(document):
    for node in list(document.iter("Grantee")) + [document.find("Owner")]:
        if node.find("ID") is not None and node.find("DisplayName") is None:
            xml.SubElement(node, "DisplayName").text = "somebody"


def made_up(document):
    """Whatever a website doesn't say comes back as an empty text."""
    for redirect in document.iter("Redirect"):
        for name in ("HostName", "Protocol", "ReplaceKeyPrefixWith", "ReplaceKeyWith", "HttpRedirectCode"):
            if redirect.find(name) is None:
                xml.SubElement(redirect, name).text = ""
    if document.find("ErrorDocument") is None:
        xml.SubElement(xml.SubElement(document, "ErrorDocument"), "Key").text = ""


ROWS += [
    habit("website: what is not set comes back as empty texts", "website",
          "website: { index: index.html, routes: [{ prefix: old/, replacePrefix: new/ }, { errorCode: 404, host: www.acme.example }] }",
          read=made_up),
    Row("website: a prefix that is replaced by nothing stays", Store(),
        'website: { index: index.html, routes: [{ prefix: old/, replacePrefix: "" }] }'),
    habit("encryption: the id of a key comes back as its ARN", "encryption",
          'encryption: { algorithm: "aws:kms", kmsKey: 1234abcd-12ab-34cd-56ef-1234567890ab }',
          read=spell("Rule/ApplyServerSideEncryptionByDefault/KMSMasterKeyID", lambda key: f"arn:aws:kms:eu-west-1:123456789012:key/{key}")),
    habit("encryption: an alias is kept as it was written", "encryption",
          'encryption: { algorithm: "aws:kms", kmsKey: alias/storage }', read=add("Rule", "BucketKeyEnabled", "false")),
    habit("ACL: names of owners are shown", "acl", "ownership: ObjectWriter, publicAccess: allowed, acl: public-read", read=shown_names),
    habit("ACL: grants come back in another order", "acl", "ownership: ObjectWriter, publicAccess: allowed, acl: log-delivery-write",
          read=reorder("AccessControlList")),
    Row("ACL: never written where ownership is enforced", Store(fresh={"publicAccessBlock": all_blocked, "ownershipControls": enforced}),
        "ownership: BucketOwnerEnforced, acl: private"),
    habit("notifications: names of rules in capitals and another order", "notification", NOTIFICATIONS, read=other_case),
    habit("notifications: events and targets in another order", "notification", NOTIFICATIONS, read=reorder("QueueConfiguration")),
    Row("replication: all objects as an empty filter", Store(quirks=[Quirk("replication", read=scope(lambda: [xml.Element("Filter")]))]),
        REPLICATION, buckets=SINK),
    Row("replication: rules come back in another order", Store(quirks=[Quirk("replication", read=reorder("."))]), REPLICATION, buckets=SINK),
    Row("logging: an empty prefix is dropped", Store(quirks=[Quirk("logging", read=drop("LoggingEnabled/TargetPrefix", lambda e: not e.text))]),
        "logging: { bucket: sink }", buckets=SINK),
    habit("object lock: zero years beside days", "object-lock", "versioning: enabled, objectLock: { mode: GOVERNANCE, retention: 30d }",
          read=add("Rule/DefaultRetention", "Years", "0")),
    Row("acceleration: suspended is never set", Store(), "accelerate: suspended"),
    Row("request payment: unset is the owner", Store(), "requestPayment: bucketOwner"),
]


# Whole vendors.

EXPIRING = "{ zz: { prefix: z/, expiration: { after: 9d } }, aa: { prefix: a/, tags: { b: \"1\", a: \"2\" }, expiration: { after: 30d } } }"


def uuids():
    return str(uuid.uuid4())


def vendors():
    """Each vendor with every habit at once, and a project with everything that it can hold."""
    lifecycle_habits = [Quirk("lifecycle", write=by_id), Quirk("lifecycle", write=by_class)]
    aws = Store(
        constraint="aws", region_rule="bucket", checks_expected_owner=True, minimum_size_header=True, stale_reads=1,
        encrypts_always=True, write_seconds=0.005,
        fresh={"publicAccessBlock": all_blocked, "ownershipControls": enforced, "encryption": lambda: aes256(BLOCKED)},
        quirks=[
            Quirk("encryption", write=block_customer_keys), Quirk("lifecycle", read=reorder(".")),
            Quirk("lifecycle", write=invent_ids("Rule", "ID", long_id)), Quirk("lifecycle", read=spell("Rule/Expiration/Date", midnight)),
            Quirk("policy", read=statements(reverse_lists)), Quirk("policy", read=statements(roots_as_accounts)),
            Quirk("policy", read=statements(conditions_as_values)), Quirk("policy", read=statements(lists_of_one)),
            Quirk("tagging", read=system_tags), Quirk("cors", read=reorder("CORSRule")),
        ])
    minio = Store(
        holds={"versioning", "lifecycle", "policy", "encryption", "tagging", "notification", "replication", "object-lock"},
        needs_md5=True, refuses_expected_owner=True,
        quirks=[
            Quirk("lifecycle", write=invent_ids("Rule", "ID", uuids)), Quirk("lifecycle", write=abort_rules_vanish),
            Quirk("lifecycle", read=add("Rule/Expiration", "Date", "0001-01-01T00:00:00Z", lambda e: e.find("Days") is not None)),
            Quirk("policy", read=statements(reverse_lists)), Quirk("policy", read=statements(everybody)),
            Quirk("policy", read=statements(empty_sids)), Quirk("tagging", read=reorder("TagSet")),
        ])
    ceph = Store(
        holds={"versioning", "lifecycle", "policy", "tagging", "cors", "publicAccessBlock", "acl", "requestPayment", "website",
               "object-lock", "notification"},
        unknown="list", regions={"default"}, constraint="none", refuses_expected_owner=True,
        quirks=[
            *lifecycle_habits, Quirk("lifecycle", read=scope(lambda: [prefix()])),
            Quirk("lifecycle", write=invent_ids("Rule", "ID", long_id)),
            Quirk("lifecycle", write=drop("Rule/Expiration/ExpiredObjectDeleteMarker", lambda e: e.text == "false")),
            Quirk("cors", read=reorder("CORSRule")), Quirk("policy", read=statements(reverse_lists)),
        ])
    r2 = Store(
        holds={"cors", "lifecycle", "encryption"}, refuses={"encryption": {"PUT", "DELETE"}},
        regions={"auto"}, refuses_checksums=501, refuses_expected_owner=True,
        fresh={"lifecycle": default_abort_rule, "encryption": aes256},
        quirks=[Quirk("lifecycle", read=reorder(".")), Quirk("cors", read=reorder("CORSRule"))])
    b2 = Store(
        holds={"versioning", "lifecycle", "cors", "encryption", "acl", "object-lock"},
        refuses={"versioning": {"PUT"}}, regions={"eu-central-003"}, refuses_checksums=400,
        refuses_expected_owner=True,
        fresh={"versioning": lambda: element("<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")},
        quirks=[Quirk("lifecycle", read=reorder(".")), Quirk("cors", read=reorder("CORSRule"))])
    wasabi = Store(
        holds={"versioning", "lifecycle", "cors", "policy", "tagging", "encryption", "acl", "logging", "object-lock", "notification"},
        regions={"eu-central-1"}, unknown="405", refuses_expected_owner=True,
        quirks=[Quirk("lifecycle", read=reorder(".")), Quirk("policy", read=statements(lists_of_one)),
                Quirk("tagging", read=reorder("TagSet"))])
    ecs = Store(
        holds={"versioning", "cors", "policy", "tagging", "acl"}, unknown="501", refuses_expected_owner=True,
        quirks=[Quirk("cors", read=reorder("CORSRule")), Quirk("tagging", read=reorder("TagSet"))])
    simple = f"cors: {CORS}, lifecycle: {EXPIRING}"
    return {
        "aws": Row("aws", aws, f"versioning: enabled, publicAccess: blocked, ownership: BucketOwnerEnforced, {simple}, "
                   f"policy: {POLICY}, tags: {TAGS}, encryption: {{ algorithm: AES256 }}"),
        "minio": Row("minio", minio, f"versioning: enabled, lifecycle: {EXPIRING}, policy: {POLICY}, tags: {TAGS}", "minio", "us-east-1"),
        "ceph": Row("ceph", ceph, f"versioning: enabled, {simple}, policy: {POLICY}, tags: {TAGS}", "ceph", "default"),
        # Its rules have no tags, as its objects have none.
        "r2": Row("r2", r2, simple.replace(', tags: { b: "1", a: "2" }', ""), "r2", "auto"),
        "b2": Row("b2", b2, simple, "b2", "eu-central-003"),
        "wasabi": Row("wasabi", wasabi, f"versioning: enabled, {simple}, policy: {POLICY}, tags: {TAGS}", "wasabi", "eu-central-1"),
        "s3": Row("s3", ecs, f"versioning: enabled, cors: {CORS}, policy: {POLICY}, tags: {TAGS}", "s3", "us-east-1"),
    }


VENDORS = vendors()
