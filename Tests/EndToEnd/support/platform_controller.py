"""Plays the part of Cozystack's and COSI's controllers: polls for objects, and makes claims, statuses and Secrets late."""

import base64
import json
import threading
import time
import urllib.error

KEY, SECRET = "made-by-platform-id", "made-by-platform-canary"
CLAIMS = "/apis/objectstorage.k8s.io/{version}/namespaces/{namespace}/bucketclaims"
ACCESSES = "/apis/objectstorage.k8s.io/{version}/namespaces/{namespace}/bucketaccesses"
BUCKETS = "/apis/apps.cozystack.io/v1alpha1/namespaces/{namespace}/buckets"


class NoStore:
    """No store is behind the platform: keys and an address, and nothing that answers there."""

    endpoint = "https://s3.platform.example"

    def make(self, bucket):
        pass

    def keys(self, bucket, user, readonly):
        return KEY + user, SECRET + user


class Platform:
    """Runs in a thread of the test; `late` seconds pass between a thing and what is made of it.

    `forms` are the Secrets that it writes: `info`, `flat` or both."""

    def __init__(
        self, kube, namespace, flavour=None, cosi="v1alpha1", late=1.0, tenant_secrets=False, store=None, forms=("info", "flat")
    ):
        self.kube, self.namespace, self.flavour, self.version, self.late = kube, namespace, flavour, cosi, late
        self.store, self.forms = store or NoStore(), forms
        self.tenant_secrets = tenant_secrets
        self.seen, self.kept = {}, {}
        self.stopped = threading.Event()
        self.problem = None
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join(10)
        assert self.problem is None, f"the tests' controller failed: {self.problem!r}"

    def _run(self):
        while not self.stopped.wait(0.1):
            try:
                if self.flavour:
                    self._cozystack()
                else:
                    self._cosi()
            except urllib.error.HTTPError as answer:
                # Two writers at once: the next round has it.
                if answer.code not in (404, 409):
                    self.problem = f"{answer.code} {answer.read()[:300]}"
                    return
            except Exception as problem:
                self.problem = problem
                return

    def _items(self, path):
        return self.kube.call("GET", path.format(version=self.version, namespace=self.namespace))["items"]

    def _is_due(self, *what):
        return time.monotonic() - self.seen.setdefault(what, time.monotonic()) >= self.late

    def _status(self, path, name, status):
        """Merged into the status, as controllers do it."""
        where = path.format(version=self.version, namespace=self.namespace)
        self.kube.call(
            "PATCH", f"{where}/{name}/status?fieldManager=controller", {"status": status}, "application/merge-patch+json"
        )

    def _have(self, path, kind, name, spec):
        where = path.format(version=self.version, namespace=self.namespace)
        found = self.kube.get(f"{where}/{name}")
        if found is None:
            found = self.kube.call(
                "POST", where,
                {
                    "apiVersion": "objectstorage.k8s.io/" + self.version, "kind": kind, "spec": spec,
                    "metadata": {"name": name, "namespace": self.namespace},
                },
            )
        return found

    def _secret(self, name, data, labels=None):
        if self.tenant_secrets:
            base = f"/apis/core.cozystack.io/v1alpha1/namespaces/{self.namespace}/tenantsecrets"
            if self.kube.get(f"{base}/{name}") is None:
                encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
                self.kube.call(
                    "POST", base,
                    {
                        "apiVersion": "core.cozystack.io/v1alpha1", "kind": "TenantSecret", "data": encoded,
                        "metadata": {"name": name, "namespace": self.namespace},
                    },
                )
        elif self.kube.get(f"/api/v1/namespaces/{self.namespace}/secrets/{name}") is None:
            self.kube.secret(self.namespace, name, data, labels)

    def info(self, uid, bucket, keys):
        """BucketInfo of v1alpha1; the region is empty in Cozystack's (CZ-09)."""
        return json.dumps(
            {
                "metadata": {"name": "bc-" + uid, "creationTimestamp": None},
                "spec": {
                    "bucketName": bucket, "authenticationType": "KEY", "secretAzure": None, "protocols": ["s3"],
                    "secretS3": {
                        "endpoint": self.store.endpoint, "region": "", "accessKeyID": keys[0],
                        "accessSecretKey": keys[1],
                    },
                },
            }
        )

    # Cozystack: a bucket becomes a claim, an access for each user, Secrets in two forms, and at last a condition.

    def _cozystack(self):
        for bucket in self._items(BUCKETS):
            name = bucket["metadata"]["name"]
            ready = {"conditions": [{"type": "Ready", "status": "False", "reason": "Progressing", "message": "reconciling"}]}
            if not bucket.get("status"):
                self._status(BUCKETS, name, ready)
            if not self._is_due("claim", bucket["metadata"]["uid"]):
                continue
            claim = self._have(
                CLAIMS, "BucketClaim", f"bucket-{name}", {"bucketClassName": self.namespace, "protocols": ["s3"]}
            )
            uid = claim["metadata"]["uid"]
            generated = f"bucket-{uid}"
            if not claim.get("status"):
                self.store.make(generated)
                self._status(CLAIMS, f"bucket-{name}", {"bucketReady": True, "bucketName": generated})
            declared = bucket.get("spec", {}).get("users", {}) if self.flavour == "B" else {}
            users = [f"-{user}" for user in declared] if self.flavour == "B" else [""]
            if not self._is_due("secrets", uid):
                continue
            for user in users:
                self._have(
                    ACCESSES, "BucketAccess", f"bucket-{name}{user}",
                    {
                        "bucketClaimName": f"bucket-{name}", "bucketAccessClassName": self.namespace,
                        "credentialsSecretName": f"bucket-{name}{user}", "protocol": "s3",
                    },
                )
                readonly = declared.get(user[1:], {}).get("readonly", False)
                keys = self.kept.get((uid, user)) or self.store.keys(generated, user, readonly)
                self.kept[uid, user] = keys
                if "info" in self.forms:
                    self._secret(f"bucket-{name}{user}", {"BucketInfo": self.info(uid, generated, keys)})
                if "flat" not in self.forms:
                    continue
                self._secret(
                    f"bucket-{name}{user}-credentials",
                    {
                        "accessKey": keys[0], "secretKey": keys[1], "bucketName": generated,
                        "endpoint": self.store.endpoint.split("://")[1],
                    },
                    {"apps.cozystack.io/user-secret": "true"},
                )
            self._status(BUCKETS, name, {"conditions": [{"type": "Ready", "status": "True", "reason": "Done"}]})

    # COSI: a driver makes the bucket, grants accesses, and writes Secrets.

    def _cosi(self):
        first = self.version == "v1alpha1"
        for claim in self._items(CLAIMS):
            name, uid = claim["metadata"]["name"], claim["metadata"]["uid"]
            if claim.get("status") or not self._is_due("claim", uid):
                continue
            bucket = f"bucket-{uid}"
            self.store.make(bucket)
            made = (
                {"bucketReady": True, "bucketName": bucket} if first
                else {"readyToUse": True, "boundBucketName": f"res-{uid}", "protocols": ["S3"]}
            )
            self._status(CLAIMS, name, made)
        claims = {claim["metadata"]["name"]: claim for claim in self._items(CLAIMS)}
        for access in self._items(ACCESSES):
            name, spec = access["metadata"]["name"], access["spec"]
            part = spec if first else spec["bucketClaims"][0]
            claim = claims.get(part["bucketClaimName"])
            if not claim or not claim.get("status") or not self._is_due("access", access["metadata"]["uid"]):
                continue
            uid = claim["metadata"]["uid"]
            of = access["metadata"]["uid"]
            keys = self.kept.get(of) or self.store.keys(f"bucket-{uid}", "", False)
            self.kept[of] = keys
            if first:
                self._secret(part["credentialsSecretName"], {"BucketInfo": self.info(uid, f"bucket-{uid}", keys)})
            else:
                self._secret(
                    part["accessSecretName"],
                    {
                        "COSI_PROTOCOL": "S3", "COSI_S3_BUCKET_ID": f"bucket-{uid}", "COSI_S3_REGION": "eu-test-1",
                        "COSI_S3_ENDPOINT": self.store.endpoint, "COSI_S3_ADDRESSING_STYLE": getattr(self.store, "style", "path"),
                        "COSI_S3_ACCESS_KEY_ID": keys[0], "COSI_S3_ACCESS_SECRET_KEY": keys[1],
                        "COSI_CERTIFICATE_AUTHORITY": getattr(self.store, "authority", ""),
                    },
                )
            if not access.get("status"):
                self._status(ACCESSES, name, {"accessGranted": True, "accountID": "a"} if first else {"readyToUse": True})
