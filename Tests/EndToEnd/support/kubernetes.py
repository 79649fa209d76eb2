"""A real kube-apiserver with etcd, built once by scripts/setup-kubernetes, and the types of objects that tests need."""

import json
import os
import pathlib
import shutil
import ssl
import subprocess
import tempfile
import urllib.error
import urllib.request

import yaml

from .certificates import make_authority
from .processes import Server, ServerFailed, free_port, minimal_environment

ROOT = pathlib.Path(__file__).resolve().parents[3]
ADMIN, WEAK, READER = "tok-admin-canary", "tok-weak-canary", "tok-reader-canary"

CRDS = pathlib.Path(__file__).parent / "crds"
TEXT = {"type": "string"}
TEXTS = {"type": "object", "additionalProperties": TEXT}


def published(directory):
    """Definitions of `crds/`, as their project publishes them."""
    return [readable(yaml.safe_load(path.read_text())) for path in sorted((CRDS / directory).glob("*.yaml"))]


def readable(schema):
    """kube-apiserver 1.20 takes an empty text as a default for null, and refuses it: such defaults stay out."""
    if isinstance(schema, list):
        return [readable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: readable(value) for key, value in schema.items() if (key, value) != ("default", "")}


VELERO = published("velero")


def cosi(version):
    """In the version that a cluster has; v1alpha1 is published without the word that the API server wants of *.k8s.io."""
    definitions = published("cosi-" + version)
    for one in definitions:
        one["metadata"].setdefault("annotations", {}).setdefault("api-approved.kubernetes.io", "unapproved, for tests")
    return definitions


def thing(properties):
    return {"type": "object", "properties": properties}


def definition(group, plural, kind, version, properties):
    """A CustomResourceDefinition of what an aggregated API serves in the world."""
    schema = thing(properties)
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group, "scope": "Namespaced",
            "versions": [
                {
                    "name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema},
                    **({"subresources": {"status": {}}} if "status" in properties else {}),
                }
            ],
            "names": {"kind": kind, "plural": plural, "singular": kind.lower(), "listKind": kind + "List"},
        },
    }


def cozystack(flavour):
    """Cozystack's Bucket with the values that its chart publishes: of 1.0 none (CZ-02), of 1.6 users and locks."""
    directory = {"A": "cozystack-1.0", "B": "cozystack-1.6"}[flavour]
    spec = json.loads((CRDS / directory / "values.schema.json").read_text())
    condition = thing({"type": TEXT, "status": TEXT, "reason": TEXT, "message": TEXT})
    status = thing({"conditions": {"type": "array", "items": condition}})
    return [
        definition("apps.cozystack.io", "buckets", "Bucket", "v1alpha1", {"spec": bare(spec), "status": status}),
    ]


def bare(schema):
    """Without the words for Cozystack's own pages, and without defaults: its API server writes none into the object."""
    if not isinstance(schema, dict):
        return schema
    return {
        key: bare(value) for key, value in schema.items() if not key.startswith("x-cozystack") and key != "default"
    }


def tenant_secret():
    """A Secret as tenants of Cozystack may read it."""
    return [
        definition(
            "core.cozystack.io", "tenantsecrets", "TenantSecret", "v1alpha1", {"data": TEXTS, "type": TEXT}),
    ]


