"""A fake of Google Cloud Storage and of Google's token endpoint that answers as they are documented, strictly.

Sources: Cloud Storage JSON API reference (Buckets, Objects, Projects.serviceAccount, Projects.hmacKeys), "Request
preconditions", "Bucket Lock", "Object lifecycle management", IAM Policy reference, "Using OAuth 2.0 for Server to Server
Applications"; the IAM API's discovery document (projects.serviceAccounts: get, create, delete, getIamPolicy, setIamPolicy).
"""

import base64
import datetime
import json
import secrets
import ssl
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import google.auth.jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from support.discovery import Discovery, Unlike

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
WEEK = 7 * 24 * 3600
WRITABLE = {
    "autoclass", "billing", "cors", "defaultEventBasedHold", "encryption", "iamConfiguration", "labels", "lifecycle",
    "logging", "retentionPolicy", "rpo", "softDeletePolicy", "storageClass", "versioning", "website",
}


class Refusal(Exception):
    def __init__(self, status, reason, message):
        self.status, self.reason, self.message = status, reason, message


def merge(into, patch):
    """RFC 7396: null takes a key away, objects are merged, everything else replaces."""
    result = dict(into)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = merge(result[key] if isinstance(result.get(key), dict) else {}, value)
        else:
            result[key] = value
    return result


def stamp():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")[:-4] + "Z"


class Bucket:
    def __init__(self, name, project, body):
        self.metageneration = 1
        self.objects = {}
        #: The generation of each object that is live, and what those hold that were uploaded.
        self.live, self.contents = {}, {}
        location = body.get("location", "US").upper()
        self.fields = {
            "kind": "storage#bucket", "id": name, "name": name, "projectNumber": str(project), "location": location,
            "locationType": "multi-region" if location in ("US", "EU", "ASIA") else "dual-region" if location[-1:] == "4" else "region", "storageClass": "STANDARD",
            "timeCreated": stamp(), "rpo": "DEFAULT",
            "iamConfiguration": {
                "publicAccessPrevention": "inherited", "bucketPolicyOnly": {"enabled": False},
                "uniformBucketLevelAccess": {"enabled": False},
            },
            "softDeletePolicy": {"retentionDurationSeconds": str(WEEK), "effectiveTime": stamp()},
        }
        strange = set(body) - WRITABLE - {"name", "location", "hierarchicalNamespace"}
        if strange:
            raise Refusal(400, "invalid", f"Unknown fields {sorted(strange)}")
        if body.get("hierarchicalNamespace", {}).get("enabled"):
            if not body.get("iamConfiguration", {}).get("uniformBucketLevelAccess", {}).get("enabled"):
                raise Refusal(400, "invalid", "Hierarchical namespace needs uniform bucket-level access.")
            self.fields["hierarchicalNamespace"] = {"enabled": True}
        self.fields = self.settled(merge(self.fields, {k: v for k, v in body.items() if k in WRITABLE}))
        self.policy = {
            "version": 1,
            "bindings": [
                {"role": "roles/storage.legacyBucketOwner",
                 "members": [f"projectEditor:{project}", f"projectOwner:{project}"]},
                {"role": "roles/storage.legacyBucketReader", "members": [f"projectViewer:{project}"]},
            ],
        }

    @property
    def etag(self):
        return base64.b64encode(bytes([8, self.metageneration & 127])).decode()

    @property
    def document(self):
        return dict(self.fields, metageneration=str(self.metageneration), etag=self.etag, updated=stamp())

    def settled(self, fields):
        """What the service makes of a document: defaults, spellings, and refusals of what it doesn't take."""
        fields = json.loads(json.dumps(fields))
        rules = fields.get("lifecycle", {}).get("rule", [])
        if len(rules) > 100:
            raise Refusal(400, "invalid", "Too many lifecycle rules.")
        for rule in rules:
            if not rule.get("condition"):
                raise Refusal(400, "invalid", "A lifecycle management rule must have at least one condition.")
            for key in rule["condition"]:
                if key not in {"age", "createdBefore", "customTimeBefore", "daysSinceCustomTime", "isLive",
                               "daysSinceNoncurrentTime", "noncurrentTimeBefore", "matchesPrefix", "matchesSuffix",
                               "matchesStorageClass", "numNewerVersions"}:
                    raise Refusal(400, "invalid", f"Unknown condition {key}")
        if not rules:
            fields.pop("lifecycle", None)
        for rule in fields.get("cors", []):
            if rule.get("maxAgeSeconds") == 0:
                del rule["maxAgeSeconds"]
        if not fields.get("cors"):
            fields.pop("cors", None)
        if not fields.get("labels"):
            fields.pop("labels", None)
        logging = fields.get("logging")
        if logging:
            logging.setdefault("logObjectPrefix", fields["name"])
        else:
            fields.pop("logging", None)
        if fields.get("versioning", {}).get("enabled") is False and not self.__dict__.get("had_versions"):
            fields.pop("versioning")
        autoclass = fields.get("autoclass")
        if autoclass and autoclass.get("enabled"):
            autoclass.setdefault("terminalStorageClass", "NEARLINE")
            autoclass.setdefault("toggleTime", stamp())
        elif autoclass:
            fields.pop("autoclass")
        uniform = fields["iamConfiguration"].get("uniformBucketLevelAccess", {})
        if uniform.get("enabled"):
            end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=90)
            uniform.setdefault("lockedTime", end.strftime("%Y-%m-%dT%H:%M:%SZ"))
        else:
            uniform.pop("lockedTime", None)
        fields["iamConfiguration"]["bucketPolicyOnly"] = dict(uniform)
        retention = fields.get("retentionPolicy")
        if retention is not None:
            retention["retentionPeriod"] = str(int(retention["retentionPeriod"]))
            retention.setdefault("effectiveTime", stamp())
        if fields.get("softDeletePolicy"):
            seconds = int(fields["softDeletePolicy"].get("retentionDurationSeconds", 0))
            if seconds and not WEEK <= seconds <= 90 * 24 * 3600:
                raise Refusal(400, "invalid", "Soft delete policy must be zero or between 7 and 90 days.")
            fields["softDeletePolicy"] = {"retentionDurationSeconds": str(seconds), "effectiveTime": stamp()}
        if not fields.get("encryption"):
            fields.pop("encryption", None)
        if not fields.get("website"):
            fields.pop("website", None)
        if fields["locationType"] == "region":
            if fields.get("rpo", "DEFAULT") != "DEFAULT":
                raise Refusal(400, "invalid", "Turbo replication is not available for buckets in a region.")
            fields.pop("rpo", None)
        return fields


