"""Every way in which AWS credentials are found, with the program as users have it, against moto that checks signatures."""

import hashlib
import json
import os
import stat
import sys
import urllib.parse

import pytest

from support import estates
from support.credential_servers import (
    Container, GitHubActions, IdentityCenter, InstanceMetadata, TokenService, role_keys, stamp,
)

STATIC = "access: { method: static, accessKeyId: env:KEY, secretAccessKey: env:SECRET }"
OFF = {"AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture
def keys(moto):
    return role_keys(moto)


@pytest.fixture
def serve():
    servers = []

    def begin(server):
        servers.append(server)
        return server

    yield begin
    for server in servers:
        server.stop()


@pytest.fixture
def world(make_project, moto, keys):
    """A project whose connection signs in as `access` says; nothing that was secret is ever in what it prints."""

    def make(access, environment=None, config=None, endpoint=None, more="", names="first second", facets="tags: { a: b }"):
        text = estates.small(endpoint or moto.endpoint, names, facets, more=more).replace(STATIC, f"access: {access}")
        project = make_project(text, environment)
        if config is not None:
            write_home(project, ".aws/config", config)
        run = project.cooper

        def watched(*arguments, **options):
            result = run(*arguments, **options)
            for secret in (keys["SecretAccessKey"], keys["SessionToken"], moto.secret):
                assert secret not in result.output
            assert "canary" not in result.output, result.output
            return result

        project.cooper = watched
        return project

    return make


def write_home(project, name, text, mode=0o600):
    path = os.path.join(project.home, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def converges(project):
    """Applies and plans at the level that says most."""
    project.apply("--log-level", "debug").expect(0)
    project.expect_no_changes()


def signed_in(project, *words):
    """What `check` says of the credentials; that moto isn't like AWS in all things is another step's matter."""
    (report,) = project.cooper("check", "--format", "json").json["connections"]
    steps = [step for step in report["steps"] if step["name"] == "credentials"]
    assert len(steps) == 1 and steps[0]["verdict"] == "good", steps
    for word in words:
        assert word in steps[0]["detail"], steps


def forms(exchanges):
    """What STS was asked, action by action."""
    found = [dict(urllib.parse.parse_qsl(e.body.decode())) for e in exchanges if e.method == "POST"]
    return [form for form in found if form["Action"] != "GetCallerIdentity"]


# Instance and container.


@pytest.mark.parametrize("method", ["default", "instance"])
def test_instance_metadata(world, serve, keys, method):
    service = serve(InstanceMetadata(keys))
    project = world(f"{{ method: {method} }}", {"AWS_EC2_METADATA_SERVICE_ENDPOINT": service.endpoint})
    converges(project)
    # Two commands, three questions each: a session, the role's name, its keys.
    assert [asked.method for asked in service.asked] == ["PUT", "GET", "GET"] * 2
    signed_in(project, "role web-server of this instance", "assumed-role/cooper")
    service.role = None
    project.plan().expect(1).mentions("AWS0003", "the instance has no role")


def test_no_proxy_sees_the_session_of_the_metadata_service(world, serve, keys):
    service, proxy = serve(InstanceMetadata(keys)), serve(InstanceMetadata(keys))
    project = world("{ method: instance }", {
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": service.endpoint, "http_proxy": proxy.endpoint,
    })
    project.cooper("plan", "--log-level", "debug")
    assert [asked.method for asked in service.asked] == ["PUT", "GET", "GET"]
    assert all("x-aws-ec2-metadata-token" not in asked.headers for asked in proxy.asked)


def test_every_source_is_named(world):
    from support.processes import free_port

    dead = f"http://127.0.0.1:{free_port()}"
    project = world("{ method: default }", {"AWS_EC2_METADATA_SERVICE_ENDPOINT": dead})
    result = project.plan().expect(1).mentions("AWS0003", r'connection "?m"?')
    order = [
        "environment: AWS_ACCESS_KEY_ID", "web identity: AWS_WEB_IDENTITY_TOKEN_FILE", "profile default: ~/.aws/config",
        "profile default: ~/.aws/credentials", "container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        f"instance metadata: nothing answers at {dead}",
    ]
    places = [result.output.index(words) for words in order]
    assert places == sorted(places)
    project.plan(env=OFF).expect(1).mentions("switched off by AWS_EC2_METADATA_DISABLED")


def test_container(world, serve, keys, tmp_path):
    token = tmp_path / "token"
    token.write_text("Bearer token-canary\n")
    service = serve(Container(keys, "Bearer token-canary"))
    variables = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": service.endpoint + "/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": token,
    }
    converges(world("{ method: container }", variables))
    project = world("{ method: default }", {**variables, **OFF}, names="third")
    converges(project)
    token.write_text("Bearer wrong-canary")
    # It is set up and fails: the instance isn't asked.
    result = project.plan().expect(1).mentions("AWS0003", r"gives no keys \(HTTP 403\)")
    assert "instance metadata" not in result.output
    before = len(service.asked)
    for address in ("http://192.0.2.1/v1/credentials", f"http://localhost.example:{service.port}/v1/credentials"):
        project.plan(env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": address}).expect(1).mentions("which is not this machine")
    assert len(service.asked) == before


def test_keys_are_renewed_once_in_the_middle_of_a_run(world, serve, moto, proxy, tmp_path):
    """A session that nears its end while calls are in flight: one look-up for all of them."""
    first, second = role_keys(moto), role_keys(moto)
    service = serve(Container(lambda count: first if count == 1 else second, "t", lifetimes=(304, 3600)))
    names = " ".join(f"bucket-{index}" for index in range(20))
    project = world("{ method: container }", {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": service.endpoint + "/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "t",
    }, endpoint=proxy.endpoint, names=names)
    proxy.inject("slow", "PUT bucket", seconds=6, times=20)
    project.apply().expect(0)
    assert len(service.asked) == 2
    used = [e.headers["Authorization" if "Authorization" in e.headers else "authorization"] for e in proxy.exchanges]
    assert first["AccessKeyId"] in used[0] and second["AccessKeyId"] in used[-1]
    service.lifetimes = [3600]
    project.expect_no_changes()


# Profiles.


@pytest.fixture
def program(tmp_path, keys):
    """A program without a shell that prints keys and keeps its arguments, directory and standard input."""
    path, notes = tmp_path / "my keys", tmp_path / "notes"
    document = {
        "Version": 1, "AccessKeyId": keys["AccessKeyId"], "SecretAccessKey": keys["SecretAccessKey"],
        "SessionToken": keys["SessionToken"], "Expiration": stamp(3600).replace("Z", "+00:00"),
    }
    path.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        f"open({str(notes)!r}, 'a').write(json.dumps([sys.argv[1:], os.getcwd(), sys.stdin.read()]) + '\\n')\n"
        f"sys.stderr.write('stderr-canary')\nprint({json.dumps(document)!r})\n"
    )
    path.chmod(0o700)

    def calls():
        return [json.loads(line) for line in notes.read_text().splitlines()] if notes.exists() else []

    return str(path), calls


def test_credential_process(world, program):
    path, calls = program
    line = f'credential_process = "{path}" --for "a b" $HOME; touch /tmp/x `id` ~\n'
    project = world("{ method: profile, profile: work }", config="[profile work]\n" + line)
    converges(project)
    # No shell: nothing is expanded, nothing else runs; not in the repository, where a program could lie in wait.
    home = os.path.realpath(project.home)
    assert calls() == [[["--for", "a b", "$HOME;", "touch", "/tmp/x", "`id`", "~"], home, ""]] * 2
    # It needs no COOPER_ALLOW_COMMANDS, as the repository has no say in it.
    write_home(project, ".aws/config", "[profile work]\ncredential_process = /nonexistent/keys\n")
    project.plan().expect(1).mentions("credential_process", "no such program")
    write_home(project, ".aws/config", f"[profile work]\ncredential_process = {sys.executable} -c 'print(\"secret-canary\")'\n")
    project.plan("--log-level", "debug").expect(1).mentions("printed no JSON")


def test_credential_process_of_the_project_does_not_run(world, program):
    path, calls = program
    project = world("{ method: profile, profile: work }", OFF)
    text = f'[profile work]\ncredential_process = "{path}"\n'
    project.write(text, "aws-config")
    outside = write_home(project, "outside", text)
    os.symlink(project.path("aws-config"), os.path.join(project.home, "link"))
    for place in (project.path("aws-config"), "aws-config", os.path.join(project.home, "link")):
        project.plan(env={"AWS_CONFIG_FILE": place, "COOPER_ALLOW_COMMANDS": "1"}).expect(1).mentions(
            "SEC0014", "inside the project")
    assert calls() == []
    project.plan(env={"AWS_CONFIG_FILE": outside}).expect(2)
    assert len(calls()) == 1


def test_profile_chain_of_roles(world, moto, proxy):
    role_keys(moto, "hub"), role_keys(moto, "apply")
    config = f"""
[profile apply]
role_arn = arn:aws:iam::{moto.account}:role/apply
source_profile = hub
external_id = apply-id
role_session_name = ana
duration_seconds = 900
[profile hub]
role_arn = arn:aws:iam::{moto.account}:role/hub
source_profile = base
external_id = hub-id
[profile base]
aws_access_key_id = {moto.key}
aws_secret_access_key = {moto.secret}
[profile env]
role_arn = arn:aws:iam::{moto.account}:role/hub
credential_source = Environment
[profile round]
role_arn = arn:aws:iam::{moto.account}:role/hub
source_profile = about
[profile about]
role_arn = arn:aws:iam::{moto.account}:role/hub
source_profile = round
"""
    project = world("{ method: profile, profile: apply }", config=config, endpoint=proxy.endpoint)
    converges(project)
    hub, apply = forms(proxy.exchanges)[:2]
    assert hub["RoleArn"].endswith("role/hub") and hub["ExternalId"] == "hub-id" and "DurationSeconds" not in hub
    assert apply["RoleArn"].endswith("role/apply") and apply["ExternalId"] == "apply-id"
    assert apply["RoleSessionName"] == "ana" and apply["DurationSeconds"] == "900"
    signed_in(project, "assumed-role/apply/ana", "profile base in ~/.aws/config")
    project.replace("profile: apply", "profile: env")
    project.plan(env={"AWS_ACCESS_KEY_ID": moto.key, "AWS_SECRET_ACCESS_KEY": moto.secret}).expect(0)
    project.plan().expect(1).mentions("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set")
    project.replace("profile: env", "profile: round")
    project.plan().expect(1).mentions("round → about → round")


def test_role_with_tags_behind_another(world, moto, proxy):
    role_keys(moto, "hub"), role_keys(moto, "apply")
    # moto checks a form's signature over its own spelling of it, so no value here has a blank.
    access = f"""
      method: assumeRole
      roleArn: "arn:aws:iam::{moto.account}:role/apply"
      sessionTags: {{ team: "storage", cost: "4711" }}
      transitiveTags: [team]
      chain: [{{ roleArn: "arn:aws:iam::{moto.account}:role/hub", externalId: hub-id, sessionTags: {{ via: hub }} }}]
      source: {{ method: static, accessKeyId: env:KEY, secretAccessKey: env:SECRET }}
"""
    project = world(access, moto.environment, endpoint=proxy.endpoint)
    converges(project)
    hub, apply = forms(proxy.exchanges)[:2]
    assert hub["RoleArn"].endswith("role/hub") and hub["ExternalId"] == "hub-id"
    assert (hub["Tags.member.1.Key"], hub["Tags.member.1.Value"]) == ("via", "hub")
    assert (apply["Tags.member.2.Key"], apply["Tags.member.2.Value"]) == ("team", "storage")
    assert apply["TransitiveTagKeys.member.1"] == "team"


# IAM Identity Center.


SSO = """
[profile work]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Storage
[sso-session corp]
sso_region = eu-central-1
sso_start_url = https://corp.awsapps.com/start
[profile legacy]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-central-1
sso_account_id = 123456789012
sso_role_name = Storage
[profile other]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Admin
"""


def sso_token(project, name, text):
    return write_home(project, f".aws/sso/cache/{hashlib.sha1(name.encode()).hexdigest()}.json", json.dumps(text))


def test_sso(world, serve, keys, moto):
    center = serve(IdentityCenter(keys, moto.account, "Storage"))
    project = world("{ method: profile, profile: work }", {
        "AWS_ENDPOINT_URL_SSO": center.endpoint, "AWS_ENDPOINT_URL_SSO_OIDC": center.endpoint,
    }, config=SSO)
    project.plan().expect(1).mentions("AWS0020", "nobody has signed in yet", "aws sso login --sso-session corp")
    whole = {
        "startUrl": "https://corp.awsapps.com/start", "region": "eu-central-1", "accessToken": "sso-canary-good",
        "expiresAt": stamp(3600), "clientId": "client", "clientSecret": "client-canary",
        "registrationExpiresAt": stamp(86400), "refreshToken": "refresh-canary-one",
    }
    path = sso_token(project, "corp", whole)
    converges(project)
    assert {asked.path for asked in center.asked} == {"/federation/credentials"}

    # Renewed with what aws sso login left, and kept for the other tools, readable by nobody else.
    sso_token(project, "corp", {**whole, "expiresAt": stamp(-60)})
    project.expect_no_changes()
    with open(path) as file:
        kept = json.load(file)
    assert (kept["accessToken"], kept["refreshToken"]) == ("sso-canary-new", "refresh-canary-two")
    assert kept["clientSecret"] == "client-canary" and kept["region"] == "eu-central-1"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    count = len([asked for asked in center.asked if asked.path == "/token"])
    project.expect_no_changes()
    assert len([asked for asked in center.asked if asked.path == "/token"]) == count == 1

    project.replace("profile: work", "profile: other")
    project.plan().expect(1).mentions("does not give you role Admin of account 123456789012")
    project.replace("profile: other", "profile: work")
    sso_token(project, "corp", {**whole, "expiresAt": stamp(-60)})
    project.plan("--log-level", "debug").expect(1).mentions("AWS0020", "its session expired at", "aws sso login")

    project.replace("profile: work", "profile: legacy")
    sso_token(project, "https://corp.awsapps.com/start", {"accessToken": "sso-canary-new", "expiresAt": stamp(60)})
    project.expect_no_changes()


# Web identity.


def test_web_identity_of_a_pod(world, serve, moto, keys, tmp_path):
    token = tmp_path / "jwt"
    token.write_text("jwt-canary\n")
    service = serve(TokenService(moto, {"jwt-canary"}, keys))
    variables = {"AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": f"arn:aws:iam::{moto.account}:role/cooper", **OFF}
    project = world("{ method: default }", variables, more=f"sts: {service.endpoint}\n")
    converges(project)
    signed_in(project, f"the token in {token}")
    token.write_text("wrong-canary")
    project.plan("--log-level", "debug").expect(1).mentions("AWS0021", "InvalidIdentityToken", r"role/cooper")


def test_github_actions(world, serve, moto, keys):
    actions = serve(GitHubActions("bearer-canary"))
    service = serve(TokenService(moto, {"jwt-canary.sts.amazonaws.com", "jwt-canary.acme"}, keys))
    access = f"{{ method: webIdentity, roleArn: \"arn:aws:iam::{moto.account}:role/cooper\" }}"
    project = world(access, actions.environment, more=f"sts: {service.endpoint}\n")
    converges(project)
    project.replace("role/cooper\" }", "role/cooper\", audience: acme }")
    project.expect_no_changes()
    assert [asked.query["audience"] for asked in actions.asked] == ["sts.amazonaws.com"] * 2 + ["acme"]
    project.plan(env={"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "other"}).expect(1).mentions("gives no token")
    project.plan(env={"ACTIONS_ID_TOKEN_REQUEST_URL": ""}).expect(1).mentions("id-token: write")


# What holds of all.


def test_nothing_is_asked_for_an_endpoint_that_nobody_confirmed(world, serve, keys, moto, proxy, program):
    """A pull request that points a connection elsewhere gets no keys made for it, whoever would make them."""
    path, calls = program
    service = serve(InstanceMetadata(keys))
    project = world("{ method: profile, profile: work }", {"AWS_EC2_METADATA_SERVICE_ENDPOINT": service.endpoint},
                    config=f'[profile work]\ncredential_process = "{path}"\n')
    project.converge()
    before = len(calls())
    project.replace(moto.endpoint, proxy.endpoint)
    for access in ("profile: work", "method: instance"):
        project.plan().expect(4).mentions("SEC0011")
        project.replace("method: profile, profile: work", "method: instance") if access == "profile: work" else None
    assert (len(calls()), service.asked, proxy.exchanges) == (before, [], [])


@pytest.mark.parametrize("region, domain, partition", [
    ("cn-north-1", "amazonaws.com.cn", "aws-cn"), ("us-gov-west-1", "amazonaws.com", "aws-us-gov"),
])
def test_partitions(make_project, region, domain, partition):
    text = (
        f"cooper: 1\nname: p\nconnections:\n  a: {{ type: aws, region: {region} }}\n"
        "buckets:\n  acme-data-1: { connection: a, tags: { arn: $(buckets.acme-data-1.arn) } }\n"
    )
    result = make_project(text).cooper("plan", "--no-observe", "--format", "json", "--calls").expect(0)
    assert f"https://acme-data-1.s3.{region}.{domain}/" in result.stdout
    assert f"arn:{partition}:s3:::acme-data-1" in result.stdout
