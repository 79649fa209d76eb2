"""Azure: accounts and containers through Resource Manager and through the blob service, against the project's stand-in."""

import json

import pytest

from support.azure import CLIENT, GROUP, SECRET, SUBSCRIPTION, TENANT, FakeAzure
from support.project import Project


@pytest.fixture(scope="module")
def azure_server():
    server = FakeAzure()
    yield server
    server.stop()


@pytest.fixture
def azure(azure_server):
    azure_server.reset()
    azure_server.federated = azure_server.certificate = None
    return azure_server


@pytest.fixture
def project(binary, tmp_path):
    return Project(binary, tmp_path / "project", {"AZURE_SECRET": SECRET})


PRINCIPAL = f"{{ method: servicePrincipal, clientId: {CLIENT}, clientSecret: env:AZURE_SECRET }}"


def connection(azure, access=PRINCIPAL, **more):
    fields = "".join(f"    {name}: {value}\n" for name, value in more.items())
    return (
        "cooper: 1\nname: azure\nconnections:\n  azure:\n    type: azure\n"
        f"    tenant: {TENANT}\n    subscription: {SUBSCRIPTION}\n    resourceGroup: {GROUP}\n    region: westeurope\n"
        f"    endpoint: {azure.endpoint}\n    resourceManager: {azure.endpoint}\n    authority: {azure.endpoint}\n"
        f"    insecure: allow\n    access: {access}\n{fields}")


ESTATE = """
storageAccounts:
  reports:
    connection: azure
    storageAccountName: acmereports
    sku: Standard_ZRS
    accessTier: Cool
    minimumTls: "1.2"
    publicAccess: blocked
    networkDefault: deny
    versioning: enabled
    softDelete: { blobs: 14d, containers: 7d }
    changeFeed: enabled
    lastAccessTracking: enabled
    cors: [{ origins: [https://shop.acme.example], methods: [PUT, GET], maxAge: 1h }]
    lifecycle:
      trim: { noncurrentExpiration: { after: 30d }, transitions: [{ to: Archive, after: 0d }], prefix: logs/ }
    tags: { costCenter: "4711" }
buckets:
  daily: { account: reports, metadata: { owner: bi }, anonymousAccess: none }
  weekly: { account: reports, immutability: { period: 30d }, legalHold: [Case4711] }
  monthly: { account: reports, bucketName: reports-monthly }
"""


def settle(project):
    project.cooper("apply", "--yes").expect(0)
    return project.cooper("plan", "--detailed-exitcode").expect(0)


def test_an_account_and_its_containers_in_one_apply(project, azure):
    """Several containers of one account, made with it; then the second plan is empty (FB-21, R-13)."""
    project.write(connection(azure) + ESTATE)
    project.cooper("plan", "--detailed-exitcode").expect(2).mentions("acmereports", "reports-monthly")
    assert azure.writes == []
    settle(project)
    account = azure.accounts["acmereports"]
    assert (account.sku, account.kind, account.location) == ("Standard_ZRS", "StorageV2", "westeurope")
    assert account.tags == {"costCenter": "4711"}
    assert account.properties["accessTier"] == "Cool"
    assert account.properties["networkAcls"]["defaultAction"] == "Deny"
    assert account.service["deleteRetentionPolicy"] == {"enabled": True, "days": 14}
    assert account.service["containerDeleteRetentionPolicy"] == {"enabled": True, "days": 7}
    assert account.service["isVersioningEnabled"] is True
    assert account.service["cors"]["corsRules"][0]["maxAgeInSeconds"] == 3600
    rule = account.policy["policy"]["rules"][0]
    assert rule["definition"]["actions"]["baseBlob"] == {"tierToArchive": {"daysAfterModificationGreaterThan": 0}}
    assert set(account.containers) == {"daily", "weekly", "reports-monthly"}
    assert account.containers["daily"].metadata == {"owner": "bi"}
    assert account.containers["weekly"].holds == ["case4711"]
    assert account.containers["weekly"].immutability["state"] == "Unlocked"
    # The account is there before anything is put into it.
    lines = [exchange.line for exchange in azure.exchanges]
    polls = [index for index, line in enumerate(lines) if "asyncoperations" in line]
    first = next(index for index, exchange in enumerate(azure.exchanges) if exchange.line.startswith("PUT acmereports/blobServices/default/containers"))
    assert len(polls) == 3 and polls[-1] < first
    # Each document is written once.
    assert lines.count("PUT acmereports/blobServices/default") == 1
    assert lines.count("PUT acmereports/managementPolicies/default") == 1


