"""Managed policies at AWS: made, attached, changed by versions, repaired, adopted and removed."""

import json
import urllib.parse

import pytest
from botocore.exceptions import ClientError

from support import estates

ACCOUNT = "123456789012"
ARN = f"arn:aws:iam::{ACCOUNT}:policy/teams/acme-read"


def text(moto, body, account=True):
    more = f"  account: \"{ACCOUNT}\"\n" if account else ""
    return estates.project(estates.connection("aws", moto.endpoint, more=more), body, name="policies")


def document(actions):
    return {"Version": "2012-10-17", "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": actions, "Resource": "arn:aws:s3:::acme-data/*"}]}


POLICY = """
policies:
  read:
    connection: aws
    policyName: acme-read
    path: /teams/
    description: Reads what arrives
    document: {0}
    tags: {{ team: storage }}
    deletion: allow
"""
USERS = """
identities:
  reader:
    type: role
    connection: aws
    trust: [{ service: ec2.amazonaws.com }]
    policies: ["$(policies.read.arn)"]
    permissionsBoundary: $(policies.read.arn)
    deletion: allow
  etl: { type: accessKey, connection: aws, keys: { to: { env: out/etl.env } }, policies: ["$(policies.read.arn)"], deletion: allow }
"""


def policy(actions):
    return POLICY.format(json.dumps(document(actions)))


def in_force(iam, arn=ARN):
    current = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    value = iam.get_policy_version(PolicyArn=arn, VersionId=current)["PolicyVersion"]["Document"]
    return json.loads(urllib.parse.unquote(value)) if isinstance(value, str) else value


def versions(iam, arn=ARN):
    return [v["VersionId"] for v in iam.list_policy_versions(PolicyArn=arn)["Versions"]]


