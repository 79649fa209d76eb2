"""Flowfile's cloud connections as its published source describes them (systems.md section 4): FastAPI's 422 echoes what was
sent, updates overwrite plain fields and keep secrets of which nothing is sent, lists hold what others share."""

from .platform_server import PlatformServer, Refused

SECRETS = {
    "aws_secret_access_key", "aws_session_token", "azure_account_key", "azure_client_secret", "azure_sas_token",
    "gcs_service_account_key",
}
PLAIN = {
    "storage_type", "auth_method", "aws_region", "aws_access_key_id", "aws_role_arn", "aws_allow_unsafe_html",
    "azure_account_name", "azure_tenant_id", "azure_client_id", "gcs_project_id", "endpoint_url", "verify_ssl",
}
FLAGS = {"aws_allow_unsafe_html", "verify_ssl"}
METHODS = {
    "access_key", "iam_role", "service_principal", "managed_identity", "sas_token", "aws-cli", "env_vars",
    "service_account",
}


class FlowfileServer(PlatformServer):
    user, password = "ana", "flowfile-password-c4n4ry &=+"

    def __init__(self):
        super().__init__()
        self.own = {}
        self.shared = {}
        self.token = 0
        #: The number of the refresh token that is good.
        self.refresh = 0
        #: What the store says to Flowfile: None, or a status with an error code.
        self.browsing = None

    def expire(self):
        self.token += 1

    def answer(self, request):
        route = (request.method, request.path)
        if route == ("POST", "/auth/token"):
            if request.form != {"username": self.user, "password": self.password}:
                raise Refused(401, {"detail": "Incorrect username or password"})
            return 200, self._session()
        if route == ("POST", "/auth/refresh"):
            if request.json != {"refresh_token": f"refresh-{self.refresh}-c4n4ry"}:
                raise Refused(401, {"detail": "Invalid refresh token"})
            return 200, self._session()
        if request.headers.get("Authorization") != f"Bearer token-{self.token}-c4n4ry":
            raise Refused(401, {"detail": "Could not validate credentials"})
        if route == ("GET", "/cloud_connections/cloud_connections"):
            return 200, [self._shown(entry, True) for entry in self.own.values()] + [
                self._shown(entry, False) for entry in self.shared.values()
            ]
        if route == ("GET", "/storage_browser/cloud"):
            return 200, self._browsed(request.query)
        if request.path != "/cloud_connections/cloud_connection":
            raise Refused(404, {"detail": "Not Found"})
        if request.method == "POST":
            entry = self._checked(request.json)
            if entry["connection_name"] in self.own:
                raise Refused(422, {"detail": "Connection name already exists"})
            self.own[entry["connection_name"]] = entry
            return 200, {"message": "Cloud connection created successfully"}
        if request.method == "PUT":
            entry = self._checked(request.json)
            old = self._found(entry["connection_name"])
            for name in SECRETS:
                if not entry.get(name):
                    entry[name] = old.get(name)
            self.own[entry["connection_name"]] = entry
            return 200, {"message": "Cloud connection updated successfully"}
        if request.method == "DELETE":
            if set(request.query) != {"connection_name"}:
                raise Refused(422, {"detail": [{"loc": ["query"], "msg": "Field required", "input": request.query}]})
            self._found(request.query["connection_name"])
            del self.own[request.query["connection_name"]]
            return 200, {"message": "Cloud connection deleted successfully"}
        raise Refused(405, {"detail": "Method Not Allowed"})

    def _browsed(self, query):
        """FF-05: one level of a bucket through an entry; `detail` has a code of its own."""
        def refused(status, code):
            raise Refused(status, {"detail": {"error_code": code, "message": "the server's own words"}})

        if not set(query) <= {"path", "connection_name", "page_size"} or not query["page_size"].isdigit():
            raise Refused(422, {"detail": [{"loc": ["query"], "msg": "Invalid", "input": query}]})
        entry = self.own.get(query["connection_name"])
        if entry is None:
            refused(404, "CONNECTION_NOT_FOUND")
        scheme = {"s3": "s3", "adls": "az", "gcs": "gs"}[entry["storage_type"]]
        if not query["path"].startswith(scheme + "://"):
            refused(404, "PATH_NOT_FOUND")
        if self.browsing is not None:
            refused(*self.browsing)
        return {"path": query["path"], "entries": [], "next_page_token": None}

    def _session(self):
        self.token += 1
        self.refresh += 1
        return {
            "access_token": f"token-{self.token}-c4n4ry", "refresh_token": f"refresh-{self.refresh}-c4n4ry",
            "token_type": "bearer",
        }

    def _found(self, name):
        if name not in self.own:
            raise Refused(404, {"detail": "Cloud connection not found"})
        return self.own[name]

    def _checked(self, body):
        def invalid(field, message):
            raise Refused(422, {"detail": [{"loc": ["body", field], "msg": message, "input": body}]})

        for name in ("connection_name", "storage_type", "auth_method"):
            if not isinstance(body.get(name), str):
                invalid(name, "Field required")
        for name, value in body.items():
            if name not in SECRETS | PLAIN | {"connection_name"}:
                invalid(name, "Extra inputs are not permitted")
            if value is not None and not isinstance(value, bool if name in FLAGS else str):
                invalid(name, "Input should be of another type")
        if body["storage_type"] not in ("s3", "adls", "gcs"):
            invalid("storage_type", "Input should be 's3', 'adls' or 'gcs'")
        if body["auth_method"] not in METHODS:
            invalid("auth_method", "Input should be one of the methods")
        return dict(body)

    def _shown(self, entry, is_owner):
        shown = {name: entry.get(name) for name in PLAIN | {"connection_name"}}
        access = {"is_owner": is_owner, "access_level": "manage", "shared_by": None if is_owner else "bob"}
        return shown | {"id": 1, "access": access}
