"""Loopback servers that play what hands out AWS credentials: instance metadata, container endpoint, IAM Identity Center,
GitHub Actions, and an STS that knows web identities. Each is strict about what it is sent and keeps every request.
"""

import datetime
import json
import threading
import urllib.parse
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http.client


class Listener(ThreadingHTTPServer):
    #: The standard five make a client that opens many connections at once wait a second.
    request_queue_size = 256


@dataclass
class Asked:
    method: str
    path: str
    query: dict
    headers: dict
    body: bytes


class Loopback:
    """Answers by `answer(asked)`, which gives status, body and perhaps a content type."""

    def __init__(self):
        self.asked = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do(self):
                address = urllib.parse.urlsplit(self.path)
                length = int(self.headers.get("Content-Length") or 0)
                asked = Asked(
                    self.command, address.path, dict(urllib.parse.parse_qsl(address.query, keep_blank_values=True)),
                    {name.lower(): value for name, value in self.headers.items()}, self.rfile.read(length),
                )
                outer.asked.append(asked)
                status, body, *kind = outer.answer(asked)
                body = body if isinstance(body, bytes) else body.encode()
                self.send_response(status)
                self.send_header("Content-Type", kind[0] if kind else "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do

            def log_message(self, *_):
                pass

        self.server = Listener(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.endpoint = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def stamp(seconds_from_now):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds_from_now)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def role_keys(moto, name="cooper", minutes=60):
    """Temporary keys of a role that may do everything; the role is made if need be."""
    iam = moto.client("iam")
    trust = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}'
    everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    try:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=everything)
    except iam.exceptions.EntityAlreadyExistsException:
        pass
    arn = f"arn:aws:iam::{moto.account}:role/{name}"
    keys = moto.client("sts").assume_role(RoleArn=arn, RoleSessionName="given", DurationSeconds=minutes * 60)["Credentials"]
    return keys


def endpoint_document(keys, seconds=3600):
    return json.dumps(
        {
            "Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": keys["AccessKeyId"],
            "SecretAccessKey": keys["SecretAccessKey"], "Token": keys["SessionToken"], "Expiration": stamp(seconds),
        }
    )


class InstanceMetadata(Loopback):
    """IMDSv2: nothing without a session token, which a PUT with a time limit gives."""

    def __init__(self, keys, role="web-server"):
        super().__init__()
        self.keys, self.role, self.sessions = keys, role, set()

    def answer(self, asked):
        if asked.path == "/latest/api/token":
            limit = asked.headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
            if asked.method != "PUT" or not limit.isdigit() or not 1 <= int(limit) <= 21600 or "x-forwarded-for" in asked.headers:
                return 400, "bad", "text/plain"
            session = f"session-canary-{len(self.sessions)}=="
            self.sessions.add(session)
            return 200, session, "text/plain"
        if asked.headers.get("x-aws-ec2-metadata-token") not in self.sessions:
            return 401, "", "text/plain"
        base = "/latest/meta-data/iam/security-credentials/"
        if not self.role or not asked.path.startswith(base):
            return 404, "", "text/plain"
        if asked.path == base:
            return 200, self.role, "text/plain"
        return (200, endpoint_document(self.keys)) if asked.path == base + self.role else (404, "")


class Container(Loopback):
    """EKS Pod Identity: keys for who brings the token of the file; `lifetimes` says how long each answer's keys last."""

    def __init__(self, keys, token, lifetimes=(3600,)):
        super().__init__()
        self.keys, self.token, self.lifetimes = keys, token, list(lifetimes)

    def answer(self, asked):
        if asked.method != "GET" or asked.path != "/v1/credentials" or asked.headers.get("authorization") != self.token:
            return 403, json.dumps({"message": "no: " + asked.headers.get("authorization", "")})
        lifetime = self.lifetimes.pop(0) if len(self.lifetimes) > 1 else self.lifetimes[0]
        keys = self.keys(len(self.asked)) if callable(self.keys) else self.keys
        return 200, endpoint_document(keys, lifetime)


class IdentityCenter(Loopback):
    """The portal and the OIDC service of IAM Identity Center."""

    def __init__(self, keys, account, role):
        super().__init__()
        self.keys, self.account, self.role = keys, account, role
        self.tokens, self.refresh_token = {"sso-canary-good"}, "refresh-canary-one"

    def answer(self, asked):
        if asked.path == "/token":
            wanted = {"grantType": "refresh_token", "clientId": "client", "clientSecret": "client-canary",
                      "refreshToken": self.refresh_token}
            if asked.method != "POST" or json.loads(asked.body) != wanted:
                return 400, json.dumps({"error": "invalid_grant", "error_description": asked.body.decode()})
            # Turned over: the old one is no longer good.
            self.tokens, self.refresh_token = {"sso-canary-new"}, "refresh-canary-two"
            return 200, json.dumps(
                {"accessToken": "sso-canary-new", "expiresIn": 28800, "refreshToken": self.refresh_token, "tokenType": "Bearer"}
            )
        if asked.path != "/federation/credentials":
            return 404, "{}"
        if asked.headers.get("x-amz-sso_bearer_token") not in self.tokens:
            return 401, json.dumps({"message": asked.headers.get("x-amz-sso_bearer_token", "")})
        if asked.query != {"account_id": self.account, "role_name": self.role}:
            return 403, json.dumps({"message": "No access"})
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        return 200, json.dumps(
            {
                "roleCredentials": {
                    "accessKeyId": self.keys["AccessKeyId"], "secretAccessKey": self.keys["SecretAccessKey"],
                    "sessionToken": self.keys["SessionToken"], "expiration": int(end.timestamp() * 1000),
                }
            }
        )


class GitHubActions(Loopback):
    """The token service of a job with  id-token: write."""

    def __init__(self, bearer):
        super().__init__()
        self.bearer = bearer

    def answer(self, asked):
        if asked.method != "GET" or asked.headers.get("authorization") != "Bearer " + self.bearer:
            return 401, "{}"
        return 200, json.dumps({"count": 1, "value": "jwt-canary." + asked.query["audience"]})

    @property
    def environment(self):
        return {
            "ACTIONS_ID_TOKEN_REQUEST_URL": self.endpoint + "/token?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": self.bearer,
        }


class TokenService(Loopback):
    """STS: takes web identities by their exact token, and hands everything else to moto, which checks the signature."""

    def __init__(self, moto, tokens, keys):
        super().__init__()
        self.moto, self.tokens, self.keys = moto, tokens, keys

    def answer(self, asked):
        form = dict(urllib.parse.parse_qsl(asked.body.decode()))
        if form.get("Action") != "AssumeRoleWithWebIdentity":
            connection = http.client.HTTPConnection("127.0.0.1", self.moto.port, timeout=20)
            connection.request(asked.method, asked.path, asked.body, asked.headers)
            reply = connection.getresponse()
            return reply.status, reply.read(), "text/xml"
        if "authorization" in asked.headers or form.get("WebIdentityToken") not in self.tokens:
            token = form.get("WebIdentityToken", "")
            return 400, (
                "<ErrorResponse><Error><Code>InvalidIdentityToken</Code>"
                f"<Message>The token {token} can't be validated</Message></Error></ErrorResponse>"
            ), "text/xml"
        keys = self.keys
        return 200, (
            "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
            f"<AccessKeyId>{keys['AccessKeyId']}</AccessKeyId><SecretAccessKey>{keys['SecretAccessKey']}</SecretAccessKey>"
            f"<SessionToken>{keys['SessionToken']}</SessionToken><Expiration>{stamp(3600)}</Expiration>"
            "</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"
        ), "text/xml"