@pytest.mark.parametrize("account", [True, False])
def test_a_policy_is_made_attached_changed_repaired_and_removed(project, moto, account):
    iam = moto.client("iam")
    project.write(text(moto, policy("s3:GetObject") + USERS, account))
    plan = project.plan().expect(2)
    if not account:
        plan.mentions(r"known after apply: policies\.read\.arn")
    project.converge()
    project.cooper("drift").expect(0)
    made = iam.get_policy(PolicyArn=ARN)["Policy"]
    assert (made["Path"], made["Description"]) == ("/teams/", "Reads what arrives")
    assert made["Tags"] == [{"Key": "team", "Value": "storage"}]
    assert in_force(iam) == document("s3:GetObject") and versions(iam) == ["v1"]
    assert project.cooper("output", "policies.read.arn").expect(0).stdout.strip() == ARN
    role = iam.get_role(RoleName="reader")["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == ARN
    assert [p["PolicyArn"] for p in iam.list_attached_role_policies(RoleName="reader")["AttachedPolicies"]] == [ARN]
    assert [p["PolicyArn"] for p in iam.list_attached_user_policies(UserName="etl")["AttachedPolicies"]] == [ARN]

    # A change is another version; of the five that there may be the oldest makes room, and the plan says that it may.
    for number, actions in enumerate(["s3:GetObject*", "s3:GetObjectTagging", "s3:GetObjectAcl", "s3:GetObjectVersion"], 2):
        project.write(text(moto, policy(actions) + USERS, account))
        project.converge()
        assert versions(iam)[-1] == f"v{number}"
    project.write(text(moto, policy(["s3:GetObject", "s3:GetObjectAttributes"]) + USERS, account))
    (change,) = project.plan_document()["changes"]
    assert [call["permission"] for call in change["calls"]] == ["iam:DeletePolicyVersion", "iam:CreatePolicyVersion"]
    assert change["calls"][0]["method"] == "POST"
    project.plan().expect(2).mentions("version v1 is deleted", "keeps 5 versions")
    project.converge()
    assert sorted(versions(iam)) == ["v2", "v3", "v4", "v5", "v6"]
    assert in_force(iam)["Statement"][0]["Action"] == ["s3:GetObject", "s3:GetObjectAttributes"]

    # Somebody puts an earlier version in force, and other labels on it.
    iam.set_default_policy_version(PolicyArn=ARN, VersionId="v2")
    iam.tag_policy(PolicyArn=ARN, Tags=[{"Key": "team", "Value": "web"}, {"Key": "other", "Value": "x"}])
    project.cooper("drift").expect(3)
    project.plan().expect(3)
    project.converge()
    assert in_force(iam)["Statement"][0]["Action"] == ["s3:GetObject", "s3:GetObjectAttributes"]
    # The one in force was the oldest: another one left.
    assert sorted(versions(iam)) == ["v2", "v4", "v5", "v6", "v7"]
    assert iam.get_policy(PolicyArn=ARN)["Policy"]["Tags"] == [{"Key": "team", "Value": "storage"}]

    # What only its making gives is never changed unasked, nor passed over.
    project.replace("Reads what arrives", "Something else")
    project.plan().expect(4).mentions("Reads what arrives", "keeps the description")
    project.replace("Something else", "Reads what arrives")
    project.replace("path: /teams/", "path: /other/")
    project.plan().expect(4).mentions("/teams/", "another path")

    # Removed together with those that attach it: these go first.
    project.write(text(moto, "", account))
    project.apply().expect(0)
    for call in (lambda: iam.get_policy(PolicyArn=ARN), lambda: iam.get_role(RoleName="reader")):
        with pytest.raises(ClientError, match="NoSuchEntity"):
            call()
    project.expect_no_changes()


def test_a_policy_that_others_attach_stays_and_they_are_named(project, moto):
    iam = moto.client("iam")
    project.write(text(moto, policy("s3:GetObject") + USERS))
    project.converge()
    iam.create_group(GroupName="analysts")
    iam.attach_group_policy(GroupName="analysts", PolicyArn=ARN)
    project.write(text(moto, ""))
    # Told before anything is deleted: the role and the user, which are Cooper's, let go of it in this very plan.
    plan = project.plan_document()
    assert {c["address"] for c in plan["changes"]} == {"identities.reader", "identities.etl"}
    (blocked,) = plan["blocked"]
    assert blocked["address"] == "policies.read" and [w for w in blocked["why"] if "reader" in w or "etl" in w] == []
    project.apply().expect(4).mentions("group analysts has it attached.*", "detach it there", r"removed: \{ policies\.read: forget")
    assert in_force(iam) == document("s3:GetObject")
    iam.detach_group_policy(GroupName="analysts", PolicyArn=ARN)
    (change,) = project.plan_document()["changes"]
    assert [call["permission"] for call in change["calls"]] == ["iam:DeletePolicyVersion", "iam:DeletePolicy"]
    project.apply().expect(0)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_policy(PolicyArn=ARN)


def test_a_policy_stays_as_long_as_a_role_that_is_blocked_has_it(project, moto):
    """What would let go of it can't be done itself: then the policy isn't begun with either."""
    iam = moto.client("iam")
    project.write(text(moto, policy("s3:GetObject") + USERS))
    project.converge()
    iam.put_role_policy(RoleName="reader", PolicyName="theirs", PolicyDocument=json.dumps(document("s3:GetObject")))
    project.write(text(moto, ""))
    plan = project.plan_document()
    why = {blocked["address"]: " ".join(blocked["why"]) for blocked in plan["blocked"]}
    assert set(why) == {"identities.reader", "policies.read"}
    assert "inline policy theirs was written by others" in why["identities.reader"]
    assert "role reader has it attached" in why["policies.read"] and "etl" not in why["policies.read"]


def test_versions_that_moved_since_the_plan_are_not_deleted_unseen(project, moto):
    iam = moto.client("iam")
    project.write(text(moto, policy("s3:GetObject")))
    project.converge()
    for number in range(3):
        iam.create_policy_version(PolicyArn=ARN, PolicyDocument=json.dumps(document(f"s3:Get{number}")))
    # Four: nothing has to go, and the plan doesn't say so.
    project.write(text(moto, policy("s3:PutObject")))
    (change,) = project.plan_document()["changes"]
    assert [call["permission"] for call in change["calls"]] == ["iam:CreatePolicyVersion"]
    assert "is deleted" not in project.plan().expect(2).output
    project.cooper("plan", "--out", "plan.json").expect(0)
    iam.create_policy_version(PolicyArn=ARN, PolicyDocument=json.dumps(document("s3:Get4")))
    project.apply("plan.json").expect(5).mentions("v1")
    assert len(versions(iam)) == 5
    project.plan().expect(2).mentions("version v2 is deleted")
    project.converge()
    assert sorted(versions(iam)) == ["v1", "v3", "v4", "v5", "v6"]


def test_detached_before_it_is_deleted_where_the_role_stays(project, moto):
    project.write(text(moto, policy("s3:GetObject") + USERS))
    project.converge()
    without = USERS.replace('["$(policies.read.arn)"]', "[]").replace("    permissionsBoundary: $(policies.read.arn)\n", "")
    project.write(text(moto, without))
    iam = moto.client("iam")
    # A boundary that is no longer written stays in force, and would name a policy that is gone.
    project.apply().expect(4).mentions("role reader has it attached, or as its boundary")
    assert in_force(iam)
    iam.delete_role_permissions_boundary(RoleName="reader")
    project.apply().expect(0)
    project.expect_no_changes()
    assert iam.list_attached_role_policies(RoleName="reader")["AttachedPolicies"] == []
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_policy(PolicyArn=ARN)


def test_nothing_of_iam_goes_unasked(project, moto):
    project.write(text(moto, (policy("s3:GetObject") + USERS).replace("    deletion: allow\n", "").replace(", deletion: allow", "")))
    project.converge()
    project.write(text(moto, ""))
    project.apply().expect(4).mentions(r"removed: \{ policies\.read: delete \}", r"removed: \{ identities\.reader: forget \}", "protect")
    assert in_force(moto.client("iam"))
    project.write(text(moto, "removed: { policies.read: delete, identities.reader: delete, identities.etl: forget }\n"))
    moto.client("iam").detach_user_policy(UserName="etl", PolicyArn=ARN)
    project.apply().expect(0)
    moto.client("iam").get_user(UserName="etl")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        moto.client("iam").get_policy(PolicyArn=ARN)


@pytest.mark.parametrize("name", ["acme-read", ARN])
def test_a_policy_that_is_there_is_adopted(project, moto, name):
    iam = moto.client("iam")
    iam.create_policy(
        PolicyName="acme-read", Path="/teams/", PolicyDocument=json.dumps(document("s3:GetObject")),
        Description="Reads what arrives", Tags=[{"Key": "team", "Value": "storage"}])
    project.write(text(moto, policy("s3:GetObject")))
    project.plan().expect(4).mentions("adopted")
    project.write(text(moto, policy("s3:GetObject") + f"adopted: {{ policies.read: \"{name}\" }}\n"))
    project.converge()
    assert versions(iam) == ["v1"]
    # Another document over that of others needs a consent.
    project.cooper("state", "forget", "policies.read").expect(0)
    project.write(text(moto, policy("s3:PutObject") + f"adopted: {{ policies.read: \"{name}\" }}\n"))
    project.plan().expect(4).mentions("overwrites")


def test_an_arn_of_another_account_is_not_adopted(project, moto):
    moto.client("iam").create_policy(PolicyName="acme-read", Path="/teams/", PolicyDocument=json.dumps(document("s3:GetObject")))
    other = ARN.replace(ACCOUNT, "999999999999")
    project.write(text(moto, policy("s3:GetObject") + f"adopted: {{ policies.read: \"{other}\" }}\n"))
    project.plan().expect(65, 1).mentions("PLN0013", "999999999999")


@pytest.mark.parametrize("name, is_declared", [("acme-read", True), (ARN, True), (ARN, False)])
def test_a_policy_is_imported(project, moto, name, is_declared):
    iam = moto.client("iam")
    iam.create_policy(
        PolicyName="acme-read", Path="/teams/", PolicyDocument=json.dumps(document("s3:GetObject")),
        Description="Reads what arrives", Tags=[{"Key": "team", "Value": "storage"}])
    project.write(text(moto, policy("s3:GetObject") if is_declared else ""))
    project.cooper("import", "policies.read", name).expect(0).mentions("imported policies.read")
    project.expect_no_changes()
    if not is_declared:
        assert "path: /teams/" in project.read("imported/read.yaml") and "Reads what arrives" in project.read("imported/read.yaml")
    assert versions(iam) == ["v1"]


@pytest.mark.parametrize("name", ["acme-read", ARN.replace("/teams/", "/old/")])
def test_a_policy_at_another_path_is_told_and_not_made_twice(project, moto, name):
    iam = moto.client("iam")
    iam.create_policy(PolicyName="acme-read", Path="/old/", PolicyDocument=json.dumps(document("s3:GetObject")))
    adopted = f"adopted: {{ policies.read: \"{name}\" }}\n"
    for more in (adopted, ""):
        project.write(text(moto, policy("s3:GetObject") + more))
        project.apply().expect(4).mentions("AWS0019", "at path /old/", "the YAML says /teams/", "path: /old/")
    assert [p["Path"] for p in iam.list_policies(Scope="Local")["Policies"]] == ["/old/"]
    project.write(text(moto, policy("s3:GetObject").replace("/teams/", "/old/").replace("    description: Reads what arrives\n", "")
                       .replace("    tags: { team: storage }\n", "") + adopted))
    project.converge()


def test_who_may_not_list_policies_plans_all_the_same(project, moto, proxy):
    project.write(text(proxy, policy("s3:GetObject")))
    proxy.inject("status", "POST ListPolicies", status=403, code="AccessDenied")
    project.plan().expect(2)
    proxy.clear()
    project.converge()


def test_an_existing_policy_is_only_referred_to(project, moto):
    iam = moto.client("iam")
    iam.create_policy(PolicyName="acme-read", PolicyDocument=json.dumps(document("s3:GetObject")))
    project.write(text(moto, """
policies: { read: { connection: aws, policyName: acme-read, origin: existing } }
identities: { reader: { type: role, connection: aws, trust: [{ service: ec2.amazonaws.com }], policies: ["$(policies.read.arn)"], deletion: allow } }
"""))
    project.converge()
    project.write(text(moto, ""))
    project.apply().expect(0)
    assert versions(iam, ARN.replace("/teams", "")) == ["v1"]


def test_what_iam_refuses_is_found_without_asking_it(project, moto):
    long = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": [f"arn:aws:s3:::acme-{n:04}/*" for n in range(260)]}]}
    project.write(text(moto, POLICY.format(json.dumps(long, indent=1).replace("\n", " "))))
    project.cooper("validate").expect(65).mentions("MPO0003", r"cooper\.yaml:\d+", "6144|6,144")
    # White space isn't counted: just below the limit, with thousands of spaces in what is written.
    fits = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": [f"arn:aws:s3:::acme-{n:04}/*" for n in range(220)]}]}
    written = json.dumps(fits).replace(", ", "," + " " * 20)
    assert len(json.dumps(fits, separators=(",", ":"))) < 6144 < len(written)
    project.write(text(moto, POLICY.format(written)))
    project.cooper("validate").expect(0)
    principal = document("s3:GetObject")
    principal["Statement"][0]["Principal"] = "*"
    project.write(text(moto, POLICY.format(json.dumps(principal))))
    project.cooper("validate").expect(65).mentions("MPO0002", r"cooper\.yaml:\d+")


def test_a_policy_that_cannot_be_seen_is_unknown_and_never_made(project, moto, proxy):
    project.write(text(proxy, policy("s3:GetObject")))
    project.converge()
    proxy.inject("status", lambda e: "Policy" in e.operation, status=403)
    project.plan().expect(4)
    proxy.clear()
    project.expect_no_changes()


def test_killed_while_it_is_made_or_changed(project, moto, proxy):
    from test_iam import kill_at

    iam = moto.client("iam")
    project.write(text(proxy, policy("s3:GetObject")))
    kill_at(project, moto, proxy, "CreatePolicy")
    project.converge()
    assert versions(iam) == ["v1"]
    project.write(text(proxy, policy("s3:PutObject")))
    kill_at(project, moto, proxy, "CreatePolicyVersion")
    project.converge()
    assert versions(iam) == ["v1", "v2"] and in_force(iam) == document("s3:PutObject")


# Linters of other makers


LINTED = """
buckets:
  data: { connection: aws, bucketName: acme-data, deletion: purge }
policies:
  read:
    connection: aws
    document:
      Version: "2012-10-17"
      Statement:
        - { Sid: List, Effect: Allow, Action: ["s3:ListBucket"], Resource: ["$(buckets.data.arn)"] }
        - { Sid: Read, Effect: Allow, Action: ["s3:GetObject"], Resource: ["$(buckets.data.arn)/*"] }
identities:
  everybody:
    type: role
    connection: aws
    trust:
      - { aws: "arn:aws:iam::444455556666:root", externalId: bbbb }
      - { aws: "arn:aws:iam::444455556666:role/x" }
      - { service: ec2.amazonaws.com }
      - { oidc: token.actions.githubusercontent.com, subject: "repo:acme/storage:*" }
      - { party: flashback, externalId: chosen }
    policies: ["$(policies.read.arn)"]
  planner: { type: role, connection: aws, trust: [{ service: ec2.amazonaws.com }], permissions: { cooper: plan, names: "acme-*" } }
  applier: { type: role, connection: aws, trust: [{ service: ec2.amazonaws.com }], permissions: { cooper: apply, names: "acme-*" } }
  etl: { type: accessKey, connection: aws, keys: { to: { env: out/etl.env } } }
  etl2: { type: accessKey, connection: aws, keys: { to: { env: out/etl2.env } } }
  owner: { type: role, connection: aws, trust: [{ service: ec2.amazonaws.com }] }
grants:
  owner: { bucket: data, allow: admin, through: identityPolicy, to: [{ identity: owner }] }
"""
LEVELS = ["readOnly", "readWrite", "backup", "replicate"]


def test_linters_accept_every_policy_that_stands_at_iam(make_project, moto, tmp_path):
    """parliament for policies of IAM, cfn-lint for these and for trust, of roles, users and managed policies as they are kept."""
    import parliament
    from test_documents import lint

    connections = estates.connection("aws", moto.endpoint, more=f"  account: \"{ACCOUNT}\"\n") + (
        "flashback: { type: flashback, endpoint: https://backend.flashback.tech, workspace: w, access: { token: env:FB } }\n")
    body = LINTED
    for who in ("everybody", "etl", "etl2"):
        for level in LEVELS:
            # All eight are too long for a user.
            for prefix in {"everybody": ("", "prefix: in/, "), "etl": ("",), "etl2": ("prefix: in/, ",)}[who]:
                name = f"{who}-{level}{'-in' if prefix else ''}".lower()
                body += f"  {name}: {{ bucket: data, {prefix}allow: {level}, through: identityPolicy, to: [{{ identity: {who} }}] }}\n"
    project = make_project(estates.project(connections, body, name="linted"), {**moto.environment, "FB": "t"})
    project.converge()
    iam = moto.client("iam")
    resources = {}
    for number, role in enumerate(iam.list_roles()["Roles"]):
        trust = iam.get_role(RoleName=role["RoleName"])["Role"]["AssumeRolePolicyDocument"]
        resources[f"R{number}"] = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
    found = [in_force(iam, f"arn:aws:iam::{ACCOUNT}:policy/read")]
    for kind, names in (("role", ["everybody", "planner", "applier", "owner"]), ("user", ["etl", "etl2"])):
        for name in names:
            word = kind.capitalize() + "Name"
            for policy_name in getattr(iam, f"list_{kind}_policies")(**{word: name})["PolicyNames"]:
                document = getattr(iam, f"get_{kind}_policy")(**{word: name, "PolicyName": policy_name})["PolicyDocument"]
                found.append(document if isinstance(document, dict) else json.loads(urllib.parse.unquote(document)))
    assert len(found) == 7 and len(resources) == 4
    for number, document in enumerate(found):
        issues = [f for f in parliament.analyze_policy_string(json.dumps(document)).findings if f.issue != "RESOURCE_STAR"]
        if "s3:*" in json.dumps(document):
            # Every action on the bucket and what is in it: the linter counts those on other things as out of place.
            issues = [f for f in issues if f.issue != "RESOURCE_MISMATCH"]
        if "s3:PutBucketPolicy" in json.dumps(document):
            # Who applies writes policies of buckets, and could write one for itself: that is what the role is for.
            issues = [f for f in issues if f.issue != "RESOURCE_POLICY_PRIVILEGE_ESCALATION"]
        assert [(f.issue, str(f.detail)) for f in issues] == []
        kind = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document}}
        if number:
            kind = {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": document, "PolicyName": "p", "Roles": ["r"]}}
        resources[f"P{number}"] = kind
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}
    done = lint(template, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    resources["R0"]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Effect"] = "Perhaps"
    assert lint(template, tmp_path).returncode != 0, "a linter that accepts everything shows nothing"
