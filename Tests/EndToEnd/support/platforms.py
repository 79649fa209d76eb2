"""A project with one bucket that is there, a key, and one platform; used by the tests of all platforms."""

from dataclasses import dataclass
from typing import Callable

from .flashback_server import FlashbackServer
from .flowfile_server import FlowfileServer
from .palette_server import PaletteServer

#: Awkward in JSON, forms and YAML.
SECRET = "s3cr3t-c4n4ry \"\\ é&=+%"


@dataclass(frozen=True)
class Platform:
    """A platform with sessions: how a project signs in, what an entry says, and by which call it is made."""

    server: type
    access: str
    variables: Callable
    entry: str
    #: Method and path of the call that makes an entry.
    creating: tuple
    #: The calls by which a session that ended is had anew.
    renewal: list
    section: str = "registrations"

    def connection(self, server, settings=""):
        kind = self.server.__name__.removesuffix("Server").lower()
        return f"type: {kind}, endpoint: {server.endpoint}, insecure: allow, {settings}access: {{ {self.access} }}"

    def project(self, make_project, moto, server, entry=None):
        moto.client().create_bucket(Bucket="lake")
        text_of_it = text("platform", moto, self.connection(server), entry or self.entry, self.section)
        return make_project(text_of_it, environment(moto, **self.variables(server)))


FLASHBACK = Platform(
    FlashbackServer, "method: login, email: env:FB_USER, password: env:FB_PASSWORD",
    lambda server: {"FB_USER": server.user, "FB_PASSWORD": server.password},
    "in: platform, bucket: data, identity: key, workspace: analytics", ("POST", "/bucket"),
    [("POST", "/user/refresh", 200)],
)
FLOWFILE = Platform(
    FlowfileServer, "username: env:FLOW_USER, password: env:FLOW_PASSWORD",
    lambda server: {"FLOW_USER": server.user, "FLOW_PASSWORD": server.password},
    "in: platform, bucket: data, identity: key", ("POST", "/cloud_connections/cloud_connection"),
    [("POST", "/auth/refresh", 200)],
)
#: By a user's password: an API key has no session.
PALETTE = Platform(
    PaletteServer, "method: password, user: env:PALETTE_USER, password: env:PALETTE_PASSWORD, organization: acme",
    lambda server: {"PALETTE_USER": server.user, "PALETTE_PASSWORD": server.password},
    "bucket: data, identity: key, in: { platform: { } }", ("POST", "/v1/users/assets/locations/minio"),
    [("POST", "/v1/auth/authenticate", 200)], "backupLocations",
)


def text(name, store, connection, registration, section="registrations", identities=""):
    return f"""
cooper: 1
name: {name}
connections:
  store: {{ type: minio, region: us-east-1, endpoint: {store.endpoint}, insecure: allow, access: {{ method: static, accessKeyId: env:KEY, secretAccessKey: env:SECRET }} }}
  platform: {{ {connection} }}
buckets:
  data: {{ connection: store, origin: existing, bucketName: lake }}
identities:
  key: {{ type: accessKey, accessKeyId: env:ID_KEY, secretAccessKey: env:ID_SECRET }}
{identities}{section}:
  lake: {{ {registration} }}
"""


def environment(store, **more):
    return {**store.environment, "ID_KEY": "AKIDC4N4RY", "ID_SECRET": SECRET, **more}


def nowhere(project, *results):
    """No canary in any file of the project, nor in anything printed."""
    for path, data in project.everything_written():
        assert b"c4n4ry" not in data.lower(), path
    for result in results:
        assert "c4n4ry" not in result.output.lower()


def remove(project, section="registrations"):
    project.replace(f"\n{section}:\n  lake:", f"\nx-{section}:\n  lake:")
