"""Palette's backup locations as its published API describes them (systems.md section 3): secrets come back masked, azure is
missing from the list, the project is a header and its absence the tenant, validation comes before create and update."""

from .platform_server import PlatformServer, Refused

ROOT = "/v1/users/assets/locations"
S3 = {"bucketName", "region", "credentials", "s3Url", "s3ForcePathStyle", "caCert", "useRestic"}
CONFIG = {
    "s3": S3, "minio": S3, "gcp": {"bucketName", "projectId", "credentials"},
    "azure": {"containerName", "storageName", "resourceGroup", "sku", "credentials"},
}
CREDENTIALS = {
    "s3": {"credentialType", "accessKey", "secretKey", "sts", "podIdentity", "partition"},
    "minio": {"credentialType", "accessKey", "secretKey"}, "gcp": {"jsonCredentials"},
    "azure": {"tenantId", "clientId", "clientSecret", "subscriptionId", "clientCloud"},
}


class PaletteServer(PlatformServer):
    key = "palette-key-c4n4ry"
    user, password = "ana@acme.example", "palette-password-c4n4ry"

    def __init__(self):
        super().__init__()
        self.locations = {}
        self.users = {}
        self.valid = True
        #: Whom a role has to trust (PA-10); None where the operator has set up no account.
        self.sts = {"accountId": "111122223333", "externalId": "palette-chose"}
        #: Whether the list lacks what is there.
        self.hides = False
        self.asked = []
        #: By uid, "" for none: what is seen of (subscription, resource group): containers by storage account.
        self.cloud_accounts = {}
        self.token = 0
        self.made = 0
        self.projects = {"p-1": "payments", "p-2": "twice", "p-3": "twice"}

    def expire(self):
        self.token += 1

    def _is_signed_in(self, headers):
        """A key or a token, without a word before it, and not both."""
        if headers.get("ApiKey") is not None:
            return headers["ApiKey"] == self.key and headers.get("Authorization") is None
        return headers.get("Authorization") == f"jwt-{self.token}-c4n4ry"

    def answer(self, request):
        if (request.method, request.path) == ("POST", "/v1/auth/authenticate"):
            if request.json != {"emailId": self.user, "password": self.password, "org": "acme"}:
                raise Refused(401, {"code": "InvalidCredentials", "message": "wrong", "ref": "r", "details": {}})
            self.token += 1
            return 200, {"Authorization": f"jwt-{self.token}-c4n4ry", "isPasswordReset": False}
        if not self._is_signed_in(request.headers):
            raise Refused(401, {"code": "Unauthorized", "message": "invalid key", "ref": "r", "details": {}})
        scope = request.headers.get("ProjectUid")
        path = request.path
        if path == "/v1/clouds/aws/account/sts" and request.method == "GET" and set(request.query) == {"partition"}:
            if self.sts is None:
                raise Refused(400, {"code": "InvalidConfig", "message": "no AWS account is configured", "ref": "r", "details": {}})
            return 200, {**self.sts, "partition": request.query["partition"]}
        if path == "/v1/dashboard/projects/metadata" and request.method == "GET" and scope is None:
            return 200, {"items": [{"metadata": {"uid": uid, "name": name}} for uid, name in self.projects.items()]}
        if scope is not None and scope not in self.projects:
            raise Refused(403, {"code": "OperationForbidden", "message": "no such project", "ref": "r", "details": {}})
        if path.startswith("/v1/clouds/azure/") and request.method == "GET":
            return self._azure(path, request.query)
        if path.startswith("/v1/clouds/") and path.endswith("/validate") and request.method == "POST":
            return self._validate(path, request.json)
        guard = "/v1/spectroclusters/features/backup/locations/"
        if path.startswith(guard) and request.method == "GET":
            return 200, {"clusters": self.users.get(path[len(guard):], [])}
        if path == ROOT and request.method == "GET":
            items = [self._listed(uid, entry) for uid, entry in self.locations.items() if entry["scope"] == scope]
            return 200, {"items": [item for item in items if item["spec"]["storage"] != "azure" and not self.hides]}
        if not path.startswith(ROOT + "/"):
            raise self._missing()
        return self._one(request, path[len(ROOT) + 1:].split("/"), scope)

    def _azure(self, path, query):
        """PA-12: the cloud account is optional; without one nothing but the operator's own is seen."""
        if path == "/v1/clouds/azure/storageaccounttypes":
            if set(query) - {"region"}:
                raise self._invalid("unknown parameter")
            return 200, {"storageAccountTypes": [{"id": name, "name": name} for name in ("Premium_LRS", "Standard_LRS")]}
        parts = path.split("/")[4:]
        if set(query) - {"subscriptionId", "cloudAccountUid"} or "subscriptionId" not in query or parts[0] != "resourceGroups":
            raise self._invalid("subscriptionId, and cloudAccountUid perhaps")
        if query.get("cloudAccountUid", "") not in self.cloud_accounts:
            raise self._missing()
        seen = self.cloud_accounts[query.get("cloudAccountUid", "")].get((query["subscriptionId"], parts[1]), {})
        if parts[2:] == ["storageAccounts"]:
            return 200, {"accounts": [{"id": f"/{name}", "kind": "StorageV2", "location": "westeurope", "name": name} for name in seen]}
        if len(parts) == 5 and parts[2] == "storageAccounts" and parts[4] == "containers":
            # What is empty is left out, as encoders of the vendor's language do.
            names = [{"name": name} for name in seen.get(parts[3], [])]
            return 200, {"containers": names} if names else {}
        raise self._missing()

    def _missing(self):
        return Refused(404, {"code": "ResourceNotFound", "message": "not found", "ref": "r", "details": {}})

    def _invalid(self, message):
        return Refused(400, {"code": "ValidationError", "message": message, "ref": "r", "details": {}})

    def _listed(self, uid, entry):
        return {
            "metadata": {**entry["body"]["metadata"], "uid": uid},
            "spec": {"isDefault": entry["body"]["spec"]["isDefault"], "storage": entry["type"], "type": "custom"},
        }

    def _validate(self, path, body):
        wanted = {
            "/v1/clouds/aws/s3/validate": {"bucket", "region", "credentials"},
            "/v1/clouds/gcp/bucketname/validate": {"bucketName", "credentials"},
            "/v1/clouds/azure/account/validate": {"tenantId", "clientId", "clientSecret"},
        }
        if path not in wanted or not wanted[path] <= set(body):
            raise self._invalid("a field is missing")
        self.asked.append((path, body))
        if not self.valid:
            raise self._invalid("the bucket can't be reached")
        return 204, None

    def _checked(self, kind, body):
        if set(body) != {"metadata", "spec"} or not body["metadata"].get("name"):
            raise self._invalid("metadata and spec")
        metadata = body["metadata"]
        if set(metadata) - {"name", "labels", "annotations"}:
            raise self._invalid(f"unknown field in {sorted(metadata)}")
        for name in ("labels", "annotations"):
            if not all(isinstance(value, str) for value in metadata.get(name, {}).values()):
                raise self._invalid(f"{name} are texts")
        config = body["spec"]["config"]
        kinds = {
            "secret": {"accessKey", "secretKey"}, "sts": {"sts"}, "pod-identity": {"podIdentity"},
        }
        if kind in ("s3", "minio"):
            given = config["credentials"]
            wanted = kinds.get(given.get("credentialType"))
            if wanted is None or set(given) - {"credentialType", "partition"} != wanted:
                raise self._invalid(f"credentials of {given.get('credentialType')}: {sorted(given)}")
            if kind == "minio" and given["credentialType"] != "secret":
                raise self._invalid("MinIO takes a secret only")
        if set(config) - CONFIG[kind] or set(config["credentials"]) - CREDENTIALS[kind]:
            raise self._invalid(f"unknown field in {sorted(config)} or {sorted(config['credentials'])}")
        if kind in ("s3", "minio") and not isinstance(config.get("s3ForcePathStyle"), bool):
            raise self._invalid("path style would be true")
        return body

    def _one(self, request, parts, scope):
        method = request.method
        if method == "POST" and len(parts) == 1 and parts[0] in CONFIG:
            body = self._checked(parts[0], request.json)
            self.made += 1
            self.locations[f"u-{self.made}"] = {"type": parts[0], "scope": scope, "body": body}
            return 201, {"uid": f"u-{self.made}"}
        entry = self.locations.get(parts[0] if method == "DELETE" else parts[-1 if len(parts) < 3 else 1])
        if entry is None or entry["scope"] != scope:
            raise self._missing()
        if method == "DELETE" and len(parts) == 1:
            del self.locations[parts[0]]
            return 204, None
        if len(parts) < 2 or parts[0] != entry["type"]:
            raise self._missing()
        if method == "GET" and len(parts) == 2:
            return 200, self._masked(parts[1], entry)
        if method == "PUT" and len(parts) == 2:
            body = self._checked(parts[0], request.json)
            if body["metadata"]["name"] != entry["body"]["metadata"]["name"]:
                raise self._invalid("a location can't be renamed")
            entry["body"] = body
            return 204, None
        if method == "PATCH" and parts[2:] == ["default"] and not request.body:
            for other in self.locations.values():
                if other["scope"] == scope:
                    other["body"]["spec"]["isDefault"] = False
            entry["body"]["spec"]["isDefault"] = True
            return 204, None
        raise Refused(405, {"code": "MethodNotAllowed", "message": "no", "ref": "r", "details": {}})

    def _masked(self, uid, entry):
        config = entry["body"]["spec"]["config"]
        credentials = dict(config["credentials"])
        for name in ("secretKey", "jsonCredentials", "clientSecret"):
            if name in credentials:
                credentials[name] = "***************"
        return {
            "metadata": {**entry["body"]["metadata"], "uid": uid},
            "spec": {**entry["body"]["spec"], "config": {**config, "credentials": credentials}},
        }
