"""An S3 server that plays vendors: what they normalise, invent, drop, reorder, refuse and answer wrongly.

`QuirkServer(Store(...))` keeps buckets in memory. Every signature is checked by botocore, every payload digest against the
body. A `Store` says what is known and what is not, what a new bucket holds, and which `Quirk`s are on; each quirk counts how
often it made a difference, so that a test can tell that it was shown at all.
"""

import base64
import copy
import hashlib
import json
import re
import threading
import time
import urllib.parse
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
KEY, SECRET, ACCOUNT = "AKIAQUIRKS", "quirk/secret+key", "123456789012"

#: Sub-resources, their root elements, and what their absence is called (None: 200 with an empty document).
ROOTS = {
    "versioning": "VersioningConfiguration",
    "encryption": "ServerSideEncryptionConfiguration",
    "publicAccessBlock": "PublicAccessBlockConfiguration",
    "ownershipControls": "OwnershipControls",
    "cors": "CORSConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "policy": None,
    "tagging": "Tagging",
    "replication": "ReplicationConfiguration",
    "logging": "BucketLoggingStatus",
    "object-lock": "ObjectLockConfiguration",
    "notification": "NotificationConfiguration",
    "website": "WebsiteConfiguration",
    "acl": "AccessControlPolicy",
    "requestPayment": "RequestPaymentConfiguration",
    "accelerate": "AccelerateConfiguration",
}
ABSENT = {
    "encryption": "ServerSideEncryptionConfigurationNotFoundError",
    "publicAccessBlock": "NoSuchPublicAccessBlockConfiguration",
    "ownershipControls": "OwnershipControlsNotFoundError",
    "cors": "NoSuchCORSConfiguration",
    "lifecycle": "NoSuchLifecycleConfiguration",
    "policy": "NoSuchBucketPolicy",
    "tagging": "NoSuchTagSet",
    "replication": "ReplicationConfigurationNotFoundError",
    "object-lock": "ObjectLockConfigurationNotFoundError",
    "website": "NoSuchWebsiteConfiguration",
}
#: Sub-resources that are S3's and that this server keeps as lists by id, if at all.
SETS = {"intelligent-tiering", "inventory", "metrics", "analytics"}
#: Those that DELETE takes away.
DELETABLE = {"encryption", "publicAccessBlock", "ownershipControls", "cors", "lifecycle", "policy", "tagging", "replication", "website"}
ENABLED = "Enabled"


@dataclass
class Quirk:
    """A vendor's habit with one sub-resource: `read` changes what a GET gives, `write` what a PUT keeps.

    Both change an element (a dict for the policy) in place. What they are given is a copy.
    """

    sub: str
    read: object = None
    write: object = None
    hits: int = 0

    def apply(self, function, document):
        before = canonical(document)
        function(document)
        if canonical(document) != before:
            self.hits += 1
        return document


def canonical(document):
    return xml.tostring(document) if isinstance(document, xml.Element) else json.dumps(document)


