"""A stand-in for Azure: Entra ID's token endpoint, the metadata service, Resource Manager and the blob service, on one port.

It answers what Microsoft documents and refuses what the services refuse: unknown api-versions, headers and members,
bodies of another type, a stale ETag (412), a foreign token. Creating an account is a long-running operation. Shared Key
is verified by computing it again with azure-storage-blob, the vendor's own library.
"""

import base64
import hashlib
import itertools
import json
import re
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.pipeline.transport import HttpRequest
from azure.storage.blob._shared.authentication import SharedKeyCredentialPolicy

TENANT = "00000000-aaaa-bbbb-cccc-000000000001"
SUBSCRIPTION = "00000000-aaaa-bbbb-cccc-000000000002"
CLIENT = "00000000-aaaa-bbbb-cccc-000000000003"
OBJECT = "00000000-aaaa-bbbb-cccc-000000000004"
SECRET = "s3cret~of+the/application"
GROUP = "rg-storage"
STORAGE_VERSION = "2024-01-01"
MANAGEMENT, STORAGE = "https://management.azure.com", "https://storage.azure.com"
READ_ONLY_RESTORE = {"lastEnabledTime", "minRestoreTime"}


def url_base64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Container:
    public: str = "None"
    metadata: dict = field(default_factory=dict)
    blobs: dict = field(default_factory=dict)
    plain: set = field(default_factory=set)
    immutability: dict = None
    holds: list = field(default_factory=list)
    policies: str = "<SignedIdentifiers />"
    etag: str = ""
    modified: float = 0


@dataclass
class Account:
    name: str
    group: str
    location: str
    kind: str
    sku: str
    tags: dict = field(default_factory=dict)
    properties: dict = field(default_factory=dict)
    service: dict = field(default_factory=dict)
    policy: dict = None
    containers: dict = field(default_factory=dict)
    ready: bool = True


@dataclass
class Exchange:
    method: str
    path: str
    query: dict
    headers: dict
    body: bytes
    status: int = None
    code: str = None

    @property
    def is_write(self):
        return self.method not in ("GET", "HEAD") and "oauth2" not in self.path and "checkName" not in self.path

    @property
    def line(self):
        """`PUT acme/blobServices/default`, or of data `PUT /acme/daily?comp`."""
        tail = self.path.split("/storageAccounts/")[-1] if "/storageAccounts/" in self.path else self.path
        return f"{self.method} {tail}"


class Refusal(Exception):
    def __init__(self, status, code, message="", **headers):
        super().__init__(code)
        self.status, self.code, self.message, self.headers = status, code, message or code, headers


