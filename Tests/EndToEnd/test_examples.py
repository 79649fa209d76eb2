"""The examples, word for word: the commands of each README run in a copy, and what it shows is what is printed."""

import os
import re
import shutil
import subprocess

import pytest

from support.processes import minimal_environment
from support.kubernetes import VELERO, cosi, cozystack
from support.platform_controller import Platform
from support.proxy import RecordingProxy, server_context
from support.world import World, contexts

BLOCK = re.compile(r"^```(sh|text)( \w+)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LOCAL = ["single-bucket", "many-buckets", "environments", "migration", "kubernetes", "identities"]
#: Followed whole against servers at the addresses that they name: World has what these sign in with, this the rest.
PLATFORMS = {
    "flashback": {"LAKE_KEY": "AKIALAKEC4N4RY", "LAKE_SECRET": "lake-c4n4ry", "ARCHIVE_KEY": "google"},
    "infinstor": {"EXPERIMENTS_KEY": "AKIAEXPERIMENTSC4N4RY", "EXPERIMENTS_SECRET": "experiments-c4n4ry"},
    "palette": {
        "CLUSTERS_KEY": "AKIACLUSTERSC4N4RY", "CLUSTERS_SECRET": "clusters-c4n4ry", "EDGE_KEY": "edge-c4n4ry",
        "EDGE_SECRET": "edge-secret-c4n4ry", "GKE_KEY": "google", "AKS_SECRET": "aks-c4n4ry",
    },
    "flowfile": {"FLOWS_KEY": "AKIAFLOWSC4N4RY", "FLOWS_SECRET": "flows-c4n4ry"},
    "gcs": {}, "azure": {},
}
CLUSTERS = {
    "hikube": ("hikube-acme", {"namespace": "tenant-acme", "flavour": "A"}),
    "velero": ("prod", {"namespace": "velero", "flavour": "A"}),
    "cosi": ("cluster", {"namespace": "ci", "cosi": "v1alpha2"}),
}


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
            elif kind == "sh":
                printed = None
            elif kind == "text" and printed is not None:
                for line in text.splitlines():
                    assert line in printed, f"the README promises {line!r}, printed was\n{printed}"
        assert len(self.blocks) >= 4 and commands


@pytest.mark.parametrize("name", LOCAL)
def test_readme_word_for_word(root, binary, tmp_path, name):
    Walk(root, binary, tmp_path, name).follow()


@pytest.mark.parametrize("name", [*PLATFORMS, *CLUSTERS])
def test_an_example_of_a_system_needs_nothing_to_be_planned(root, binary, tmp_path, name):
    Walk(root, binary, tmp_path, name).follow(skip=("online",))


@pytest.fixture
def world(moto):
    world = World(moto)
    yield world
    world.stop()


def follow_in(world, walk, more):
    """All blocks of the README, then the same plan again as a program reads it, and no secret in any file or output."""
    walk.environment |= world.environment(str(walk.path.parent)) | more
    walk.environment["PATH"] = str(walk.path.parent / "bin") + ":" + os.environ["PATH"]
    shutil.copy(world.internet.authority, walk.path / "minio-ca.pem")
    walk.follow()
    assert world.internet.strangers == set()
    for path in walk.path.rglob("*"):
        assert not path.is_file() or b"c4n4ry" not in path.read_bytes(), path


@pytest.mark.parametrize("name", PLATFORMS)
def test_an_example_of_a_system_is_followed_whole(root, binary, tmp_path, world, name):
    """PA-01, PA-02, PA-22, FB-03, FB-23, R-07: as each README says, at the addresses that the examples have."""
    google = {field: world.gcs.key_file for field, value in PLATFORMS[name].items() if value == "google"}
    follow_in(world, Walk(root, binary, tmp_path, name), PLATFORMS[name] | google)
    if name == "palette":
        # PA-01, PA-02: all four types, azure found by its uid though the list lacks it.
        assert sorted(entry["type"] for entry in world.palette.locations.values()) == ["azure", "gcp", "minio", "s3"]
        assert {path for path, _ in world.palette.asked} == {
            "/v1/clouds/aws/s3/validate", "/v1/clouds/gcp/bucketname/validate", "/v1/clouds/azure/account/validate",
        }
        minio = next(entry for entry in world.palette.locations.values() if entry["type"] == "minio")
        assert "BEGIN CERTIFICATE" in minio["body"]["spec"]["config"]["caCert"]
    if name == "flashback":
        # FB-03, FB-23, R-07: of Google's JSON key its account and its private key.
        archive = next(entry for entry in world.flashback.buckets.values() if entry["storageType"] == "GCS")
        assert archive["key"] == world.gcs.email and archive["secret"].startswith("-----BEGIN PRIVATE KEY-----\n")
        assert {entry["storageType"] for entry in world.flashback.buckets.values()} == {"S3", "GCS"}


@pytest.mark.kubernetes
@pytest.mark.parametrize("name", CLUSTERS)
def test_an_example_of_a_cluster_is_followed_whole(root, binary, tmp_path, world, kube_server, name):
    context, platform = CLUSTERS[name]
    for namespace in ("tenant-acme", "velero", "ci"):
        kube_server.namespace(namespace)
        kube_server.delete(f"/api/v1/namespaces/{namespace}/secrets")
    kube_server.define(VELERO + cosi(platform.get("cosi", "v1alpha1")) + cozystack(platform.get("flavour", "A")))
    walk = Walk(root, binary, tmp_path, name)
    contexts(kube_server, str(tmp_path), context)
    with Platform(kube_server, late=0.2, **platform):
        follow_in(world, walk, {"VELERO_KEY": "AKIAVELEROC4N4RY", "VELERO_SECRET": "velero-c4n4ry"})


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
    assert set(os.listdir(root / "examples")) - {"estate"} == set(LOCAL) | {"minio-private-ca"} | set(PLATFORMS) | set(CLUSTERS)


def test_the_guide_leads_through_all_of_them(root):
    guide = (root / "docs" / "guide.md").read_text()
    for name in [*LOCAL, "minio-private-ca", *PLATFORMS, *CLUSTERS]:
        assert f"../examples/{name}/README.md" in guide
    # Each page of a system leads to its example, and the example to the page.
    pages = dict.fromkeys(("hikube", "velero", "cosi"), "kubernetes") | {name: name for name in PLATFORMS}
    pages["gcs"] = "guide"
    for name, page in pages.items():
        assert f"../examples/{name}/README.md" in (root / "docs" / f"{page}.md").read_text(), name
        if page != "guide":
            assert f"docs/{page}.md" in (root / "examples" / name / "README.md").read_text(), name