def test_the_same_container_name_in_two_accounts(project, azure):
    project.write(connection(azure) + """
storageAccounts:
  one: { connection: azure, storageAccountName: acmeone, sku: Standard_LRS }
  two: { connection: azure, storageAccountName: acmetwo, sku: Standard_LRS }
buckets:
  first: { account: one, bucketName: data }
  second: { account: two, bucketName: data }
""")
    settle(project)
    assert "data" in azure.accounts["acmeone"].containers and "data" in azure.accounts["acmetwo"].containers


def test_drift_is_told_and_repaired(project, azure):
    project.write(connection(azure) + ESTATE)
    settle(project)
    account = azure.accounts["acmereports"]
    account.service["cors"]["corsRules"] = []
    account.containers["daily"].metadata = {}
    azure.touch(account.containers["daily"])
    project.cooper("plan", "--detailed-exitcode").expect(3).mentions("drift", "cors", "metadata")
    settle(project)
    assert account.service["cors"]["corsRules"][0]["allowedOrigins"] == ["https://shop.acme.example"]
    assert account.containers["daily"].metadata == {"owner": "bi"}


def test_whole_documents_keep_what_others_wrote(project, azure):
    """hashicorp/terraform-provider-azurerm#22255, #18583: one document per account, and not all of it is Cooper's."""
    rule = {
        "name": "trim", "enabled": True, "type": "Lifecycle",
        "definition": {
            "filters": {"blobTypes": ["blockBlob", "appendBlob"]},
            "actions": {
                "baseBlob": {"delete": {"daysAfterModificationGreaterThan": 90}, "tierToCool": {"daysAfterLastAccessTimeGreaterThan": 30}},
                "snapshot": {"delete": {"daysAfterCreationGreaterThan": 10}},
            }}}
    account = azure.add_account("acmereports", policy={"policy": {"rules": [rule]}})
    account.service = {
        "cors": {"corsRules": [{"allowedOrigins": ["https://a.example"], "allowedMethods": ["GET"], "allowedHeaders": [], "exposedHeaders": [], "maxAgeInSeconds": 0}]},
        "isVersioningEnabled": True, "changeFeed": {"enabled": True, "retentionInDays": 90},
        "restorePolicy": {"enabled": True, "days": 3}, "deleteRetentionPolicy": {"enabled": True, "days": 7, "allowPermanentDelete": True},
        "defaultServiceVersion": "2020-06-12",
    }
    account.properties["networkAcls"]["ipRules"] = [{"value": "198.51.100.7", "action": "Allow"}]
    project.write(connection(azure) + """
storageAccounts:
  reports:
    connection: azure
    storageAccountName: acmereports
    sku: Standard_LRS
    softDelete: { blobs: 14d }
    networkDefault: deny
    lifecycle: { trim: { expiration: { after: 80d } } }
adopted: { storageAccounts.reports: acmereports }
consents: [{ address: storageAccounts.reports, risk: losesData, reason: shorter }]
""")
    settle(project)
    assert account.service["cors"]["corsRules"][0]["allowedOrigins"] == ["https://a.example"]
    assert account.service["changeFeed"] == {"enabled": True, "retentionInDays": 90}
    assert account.service["restorePolicy"] == {"enabled": True, "days": 3}
    assert account.service["deleteRetentionPolicy"] == {"enabled": True, "days": 14, "allowPermanentDelete": True}
    assert account.service["defaultServiceVersion"] == "2020-06-12"
    assert account.properties["networkAcls"]["ipRules"] == [{"value": "198.51.100.7", "action": "Allow"}]
    assert account.properties["networkAcls"]["defaultAction"] == "Deny"
    written = account.policy["policy"]["rules"][0]["definition"]
    assert written["filters"]["blobTypes"] == ["blockBlob", "appendBlob"]
    assert written["actions"]["baseBlob"]["delete"] == {"daysAfterModificationGreaterThan": 80}
    assert written["actions"]["baseBlob"]["tierToCool"] == {"daysAfterLastAccessTimeGreaterThan": 30}
    assert written["actions"]["snapshot"]["delete"] == {"daysAfterCreationGreaterThan": 10}