@dataclass
class Store:
    """What a vendor is like."""

    #: The sub-resources that it knows; all others are answered as `unknown` says.
    holds: set = field(default_factory=lambda: set(ROOTS))
    #: `501`, `405`, `list` (GET lists the bucket, PUT makes it, DELETE removes it) or `object` (200 with some object's content).
    unknown: str = "501"
    #: By sub-resource: methods that are refused although it is known.
    refuses: dict = field(default_factory=dict)
    #: Documents of a new bucket.
    fresh: dict = field(default_factory=dict)
    quirks: list = field(default_factory=list)
    #: Regions that a signature may be for; None is any.
    regions: set = None
    #: `bucket`: each bucket answers in its own region only, as on AWS.
    region_rule: str = None
    #: `aws`: LocationConstraint in every region but us-east-1; `none`: refused; `any`: ignored.
    constraint: str = "any"
    needs_md5: bool = False
    #: Status that answers x-amz-checksum-* and x-amz-sdk-checksum-algorithm.
    refuses_checksums: int = None
    refuses_expected_owner: bool = False
    checks_expected_owner: bool = False
    #: A header that every answer to GET ?lifecycle carries.
    minimum_size_header: bool = False
    #: The new document of a PUT is seen after so many reads of the old one; negative: every second read is old that often.
    stale_reads: int = 0
    #: Calls after a create that are answered with NoSuchBucket.
    create_lag: int = 0
    #: By operation such as `PUT ?lifecycle`: (status, code) of its first answers.
    first_answers: dict = field(default_factory=dict)
    #: Seconds that a write takes; another one to the same bucket meanwhile is answered with OperationAborted.
    write_seconds: float = 0
    #: Names that belong to somebody else.
    taken: set = field(default_factory=set)
    #: Deleting the encryption makes it AES256 again.
    encrypts_always: bool = False
    #: What is not set is answered by 200 and nothing at all.
    absent_is_empty: bool = False
    #: The account's own public access block refuses public policies, whatever the bucket's says.
    account_blocks_policies: bool = False
    #: Sub-resources whose GET is denied.
    denied: set = field(default_factory=set)


class Bucket:
    def __init__(self, region, fresh):
        self.region = region
        self.documents = {sub: document() for sub, document in fresh.items()}
        self.earlier = {}
        self.reads_left = {}
        self.lag = 0
        self.writing = threading.Lock()


class Refusal(Exception):
    def __init__(self, status, code, message="no", more=""):
        super().__init__(code)
        self.status, self.code, self.message, self.more = status, code, message, more


@dataclass
class Call:
    method: str
    raw_path: str
    raw_query: str
    headers: dict
    body: bytes

    def __post_init__(self):
        parts = urllib.parse.unquote(self.raw_path).lstrip("/").split("/", 1)
        self.bucket, self.key = parts[0], parts[1] if len(parts) > 1 else ""
        self.query = dict(urllib.parse.parse_qsl(self.raw_query, keep_blank_values=True))
        self.sub = next((name for name in self.query if name in ROOTS or name in SETS), None)
        self.status = None

    @property
    def operation(self):
        return f"{self.method} ?{self.sub}" if self.sub else f"{self.method} {'bucket' if self.bucket else 'service'}"

    @property
    def is_write(self):
        return self.method not in ("GET", "HEAD") and bool(self.bucket)


class Listener(ThreadingHTTPServer):
    #: The standard five make a client that opens many connections at once wait a second.
    request_queue_size = 256


