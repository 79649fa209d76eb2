"""A pull request can change every file of a repository: none of it may bring credentials to another place."""

import os

import pytest

from support import estates
from support.proxy import RecordingProxy

UNCONFIRMED = "SEC0011"


def sent(proxy):
    """What reached a server: lines of requests, and whether anything was signed."""
    return [(e.method, e.path) for e in proxy.exchanges], [e for e in proxy.exchanges if "authorization" in {k.lower() for k in e.headers}]


@pytest.fixture
def other(moto):
    """Another address that somebody else could be listening on."""
    proxy = RecordingProxy(moto.endpoint)
    yield proxy
    proxy.stop()


@pytest.fixture
def recorded(project, proxy):
    """A project that was applied over one endpoint."""
    project.write(estates.small(proxy.endpoint))
    project.converge()
    return project


def test_a_changed_endpoint_gets_no_request_at_all(recorded, proxy, other):
    before = recorded.state()
    recorded.replace(proxy.endpoint, other.endpoint)
    for command in (["plan"], ["apply", "--yes"], ["drift"], ["destroy", "--yes"], ["import", "buckets.more", "more"]):
        result = recorded.cooper(*command)
        assert result.code in (1, 4), result.output
        result.mentions(UNCONFIRMED, other.endpoint, "COOPER_TRUST_ENDPOINTS")
        assert other.exchanges == [], command
    assert recorded.state() == before
    recorded.plan().expect(4)


def test_check_asks_whether_anybody_answers_and_signs_nothing(recorded, proxy, other):
    recorded.replace(proxy.endpoint, other.endpoint)
    recorded.cooper("check").expect(1).mentions(UNCONFIRMED)
    lines, signed = sent(other)
    assert lines == [("GET", "/")] and not signed


def test_no_secret_is_looked_up_for_it(recorded, proxy, other):
    """Neither a file is read nor a command run: one that doesn't exist makes no difference."""
    recorded.replace(proxy.endpoint, other.endpoint)
    recorded.replace("env:SECRET", "{ command: [touch, ran] }")
    result = recorded.plan(env={"COOPER_ALLOW_COMMANDS": "1"}).expect(4)
    assert "SEC0006" not in result.output and not os.path.exists(recorded.path("ran"))


def test_a_token_service_of_somebody_else_gets_nothing(recorded, other):
    text = recorded.read("cooper.yaml").replace("region: eu-west-1", f"region: eu-west-1\n    sts: {other.endpoint}", 1)
    recorded.write(text)
    recorded.plan().expect(4).mentions(UNCONFIRMED)
    assert other.exchanges == []


def test_a_new_connection_gets_nothing_although_the_variable_is_set(recorded, moto, other):
    text = recorded.read("cooper.yaml")
    evil = estates.connection("evil", other.endpoint, kind="minio").replace("env:SECRET", "env:AWS_SECRET_ACCESS_KEY")
    text = text.replace("connections:\n", "connections:\n" + "".join("  " + line + "\n" for line in evil.splitlines()))
    recorded.write(text + "  third: { connection: evil }\n")
    result = recorded.plan(env={"AWS_SECRET_ACCESS_KEY": moto.secret}).expect(4).mentions(UNCONFIRMED, "evil")
    assert other.exchanges == [] and moto.secret not in result.output


def test_confirmed_outside_the_repository_it_goes_on_and_is_recorded(recorded, proxy, other):
    recorded.replace(proxy.endpoint, other.endpoint)
    confirmed = {"COOPER_TRUST_ENDPOINTS": other.endpoint}
    # The buckets are still recorded at the other place, which is another matter.
    result = recorded.cooper("apply", "--yes", env=confirmed).expect(4)
    assert UNCONFIRMED not in result.output
    assert sent(other)[1], "now it is signed"
    assert recorded.state()["connections"]["m"]["chosen"] == [other.endpoint]
    assert UNCONFIRMED not in recorded.plan().output
    recorded.replace(other.endpoint, proxy.endpoint)
    recorded.plan().expect(4).mentions(UNCONFIRMED, proxy.endpoint)


def test_confirmed_by_the_user_settings(recorded, proxy, other):
    recorded.replace(proxy.endpoint, other.endpoint)
    folder = os.path.join(recorded.home, ".config", "cooper")
    os.makedirs(folder)
    with open(os.path.join(folder, "settings.yaml"), "w") as file:
        file.write(f"trustEndpoints: [\"{other.endpoint}/\"]\n")
    os.chmod(file.name, 0o644)
    assert UNCONFIRMED not in recorded.plan().output
    os.chmod(file.name, 0o666)
    recorded.plan().expect(65).mentions("SEC0010", "chmod go-w")


def test_settings_inside_the_project_are_refused(recorded, proxy, other):
    recorded.replace(proxy.endpoint, other.endpoint)
    recorded.write(f"trustEndpoints: [\"{other.endpoint}\"]\n", ".config/cooper/settings.yaml")
    recorded.plan(env={"HOME": recorded.directory}).expect(65).mentions("SEC0010", "inside the project")
    assert other.exchanges == []


def test_first_use_is_trusted_unless_the_list_is_given(project, moto, proxy, other):
    project.write(estates.small(proxy.endpoint))
    project.plan(env={"COOPER_TRUST_ENDPOINTS": ""}).expect(4).mentions(UNCONFIRMED)
    project.plan(env={"COOPER_TRUST_ENDPOINTS": other.endpoint}).expect(4).mentions(UNCONFIRMED)
    assert proxy.exchanges == []
    project.plan(env={"COOPER_TRUST_ENDPOINTS": f"{other.endpoint},{proxy.endpoint}"}).expect(2)
    project.plan().expect(2)