class FakeGCS:
    """Buckets of two projects; `requests` holds (method, path with query, body) of every call to the storage API."""

    project, number, other_number = "acme-test", 4711, 815

    def __init__(self, certificate=None, key=None, page_size=2):
        self.page_size = page_size
        self.lock = threading.RLock()
        self.private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.email = "cooper@acme-test.iam.gserviceaccount.com"
        #: Every request and every answer is held against Google's own documents.
        self.discovery = Discovery()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                try:
                    with fake.lock:
                        status, answer, headers = fake.answer(self.command, self.path, self.headers, body)
                except Refusal as refusal:
                    headers = {}
                    status, answer = refusal.status, {"error": {
                        "code": refusal.status, "message": refusal.message,
                        "errors": [{"domain": "global", "reason": refusal.reason, "message": refusal.message}]}}
                data = b"" if answer is None else answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=UTF-8")
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "https" if certificate else "http"
        self.port = self.server.server_address[1]
        self.endpoint = f"{self.scheme}://127.0.0.1:{self.port}"
        self.reset()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def reset(self):
        with self.lock:
            self.buckets, self.requests, self.tokens, self.token_requests = {}, [], {}, []
            self.denied, self.before, self.generations = set(), None, 1000
            self.accounts, self.keys, self.strangers = {}, {}, 0
            #: Service accounts besides Cooper's own, each with the permissions that it has on objects, and nothing else.
            self.consumers, self.owners = {}, {}
            #: What the service makes of a bucket's document before it shows it, for habits that are played by a test.
            self.shows = None
            #: Calls on a bucket that was just made which are told that there is none.
            self.create_lag = 0
            self.unknown = {}

    # Credentials that the tests hand out.

    @property
    def key_file(self):
        return self.key_of(self.email)

    def key_of(self, email):
        """The JSON key of a service account whose token endpoint is this server."""
        pem = self.private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
        return json.dumps({
            "type": "service_account", "project_id": self.project, "private_key_id": "key-1", "private_key": pem,
            "client_email": email, "client_id": "1", "token_uri": self.endpoint + "/token"})

    @property
    def public_pem(self):
        return self.private_key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def consumer(self, name, *permissions):
        """An account that may do these things with objects; its JSON key."""
        email = f"{name}@{self.project}.iam.gserviceaccount.com"
        self.consumers[email] = set(permissions)
        return self.key_of(email)

    def grant(self, seconds=3600, owner=None):
        token = "ya29." + secrets.token_urlsafe(40)
        self.tokens[token] = seconds
        self.owners[token] = owner or self.email
        return token

    def check_consumer(self, token, permission):
        """403 in Google's words where the token's account lacks a permission; Cooper's own has all."""
        owner = self.owners.get(token, self.email)
        if owner in self.consumers and permission not in self.consumers[owner]:
            raise Refusal(403, "forbidden", f"{owner} does not have {permission} access to the Google Cloud Storage object.")

    # Answers.

    def answer(self, method, target, headers, body):
        url = urllib.parse.urlsplit(target)
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        path = [urllib.parse.unquote(part) for part in url.path.split("/")[1:]]
        if path == ["token"]:
            return self.token(body)
        if path[:1] == ["computeMetadata"]:
            return self.metadata(path, headers)
        if path[:1] == ["impersonate"] or path[-1].endswith(":generateAccessToken"):
            return self.impersonate(headers, body)
        if path[:3] == ["upload", "storage", "v1"]:
            return self.upload(method, path[3:], query, headers, body)
        if path[:2] != ["storage", "v1"] and path[:2] != ["v1", "projects"]:
            raise Refusal(404, "notFound", "Not Found")
        self.requests.append((method, target, body.decode()))
        document = json.loads(body) if body else {}
        try:
            found = self.discovery.request(method, url.path, query, document)
        except Unlike as unlike:
            raise Refusal(400, "invalid", f"Not published: {unlike}")
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise Refusal(401, "authError", "Invalid Credentials")
        if self.before:
            hook, self.before = self.before, None
            hook(method, path[2:])
        answered = self.data(method, path, query, document, token)
        if query.get("alt") == "media":
            return answered
        try:
            self.discovery.answer(found, answered[0], answered[1])
        except Unlike as unlike:
            # A test's own habit may be such; a server that makes things up by itself is no witness.
            if not self.shows:
                raise Refusal(418, "invalid", f"The test server answers what Google doesn't: {unlike}")
        return answered

    def data(self, method, path, query, document, token):
        if path[4:5] == ["o"] and path[2] == "b":
            return self.objects(method, self.found(path[3]), path[5:], query, token)
        self.check_consumer(token, "storage.buckets.get")
        if path[0] == "v1":
            return self.iam_api(method, path[1:], query, document)
        return self.storage(method, path[2:], query, document)

    def token(self, body):
        form = dict(urllib.parse.parse_qsl(body.decode()))
        self.token_requests.append(form)
        grant, owner = form.get("grant_type"), None
        try:
            if grant == "urn:ietf:params:oauth:grant-type:jwt-bearer":
                claims = google.auth.jwt.decode(
                    form["assertion"], certs=self.public_pem, audience=self.endpoint + "/token")
                assert claims["iss"] in {self.email, *self.consumers} and claims["scope"] == SCOPE, claims
                assert claims["exp"] - claims["iat"] <= 3600, claims
                owner = claims["iss"]
            elif grant == "refresh_token":
                assert (form["client_id"], form["client_secret"], form["refresh_token"]) == ("id", "cs", "1//refresh")
            elif grant == "urn:ietf:params:oauth:grant-type:token-exchange":
                assert form["subject_token"] == "subject-token" and form["scope"] == SCOPE, form
            else:
                raise AssertionError(grant)
        except (AssertionError, KeyError, ValueError, google.auth.exceptions.GoogleAuthError) as problem:
            return 400, {"error": "invalid_grant", "error_description": str(problem)[:200]}, {}
        return 200, {"access_token": self.grant(owner=owner), "expires_in": 3599, "token_type": "Bearer"}, {}

    def metadata(self, path, headers):
        assert headers.get("Metadata-Flavor") == "Google"
        flavour = {"Metadata-Flavor": "Google"}
        if path[-1] == "token":
            return 200, {"access_token": self.grant(), "expires_in": 3599, "token_type": "Bearer"}, flavour
        if path[-1] == "email":
            return 200, b"robot@acme-test.iam.gserviceaccount.com", flavour
        return 404, b"", flavour

    def impersonate(self, headers, body):
        if headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise Refusal(401, "UNAUTHENTICATED", "bad token")
        assert json.loads(body)["scope"] == [SCOPE]
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        return 200, {"accessToken": self.grant(), "expireTime": end.strftime("%Y-%m-%dT%H:%M:%SZ")}, {}

    def storage(self, method, path, query, body):
        if path[:1] == ["projects"] and path[2:] == ["serviceAccount"]:
            if path[1] != self.project:
                raise Refusal(404, "notFound", "Unknown project id")
            return 200, {"kind": "storage#serviceAccount",
                         "email_address": f"service-{self.number}@gs-project-accounts.iam.gserviceaccount.com"}, {}
        if path[:1] == ["projects"] and path[2:3] == ["hmacKeys"]:
            return self.hmac_keys(method, path[3:], query, body)
        if path == ["b"] and method == "GET":
            return self.list_buckets(query)
        if path == ["b"] and method == "POST":
            return self.insert(query, body)
        if path[:1] != ["b"]:
            raise Refusal(404, "notFound", "Not Found")
        bucket = self.buckets.get(path[1])
        if bucket is None:
            raise Refusal(404, "notFound", "The specified bucket does not exist.")
        if self.unknown.get(path[1], 0) > 0:
            self.unknown[path[1]] -= 1
            raise Refusal(404, "notFound", "The specified bucket does not exist.")
        if path[1] in self.denied:
            raise Refusal(403, "forbidden", f"{self.email} does not have storage.buckets.get access to the bucket.")
        rest = path[2:]
        if not rest:
            return self.bucket(method, bucket, query, body)
        if rest == ["iam"]:
            return self.iam(method, bucket, query, body)
        if rest == ["lockRetentionPolicy"] and method == "POST":
            return self.lock_retention(bucket, query)
        raise Refusal(404, "notFound", "Not Found")

    def list_buckets(self, query):
        if query.get("project") != self.project:
            raise Refusal(400, "invalid", "Unknown project id: 0")
        names = sorted(n for n, b in self.buckets.items() if b.fields["projectNumber"] == str(self.number))
        start = int(query.get("pageToken") or 0)
        page = {"kind": "storage#buckets",
                "items": [self.buckets[n].document for n in names[start:start + self.page_size]]}
        if start + self.page_size < len(names):
            page["nextPageToken"] = str(start + self.page_size)
        return 200, page, {}

    def insert(self, query, body):
        assert query.get("project") == self.project
        if body["name"] in self.buckets:
            own = self.buckets[body["name"]].fields["projectNumber"] == str(self.number)
            raise Refusal(409, "conflict", "You already own this bucket. Please select another name." if own else
                          "The requested bucket name is not available.")
        self.buckets[body["name"]] = Bucket(body["name"], self.number, body)
        self.unknown[body["name"]] = self.create_lag
        return 200, self.buckets[body["name"]].document, {}

    def check_revision(self, bucket, query, required=False):
        wanted = query.get("ifMetagenerationMatch")
        if required and wanted is None:
            raise Refusal(400, "required", "Required parameter: ifMetagenerationMatch")
        if wanted is not None and wanted != str(bucket.metageneration):
            raise Refusal(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.")

    def bucket(self, method, bucket, query, body):
        if method == "GET":
            document = bucket.document
            if self.shows:
                document = self.shows(json.loads(json.dumps(document)))
            return 200, document, {}
        self.check_revision(bucket, query)
        if method == "DELETE":
            if bucket.objects:
                raise Refusal(409, "conflict", "The bucket you tried to delete is not empty.")
            del self.buckets[bucket.fields["name"]]
            return 204, None, {}
        if method != "PATCH":
            raise Refusal(405, "methodNotAllowed", "Method not allowed")
        strange = set(body) - WRITABLE
        if strange:
            raise Refusal(400, "invalid", f"Unknown fields {sorted(strange)}")
        before = bucket.fields.get("retentionPolicy")
        fields = bucket.settled(merge(bucket.fields, body))
        after = fields.get("retentionPolicy")
        if before and before.get("isLocked"):
            if not after or int(after["retentionPeriod"]) < int(before["retentionPeriod"]):
                raise Refusal(403, "forbidden", "The retention policy of the bucket is locked.")
        if after and after.get("isLocked") and not (before or {}).get("isLocked"):
            raise Refusal(400, "invalid", "isLocked can't be set by a patch.")
        bucket.fields = fields
        bucket.metageneration += 1
        return 200, bucket.document, {}

    def lock_retention(self, bucket, query):
        self.check_revision(bucket, query, required=True)
        if "retentionPolicy" not in bucket.fields:
            raise Refusal(400, "invalid", "The bucket has no retention policy.")
        bucket.fields["retentionPolicy"]["isLocked"] = True
        bucket.metageneration += 1
        return 200, bucket.document, {}

    def iam(self, method, bucket, query, body):
        def shown(policy):
            return dict(policy, kind="storage#policy", etag=bucket.etag,
                        resourceId="projects/_/buckets/" + bucket.fields["name"])
        if method == "GET":
            policy = bucket.policy
            if int(query.get("optionsRequestedPolicyVersion", 1)) < 3:
                policy = dict(policy, version=1, bindings=[b for b in policy["bindings"] if "condition" not in b])
            return 200, shown(policy), {}
        if method != "PUT":
            raise Refusal(405, "methodNotAllowed", "Method not allowed")
        if body.get("etag") and body["etag"] != bucket.etag:
            raise Refusal(412, "conditionNotMet", "The IAM policy's etag did not match.")
        if any("condition" in b for b in body["bindings"]):
            if body.get("version") != 3:
                raise Refusal(400, "invalid", "Policy version 3 is required for conditions.")
            if not bucket.fields["iamConfiguration"]["uniformBucketLevelAccess"].get("enabled"):
                raise Refusal(412, "conditionNotMet", "Conditions need uniform bucket-level access.")
        self.check_members(body["bindings"])
        bucket.policy = {"version": body.get("version", 1), "bindings": body["bindings"]}
        bucket.metageneration += 1
        return 200, shown(bucket.policy), {}

    def check_members(self, bindings):
        """A service account of the project that isn't there, or not known here yet, can't be a member."""
        for binding in bindings:
            for member in binding["members"]:
                kind, _, name = member.partition(":")
                if kind != "serviceAccount" or not name.endswith(f"@{self.project}.iam.gserviceaccount.com"):
                    continue
                if name not in self.accounts:
                    raise Refusal(400, "invalid", f"Service account {name} does not exist.")
                if self.strangers:
                    self.strangers -= 1
                    raise Refusal(400, "invalid", f"Service account {name} does not exist.")

    def hmac_keys(self, method, rest, query, body):
        def shown(key):
            return dict(kind="storage#hmacKeyMetadata", **{k: v for k, v in key.items() if k != "secret"})
        if not rest and method == "POST":
            email = query["serviceAccountEmail"]
            if email not in self.accounts:
                raise Refusal(404, "notFound", f"Service Account '{email}' not found.")
            if sum(k["serviceAccountEmail"] == email for k in self.keys.values()) >= 10:
                raise Refusal(429, "quotaExceeded", "too many keys")
            key = {"accessId": "GOOG1E" + secrets.token_hex(20).upper(), "projectId": self.project, "state": "ACTIVE",
                   "serviceAccountEmail": email, "etag": secrets.token_hex(4), "secret": secrets.token_urlsafe(30)}
            self.keys[key["accessId"]] = key
            return 200, {"kind": "storage#hmacKey", "metadata": shown(key), "secret": key["secret"]}, {}
        if not rest and method == "GET":
            items = sorted((k for k in self.keys.values() if k["serviceAccountEmail"] == query["serviceAccountEmail"]),
                           key=lambda k: k["accessId"])
            start = int(query.get("pageToken") or 0)
            page = {"kind": "storage#hmacKeysMetadata", "items": [shown(k) for k in items[start:start + self.page_size]]}
            if start + self.page_size < len(items):
                page["nextPageToken"] = str(start + self.page_size)
            return 200, page, {}
        key = self.keys.get(rest[0])
        if key is None:
            raise Refusal(404, "notFound", "no such key")
        if method == "PUT":
            if set(body) - {"state", "etag"} or body["state"] not in ("ACTIVE", "INACTIVE"):
                raise Refusal(400, "invalid", "Only the state can be updated.")
            if "etag" in body and body["etag"] != key["etag"]:
                raise Refusal(412, "conditionNotMet", "The etag did not match.")
            key.update(state=body["state"], etag=secrets.token_hex(4))
            return 200, shown(key), {}
        if method == "DELETE":
            if key["state"] != "INACTIVE":
                raise Refusal(400, "invalid", "Cannot delete key that is in state ACTIVE.")
            del self.keys[rest[0]]
            return 204, None, {}
        raise Refusal(405, "methodNotAllowed", "Method not allowed")

    def iam_api(self, method, path, query, body):
        if path[1] != self.project or path[2] != "serviceAccounts":
            raise Refusal(404, "NOT_FOUND", "Not found")
        if len(path) == 3:
            if method != "POST" or set(body) - {"accountId", "serviceAccount"}:
                raise Refusal(400, "INVALID_ARGUMENT", "not a creation")
            email = f"{body['accountId']}@{self.project}.iam.gserviceaccount.com"
            if email in self.accounts:
                raise Refusal(409, "ALREADY_EXISTS", f"Service account {body['accountId']} already exists.")
            return 200, self.add_account(email, **body.get("serviceAccount", {})), {}
        email, _, verb = path[3].partition(":")
        if email in self.denied:
            raise Refusal(403, "PERMISSION_DENIED", f"Permission denied on resource (or it may not exist): {email}")
        account = self.accounts.get(email)
        if account is None:
            raise Refusal(404, "NOT_FOUND", f"Unknown service account {email}")
        shown = {k: v for k, v in account.items() if k != "policy"}
        if not verb and method == "GET":
            return 200, shown, {}
        if not verb and method == "DELETE":
            del self.accounts[email]
            return 200, {}, {}
        if not verb and method == "PATCH":
            fields = body["updateMask"].split(",")
            if set(body) != {"serviceAccount", "updateMask"} or set(fields) - {"displayName", "description"}:
                raise Refusal(400, "INVALID_ARGUMENT", "only displayName and description can be updated")
            for name in fields:
                account[name] = body["serviceAccount"].get(name, "")
                if not account[name]:
                    del account[name]
            return 200, {k: v for k, v in account.items() if k != "policy"}, {}
        policy = account["policy"]
        if verb == "getIamPolicy" and method == "POST":
            if query.get("options.requestedPolicyVersion") != "3":
                policy = dict(policy, bindings=[b for b in policy.get("bindings", []) if "condition" not in b])
            return 200, policy, {}
        if verb == "setIamPolicy" and method == "POST":
            written = body["policy"]
            if written.get("etag") != policy["etag"]:
                raise Refusal(409, "ABORTED", "There were concurrent policy changes.")
            self.check_members(written.get("bindings", []))
            account["policy"] = dict({k: v for k, v in written.items() if k != "bindings" or v}, etag=secrets.token_hex(4))
            return 200, account["policy"], {}
        raise Refusal(405, "UNIMPLEMENTED", "Method not allowed")

    def add_account(self, email, **fields):
        self.accounts[email] = {
            "name": f"projects/{self.project}/serviceAccounts/{email}", "projectId": self.project, "email": email,
            "uniqueId": str(10 ** 20 + len(self.accounts)), "etag": "MDEwMjE5MjA=", "policy": {"etag": "ACAB"}, **fields}
        return {k: v for k, v in self.accounts[email].items() if k != "policy"}

    def found(self, name):
        if name not in self.buckets:
            raise Refusal(404, "notFound", "The specified bucket does not exist.")
        return self.buckets[name]

    def upload(self, method, path, query, headers, body):
        """Objects: insert, of a whole object by uploadType=media."""
        self.requests.append((method, "/upload/" + "/".join(path), ""))
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise Refusal(401, "authError", "Invalid Credentials")
        if method != "POST" or path[0] != "b" or path[2:] != ["o"] or query.get("uploadType") != "media":
            raise Refusal(400, "invalid", "Not a simple upload.")
        bucket, name = self.found(path[1]), query["name"]
        self.check_consumer(token, "storage.objects.create")
        if query.get("ifGenerationMatch") == "0" and name in bucket.live:
            raise Refusal(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.")
        self.generations += 1
        bucket.live[name] = self.generations
        bucket.objects[name, self.generations] = len(body)
        bucket.contents[name, self.generations] = body
        return 200, {"kind": "storage#object", "name": name, "bucket": path[1], "generation": str(self.generations)}, {}

    def objects(self, method, bucket, rest, query, token):
        if method == "GET" and not rest:
            self.check_consumer(token, "storage.objects.list")
            if query.get("versions") != "true":
                names = [name for name in sorted(bucket.live) if name.startswith(query.get("prefix", ""))]
                page = {"kind": "storage#objects", "items": [{"name": name} for name in names[:int(query["maxResults"])]]}
                return 200, page if names else {"kind": "storage#objects"}, {}
            items = sorted(bucket.objects)
            start = int(query.get("pageToken") or 0)
            page = {"kind": "storage#objects", "items": [
                {"kind": "storage#object", "name": n, "generation": str(g), "size": str(bucket.objects[n, g])}
                for n, g in items[start:start + self.page_size]]}
            if start + self.page_size < len(items):
                page["nextPageToken"] = str(start + self.page_size)
            return 200, page, {}
        if method == "GET" and len(rest) == 1 and query.get("alt") == "media":
            self.check_consumer(token, "storage.objects.get")
            if rest[0] not in bucket.live:
                raise Refusal(404, "notFound", "No such object")
            return 200, bucket.contents[rest[0], bucket.live[rest[0]]], {}
        if method == "DELETE" and len(rest) == 1:
            self.check_consumer(token, "storage.objects.delete")
            generation = int(query.get("generation") or bucket.live.get(rest[0], 0))
            if (rest[0], generation) not in bucket.objects:
                raise Refusal(404, "notFound", "No such object")
            # Without a generation a bucket with versions keeps what was live.
            if "generation" in query or not bucket.fields.get("versioning", {}).get("enabled"):
                del bucket.objects[rest[0], generation]
            if bucket.live.get(rest[0]) == generation:
                del bucket.live[rest[0]]
            return 204, None, {}
        raise Refusal(501, "notImplemented", "Not implemented")

    # What tests do to the buckets behind the project's back.

    def change(self, name, **patch):
        with self.lock:
            bucket = self.buckets[name]
            bucket.fields = bucket.settled(merge(bucket.fields, patch))
            bucket.metageneration += 1

    def put(self, name, key, generation=1, size=5):
        with self.lock:
            self.buckets[name].objects[key, generation] = size

    def make(self, name, number=None, **body):
        with self.lock:
            self.buckets[name] = Bucket(name, number or self.number, dict(body, name=name))

    def calls(self, *methods):
        return [(m, urllib.parse.urlsplit(t).path, t, b) for m, t, b in self.requests if m in methods]
