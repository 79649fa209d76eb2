"""The examples, word for word: the commands of each README run in a copy, and what it shows is what is printed."""

import os
import re
import shutil
import subprocess

import pytest

from support.processes import minimal_environment
from support.proxy import RecordingProxy, server_context

BLOCK = re.compile(r"^```(sh|text)( \w+)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LOCAL = ["single-bucket", "many-buckets", "environments", "migration", "kubernetes"]


class Walk:
    """A copy of an example, its README's blocks, and a shell for them."""

    def __init__(self, root, binary, place, name):
        self.path = place / name
        shutil.copytree(root / "examples" / name, self.path)
        programs = place / "bin"
        programs.mkdir()
        (programs / "cooper").symlink_to(binary)
        self.environment = minimal_environment(
            PATH=f"{programs}:{os.environ['PATH']}", HOME=str(place), NO_COLOR="1"
        )
        readme = (self.path / "README.md").read_text()
        self.blocks = [(kind, (label or "").strip(), text) for kind, label, text in BLOCK.findall(readme)]

    def run(self, script):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=self.path, env=self.environment, capture_output=True,
            text=True, timeout=120, stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def follow(self, skip=()):
        """Runs all blocks; each line of a text block must be in what the block before it printed."""
        printed = None
        commands = 0
        for kind, label, text in self.blocks:
            if kind == "sh" and label not in skip:
                printed = self.run(text)
                commands += 1
            elif kind == "text":
                for line in text.splitlines():
                    assert line in printed, f"the README promises {line!r}, printed was\n{printed}"
        assert commands >= 2


@pytest.mark.parametrize("name", LOCAL)
def test_readme_word_for_word(root, binary, tmp_path, name):
    Walk(root, binary, tmp_path, name).follow()


def test_minio_with_a_private_authority(root, binary, tmp_path, moto):
    walk = Walk(root, binary, tmp_path, "minio-private-ca")
    certificates = next(text for _, label, text in walk.blocks if label == "certificates")
    walk.run(certificates)
    # moto behind TLS stands in for MinIO, with the certificate that the README makes.
    proxy = RecordingProxy(
        moto.endpoint,
        server_context(str(walk.path / "certs/server/public.crt"), str(walk.path / "certs/server/private.key")),
    )
    try:
        walk.environment |= {
            "MINIO_KEY_ID": moto.key, "MINIO_SECRET": moto.secret, "COOPER_VAR_endpoint": proxy.endpoint,
        }
        walk.follow(skip=("certificates", "server", "key"))
        assert moto.client().get_bucket_versioning(Bucket="artifacts")["Status"] == "Enabled"
        rules = moto.client().get_bucket_lifecycle_configuration(Bucket="artifacts")["Rules"]
        assert [rule["Expiration"]["Days"] for rule in rules] == [90]
    finally:
        proxy.stop()


def test_every_example_has_a_readme_that_is_followed(root):
    # The estate needs nine kinds of store and platform: see test_estate.py.
    assert set(os.listdir(root / "examples")) - {"estate"} == set(LOCAL) | {"minio-private-ca"}


def test_the_guide_leads_through_all_of_them(root):
    guide = (root / "docs" / "guide.md").read_text()
    for name in LOCAL + ["minio-private-ca"]:
        assert f"../examples/{name}/README.md" in guide