class Kubernetes:
    """One server for all tests of a session; namespaces and types come and go."""

    def __init__(self):
        # Built beforehand by scripts/test; on its own this builds it when it isn't there.
        built = subprocess.run(
            [str(ROOT / "scripts" / "setup-kubernetes")], capture_output=True, text=True, timeout=3600,
            stdin=subprocess.DEVNULL,
        )
        if built.returncode != 0:
            raise ServerFailed(f"scripts/setup-kubernetes failed\n{built.stderr[-3000:]}")
        program = built.stdout.strip().splitlines()[-1]
        self.directory = tempfile.mkdtemp(prefix="kube-")
        self.servers = []
        try:
            self._start(program)
        except BaseException:
            self.stop()
            raise

    def path(self, name):
        return os.path.join(self.directory, name)

    def _start(self, program):
        authority = make_authority(self.directory, "Cooper Kubernetes")
        self.ca = authority.certificate
        self._client_certificate()
        subprocess.run(["openssl", "genrsa", "-out", self.path("sa.key"), "2048"], check=True, capture_output=True)
        subprocess.run(
            ["openssl", "rsa", "-in", self.path("sa.key"), "-pubout", "-out", self.path("sa.pub")], check=True,
            capture_output=True,
        )
        with open(self.path("tokens.csv"), "w") as tokens:
            tokens.write(f'{ADMIN},admin,1,"system:masters"\n{WEAK},weak,2\n{READER},reader,3\n')
        client, peer, port = free_port(), free_port(), free_port()
        etcd = f"http://127.0.0.1:{client}"
        peers = f"http://127.0.0.1:{peer}"
        self.servers.append(
            Server(
                "etcd",
                [
                    "etcd", "--data-dir", self.path("etcd"), "--listen-client-urls", etcd, "--advertise-client-urls", etcd,
                    "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers, "--initial-cluster",
                    f"default={peers}", "--unsafe-no-fsync",
                ],
                self.path("etcd.log"), env=minimal_environment(), cwd=self.directory,
            )
        )
        self.servers[0].wait_for_http(etcd + "/health")
        self.endpoint = f"https://127.0.0.1:{port}"
        self.servers.append(
            Server(
                "kube-apiserver",
                [
                    program, f"--etcd-servers={etcd}", "--bind-address=127.0.0.1", "--advertise-address=10.255.255.1",
                    "--endpoint-reconciler-type=none", f"--secure-port={port}", f"--tls-cert-file={authority.leaf}",
                    f"--tls-private-key-file={authority.leaf_key}", f"--client-ca-file={authority.certificate}",
                    f"--token-auth-file={self.path('tokens.csv')}", f"--service-account-key-file={self.path('sa.pub')}",
                    f"--service-account-signing-key-file={self.path('sa.key')}",
                    f"--service-account-issuer={self.endpoint}", "--authorization-mode=RBAC",
                    "--service-cluster-ip-range=10.0.0.0/24", "--disable-admission-plugins=ServiceAccount",
                    f"--cert-dir={self.directory}",
                ],
                self.path("apiserver.log"), env=minimal_environment(), cwd=self.directory,
            )
        )
        self.trust = ssl.create_default_context(cafile=self.ca)
        self._wait_until_ready()

    def _client_certificate(self):
        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], cwd=self.directory, check=True, capture_output=True, timeout=60)

        elliptic = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        openssl("req", *elliptic, "-keyout", "admin.key", "-out", "admin.csr", "-subj", "/O=system:masters/CN=ana")
        openssl(
            "x509", "-req", "-in", "admin.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-out",
            "admin.crt", "-days", "2",
        )

    def _wait_until_ready(self):
        import time

        deadline = time.monotonic() + 120
        while True:
            self.servers[1].check_alive()
            try:
                if self.call("GET", "/readyz", raw=True) == "ok":
                    return
            except (OSError, urllib.error.HTTPError):
                pass
            if time.monotonic() > deadline:
                raise ServerFailed("kube-apiserver is not ready\n" + self.servers[1].tail())
            time.sleep(0.2)

    def call(self, method, path, body=None, content="application/json", token=ADMIN, raw=False):
        request = urllib.request.Request(
            self.endpoint + path, data=None if body is None else json.dumps(body).encode(), method=method,
            headers={"Authorization": "Bearer " + token, "Content-Type": content, "Accept": "application/json"},
        )
        with urllib.request.urlopen(request, context=self.trust, timeout=20) as reply:
            text = reply.read().decode()
        return text if raw else json.loads(text)

    def get(self, path):
        """The object, or None where there is none."""
        try:
            return self.call("GET", path)
        except urllib.error.HTTPError as problem:
            if problem.code != 404:
                raise
            return None

    def apply(self, path, body, manager, force=False):
        """Server-side apply as another field manager does it."""
        query = f"?fieldManager={manager}" + ("&force=true" if force else "")
        return self.call("PATCH", path + query, body, "application/apply-patch+yaml")

    def merge(self, path, body, manager="kubectl-edit"):
        return self.call("PATCH", path + f"?fieldManager={manager}", body, "application/merge-patch+json")

    def delete(self, path):
        try:
            return self.call("DELETE", path)
        except urllib.error.HTTPError as problem:
            if problem.code != 404:
                raise
            return None

    # Types and namespaces.

    def define(self, definitions):
        """Types of objects; what was there under the same names goes first."""
        import time

        base = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        for one in definitions:
            name = one["metadata"]["name"]
            if self.get(f"{base}/{name}"):
                self.delete(f"{base}/{name}")
                while self.get(f"{base}/{name}"):
                    time.sleep(0.05)
            try:
                self.call("POST", base, one)
            except urllib.error.HTTPError as refused:
                raise AssertionError(f"{name} is refused: {refused.read().decode()[:2000]}") from None
        for one in definitions:
            name, spec = one["metadata"]["name"], one["spec"]
            path = f"/apis/{spec['group']}/{spec['versions'][0]['name']}/{spec['names']['plural']}"
            deadline = time.monotonic() + 30
            while True:
                conditions = self.get(f"{base}/{name}").get("status", {}).get("conditions", [])
                if any(c["type"] == "Established" and c["status"] == "True" for c in conditions) and self.get(path):
                    break
                assert time.monotonic() < deadline, f"{name} is not established"
                time.sleep(0.05)

    def namespace(self, name):
        if not self.get(f"/api/v1/namespaces/{name}"):
            self.call("POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        return name

    def secret(self, namespace, name, data, labels=None):
        import base64

        encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
        body = {
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": encoded,
            "metadata": {"name": name, "namespace": namespace, "labels": labels or {}},
        }
        return self.call("POST", f"/api/v1/namespaces/{namespace}/secrets", body)

    def allow(self, user, namespace, rules):
        """RBAC for one user in one namespace; a list of (verbs, group, resources)."""
        base = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}"
        for kind in ("roles", "rolebindings"):
            self.delete(f"{base}/{kind}/{user}")
        self.call(
            "POST", f"{base}/roles",
            {
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": user},
                "rules": [{"verbs": v, "apiGroups": [g], "resources": r} for v, g, r in rules],
            },
        )
        self.call(
            "POST", f"{base}/rolebindings",
            {
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": user},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": user},
                "subjects": [{"kind": "User", "name": user, "apiGroup": "rbac.authorization.k8s.io"}],
            },
        )

    # Access.

    def kubeconfig(self, path, user, context="hikube"):
        """Writes a kubeconfig whose one context signs in as `user` says."""
        config = {
            "apiVersion": "v1", "kind": "Config", "current-context": context,
            "contexts": [{"name": context, "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": {"server": self.endpoint, "certificate-authority": self.ca}}],
            "users": [{"name": "u", "user": user}],
        }
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            json.dump(config, file)

    def stop(self):
        for server in reversed(self.servers):
            server.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