def test_state_of_before_endpoints_were_recorded_knows_those_of_its_buckets(recorded, proxy, other):
    import json

    state = recorded.state()
    del state["connections"]
    recorded.write(json.dumps(state), ".cooper/state.json")
    recorded.plan().expect(0)
    recorded.replace(proxy.endpoint, other.endpoint)
    recorded.plan().expect(4).mentions(UNCONFIRMED)


@pytest.mark.parametrize("region", ["evil.example/", "x@evil.example", "evil.example#", "a.b"])
def test_a_region_is_no_way_into_a_host_name(make_project, moto, region):
    text = estates.small(moto.endpoint).replace("region: eu-west-1", f'region: "{region}"')
    make_project(text, moto.environment).plan().expect(65).mentions("region")


def test_a_command_runs_only_where_it_is_allowed_outside(make_project, moto, proxy):
    text = estates.small(proxy.endpoint).replace("env:SECRET", "{ command: [sh, secret.sh] }")
    project = make_project(text, moto.environment)
    project.write("touch ran; printf '%s\\n' \"$SECRET\"\n", "secret.sh")
    project.plan().expect(1).mentions("SEC0005", "COOPER_ALLOW_COMMANDS", "settings.yaml")
    project.plan(env={"COOPER_ALLOW_COMMANDS": "0"}).expect(1).mentions("SEC0005")
    assert not os.path.exists(project.path("ran")) and proxy.exchanges == []
    folder = os.path.join(project.home, ".config", "cooper")
    os.makedirs(folder)
    settings = os.path.join(folder, "settings.yaml")
    with open(settings, "w") as file:
        file.write("allowCommands: [op]\n")
    os.chmod(settings, 0o600)
    project.plan().expect(1).mentions("SEC0005")
    assert not os.path.exists(project.path("ran"))
    with open(settings, "w") as file:
        file.write("allowCommands: [op, sh]\n")
    project.plan().expect(2)
    assert os.path.exists(project.path("ran"))
    project.apply(env={"COOPER_ALLOW_COMMANDS": "1"}).expect(0)


def test_secret_files_have_rules(make_project, moto, tmp_path):
    project = make_project(estates.small(moto.endpoint).replace("env:SECRET", "file:secret"), moto.environment)
    project.plan().expect(1).mentions("SEC0002", "no such file")
    path = project.write(moto.secret + "\n", "secret")
    os.chmod(path, 0o640)
    project.plan().expect(1).mentions("SEC0004", "chmod 600 secret")
    os.chmod(path, 0o600)
    project.plan().expect(2)
    outside = tmp_path / "outside"
    outside.write_text(moto.secret)
    outside.chmod(0o600)
    os.remove(path)
    os.symlink(outside, path)
    result = project.plan().expect(1).mentions("SEC0003", "secretRoots")
    assert moto.secret not in result.output
    folder = os.path.join(project.home, ".config", "cooper")
    os.makedirs(folder)
    with open(os.path.join(folder, "settings.yaml"), "w") as file:
        file.write(f"secretRoots: [\"{tmp_path}\"]\n")
    os.chmod(file.name, 0o600)
    project.plan().expect(2)
    os.remove(path)
    os.mkfifo(path, 0o600)
    project.plan(timeout=20).expect(1).mentions("SEC0002", "regular")


def test_sealed_from_keygen_to_rotation(make_project, moto):
    """The whole way of a sealed secret, signed and checked by a server."""
    project = make_project(estates.small(moto.endpoint), moto.environment)
    field = "connections.m.access.secretAccessKey"
    before = project.read("cooper.yaml")
    project.cooper("secrets", "seal", field, stdin=moto.secret).expect(1).mentions("SEC0012", "keygen")
    project.cooper("secrets", "keygen").expect(0)
    project.cooper("secrets", "keygen").expect(1).mentions("exists")
    project.cooper("secrets", "keygen", "inside.key").expect(64).mentions("inside the project")
    sealed = project.cooper("secrets", "seal", field, stdin=moto.secret + "\n").expect(0).stdout.strip()
    assert sealed.startswith("sealed:v1.")
    project.cooper("secrets", "seal", field, "--write", stdin=moto.secret).expect(0).mentions(r"cooper\.yaml:\d+")
    text = project.read("cooper.yaml")
    written = next(line for line in text.splitlines() if "sealed:" in line).split("secretAccessKey: ")[1].split(" ")[0]
    assert text == before.replace("env:SECRET", written)
    project.converge()
    # The sealed text opens in its own field and nowhere else.
    project.write(text.replace("env:KEY", written))
    project.plan().expect(1).mentions("SEC0008", "cooper secrets seal connections.m.access.accessKeyId")
    project.write(text.replace("name: end-to-end", "name: another"))
    project.cooper("plan", "--state", "none.json").expect(1).mentions("SEC0008")
    project.write(text)
    new = os.path.join(project.home, "new.key")
    project.cooper("secrets", "keygen", new).expect(0)
    project.cooper("secrets", "rotate", "--to", f"file:{new}", "--check").expect(1)
    assert project.read("cooper.yaml") == text
    project.cooper("secrets", "rotate", "--to", f"file:{new}").expect(0)
    assert project.read("cooper.yaml") != text
    project.plan().expect(1).mentions("SEC0007")
    with open(new) as file:
        key = file.read().strip()
    project.plan(env={"COOPER_SEALING_KEY": key}).expect(0)
    project.cooper("secrets", "open", field, env={"COOPER_SEALING_KEY": key}).expect(64).mentions("--reveal")
    shown = project.cooper("secrets", "open", field, "--reveal", env={"COOPER_SEALING_KEY": key}).expect(0)
    assert shown.stdout == moto.secret + "\n"
    os.chmod(new, 0o644)
    project.cooper("secrets", "rotate", "--to", f"file:{new}").expect(1).mentions("SEC0004")