class FakeAzure:
    def __init__(self):
        self.lock = threading.RLock()
        self.reset()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def serve(self):
                fake.serve(self)

            do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = serve

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def reset(self):
        with self.lock:
            self.accounts, self.elsewhere, self.exchanges, self.operations = {}, set(), [], {}
            self.assignments = {}
            self.numbers = itertools.count(1)
            self.tokens, self.keys, self.signatures, self.clients = {}, {}, {}, {}
            self.before, self.lifetime, self.token_requests, self.polls = [], 3600, [], 2
            self.firewall = set()
            #: Applications besides Cooper's own: a secret, and the data actions that its roles give; nothing else.
            self.consumers = {}

    # What tests set up and look at

    def add_account(self, name, **fields):
        account = Account(name, GROUP, "westeurope", "StorageV2", "Standard_LRS")
        account.properties = self.born({})
        for key, value in fields.items():
            setattr(account, key, value)
        self.accounts[name] = account
        return account

    def add_container(self, account, name, **fields):
        container = Container(**fields)
        self.touch(container)
        self.accounts[account].containers[name] = container
        return container

    def key(self, account):
        return self.keys.setdefault(account, base64.b64encode(hashlib.sha512(account.encode()).digest()).decode())

    def add_signature(self, account):
        """An account SAS made by the vendor's library."""
        from datetime import datetime, timedelta, timezone

        from azure.storage.blob import AccountSasPermissions, ResourceTypes, generate_account_sas

        token = generate_account_sas(
            account, self.key(account), ResourceTypes(service=True, container=True, object=True),
            AccountSasPermissions(read=True, write=True, delete=True, list=True, create=True),
            datetime.now(timezone.utc) + timedelta(hours=1))
        self.signatures[account] = dict(urllib.parse.parse_qsl(token))
        return token

    def touch(self, thing):
        thing.etag = f'"0x8D{next(self.numbers):06X}"'
        # Whole seconds are what the header has; each change is one later.
        thing.modified = max(int(time.time()) - 3600, thing.modified) + 1

    @property
    def writes(self):
        return [exchange for exchange in self.exchanges if exchange.is_write]

    def change_before(self, matches, change):
        """Runs `change` once, right before the first request that `matches`."""
        self.before.append((matches, change))

    # Requests

    def serve(self, handler):
        url = urllib.parse.urlsplit(handler.path)
        length = int(handler.headers.get("Content-Length") or 0)
        exchange = Exchange(
            handler.command, urllib.parse.unquote(url.path),
            dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True)),
            {name.lower(): value for name, value in handler.headers.items()}, handler.rfile.read(length))
        headers = {}
        with self.lock:
            self.exchanges.append(exchange)
            for entry in [entry for entry in self.before if entry[0](exchange)][:1]:
                self.before.remove(entry)
                entry[1]()
            is_data = not re.match(r"/(subscriptions|metadata|[0-9a-f-]{36}/oauth2)", exchange.path)
            try:
                status, body, headers = self.answer(exchange, handler.path, is_data)
            except Refusal as refusal:
                status, headers, exchange.code = refusal.status, refusal.headers, refusal.code
                body = {"error": {"code": refusal.code, "message": refusal.message}}
                if is_data:
                    headers = {**headers, "x-ms-error-code": refusal.code}
                    body = f"<Error><Code>{refusal.code}</Code><Message>{escape(refusal.message)}</Message></Error>"
        exchange.status = status
        data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        if body is None or status == 204:
            data = b""
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Type", "application/xml" if is_data else "application/json; charset=utf-8")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def answer(self, exchange, target, is_data):
        if exchange.path.endswith("/oauth2/v2.0/token"):
            return self.token(exchange)
        if exchange.path.startswith("/metadata/"):
            return self.metadata(exchange)
        return self.data(exchange, target) if is_data else self.manager(exchange)

    # Entra ID

    def give(self, audience, principal):
        claims = {"aud": audience, "tid": TENANT, "oid": OBJECT, "appid": CLIENT, "n": next(self.numbers)}
        token = ".".join(
            [url_base64(b'{"alg":"none"}'), url_base64(json.dumps(claims).encode()), url_base64(b"signature")])
        self.tokens[token] = (audience, time.time() + self.lifetime)
        self.token_requests.append((audience, principal))
        return token

    def token(self, exchange):
        if exchange.headers.get("content-type") != "application/x-www-form-urlencoded":
            raise Refusal(400, "invalid_request")
        form = dict(urllib.parse.parse_qsl(exchange.body.decode(), strict_parsing=True))
        tenant = exchange.path.split("/")[1]
        audience, _, suffix = form.pop("scope").rpartition("/")
        problem = None
        client = form.pop("client_id")
        secret = self.consumers[client][0] if client in self.consumers else SECRET
        known = client == CLIENT or client in self.consumers
        if tenant != TENANT or not known or form.pop("grant_type") != "client_credentials":
            problem = "AADSTS700016: Application was not found in the directory"
        elif suffix != ".default" or audience not in (MANAGEMENT, STORAGE):
            problem = "AADSTS500011: The resource principal was not found"
        elif "client_assertion" in form:
            kind = form.pop("client_assertion_type")
            problem = self.assertion_problem(form.pop("client_assertion"), tenant)
            if kind != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer":
                problem = "AADSTS900144"
        elif form.pop("client_secret", None) != secret:
            problem = "AADSTS7000215: Invalid client secret provided"
        if problem or form:
            body = {"error": "invalid_client", "error_description": (problem or f"unknown {form}") + "\nTrace ID: 1"}
            return 401, body, {}
        token = self.give(audience, "application")
        self.clients[token] = client
        return 200, {"token_type": "Bearer", "expires_in": self.lifetime, "access_token": token}, {}

    certificate = None
    federated = None

    def assertion_problem(self, assertion, tenant):
        """Verifies with the cryptography package what a certificate signed."""
        if self.federated is not None:
            return None if assertion == self.federated else "AADSTS700213: No matching federated identity record found"
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        if self.certificate is None:
            return "AADSTS700027: no certificate"
        certificate = x509.load_pem_x509_certificate(self.certificate)
        head, claims, signature = assertion.split(".")

        def decoded(text):
            return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

        header, payload = json.loads(decoded(head)), json.loads(decoded(claims))
        if header != {"alg": "PS256", "typ": "JWT", "x5t#S256": url_base64(certificate.fingerprint(hashes.SHA256()))}:
            return "AADSTS700027: header"
        certificate.public_key().verify(
            decoded(signature), f"{head}.{claims}".encode(), padding.PSS(padding.MGF1(hashes.SHA256()), 32),
            hashes.SHA256())
        wanted = {"aud": f"{self.endpoint}/{tenant}/oauth2/v2.0/token", "iss": CLIENT, "sub": CLIENT}
        if any(payload[name] != value for name, value in wanted.items()) or not payload["jti"]:
            return "AADSTS700027: claims"
        return None if payload["nbf"] <= time.time() <= payload["exp"] else "AADSTS700024: expired"

    def metadata(self, exchange):
        if exchange.headers.get("metadata") != "true" or exchange.query.get("api-version") != "2018-02-01":
            raise Refusal(400, "bad_request")
        token = self.give(exchange.query["resource"], "machine")
        return 200, {"access_token": token, "expires_on": str(int(time.time()) + self.lifetime)}, {}

    def check_token(self, exchange, audience):
        kind, _, token = exchange.headers.get("authorization", "").partition(" ")
        known = self.tokens.get(token)
        if kind != "Bearer" or known is None or known[0] != audience:
            raise Refusal(401, "InvalidAuthenticationToken", "The access token is invalid.")
        if known[1] < time.time():
            raise Refusal(401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than now.")
        client = self.clients.get(token)
        if client in self.consumers and self.action(exchange, audience) not in self.consumers[client][1]:
            if audience == MANAGEMENT:
                raise Refusal(403, "AuthorizationFailed", f"The client '{client}' does not have authorization.")
            raise Refusal(403, "AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission.")

    @staticmethod
    def action(exchange, audience):
        """The data action that a call on blobs needs; calls of Resource Manager need none of them."""
        if audience == MANAGEMENT:
            return None
        return {"PUT": "write", "DELETE": "delete"}.get(exchange.method, "read")

    # Resource Manager

    def manager(self, exchange):
        self.check_token(exchange, MANAGEMENT)
        parts = exchange.path.strip("/").split("/")
        if parts[1] != SUBSCRIPTION:
            raise Refusal(404, "SubscriptionNotFound", f"The subscription '{parts[1]}' could not be found.")
        if len(parts) == 2:
            if exchange.query != {"api-version": "2022-12-01"}:
                raise Refusal(400, "InvalidApiVersionParameter")
            body = {"id": exchange.path, "subscriptionId": SUBSCRIPTION, "tenantId": TENANT, "state": "Enabled"}
            return 200, body, {}
        if "Microsoft.Authorization" in parts:
            return self.authorization(exchange, parts)
        query = dict(exchange.query)
        if query.pop("api-version", None) != STORAGE_VERSION:
            raise Refusal(400, "InvalidApiVersionParameter", "The api-version is invalid.")
        body = None
        if exchange.body:
            if not exchange.headers.get("content-type", "").startswith("application/json"):
                raise Refusal(415, "UnsupportedMediaType")
            body = json.loads(exchange.body)
        if parts[2] == "providers":
            return self.provider(exchange, parts[4:], body, query)
        if parts[3] != GROUP:
            raise Refusal(404, "ResourceGroupNotFound", f"Resource group '{parts[3]}' could not be found.")
        if parts[4:7] != ["providers", "Microsoft.Storage", "storageAccounts"]:
            raise Refusal(404, "InvalidResourceType")
        return self.account(exchange, parts[7], parts[8:], body, query)

    def provider(self, exchange, rest, body, query):
        if rest == ["checkNameAvailability"] and exchange.method == "POST":
            if set(body) != {"name", "type"} or body["type"] != "Microsoft.Storage/storageAccounts":
                raise Refusal(400, "InvalidRequestContent")
            if body["name"] in self.accounts or body["name"] in self.elsewhere:
                reason = {"nameAvailable": False, "reason": "AlreadyExists", "message": "The name is already taken."}
                return 200, reason, {}
            return 200, {"nameAvailable": True}, {}
        if rest == ["storageAccounts"] and exchange.method == "GET":
            names = sorted(name for name, account in self.accounts.items() if account.ready)
            start = int(query.pop("$skipToken", 0))
            answer = {"value": [self.document(self.accounts[name]) for name in names[start : start + 2]]}
            if names[start + 2 :]:
                answer["nextLink"] = f"{self.endpoint}{exchange.path}?api-version={STORAGE_VERSION}&%24skipToken={start + 2}"
            return 200, answer, {}
        if rest[:1] == ["locations"] and rest[2] == "asyncoperations":
            left, finish = self.operations[rest[3]]
            if left > 0:
                self.operations[rest[3]] = (left - 1, finish)
                return 202, None, {"Location": f"{self.endpoint}{exchange.path}?api-version={STORAGE_VERSION}", "Retry-After": "0"}
            finish()
            return 200, self.document(self.accounts[query["account"]]), {}
        raise Refusal(404, "InvalidResourceType")

    @staticmethod
    def born(given):
        """Properties of a new account, with what the service fills in."""
        acls = {"bypass": "AzureServices", "virtualNetworkRules": [], "ipRules": [], "defaultAction": "Allow"}
        return {
            "minimumTlsVersion": "TLS1_2", "allowBlobPublicAccess": False, "supportsHttpsTrafficOnly": True,
            "accessTier": "Hot", "provisioningState": "Succeeded", "creationTime": "2026-01-01T00:00:00Z",
            "primaryEndpoints": {"blob": "https://x.blob.core.windows.net/"}, **given,
            "networkAcls": {**acls, **given.get("networkAcls", {})},
        }

    def path_of(self, account):
        return (
            f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{account.group}/providers/Microsoft.Storage/storageAccounts/"
            + account.name)

    def document(self, account):
        properties = dict(account.properties)
        if account.kind == "BlockBlobStorage":
            properties.pop("accessTier", None)
        return {
            "id": self.path_of(account), "name": account.name, "type": "Microsoft.Storage/storageAccounts",
            "location": account.location, "kind": account.kind, "sku": {"name": account.sku, "tier": "Standard"},
            "tags": account.tags, "properties": properties,
        }

    @staticmethod
    def only(body, *names):
        unknown = set(body) - set(names)
        if unknown:
            raise Refusal(400, "InvalidRequestContent", f"Could not find member {sorted(unknown)}")

    SETTINGS = ("accessTier", "allowBlobPublicAccess", "minimumTlsVersion", "networkAcls", "supportsHttpsTrafficOnly")

    def account(self, exchange, name, rest, body, query):
        account, method = self.accounts.get(name), exchange.method
        if not rest and method == "PUT":
            return self.create(account, name, body)
        if account is None or not account.ready:
            if not rest and method == "DELETE":
                return 204, None, {}
            raise Refusal(404, "ResourceNotFound", f"The Resource 'Microsoft.Storage/storageAccounts/{name}' was not found.")
        if rest[:2] == ["blobServices", "default"]:
            return self.service(exchange, account, rest[2:], body, query)
        if rest == ["managementPolicies", "default"]:
            return self.management(exchange, account, body)
        if rest:
            raise Refusal(404, "ResourceNotFound")
        if method == "GET":
            return 200, self.document(account), {}
        if method == "PATCH":
            self.only(body, "sku", "tags", "properties")
            properties = body.get("properties", {})
            self.only(properties, *self.SETTINGS)
            if account.kind == "BlockBlobStorage" and "accessTier" in properties:
                raise Refusal(400, "AccessTierNotSupported")
            account.sku = body.get("sku", {}).get("name", account.sku)
            account.tags = body.get("tags", account.tags)
            account.properties.update(properties)
            return 200, self.document(account), {}
        if method == "DELETE":
            del self.accounts[name]
            return 200, None, {}
        raise Refusal(405, "MethodNotAllowed")

    def create(self, account, name, body):
        if name in self.elsewhere:
            raise Refusal(409, "StorageAccountAlreadyTaken", f"The storage account named {name} is already taken.")
        self.only(body, "sku", "kind", "location", "tags", "properties")
        self.only(body["properties"], *self.SETTINGS)
        if not body["sku"]["name"] or not body["location"]:
            raise Refusal(400, "InvalidRequestContent")
        if account is not None:
            return 200, self.document(account), {}
        account = Account(
            name, GROUP, body["location"], body["kind"], body["sku"]["name"], body.get("tags", {}),
            self.born(body["properties"]), ready=False)
        self.accounts[name] = account
        operation = f"op-{next(self.numbers)}"

        def finish():
            account.ready = True

        self.operations[operation] = (self.polls, finish)
        link = (
            f"{self.endpoint}/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Storage/locations/westeurope/asyncoperations/"
            f"{operation}?api-version={STORAGE_VERSION}&account={name}&monitor=true&t=1%2F2")
        return 202, None, {"Location": link, "Retry-After": "0"}

    SERVICE = (
        "cors", "defaultServiceVersion", "deleteRetentionPolicy", "isVersioningEnabled", "automaticSnapshotPolicyEnabled",
        "changeFeed", "restorePolicy", "containerDeleteRetentionPolicy", "lastAccessTimeTrackingPolicy")

    def service(self, exchange, account, rest, body, query):
        if rest[:1] == ["containers"]:
            return self.containers(exchange, account, rest[1:], body, query)
        if rest:
            raise Refusal(404, "ResourceNotFound")
        if exchange.method == "PUT":
            self.only(body, "properties")
            properties = body["properties"]
            self.only(properties, *self.SERVICE)
            rules = properties.get("cors", {}).get("corsRules", [])
            if len(rules) > 5:
                raise Refusal(400, "InvalidXmlDocument", "at most five rules")
            for rule in rules:
                if set(rule) != {"allowedOrigins", "allowedMethods", "allowedHeaders", "exposedHeaders", "maxAgeInSeconds"}:
                    raise Refusal(400, "InvalidRequestPropertyValue", "corsRules")
            for name in ("deleteRetentionPolicy", "containerDeleteRetentionPolicy"):
                policy = properties.get(name)
                if policy and ("days" in policy) != bool(policy["enabled"]):
                    raise Refusal(400, "InvalidRequestPropertyValue", name)
            if set(properties.get("restorePolicy", {})) & READ_ONLY_RESTORE:
                raise Refusal(400, "InvalidRequestPropertyValue", "restorePolicy")
            # The document is replaced: what a write leaves out is gone.
            account.service = properties
        elif exchange.method != "GET":
            raise Refusal(405, "MethodNotAllowed")
        properties = {"cors": {"corsRules": []}, "deleteRetentionPolicy": {"enabled": False}, **account.service}
        if "restorePolicy" in properties:
            properties["restorePolicy"] = {**properties["restorePolicy"], "lastEnabledTime": "2026-01-01T00:00:00Z"}
        body = {
            "id": self.path_of(account) + "/blobServices/default", "name": "default",
            "type": "Microsoft.Storage/storageAccounts/blobServices", "properties": properties,
        }
        return 200, body, {}

    def management(self, exchange, account, body):
        if exchange.method == "PUT":
            self.only(body, "properties")
            rules = body["properties"]["policy"]["rules"]
            for rule in rules:
                self.only(rule, "name", "type", "enabled", "definition")
                if rule["type"] != "Lifecycle" or not rule["definition"]["filters"]["blobTypes"]:
                    raise Refusal(400, "InvalidRequestPropertyValue", "rules")
                if not rule["definition"]["actions"]:
                    raise Refusal(400, "InvalidRequestPropertyValue", "actions")
                self.only(rule["definition"]["actions"], "baseBlob", "snapshot", "version")
                for part in rule["definition"]["actions"].values():
                    for action in part.values():
                        if isinstance(action, dict) and len([n for n in action if n.startswith("daysAfter") and "Tier" not in n]) != 1:
                            raise Refusal(400, "InvalidRequestPropertyValue", "one age in an action")
            if not rules:
                raise Refusal(400, "InvalidRequestPropertyValue", "no rules")
            # Numbers of days come back as doubles.
            text = re.sub(r'("daysAfter\w+": )(\d+)', r"\1\2.0", json.dumps(rules))
            account.policy = {"policy": {"rules": json.loads(text)}}
        elif account.policy is None:
            code = "ManagementPolicyNotFound"
            if exchange.method == "DELETE":
                return 204, None, {}
            raise Refusal(404, code, "No ManagementPolicy found for account " + account.name)
        elif exchange.method == "DELETE":
            account.policy = None
            return 200, None, {}
        body = {
            "id": self.path_of(account) + "/managementPolicies/default", "name": "DefaultManagementPolicy",
            "type": "Microsoft.Storage/storageAccounts/managementPolicies",
            "properties": {**account.policy, "lastModifiedTime": formatdate(usegmt=True)},
        }
        return 200, body, {}

    def container_document(self, account, name, container):
        properties = {
            "publicAccess": container.public, "leaseStatus": "Unlocked", "leaseState": "Available",
            "lastModifiedTime": "2026-01-01T00:00:00Z", "hasLegalHold": bool(container.holds),
            "hasImmutabilityPolicy": container.immutability is not None,
        }
        if container.metadata:
            properties["metadata"] = container.metadata
        if container.immutability:
            policy = dict(container.immutability)
            properties["immutabilityPolicy"] = {"etag": policy.pop("etag"), "properties": policy, "updateHistory": []}
        if container.holds:
            tags = [{"tag": tag, "objectIdentifier": OBJECT} for tag in container.holds]
            properties["legalHold"] = {"hasLegalHold": True, "tags": tags}
        return {
            "id": f"{self.path_of(account)}/blobServices/default/containers/{name}", "name": name,
            "type": "Microsoft.Storage/storageAccounts/blobServices/containers", "etag": container.etag,
            "properties": properties,
        }

    @staticmethod
    def if_match(exchange, etag):
        wanted = exchange.headers.get("if-match")
        if wanted is not None and wanted not in ("*", etag):
            raise Refusal(412, "PreconditionFailed", "The condition specified using HTTP conditional header(s) is not met.")

    def containers(self, exchange, account, rest, body, query):
        method = exchange.method
        if not rest:
            if method != "GET":
                raise Refusal(405, "MethodNotAllowed")
            names = sorted(account.containers)
            return 200, {"value": [self.container_document(account, n, account.containers[n]) for n in names]}, {}
        name, container = rest[0], account.containers.get(rest[0])
        if len(rest) == 1 and method == "PUT":
            self.only(body, "properties")
            self.only(body["properties"], "publicAccess", "metadata")
            status = 201 if container is None else 200
            container = container or account.containers.setdefault(name, Container())
            self.set_container(account, container, body["properties"])
            return status, self.container_document(account, name, container), {"ETag": container.etag}
        if container is None:
            if len(rest) == 1 and method == "DELETE":
                return 204, None, {}
            raise Refusal(404, "ContainerNotFound", "The specified container does not exist.")
        if rest[1:2] == ["immutabilityPolicies"]:
            return self.immutability(exchange, container, rest[2:], body)
        if rest[1:] in (["setLegalHold"], ["clearLegalHold"]) and method == "POST":
            self.only(body, "tags")
            tags = [tag.lower() for tag in body["tags"]]
            kept = [tag for tag in container.holds if tag not in tags]
            container.holds = sorted(kept + tags) if rest[1] == "setLegalHold" else kept
            self.touch(container)
            return 200, {"hasLegalHold": bool(container.holds), "tags": container.holds}, {}
        if len(rest) > 1:
            raise Refusal(404, "ResourceNotFound")
        if method == "PATCH":
            self.if_match(exchange, container.etag)
            self.only(body, "properties")
            self.only(body["properties"], "publicAccess", "metadata")
            self.set_container(account, container, body["properties"])
        elif method == "DELETE":
            if container.holds or (container.immutability and container.blobs):
                raise Refusal(409, "ContainerImmutableDueToLegalHold")
            del account.containers[name]
            return 200, None, {}
        elif method != "GET":
            raise Refusal(405, "MethodNotAllowed")
        return 200, self.container_document(account, name, container), {"ETag": container.etag}

    def set_container(self, account, container, properties):
        public = properties.get("publicAccess", container.public)
        if public not in ("None", "Blob", "Container"):
            raise Refusal(400, "InvalidRequestPropertyValue")
        if public != "None" and not account.properties["allowBlobPublicAccess"]:
            raise Refusal(409, "PublicAccessNotPermitted", "Public access is not permitted on this storage account.")
        container.public = public
        if "metadata" in properties:
            container.metadata = {name.lower(): value for name, value in properties["metadata"].items()}
        self.touch(container)

    def immutability(self, exchange, container, rest, body):
        policy, method = container.immutability, exchange.method
        if rest[0] != "default":
            raise Refusal(404, "ResourceNotFound")
        wanted = exchange.headers.get("if-match")
        if policy is not None and wanted is None:
            raise Refusal(400, "MissingRequiredHeader", "If-Match")
        if policy is not None:
            self.if_match(exchange, policy["etag"])
        if rest[1:] == ["lock"] and policy:
            policy["state"] = "Locked"
        elif rest[1:] == ["extend"] and policy and policy["state"] == "Locked":
            if body["properties"]["immutabilityPeriodSinceCreationInDays"] <= policy["immutabilityPeriodSinceCreationInDays"]:
                raise Refusal(400, "ImmutabilityPolicyNotExtended")
            policy.update(body["properties"])
        elif not rest[1:] and method == "PUT" and (policy is None or policy["state"] == "Unlocked"):
            self.only(body["properties"], "immutabilityPeriodSinceCreationInDays", "allowProtectedAppendWrites")
            policy = container.immutability = {**body["properties"], "state": "Unlocked"}
        else:
            raise Refusal(409, "ImmutabilityPolicyLocked")
        policy["etag"] = f'"{next(self.numbers):x}"'
        self.touch(container)
        inner = {name: value for name, value in policy.items() if name != "etag"}
        answer = {"name": "default", "type": "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies"}
        return 200, {**answer, "etag": policy["etag"], "properties": inner}, {"ETag": policy["etag"]}

    # Authorization

    def authorization(self, exchange, parts):
        if exchange.query.get("api-version") != "2022-04-01":
            raise Refusal(400, "InvalidApiVersionParameter")
        place = parts.index("Microsoft.Authorization")
        scope = "/" + "/".join(parts[: place - 1])
        if parts[place + 1] != "roleAssignments":
            raise Refusal(404, "InvalidResourceType")
        if len(parts) == place + 2:
            # Without a filter: at the scope, above and below it.
            if "$filter" in exchange.query:
                raise Refusal(400, "InvalidFilter")
            found = [entry for key, entry in sorted(self.assignments.items())
                     if scope.startswith(entry["properties"]["scope"]) or entry["properties"]["scope"].startswith(scope)]
            return 200, {"value": found}, {}
        name = parts[place + 2]
        key = (scope, name)
        if exchange.method == "PUT":
            properties = json.loads(exchange.body)["properties"]
            self.only(properties, "roleDefinitionId", "principalId", "description", "principalType", "condition", "conditionVersion")
            if ("condition" in properties) != ("conditionVersion" in properties) or properties.get("conditionVersion", "2.0") != "2.0":
                raise Refusal(400, "InvalidConditionOrConditionVersion")
            known = self.assignments.get(key)
            if known and any(known["properties"][name] != properties[name] for name in ("roleDefinitionId", "principalId")):
                raise Refusal(409, "RoleAssignmentExists", "The role assignment already exists.")
            self.assignments[key] = {
                "id": exchange.path, "name": name, "type": "Microsoft.Authorization/roleAssignments",
                "properties": {**properties, "scope": scope},
            }
            return 201, self.assignments[key], {}
        if exchange.method == "DELETE":
            found = self.assignments.pop(key, None)
            return (200, found, {}) if found else (204, None, {})
        raise Refusal(405, "MethodNotAllowed")

    # The blob service

    def check_data(self, exchange, account, target):
        if exchange.headers.get("x-ms-version") != "2023-11-03" or "x-ms-date" not in exchange.headers:
            raise Refusal(400, "InvalidHeaderValue", "x-ms-version")
        authorization = exchange.headers.get("authorization", "")
        if authorization.startswith("Bearer "):
            return self.check_token(exchange, STORAGE)
        signature = self.signatures.get(account)
        if not authorization and signature and all(exchange.query.get(n) == v for n, v in signature.items()):
            return None
        headers = {n: v for n, v in exchange.headers.items() if n not in ("authorization", "host", "accept", "user-agent")}
        request = HttpRequest(exchange.method, self.endpoint + target, headers)
        SharedKeyCredentialPolicy(account, self.key(account)).on_request(PipelineRequest(request, PipelineContext(None)))
        if request.headers["Authorization"] != authorization:
            raise Refusal(403, "AuthenticationFailed", "Server failed to authenticate the request.")

    def data(self, exchange, target):
        parts = exchange.path.lstrip("/").split("/", 2)
        account = self.accounts.get(parts[0])
        if account is None or not account.ready:
            raise Refusal(404, "ResourceNotFound")
        self.check_data(exchange, parts[0], target)
        if parts[0] in self.firewall:
            raise Refusal(403, "AuthorizationFailure", "This request is not authorized to perform this operation.")
        query, method = exchange.query, exchange.method
        if len(parts) == 1 or not parts[1]:
            if (query.get("restype"), query.get("comp")) == ("account", "properties"):
                return 200, None, {"x-ms-sku-name": account.sku, "x-ms-account-kind": account.kind}
            raise Refusal(400, "InvalidQueryParameterValue")
        container = account.containers.get(parts[1])
        if len(parts) > 2:
            return self.blob(exchange, container, parts[2])
        if query.get("restype") != "container":
            raise Refusal(400, "InvalidQueryParameterValue")
        comp = query.get("comp")
        if method == "PUT" and comp is None:
            if container is not None:
                raise Refusal(409, "ContainerAlreadyExists", "The specified container already exists.")
            self.touch(account.containers.setdefault(parts[1], Container()))
            return 201, None, {}
        if container is None:
            raise Refusal(404, "ContainerNotFound", "The specified container does not exist.")
        return self.container_data(exchange, account, parts[1], container, comp)

    def container_data(self, exchange, account, name, container, comp):
        method = exchange.method
        headers = {"ETag": container.etag, "Last-Modified": formatdate(container.modified, usegmt=True)}
        if method == "GET" and comp is None:
            if container.public != "None":
                headers["x-ms-blob-public-access"] = container.public.lower()
            headers.update({f"x-ms-meta-{name}": value for name, value in container.metadata.items()})
            return 200, None, headers
        if method == "GET" and comp == "acl":
            return 200, b"\xef\xbb\xbf" + f'<?xml version="1.0" encoding="utf-8"?>{container.policies}'.encode(), headers
        if method == "GET" and comp == "list":
            return 200, self.listing(exchange, container), {}
        if method == "PUT" and comp == "metadata":
            mark = "x-ms-meta-"
            container.metadata = {n[len(mark):]: v for n, v in exchange.headers.items() if n.startswith(mark)}
            self.touch(container)
            return 200, None, {}
        if method == "PUT" and comp == "acl":
            since = exchange.headers.get("if-unmodified-since")
            if since is not None and since != headers["Last-Modified"]:
                raise Refusal(412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")
            self.set_container(account, container, {"publicAccess": exchange.headers.get("x-ms-blob-public-access", "none").title()})
            text = exchange.body.decode()
            container.policies = text[text.index("<SignedIdentifiers"):] if text else "<SignedIdentifiers />"
            return 200, None, {}
        if method == "DELETE" and comp is None:
            del account.containers[name]
            return 202, None, {}
        raise Refusal(405, "UnsupportedHttpVerb")

    @staticmethod
    def listing(exchange, container):
        names = sorted(name for name in container.blobs if name.startswith(exchange.query.get("prefix", "")))
        start = int(exchange.query.get("marker") or 0)
        size = min(int(exchange.query.get("maxresults") or 3), 3)
        page = names[start : start + size]
        more = start + size if names[start + size :] else ""
        blobs = "".join(
            f"<Blob><Name>{escape(name)}</Name><Properties><Content-Length>{len(container.blobs[name])}</Content-Length>"
            "</Properties></Blob>" for name in page)
        return (
            '\ufeff<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="c"><Blobs>' + blobs
            + f"</Blobs><NextMarker>{more}</NextMarker></EnumerationResults>")

    @staticmethod
    def blob(exchange, container, name):
        if container is None:
            raise Refusal(404, "ContainerNotFound", "The specified container does not exist.")
        if exchange.method == "PUT":
            if exchange.headers.get("x-ms-blob-type") != "BlockBlob":
                raise Refusal(400, "MissingRequiredHeader", "x-ms-blob-type")
            if exchange.headers.get("if-none-match") == "*" and name in container.blobs:
                raise Refusal(409, "BlobAlreadyExists", "The specified blob already exists.")
            container.blobs[name] = exchange.body
            container.plain.add(name)
            return 201, None, {}
        if name not in container.blobs:
            raise Refusal(404, "BlobNotFound", "The specified blob does not exist.")
        if exchange.method == "GET":
            return 200, container.blobs[name], {}
        # What tests put there has snapshots; what came by a call has none.
        has_snapshots = name not in container.plain and exchange.headers.get("x-ms-delete-snapshots") != "include"
        if exchange.method != "DELETE" or has_snapshots:
            raise Refusal(409, "SnapshotsPresent")
        del container.blobs[name]
        container.plain.discard(name)
        return 202, None, {}
