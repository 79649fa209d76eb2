"""Fixtures: servers on free loopback ports that are started here and stopped by process id.

A server that doesn't start fails the test. Nothing is skipped unless a test says itself what is missing.
"""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from support.ceph import Ceph  # noqa: E402
from support.certificates import make_authority  # noqa: E402
from support.flashback_server import FlashbackServer  # noqa: E402
from support.flowfile_server import FlowfileServer  # noqa: E402
from support.infinstor_server import InfinStorServer  # noqa: E402
from support.kubernetes import ADMIN, VELERO, Kubernetes  # noqa: E402
from support.moto import Moto  # noqa: E402
from support.palette_server import PaletteServer  # noqa: E402
from support.project import Project  # noqa: E402
from support.proxy import RecordingProxy, server_context  # noqa: E402
from support.rclone import Rclone  # noqa: E402
from support.swift import Swift  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items):
    if os.environ.get("COOPER_LONG") != "1":
        skip = pytest.mark.skip(reason="long; scripts/test --long")
        for item in items:
            if "long" in item.keywords:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def binary():
    path = pathlib.Path(os.environ.get("COOPER_BINARY") or ROOT / ".build" / "debug" / "cooper").absolute()
    assert os.access(path, os.X_OK), f"{path} is not there; run `swift build` or set COOPER_BINARY"
    return str(path)


@pytest.fixture(scope="session")
def moto_server():
    server = Moto()
    yield server
    server.stop()


@pytest.fixture
def moto(moto_server):
    """An empty S3 with IAM and STS that verifies every signature."""
    moto_server.reset()
    return moto_server


@pytest.fixture(scope="session")
def kube_server():
    server = Kubernetes()
    yield server
    server.stop()


@pytest.fixture
def kube(kube_server):
    """The server with Velero's types, and namespaces without anything of the types that tests make."""
    for namespace in ("tenant-acme", "velero", "apps"):
        kube_server.namespace(namespace)
        kube_server.delete(f"/api/v1/namespaces/{namespace}/secrets")
    kube_server.define(VELERO)
    return kube_server


@pytest.fixture
def on_cluster(kube, make_project):
    """A project whose user has a kubeconfig of their own."""

    def make(text, user=None, **environment):
        project = make_project(text, environment)
        kube.kubeconfig(os.path.join(project.home, ".kube", "config"), user or {"token": ADMIN})
        return project

    return make


@pytest.fixture(scope="session")
def ceph_server():
    server = Ceph()
    yield server
    server.stop()


@pytest.fixture
def ceph(ceph_server):
    """An empty Ceph RGW."""
    ceph_server.reset()
    return ceph_server


@pytest.fixture(scope="session")
def swift_server():
    server = Swift()
    yield server
    server.stop()


@pytest.fixture
def swift(swift_server):
    """An empty OpenStack Swift with its s3api."""
    swift_server.reset()
    return swift_server


@pytest.fixture(scope="session")
def rclone_server():
    server = Rclone()
    yield server
    server.stop()


@pytest.fixture
def rclone(rclone_server):
    """An empty `rclone serve s3`."""
    rclone_server.reset()
    return rclone_server


def running(make):
    """A server of the tests, empty for each test."""

    @pytest.fixture
    def fixture():
        server = make()
        yield server
        server.stop()

    return fixture


flashback, flowfile = running(FlashbackServer), running(FlowfileServer)
infinstor, palette = running(InfinStorServer), running(PaletteServer)


@pytest.fixture
def proxy(moto):
    """A recording proxy in front of moto."""
    proxy = RecordingProxy(moto.endpoint)
    yield proxy
    proxy.stop()


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return make_authority(str(tmp_path_factory.mktemp("ca")))


@pytest.fixture
def tls(moto, authority):
    """The same with TLS, by a certificate of a private authority."""
    proxy = RecordingProxy(moto.endpoint, server_context(authority.leaf, authority.leaf_key))
    yield proxy
    proxy.stop()


@pytest.fixture
def make_project(binary, tmp_path):
    made = []

    def make(text=None, environment=None):
        project = Project(binary, tmp_path / f"project{len(made)}", environment)
        made.append(project)
        if text is not None:
            project.write(text)
        return project

    return make


@pytest.fixture
def project(make_project, moto):
    """An empty project whose environment holds the key that moto knows."""
    return make_project(environment=moto.environment)