def test_deletion_stops_at_what_holds_data(project, azure):
    project.write(connection(azure) + ESTATE.replace("daily: {", "daily: { deletion: allow,").replace("monthly: {", "monthly: { deletion: allow,"))
    settle(project)
    azure.accounts["acmereports"].containers["daily"].blobs["a/b c.txt"] = b"1234"
    project.write(connection(azure) + ESTATE.split("buckets:")[0] + "buckets:\n  weekly: { account: reports, immutability: { period: 30d }, legalHold: [Case4711] }\n")
    project.cooper("apply", "--yes").expect(1, 4).mentions("daily")
    assert set(azure.accounts["acmereports"].containers) == {"daily", "weekly"}
    project.write(project.read("cooper.yaml") + "removed: { buckets.daily: purge }\n")
    project.cooper("plan").mentions("1 object", "4 ?B")
    settle(project)
    assert set(azure.accounts["acmereports"].containers) == {"weekly"}
    # An account with containers is not deleted, though Azure would.
    project.write(connection(azure) + "removed: { storageAccounts.reports: delete, buckets.weekly: forget }\n")
    project.cooper("apply", "--yes").expect(1, 4)
    assert "acmereports" in azure.accounts
    azure.accounts["acmereports"].containers.clear()
    settle(project)
    assert "acmereports" not in azure.accounts


def test_what_is_there_is_adopted(project, azure):
    azure.add_account("acmereports", sku="Standard_ZRS", tags={"a": "b"})
    azure.add_container("acmereports", "daily", metadata={"owner": "bi"})
    text = connection(azure) + """
storageAccounts:
  reports: { connection: azure, storageAccountName: acmereports, sku: Standard_ZRS, tags: { a: b } }
buckets:
  daily: { account: reports, metadata: { owner: bi } }
"""
    project.write(text)
    project.cooper("plan").expect(4).mentions("adopted")
    project.write(text + "adopted: { storageAccounts.reports: acmereports, buckets.daily: daily }\n")
    settle(project)
    assert azure.writes == []


def test_a_moved_etag_is_stale_and_says_what_moved(project, azure):
    """412 (If-Match) and a revision that moved between plan and write: exit 5, and nothing is written over."""
    project.write(connection(azure) + ESTATE)
    settle(project)
    container = azure.accounts["acmereports"].containers["daily"]
    project.replace("owner: bi", "owner: finance")

    def somebody_writes():
        container.metadata = {"owner": "hr"}
        azure.touch(container)

    # Between the look at the container and the write: the service refuses.
    azure.change_before(lambda e: e.method == "PATCH" and e.path.endswith("/containers/daily"), somebody_writes)
    project.cooper("apply", "--yes").expect(5).mentions("moved", "metadata")
    assert container.metadata == {"owner": "hr"}
    assert any(exchange.status == 412 for exchange in azure.exchanges)
    # Between a saved plan and its apply.
    project.cooper("plan", "--out", "saved.plan").expect(0)
    container.metadata = {"owner": "it"}
    azure.touch(container)
    before = len(azure.writes)
    project.cooper("apply", "saved.plan").expect(5).mentions("daily", "metadata")
    assert len(azure.writes) == before


