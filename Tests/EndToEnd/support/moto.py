"""moto with authentication enforced: every call is signed by a key that was made here, wrong ones are refused."""

import os
import sys
import tempfile
import urllib.request

import boto3
from botocore.config import Config

from .processes import Server, free_port, minimal_environment

#: A part of every secret that this module makes, so that a test can look for it in all outputs.
POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


def client(service, endpoint, key, secret, region="us-east-1"):
    """A boto3 client that takes nothing from this machine's configuration and tries once."""
    return boto3.session.Session(aws_access_key_id=key, aws_secret_access_key=secret, region_name=region).client(
        service,
        endpoint_url=endpoint,
        config=Config(
            s3={"addressing_style": "path"},
            retries={"total_max_attempts": 1},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


class Moto:
    account = "123456789012"

    def __init__(self, certificate=None, key=None):
        self.port = free_port()
        self.scheme = "https" if certificate else "http"
        self.endpoint = f"{self.scheme}://127.0.0.1:{self.port}"
        self.directory = tempfile.mkdtemp(prefix="moto-")
        command = [os.path.join(os.path.dirname(sys.executable), "moto_server"), "-H", "127.0.0.1", "-p", str(self.port)]
        self.server = Server(
            "moto",
            command,
            os.path.join(self.directory, "moto.log"),
            # High: authentication is switched on by `reset` once the first user exists.
            env=minimal_environment(INITIAL_NO_AUTH_ACTION_COUNT="1000000"),
        )
        try:
            self.server.wait_for_http(self.endpoint + "/moto-api/")
            self.reset()
        except BaseException:
            self.stop()
            raise

    def reset(self):
        """Empties the server, makes a fresh user whose policy allows everything, and enforces signatures."""
        self._control("reset", b"")
        self._control("reset-auth", b"1000000")
        iam = client("iam", self.endpoint, "x", "y")
        self.user = "cooper"
        iam.create_user(UserName=self.user)
        made = iam.create_access_key(UserName=self.user)["AccessKey"]
        iam.put_user_policy(UserName=self.user, PolicyName="all", PolicyDocument=POLICY)
        self.key, self.secret = made["AccessKeyId"], made["SecretAccessKey"]
        self._control("reset-auth", b"0")

    def _control(self, action, body):
        # text/plain: moto answers 500 to the form type here.
        request = urllib.request.Request(
            f"{self.endpoint}/moto-api/{action}", data=body, method="POST", headers={"Content-Type": "text/plain"}
        )
        urllib.request.urlopen(request, timeout=20).read()

    def client(self, service="s3", **more):
        return client(service, more.pop("endpoint", self.endpoint), self.key, self.secret, **more)

    @property
    def environment(self):
        """What a project's `env:KEY` and `env:SECRET` refer to."""
        return {"KEY": self.key, "SECRET": self.secret}

    def stop(self):
        self.server.stop()
