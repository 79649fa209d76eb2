"""Flashback's buckets as its published pages and its client's types describe them (systems.md section 1;
github.com/flashbacknetwork/FlashbackClient, src/api/types): the secret comes back as an envelope, 429 on create is the
quota, 403 on delete means in use, a bucket is validated after it was entered, a key is listed by `id` without its
workspace, a repository that is written with repoBuckets is shown with buckets."""

import time

from .platform_server import PlatformServer, Refused

CREATE = {"name", "bucket", "storageType", "workspaceId"}
FIELDS = CREATE | {"key", "secret", "endpoint", "region", "apiKeyUuid"}
TYPES = {"S3", "GCS", "BLOB"}
KEY = {"workspaceId", "provider", "key", "secret"}
KEY_FIELDS = KEY | {"endpoint", "region", "tenantId", "subscriptionId", "description"}

ENVELOPE = {"key": "k", "iv": "i", "authTag": "t", "message": "envelope-of-the-secret"}


class FlashbackServer(PlatformServer):
    user, password = "ana@acme.example", "flashback-password-c4n4ry"

    def __init__(self):
        super().__init__()
        self.buckets = {}
        self.keys = {}
        self.repositories = []
        #: How many AI models use a key.
        self.models = {}
        self.workspaces = [{"id": "ws-1", "name": "analytics"}, {"id": "ws-2", "name": "other"}]
        self.quota = 10
        self.reachable = True
        self.nodes = "ONLINE"
        self.token = 0
        #: The number of the refresh token that is good.
        self.refresh = 0
        self.made = 0

    def expire(self):
        self.token += 1

    def answer(self, request):
        route = (request.method, request.path)
        if route == ("POST", "/user/login"):
            if request.json != {"email": self.user, "password": self.password}:
                raise Refused(401, {"success": False, "message": "Invalid credentials"})
            return 200, self._session()
        if route == ("POST", "/user/refresh"):
            if request.json != {"refresh_token": f"refresh-{self.refresh}-c4n4ry"}:
                raise Refused(401, {"success": False, "message": "Invalid token"})
            return 200, self._session()
        if request.headers.get("Authorization") != f"Bearer token-{self.token}-c4n4ry":
            raise Refused(401, {"success": False, "message": "Unauthorized"})
        if route == ("GET", "/workspace"):
            return 200, {"success": True, "workspaces": self.workspaces}
        if route == ("GET", "/repo"):
            return 200, {"success": True, "repos": [self._repository(repo) for repo in self.repositories]}
        parts = request.path.strip("/").split("/")
        if parts[0] == "apikeys":
            return self._keys(request, parts[1:])
        if parts[0] != "bucket":
            raise Refused(404, {"success": False, "message": "Not found"})
        if len(parts) == 1:
            return self._list(request) if request.method == "GET" else self._create(request)
        if parts[1] not in self.buckets:
            raise Refused(404, {"success": False, "message": "Bucket not found"})
        return self._one(request, parts[1], parts[2:])

    @staticmethod
    def _repository(repo):
        """Half of its buckets by their id, half as they are."""
        places = [
            {"folder": "", "master": False, **({"bucketId": id} if index % 2 else {"bucket": {"id": id, "name": "n"}})}
            for index, id in enumerate(repo["buckets"])
        ]
        return {**repo, "storageType": "S3", "mode": "NORMAL", "workspaceId": "ws-1", "buckets": places, "createdAt": "2026-01-01"}

    def _session(self):
        self.token += 1
        self.refresh += 1
        return {
            "success": True, "accessToken": f"token-{self.token}-c4n4ry", "refreshToken": f"refresh-{self.refresh}-c4n4ry",
            "expiresAt": int(time.time()) + 3600,
        }

    def _list(self, request):
        if set(request.query) != {"workspaceId"} or not request.query["workspaceId"].startswith("ws-"):
            raise Refused(400, {"success": False, "message": "workspaceId is required"})
        shown = []
        for entry in self.buckets.values():
            if entry["workspaceId"] == request.query["workspaceId"]:
                entry = {**entry, "secret": ENVELOPE, "status": self.nodes}
                if "apiKeyUuid" in entry:
                    entry["apiKeyId"] = entry.pop("apiKeyUuid")
                shown.append(entry)
        return 200, {"success": True, "buckets": shown}

    def _create(self, request):
        body = self._checked(request.json)
        if CREATE - set(body):
            raise Refused(400, {"success": False, "message": f"missing {sorted(CREATE - set(body))}"})
        if body["workspaceId"] not in {workspace["id"] for workspace in self.workspaces}:
            raise Refused(404, {"success": False, "message": "Workspace not found"})
        if len(self.buckets) >= self.quota:
            raise Refused(429, {"success": False, "message": "Bucket limit reached"})
        self.made += 1
        self.buckets[f"b-{self.made}"] = {"id": f"b-{self.made}", **body}
        return 201, {"success": True, "bucketId": f"b-{self.made}"}

    def _checked(self, body):
        for name, value in body.items():
            if name not in FIELDS or not isinstance(value, str):
                raise Refused(400, {"success": False, "message": f"{name} is not allowed"})
        if body.get("storageType", "S3") not in TYPES:
            raise Refused(400, {"success": False, "message": "storageType must be S3, GCS or BLOB"})
        if "apiKeyUuid" not in body and not {"key"} <= set(body):
            raise Refused(400, {"success": False, "message": "key is required"})
        if "apiKeyUuid" in body and (body["apiKeyUuid"] not in self.keys or {"key", "secret"} & set(body)):
            raise Refused(400, {"success": False, "message": "no such key, or a key besides it"})
        return body

    def _keys(self, request, rest):
        """FB-09: the secret is never shown, the number of buckets that use a key is."""
        def used(uuid):
            return sum(1 for entry in self.buckets.values() if entry.get("apiKeyUuid") == uuid)

        if not rest and request.method == "GET":
            shown = [
                {
                    **{name: value for name, value in key.items() if name not in ("secret", "workspaceId")},
                    "id": uuid, "createdAt": "2026-01-01", "bucket_count": used(uuid),
                    "aillm_count": self.models.get(uuid, 0),
                }
                for uuid, key in self.keys.items() if key["workspaceId"] == request.query.get("workspaceId")
            ]
            return 200, {"success": True, "apiKeys": shown}
        if request.method in ("POST", "PUT"):
            body = request.json
            if set(body) - KEY_FIELDS or not all(isinstance(value, str) for value in body.values()):
                raise Refused(400, {"success": False, "message": f"{sorted(set(body) - KEY_FIELDS)} is not allowed"})
            if body.get("provider") not in ("AWS", "GCP", "AZURE"):
                raise Refused(400, {"success": False, "message": "provider"})
        if not rest and request.method == "POST":
            if KEY - set(body):
                raise Refused(400, {"success": False, "message": f"missing {sorted(KEY - set(body))}"})
            self.made += 1
            self.keys[f"k-{self.made}"] = body
            return 201, {"success": True, "apiKeyId": f"k-{self.made}"}
        if len(rest) != 1 or rest[0] not in self.keys:
            raise Refused(404, {"success": False, "message": "Key not found"})
        if request.method == "PUT":
            if "workspaceId" in body:
                raise Refused(400, {"success": False, "message": "workspaceId is not allowed"})
            self.keys[rest[0]].update(body)
            return 200, {"success": True}
        if request.method == "DELETE":
            if used(rest[0]) or self.models.get(rest[0]):
                raise Refused(409, {"success": False, "message": "Key is used"})
            del self.keys[rest[0]]
            return 200, {"success": True}
        raise Refused(405, {"success": False, "message": "Method not allowed"})

    def _one(self, request, identity, rest):
        if (request.method, rest) == ("PUT", []):
            if "workspaceId" in request.json:
                raise Refused(400, {"success": False, "message": "workspaceId can't be changed"})
            self.buckets[identity].update(self._checked(request.json))
            return 200, {"success": True, "bucketId": identity}
        if (request.method, rest) == ("DELETE", []):
            if any(identity in repo["buckets"] for repo in self.repositories):
                raise Refused(403, {"success": False, "message": "Forbidden"})
            del self.buckets[identity]
            return 200, {"success": True}
        if (request.method, rest) == ("POST", ["validate"]):
            if request.json != {}:
                raise Refused(400, {"success": False, "message": "bucket is required"})
            if not self.reachable:
                raise Refused(400, {"success": False, "message": "Access denied by the store"})
            return 200, {"success": True, "message": "ok", "status": "ONLINE", "latency_ms": 3}
        if (request.method, rest) == ("GET", ["status"]):
            return 200, {"bucketId": identity, "nodeStatus": [{"ip": "10.0.0.1", "status": self.nodes, "latencyMs": 3}]}
        raise Refused(404, {"success": False, "message": "Not found"})