class QuirkServer:
    def __init__(self, store):
        self.store = store
        self.buckets = {}
        self.calls = []
        self.refused = []
        self.lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do(self):
                address = urllib.parse.urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                call = Call(self.command, address.path, address.query, headers, body)
                status, headers, body = outer.answer(call)
                call.status = status
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do

            def log_message(self, *_):
                pass

        self.server = Listener(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    environment = {"KEY": KEY, "SECRET": SECRET}

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def writes(self, *operations):
        return [call for call in self.calls if call.is_write and (not operations or call.operation in operations)]

    # Answers.

    def answer(self, call):
        with self.lock:
            self.calls.append(call)
        try:
            region = verify(call)
            if call.headers.get("x-amz-content-sha256") is None:
                return self.sts(call)
            return self.dispatch(call, region)
        except Refusal as refusal:
            body = (
                f"<?xml version='1.0'?><Error><Code>{refusal.code}</Code><Message>{refusal.message}</Message>"
                f"{refusal.more}</Error>"
            ).encode()
            headers = {"Content-Type": "application/xml"}
            if refusal.code in ("PermanentRedirect", "AuthorizationHeaderMalformed") and call.bucket in self.buckets:
                headers["x-amz-bucket-region"] = self.buckets[call.bucket].region
            if refusal.status >= 400:
                self.refused.append((call.operation, refusal.code))
            return refusal.status, headers, body

    def sts(self, call):
        form = dict(urllib.parse.parse_qsl(call.body.decode()))
        if form.get("Action") != "GetCallerIdentity":
            raise Refusal(400, "InvalidAction")
        return 200, {"Content-Type": "text/xml"}, (
            "<GetCallerIdentityResponse><GetCallerIdentityResult>"
            f"<Arn>arn:aws:iam::{ACCOUNT}:user/quirk</Arn><UserId>U</UserId><Account>{ACCOUNT}</Account>"
            "</GetCallerIdentityResult></GetCallerIdentityResponse>"
        ).encode()

    def dispatch(self, call, region):
        store = self.store
        self.check_headers(call)
        first = store.first_answers.get(call.operation)
        if first:
            answer = first.pop(0)
            if answer:
                raise Refusal(*answer)
        if store.regions is not None and region not in store.regions:
            raise Refusal(400, "AuthorizationHeaderMalformed", "wrong region")
        if not call.bucket:
            return self.list_buckets()
        if call.method == "PUT" and not call.sub:
            return self.create(call, region)
        if call.bucket in store.taken:
            raise Refusal(403, "AccessDenied")
        bucket = self.buckets.get(call.bucket)
        if bucket is None:
            raise Refusal(404, "NoSuchBucket")
        if store.region_rule == "bucket" and region != bucket.region:
            # An answer to HEAD has no body, so it says the region in a header.
            raise Refusal(301 if call.method != "HEAD" else 400, "PermanentRedirect", "elsewhere",
                          f"<Endpoint>s3.{bucket.region}.amazonaws.com</Endpoint>")
        if bucket.lag > 0:
            bucket.lag -= 1
            raise Refusal(404, "NoSuchBucket")
        if call.is_write:
            if not bucket.writing.acquire(blocking=False):
                raise Refusal(409, "OperationAborted", "A conflicting conditional operation is currently in progress")
            try:
                time.sleep(store.write_seconds)
                return self.on_bucket(call, bucket)
            finally:
                bucket.writing.release()
        return self.on_bucket(call, bucket)

    def check_headers(self, call):
        store = self.store
        digest = call.headers["x-amz-content-sha256"]
        if digest != hashlib.sha256(call.body).hexdigest():
            raise Refusal(400, "XAmzContentSHA256Mismatch")
        checksums = [n for n in call.headers if n.startswith("x-amz-checksum-") or n == "x-amz-sdk-checksum-algorithm"]
        if checksums and store.refuses_checksums:
            raise Refusal(store.refuses_checksums, "NotImplemented", f"Header '{checksums[0]}' not implemented")
        md5 = call.headers.get("content-md5")
        if md5 is not None and md5 != base64.b64encode(hashlib.md5(call.body).digest()).decode():
            raise Refusal(400, "BadDigest")
        if store.needs_md5 and call.method == "PUT" and call.sub and md5 is None:
            raise Refusal(400, "MissingContentMD5")
        owner = call.headers.get("x-amz-expected-bucket-owner")
        if owner is not None and store.refuses_expected_owner:
            raise Refusal(501, "NotImplemented", "Header 'x-amz-expected-bucket-owner' not implemented")
        if owner is not None and store.checks_expected_owner and owner != ACCOUNT:
            raise Refusal(403, "AccessDenied")

    def list_buckets(self):
        names = "".join(
            f"<Bucket><Name>{name}</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate></Bucket>"
            for name in sorted(self.buckets)
        )
        return ok(f"<ListAllMyBucketsResult><Owner><ID>o</ID></Owner><Buckets>{names}</Buckets></ListAllMyBucketsResult>")

    def create(self, call, region):
        store = self.store
        constraint = None
        if call.body:
            root = parse(call.body, "CreateBucketConfiguration")
            constraint = root.findtext("LocationConstraint")
        if store.constraint == "aws":
            if constraint == "us-east-1":
                raise Refusal(400, "InvalidLocationConstraint")
            if region != "us-east-1" and constraint != region:
                raise Refusal(400, "IllegalLocationConstraintException")
        if store.constraint == "none" and constraint is not None:
            raise Refusal(400, "InvalidLocationConstraint")
        with self.lock:
            if call.bucket in store.taken:
                raise Refusal(409, "BucketAlreadyExists")
            if call.bucket in self.buckets:
                if store.constraint == "aws" and region == "us-east-1":
                    return 200, {}, b""
                raise Refusal(409, "BucketAlreadyOwnedByYou")
            self.buckets[call.bucket] = bucket = Bucket(constraint or region, store.fresh)
            bucket.lag = store.create_lag
        return 200, {"Location": "/" + call.bucket}, b""

    def on_bucket(self, call, bucket):
        if call.sub is None:
            return self.plain(call, bucket)
        if call.sub not in self.store.holds:
            return self.unknown(call, bucket)
        if call.method in self.store.refuses.get(call.sub, ()):
            raise Refusal(501, "NotImplemented", f"{call.method} {call.sub} is not implemented")
        if call.method == "GET" and call.sub in self.store.denied:
            raise Refusal(403, "AccessDenied")
        if call.method == "GET":
            return self.read(call, bucket)
        if call.method == "PUT":
            return self.write(call, bucket)
        if call.method == "DELETE" and call.sub in DELETABLE:
            self.keep(bucket, call.sub, None)
            if call.sub == "encryption" and self.store.encrypts_always:
                self.keep(bucket, call.sub, aes256())
            return 204, {}, b""
        raise Refusal(405, "MethodNotAllowed")

    def plain(self, call, bucket):
        if "force_delete" in call.query:
            raise AssertionError("Wasabi's extension that deletes a bucket with everything in it was sent")
        if call.method == "HEAD":
            return 200, {"x-amz-bucket-region": bucket.region}, b""
        if call.method == "DELETE":
            del self.buckets[call.bucket]
            return 204, {}, b""
        return ok(f"<ListBucketResult><Name>{call.bucket}</Name><IsTruncated>false</IsTruncated></ListBucketResult>")

    def unknown(self, call, bucket):
        kind = self.store.unknown
        if kind == "list":
            if call.method == "PUT":
                return 200, {"Location": "/" + call.bucket}, b""
            return self.plain(call, bucket)
        if kind == "object":
            return 200, {"Content-Type": "text/plain"}, b"the content of some object"
        code = "NotImplemented" if kind == "501" else "MethodNotAllowed"
        raise Refusal(int(kind), code, f"{call.method} {call.sub} is not implemented")

    def read(self, call, bucket):
        document = bucket.documents.get(call.sub)
        left = bucket.reads_left.get(call.sub, 0)
        if left:
            bucket.reads_left[call.sub] = left - 1
            if self.store.stale_reads > 0 or left % 2 == 0:
                document = bucket.earlier.get(call.sub)
        headers = {}
        if call.sub == "lifecycle" and self.store.minimum_size_header:
            headers["x-amz-transition-default-minimum-object-size"] = "all_storage_classes_128K"
        if document is None and self.store.absent_is_empty:
            return 200, headers, b""
        if document is None:
            if call.sub in ABSENT:
                raise Refusal(404, ABSENT[call.sub])
            return ok(empty(call.sub))
        document = copy.deepcopy(document)
        for quirk in self.store.quirks:
            if quirk.sub == call.sub and quirk.read:
                quirk.apply(quirk.read, document)
        if call.sub == "policy":
            return 200, {"Content-Type": "application/json"}, json.dumps(document).encode()
        status, more, body = ok(xml.tostring(document, encoding="unicode"))
        return status, {**headers, **more}, body

    def write(self, call, bucket):
        if call.sub == "policy":
            document = policy(call, bucket)
            if self.store.account_blocks_policies and is_public(document):
                raise Refusal(403, "AccessDenied", "public policies are prevented by the BlockPublicPolicy setting")
        elif call.sub == "acl" and not call.body:
            document = canned(call.headers.get("x-amz-acl", ""))
            validate("acl", document, bucket)
        else:
            document = parse(call.body, ROOTS[call.sub])
            validate(call.sub, document, bucket)
        for quirk in self.store.quirks:
            if quirk.sub == call.sub and quirk.write:
                quirk.apply(quirk.write, document)
        # A document that the vendor emptied is one that was never set.
        if call.sub in ("lifecycle",) and not list(document):
            document = None
        self.keep(bucket, call.sub, document)
        return 200, {}, b""

    def keep(self, bucket, sub, document):
        bucket.earlier[sub] = bucket.documents.get(sub)
        bucket.reads_left[sub] = abs(self.store.stale_reads)
        bucket.documents[sub] = document


def ok(text):
    if text.startswith("<") and " xmlns" not in text[:200]:
        text = re.sub(r"^<(\w+)", rf'<\1 xmlns="{NAMESPACE}"', text, count=1)
    return 200, {"Content-Type": "application/xml"}, ("<?xml version='1.0' encoding='UTF-8'?>\n" + text).encode()


def empty(sub):
    """What a sub-resource that is never absent says when nobody set it."""
    if sub == "acl":
        return xml.tostring(canned("private"), encoding="unicode")
    inner = "<Payer>BucketOwner</Payer>" if sub == "requestPayment" else ""
    return f"<{ROOTS[sub]}>{inner}</{ROOTS[sub]}>"


TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def canned(name):
    """The grants of a ready-made ACL (S3 User Guide, "Canned ACL"); its name can't be read."""
    groups = {
        "private": [], "public-read": [("global/AllUsers", "READ")],
        "public-read-write": [("global/AllUsers", "READ"), ("global/AllUsers", "WRITE")],
        "authenticated-read": [("global/AuthenticatedUsers", "READ")],
        "log-delivery-write": [("s3/LogDelivery", "WRITE"), ("s3/LogDelivery", "READ_ACP")],
    }
    if name not in groups:
        raise Refusal(400, "InvalidArgument")
    document = xml.Element("AccessControlPolicy")
    xml.SubElement(xml.SubElement(document, "Owner"), "ID").text = "o"
    grants = xml.SubElement(document, "AccessControlList")
    for uri, permission in [(None, "FULL_CONTROL"), *groups[name]]:
        grant = xml.SubElement(grants, "Grant")
        grantee = xml.SubElement(grant, "Grantee", {TYPE: "Group" if uri else "CanonicalUser"})
        xml.SubElement(grantee, "URI" if uri else "ID").text = f"http://acs.amazonaws.com/groups/{uri}" if uri else "o"
        xml.SubElement(grant, "Permission").text = permission
    return document


def parse(body, root):
    try:
        element = xml.fromstring(body)
    except xml.ParseError:
        raise Refusal(400, "MalformedXML") from None
    for node in element.iter():
        node.tag = node.tag.rpartition("}")[2]
    if element.tag != root:
        raise Refusal(400, "MalformedXML", f"{element.tag} is no {root}")
    return element


def element(text):
    return parse(text.encode(), re.match(r"<(\w+)", text).group(1))


def aes256(more=""):
    return element(
        "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
        f"</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled>{more}</Rule>"
        "</ServerSideEncryptionConfiguration>"
    )


def validate(sub, document, bucket):
    """What every server refuses (S3 API Reference of each call; provider-quirks section 2)."""
    if sub == "lifecycle":
        rules = document.findall("Rule")
        identities = [rule.findtext("ID") for rule in rules]
        if not rules or len(rules) > 1000 or len(set(identities)) != len(identities):
            raise Refusal(400, "MalformedXML")
        for rule in rules:
            actions = {"Expiration", "Transition", "NoncurrentVersionExpiration", "NoncurrentVersionTransition",
                       "AbortIncompleteMultipartUpload"}
            if (rule.find("Filter") is None) == (rule.find("Prefix") is None) or not actions & {child.tag for child in rule}:
                raise Refusal(400, "MalformedXML", "a rule needs a filter and an action")
            conjunction = rule.find("Filter/And")
            if conjunction is not None and len(conjunction) < 2:
                raise Refusal(400, "MalformedXML", "And needs two conditions")
            expiration = rule.find("Expiration")
            if expiration is not None and len(expiration) != 1:
                raise Refusal(400, "MalformedXML", "an expiration has one form")
            if any(not re.fullmatch(r"[\d-]{10}T00:00:00(\.0+)?Z", date.text) for date in rule.iter("Date")):
                raise Refusal(400, "InvalidArgument", "'Date' must be at midnight GMT")
    if sub == "cors":
        rules = document.findall("CORSRule")
        if not rules:
            raise Refusal(400, "MalformedXML")
        for method in document.iter("AllowedMethod"):
            if method.text not in ("GET", "PUT", "POST", "DELETE", "HEAD"):
                raise Refusal(400, "InvalidRequest")
    if sub == "tagging":
        if any(key.text.lower().startswith("aws:") for key in document.iter("Key")):
            raise Refusal(400, "InvalidTag", "System tags cannot be added/updated by requester")
        if not document.findall("TagSet/Tag"):
            raise Refusal(400, "MalformedXML")
    if sub == "versioning" and document.findtext("Status") not in (ENABLED, "Suspended"):
        raise Refusal(400, "IllegalVersioningConfigurationException")
    if sub == "versioning" and document.findtext("Status") == "Suspended" and bucket.documents.get("object-lock") is not None:
        raise Refusal(409, "InvalidBucketState", "An Object Lock configuration is present on this bucket")
    if sub == "acl":
        controls = bucket.documents.get("ownershipControls")
        if controls is not None and controls.findtext("Rule/ObjectOwnership") == "BucketOwnerEnforced":
            raise Refusal(400, "AccessControlListNotSupported")


def policy(call, bucket):
    try:
        document = json.loads(call.body)
    except ValueError:
        raise Refusal(400, "MalformedPolicy", "Policies must be valid JSON") from None
    for statement in document.get("Statement", []):
        resources = statement.get("Resource", [])
        for resource in [resources] if isinstance(resources, str) else resources:
            if not re.match(rf"arn:[\w-]+:s3:::{re.escape(call.bucket)}(/|$)", resource):
                raise Refusal(400, "MalformedPolicy", "Policy has invalid resource")
        if "nobody-at-all" in json.dumps(statement.get("Principal", "")):
            raise Refusal(400, "MalformedPolicy", "Invalid principal in policy")
    block = bucket.documents.get("publicAccessBlock")
    blocks = block is not None and block.findtext("BlockPublicPolicy") == "true"
    if blocks and is_public(document):
        raise Refusal(403, "AccessDenied", "BlockPublicPolicy")
    return document


def is_public(document):
    return any(s["Effect"] == "Allow" and s["Principal"] in ("*", {"AWS": "*"}) for s in document["Statement"])


def verify(call):
    """Checks the signature with botocore; returns the region that it is for."""
    authorization = call.headers.get("authorization", "")
    match = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/(\w+)/aws4_request, SignedHeaders=([\w;-]+), Signature=(\w{64})",
        authorization,
    )
    if not match:
        raise Refusal(403, "AccessDenied", "no signature")
    key, date, region, service, signed, signature = match.groups()
    if key != KEY:
        raise Refusal(403, "InvalidAccessKeyId")
    names = signed.split(";")
    if "host" not in names or any(n.startswith("x-amz-") and n not in names for n in call.headers):
        raise Refusal(403, "AccessDenied", "There were headers present in the request which were not signed")
    url = f"http://{call.headers['host']}{call.raw_path}" + (f"?{call.raw_query}" if call.raw_query else "")
    request = AWSRequest(call.method, url, data=call.body)
    for name in names:
        request.headers[name] = call.headers[name]
    request.context["timestamp"] = call.headers["x-amz-date"]
    if call.headers["x-amz-date"][:8] != date:
        raise Refusal(403, "SignatureDoesNotMatch")
    auth = (S3SigV4Auth if service == "s3" else SigV4Auth)(Credentials(KEY, SECRET), service, region)
    expected = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    if expected != signature:
        raise Refusal(403, "SignatureDoesNotMatch")
    return region
