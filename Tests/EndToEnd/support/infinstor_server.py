"""InfinStor's one call and Cognito's InitiateAuth (systems.md section 2): bodies are kept as bytes, in order; a session that
has ended is told by words in a body with status 200; nothing can be read."""

import urllib.parse

from .platform_server import PlatformServer, Refused

FIELDS = ["op", "bucketname", "cloud", "endpoint", "accessKeyId", "secretAccessKey", "accessRole", "accessRoleExt"]


class InfinStorServer(PlatformServer):
    refresh = "refresh-c4n4ry"
    client = "5p1nfin5t0r"
    base = "/api"

    def __init__(self):
        super().__init__()
        self.table = {}
        self.rights = []
        self.bodies = []
        self.token = "token-0-c4n4ry"
        self.renewed = 0
        self.expire_always = False
        # Path and fields of the call that takes a right away, which no page names.
        self.removal = None

    def expire(self):
        self.token = "ended"

    def answer(self, request):
        if request.method != "POST" or request.query:
            raise Refused(405, {"error": "POST only"})
        if request.path == "/":
            return self._cognito(request)
        if request.headers.get("Authorization") != self.token or self.expire_always:
            return 200, b"<html>Login expired, please log in again</html>"
        form = request.form
        if request.path == self.base + "/add-bucket-auth":
            if list(form) != ["principal", "type", "bucketname", "role", "cloud"] or form["type"] not in ("user", "group"):
                raise Refused(400, {"error": "bad right"})
            self.rights.append(form)
            return 200, b"ok"
        if self.removal and request.path == f"{self.base}/{self.removal[0]}":
            known = [right for right in self.rights if all(right[name] == form.get(name) for name in self.removal[1])]
            if list(form) != self.removal[1] or not known:
                raise Refused(400, {"error": "no such right"})
            self.rights = [right for right in self.rights if right not in known]
            return 200, b"gone"
        if request.path != self.base + "/add-mod-del-bucket":
            raise Refused(404, {"error": "no such call"})
        if list(form) != [name for name in FIELDS if name in form]:
            raise Refused(400, {"error": "order or name of a field"})
        self.bodies.append(request.body.decode())
        name, change = form["bucketname"], {key: form[key] for key in form if key not in ("op", "bucketname")}
        if form["op"] == "add":
            if form.get("cloud") not in ("aws", "azure", "minio", "other"):
                raise Refused(400, {"error": "cloud is required"})
            self.table[name] = change
        elif form["op"] == "modify" and name in self.table:
            self.table[name].update(change)
        elif form["op"] == "delete" and list(form) == ["op", "bucketname"] and name in self.table:
            del self.table[name]
        else:
            raise Refused(400, {"error": "bad op"})
        return 200, b"done"

    def _cognito(self, request):
        import json

        if request.headers.get("X-Amz-Target") != "AWSCognitoIdentityProviderService.InitiateAuth":
            raise Refused(400, {"__type": "UnknownOperationException"})
        if request.headers.get("Content-Type") != "application/x-amz-json-1.1" or request.headers.get("Authorization"):
            raise Refused(400, {"__type": "SerializationException"})
        wanted = {
            "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": self.client,
            "AuthParameters": {"REFRESH_TOKEN": self.refresh},
        }
        if json.loads(request.body) != wanted:
            raise Refused(400, {"__type": "NotAuthorizedException"})
        self.renewed += 1
        self.token = f"token-{self.renewed}-c4n4ry"
        return 200, {"AuthenticationResult": {"AccessToken": self.token, "ExpiresIn": 1800, "TokenType": "Bearer"}}


def encoded(text):
    return urllib.parse.quote(text, safe="")