def test_an_account_that_moved_is_stale(project, azure):
    """Resource Manager has no ETags for accounts: what was read is compared right before the write."""
    project.write(connection(azure) + ESTATE)
    settle(project)
    account = azure.accounts["acmereports"]
    project.replace("maxAge: 1h", "maxAge: 2h")
    looks = []

    def is_second_look(exchange):
        if exchange.method == "GET" and exchange.path.endswith("acmereports/blobServices/default"):
            looks.append(exchange)
        return len(looks) == 2

    azure.change_before(is_second_look, lambda: account.service.update(isVersioningEnabled=False))
    project.cooper("apply", "--yes").expect(5).mentions("revision")
    assert account.service["cors"]["corsRules"][0]["maxAgeInSeconds"] == 3600


def test_a_name_that_somebody_else_has(project, azure):
    azure.elsewhere.add("acmereports")
    project.write(connection(azure) + ESTATE)
    project.cooper("plan").expect(4).mentions("acmereports", "another resource group or subscription")
    assert azure.writes == []


def test_locking_is_a_step_of_its_own(project, azure):
    project.write(connection(azure) + ESTATE)
    settle(project)
    project.replace("immutability: { period: 30d }", "immutability: { period: 30d, locked: true }")
    project.cooper("plan").expect(4).mentions("locks retention")
    project.write(project.read("cooper.yaml") + "consents: [{ address: buckets.weekly, risk: locksRetention, reason: law }]\n")
    settle(project)
    policy = azure.accounts["acmereports"].containers["weekly"].immutability
    assert policy["state"] == "Locked"
    project.replace("period: 30d, locked", "period: 20d, locked")
    project.cooper("plan").expect(4).mentions("is locked")
    project.replace("period: 20d, locked", "period: 60d, locked")
    settle(project)
    assert azure.accounts["acmereports"].containers["weekly"].immutability["immutabilityPeriodSinceCreationInDays"] == 60


def test_data_behind_a_firewall_is_not_absent(project, azure):
    """hashicorp/terraform-provider-azurerm#2977, #15683, #27899: settings pass, data is refused; nothing is taken for gone."""
    project.write(connection(azure) + ESTATE.replace("daily: {", "daily: { deletion: allow,"))
    settle(project)
    azure.firewall.add("acmereports")
    project.cooper("plan", "--detailed-exitcode").expect(0)
    project.write(connection(azure) + ESTATE.replace("  daily: { account: reports, metadata: { owner: bi }, anonymousAccess: none }\n", ""))
    project.cooper("apply", "--yes").expect(1, 4).mentions("firewall")
    assert "daily" in azure.accounts["acmereports"].containers


def test_a_public_container_where_the_account_forbids_it(project, azure):
    project.write(connection(azure) + ESTATE.replace("anonymousAccess: none", "anonymousAccess: blob"))
    project.cooper("apply", "--yes").expect(1).mentions(r"buckets\.daily", "PublicAccessNotPermitted", "not permitted on this storage account")
    containers = azure.accounts["acmereports"].containers
    assert containers["daily"].public == "None" and {"weekly", "reports-monthly"} <= set(containers), "all else is done"
    project.replace("publicAccess: blocked", "publicAccess: allowed")
    project.write(project.read("cooper.yaml") + "consents: [{ address: storageAccounts.reports, risk: widensAccess, reason: a shop }]\n")
    settle(project)
    assert containers["daily"].public == "Blob"


KEY_ESTATE = """
storageAccounts:
  reports: { connection: azure, storageAccountName: acmereports, origin: existing, sku: Standard_LRS }
buckets:
  daily: { account: reports, metadata: { owner: bi }, anonymousAccess: blob, deletion: allow }
"""


