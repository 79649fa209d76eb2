"""hashicorp/terraform-provider-google#17990, #14044, #17219 and terraform-provider-azurerm#15821: an age of zero is an age.

It goes through the YAML, a saved plan, the store, the state, drift, a renaming and an import, and is still there.
"""

import json
import os
import pathlib

import pytest

from support import estates
from support.azure import CLIENT, GROUP, SECRET, SUBSCRIPTION, TENANT, FakeAzure
from support.gcs import FakeGCS


class Google:
    rule = "lifecycle: { now: { prefix: tmp/, expiration: { after: 0d } } }"
    section, name = "buckets", "acme-zero"

    def __init__(self, request):
        self.server = FakeGCS()

    def start(self, project):
        os.chmod(project.write(self.server.key_file, "key.json"), 0o600)

    @property
    def connection(self):
        return f"""
cooper: 1
name: acme
connections:
  c: {{ type: gcs, project: acme-test, region: EU, endpoint: "{self.server.endpoint}", insecure: allow,
       access: {{ method: serviceAccountKey, key: file:key.json }} }}
"""

    def resource(self, key):
        return f"buckets:\n  {key}: {{ connection: c, bucketName: {self.name}, {self.rule} }}\n"

    def ages(self):
        return [rule["condition"].get("age") for rule in self.server.buckets[self.name].fields["lifecycle"]["rule"]]

    def lose(self):
        """As a client does that takes zero for nothing: the rule is for all ages then, here for one day."""
        rule = self.server.buckets[self.name].fields["lifecycle"]["rule"][0]
        self.server.change(self.name, lifecycle={"rule": [dict(rule, condition=dict(rule["condition"], age=1))]})

    def stop(self):
        self.server.stop()


class Azure:
    rule = "lifecycle: { now: { prefix: tmp/, transitions: [{ to: Archive, after: 0d }] } }"
    section, name = "storageAccounts", "acmezero"

    def __init__(self, request):
        self.server = FakeAzure()

    def start(self, project):
        project.environment["AZURE_SECRET"] = SECRET

    @property
    def connection(self):
        return f"""
cooper: 1
name: acme
connections:
  c:
    {{ type: azure, tenant: {TENANT}, subscription: {SUBSCRIPTION}, resourceGroup: {GROUP}, region: westeurope, insecure: allow,
      endpoint: "{self.server.endpoint}", resourceManager: "{self.server.endpoint}", authority: "{self.server.endpoint}",
      access: {{ method: servicePrincipal, clientId: {CLIENT}, clientSecret: env:AZURE_SECRET }} }}
"""

    def resource(self, key):
        return f"storageAccounts:\n  {key}: {{ connection: c, storageAccountName: {self.name}, sku: Standard_LRS, {self.rule} }}\n"

    def rules(self):
        return self.server.accounts[self.name].policy["policy"]["rules"]

    def ages(self):
        return [rule["definition"]["actions"]["baseBlob"]["tierToArchive"]["daysAfterModificationGreaterThan"] for rule in self.rules()]

    def lose(self):
        self.rules()[0]["definition"]["actions"]["baseBlob"]["tierToArchive"]["daysAfterModificationGreaterThan"] = 1

    def stop(self):
        self.server.stop()


class Amazon:
    rule = "lifecycle: { now: { prefix: tmp/, transitions: [{ to: GLACIER, after: 0d }] } }"
    section, name = "buckets", "acme-zero"

    def __init__(self, request):
        self.server = request.getfixturevalue("moto")

    def start(self, project):
        project.environment.update(self.server.environment)

    @property
    def connection(self):
        return estates.project(estates.connection("c", self.server.endpoint), "")

    def resource(self, key):
        return f"buckets:\n  {key}: {{ connection: c, bucketName: {self.name}, {self.rule} }}\n"

    def rules(self):
        return self.server.client().get_bucket_lifecycle_configuration(Bucket=self.name)["Rules"]

    def ages(self):
        return [transition.get("Days") for rule in self.rules() for transition in rule["Transitions"]]

    def lose(self):
        rules = self.rules()
        rules[0]["Transitions"][0]["Days"] = 1
        self.server.client().put_bucket_lifecycle_configuration(Bucket=self.name, LifecycleConfiguration={"Rules": rules})

    def stop(self):
        pass


@pytest.fixture(params=[Google, Azure, Amazon], ids=["gcs", "azure", "aws"])
def store(request):
    store = request.param(request)
    yield store
    store.stop()


def test_zero_survives_every_path(store, make_project):
    project = make_project("", {})
    store.start(project)
    consent = f"consents: [{{ address: {store.section}.zero, risk: losesData, reason: test }}]\n"
    project.write(store.connection + store.resource("zero") + consent)
    project.plan("--out", "saved.plan").expect(2)
    assert '"0s"' in json.dumps(project.plan_document()), "the plan says zero"
    project.apply("saved.plan").expect(0)
    assert store.ages() == [0]
    assert '"0s"' in json.dumps(project.state()["resources"][f"{store.section}.zero"]["facets"]["lifecycle"])
    project.expect_no_changes()
    store.lose()
    project.plan().expect(3).mentions("drift")
    project.converge()
    assert store.ages() == [0], "repaired"
    project.write(store.connection + store.resource("moved") + f"moved: [{{ from: {store.section}.zero, to: {store.section}.moved }}]\n")
    project.converge()
    assert store.ages() == [0]
    project.cooper("fmt").expect(0)
    project.expect_no_changes()
    other = make_project("", {})
    store.start(other)
    other.write(store.connection)
    other.cooper("import", f"{store.section}.found", store.name, "--connection", "c").expect(0)
    written = "".join(path.read_text() for path in sorted(pathlib.Path(other.directory).rglob("*.yaml")))
    assert "0d" in written or "0s" in written, written
    other.expect_no_changes()
    assert store.ages() == [0]