@pytest.mark.parametrize("method", ["accountKey", "sas"])
def test_containers_by_key_and_by_signature(project, azure, method):
    """The blob service alone; Shared Key as azure-storage-blob computes it."""
    account = azure.add_account("acmereports")
    account.properties["allowBlobPublicAccess"] = True
    if method == "accountKey":
        project.environment["AZURE_KEY"] = azure.key("acmereports")
        access = "{ method: accountKey, key: env:AZURE_KEY }"
    else:
        project.environment["AZURE_SAS"] = azure.add_signature("acmereports")
        access = "{ method: sas, token: env:AZURE_SAS }"
    project.write(connection(azure, access) + KEY_ESTATE.replace(", sku: Standard_LRS", ""))
    settle(project)
    container = account.containers["daily"]
    assert container.metadata == {"owner": "bi"} and container.public == "Blob"
    # Stored access policies go back as they came.
    container.policies = "<SignedIdentifiers><SignedIdentifier><Id>x</Id></SignedIdentifier></SignedIdentifiers>"
    project.replace("anonymousAccess: blob", "anonymousAccess: none")
    settle(project)
    assert container.public == "None" and "<Id>x</Id>" in container.policies
    project.write(connection(azure, access) + KEY_ESTATE.split("buckets:")[0].replace(", sku: Standard_LRS", ""))
    settle(project)
    assert account.containers == {}
    assert not any(exchange.path.startswith("/subscriptions") for exchange in azure.exchanges)


def test_a_wrong_key_is_told_once(project, azure):
    azure.add_account("acmereports")
    project.environment["AZURE_KEY"] = "d3Jvbmc="
    project.write(connection(azure, "{ method: accountKey, key: env:AZURE_KEY }") + KEY_ESTATE.replace(", sku: Standard_LRS", ""))
    result = project.cooper("plan").expect(1, 4).mentions("access.key", "AuthenticationFailed")
    assert "d3Jvbmc=" not in result.output
    assert len(azure.exchanges) <= 2


def test_the_secret_of_an_application_is_wrong(project, azure):
    project.environment["AZURE_SECRET"] = "canary-of-a-secret"
    project.write(connection(azure) + ESTATE)
    result = project.cooper("plan").expect(1, 4).mentions("AADSTS7000215", "clientSecret")
    assert "canary-of-a-secret" not in result.output


def test_an_application_with_a_certificate(project, azure, tmp_path):
    import subprocess

    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=cooper", "-days", "2", "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    azure.certificate = certificate.read_bytes()
    project.environment["AZURE_PEM"] = key.read_text() + certificate.read_text()
    access = f"{{ method: servicePrincipalCertificate, clientId: {CLIENT}, certificate: env:AZURE_PEM }}"
    project.write(connection(azure, access) + ESTATE)
    settle(project)


def test_identities_without_a_secret(project, azure, tmp_path):
    azure.add_account("acmereports", sku="Standard_LRS")
    estate = "\nstorageAccounts:\n  reports: { connection: azure, storageAccountName: acmereports, origin: existing }\n"
    # Managed identity.
    project.environment["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = azure.endpoint
    project.write(connection(azure, "{ method: managedIdentity }") + estate)
    project.cooper("plan").expect(0)
    assert azure.token_requests[-1][1] == "machine"
    # Workload identity.
    azure.federated = "a.federated.token"
    token = tmp_path / "token"
    token.write_text("a.federated.token\n")
    project.environment["AZURE_CLIENT_ID"] = CLIENT
    project.environment["AZURE_FEDERATED_TOKEN_FILE"] = str(token)
    project.write(connection(azure, "{ method: workloadIdentity }") + estate)
    project.cooper("plan").expect(0)
    assert azure.token_requests[-1][1] == "application"


def test_a_chain_that_fails_lists_every_source(project, azure):
    project.environment["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = "http://127.0.0.1:1"
    project.write(connection(azure, "{ method: default }") + ESTATE)
    project.cooper("plan").expect(1, 4).mentions("AZURE_CLIENT_ID is not set", "AZURE_FEDERATED_TOKEN_FILE", "managed identity: nobody answers")


def test_a_token_is_renewed_before_it_ends(project, azure):
    azure.lifetime = 200
    project.write(connection(azure) + ESTATE)
    settle(project)
    assert len([entry for entry in azure.token_requests if entry[0].startswith("https://management")]) > 4


def test_another_subscription_and_another_tenant(project, azure):
    project.write(connection(azure).replace(SUBSCRIPTION, SUBSCRIPTION[:-1] + "9") + ESTATE)
    project.cooper("plan").expect(1, 4).mentions("can't see subscription")
    project.write(connection(azure, "{ method: managedIdentity }").replace(TENANT, TENANT[:-1] + "9") + ESTATE)
    project.environment["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = azure.endpoint
    project.cooper("plan").expect(1, 4).mentions(f"is in tenant {TENANT}")
    assert azure.writes == []


def test_settings_of_the_account_on_a_container_point_there(project, azure):
    project.write(connection(azure) + """
storageAccounts:
  reports: { connection: azure, storageAccountName: acmereports, sku: Standard_LRS }
buckets:
  daily: { account: reports, cors: [], versioning: enabled, softDelete: 7d, lifecycle: {} }
""")
    result = project.cooper("validate").expect(65)
    for facet in ("cors", "versioning", "softDelete", "lifecycle"):
        result.mentions(rf"{facet} at the account:\s+storageAccounts")


def test_plans_list_calls_with_their_permissions(project, azure):
    project.write(connection(azure) + ESTATE)
    plan = json.loads(project.cooper("plan", "--format", "json").expect(0).stdout)
    changes = {change["address"]: change for change in plan["changes"]}
    calls = {(call["method"], call["permission"]) for call in changes["storageAccounts.reports"]["calls"]}
    assert ("PUT", "Microsoft.Storage/storageAccounts/write") in calls
    assert ("PUT", "Microsoft.Storage/storageAccounts/blobServices/write") in calls
    assert ("PUT", "Microsoft.Storage/storageAccounts/managementPolicies/write") in calls
    assert changes["buckets.daily"]["dependsOn"] == ["storageAccounts.reports"]


PRINCIPAL_ID = "00000000-1111-2222-3333-444444444444"


def test_a_grant_is_roles_on_containers(project, azure):
    """FB-33: Storage Blob Data Contributor for the vendor's object id, at the container's scope; others' roles stay."""
    azure.add_account("acmereports")
    azure.add_container("acmereports", "daily")
    azure.add_container("acmereports", "weekly")
    text = connection(azure) + """
storageAccounts:
  reports: { connection: azure, storageAccountName: acmereports, origin: existing }
buckets:
  daily: { account: reports, origin: existing }
  weekly: { account: reports, origin: existing }
"""
    scope = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Storage/storageAccounts/acmereports/blobServices/default/containers/"
    theirs = {"id": "x", "name": "x", "properties": {"roleDefinitionId": "/x/y", "principalId": PRINCIPAL_ID, "scope": scope + "daily"}}
    azure.assignments[(scope + "daily", "x")] = theirs

    def roles():
        return sorted(
            (key[0].split("/")[-1], entry["properties"]["roleDefinitionId"].split("/")[-1][:8], entry["properties"]["principalId"])
            for key, entry in azure.assignments.items() if entry is not theirs)

    grant = f"grants:\n  flashback: {{ bucket: [daily, weekly], allow: backup, to: [{{ azure: {PRINCIPAL_ID} }}] }}\n"
    project.write(text + grant)
    settle(project)
    assert roles() == [("daily", "ba92f5b4", PRINCIPAL_ID), ("weekly", "ba92f5b4", PRINCIPAL_ID)]
    # Less for the same: the old role goes, the new one comes.
    project.write(text + grant.replace("backup", "readOnly") + f"consents: [{{ address: grants.flashback, risk: widensAccess, reason: x }}]\n")
    settle(project)
    assert roles() == [("daily", "2a2b9908", PRINCIPAL_ID), ("weekly", "2a2b9908", PRINCIPAL_ID)]
    # A container that the grant no longer names keeps no role.
    project.write(text + grant.replace("backup", "readOnly").replace("[daily, weekly]", "daily"))
    settle(project)
    assert roles() == [("daily", "2a2b9908", PRINCIPAL_ID)]
    project.write(text + grant.replace("backup", "readOnly") + f"consents: [{{ address: grants.flashback, risk: widensAccess, reason: x }}]\n")
    settle(project)
    # Drift.
    for key in [key for key, entry in azure.assignments.items() if entry is not theirs and key[0].endswith("weekly")]:
        del azure.assignments[key]
    project.plan().expect(3)
    settle(project)
    project.write(text + "removed: { grants.flashback: delete }\n")
    settle(project)
    assert roles() == [] and len(azure.assignments) == 1
    # A prefix is a condition; another one is a write over the same assignment.
    consent = "consents: [{ address: grants.flashback, risk: widensAccess, reason: x }]\n"
    for prefix in ("in/", "o'ut/"):
        project.write(text + consent + grant.replace("bucket: [daily, weekly]", f"bucket: daily, prefix: {prefix}"))
        settle(project)
        (entry,) = [entry["properties"] for entry in azure.assignments.values() if entry is not theirs]
        assert entry["conditionVersion"] == "2.0" and "StringStartsWith '%s'" % prefix.replace("'", "''") in entry["condition"]
    # An account that the grant no longer names keeps no role of it, and others' stay.
    azure.add_account("acmelogs")
    azure.add_container("acmelogs", "weekly")
    two = text.replace("buckets:", "  logs: { connection: azure, storageAccountName: acmelogs, origin: existing }\nbuckets:").replace(
        "  weekly:", "  remote: { account: logs, bucketName: weekly, origin: existing }\n  weekly:")
    project.write(two + consent + grant.replace("[daily, weekly]", "[daily, remote]"))
    settle(project)
    other = scope.replace("acmereports", "acmelogs") + "weekly"
    azure.assignments[(other, "x")] = {"id": "x", "name": "x", "properties": {"roleDefinitionId": "/x/y", "principalId": PRINCIPAL_ID, "scope": other}}
    assert len([key for key in azure.assignments if key[0] == other]) == 2
    project.write(two + consent + grant.replace("[daily, weekly]", "daily"))
    project.plan().expect(2).mentions("grants.flashback", "acmelogs")
    settle(project)
    assert [key for key in azure.assignments if key[0] == other] == [(other, "x")]
    del azure.assignments[(other, "x")]
    # At the account's scope it is one assignment.
    project.write(text + consent + grant.replace("allow:", "scope: account, allow:"))
    settle(project)
    (key,) = [key for key, entry in azure.assignments.items() if entry is not theirs]
    assert key[0].endswith("/storageAccounts/acmereports")
    project.plan().expect(0)
    project.write(text + grant.replace("allow: backup", "prefix: in/, allow: admin"))
    project.cooper("validate").expect(65).mentions("AZU0120", "take prefix out")


def test_an_account_and_its_container_are_imported(project, azure):
    """The account without a block; the container's block says which account it is in."""
    azure.add_account("acmereports")
    azure.add_container("acmereports", "daily", metadata={"owner": "bi"})
    project.write(connection(azure))
    project.cooper("import", "storageAccounts.reports", "acmereports", "--connection", "azure").expect(0)
    project.cooper("plan", "--detailed-exitcode").expect(0)
    project.write(project.read("cooper.yaml") + "buckets:\n  daily: { account: reports, metadata: { owner: bi } }\n")
    project.cooper("import", "buckets.daily", "daily").expect(0)
    project.cooper("plan", "--detailed-exitcode").expect(0)
    assert not azure.writes
