"""A secret that was planted in every secret field is in no output, no state, no plan and no journal."""

import base64
import os
import pathlib
import re
import shutil
import signal
import subprocess
import urllib.parse

import pytest

from support import estates
from support.project import kill, wait_for


def leaks(text, secret):
    forms = {secret, base64.b64encode(secret.encode()).decode(), urllib.parse.quote(secret, safe="")}
    return [form for form in forms if form in text]


def check_files(project, secret):
    for path, content in project.everything_written():
        assert not leaks(content.decode("latin-1"), secret), path


@pytest.mark.parametrize("level", ["info", "debug"])
def test_canary_in_no_output_and_no_file(project, moto, level):
    project.write(estates.small(moto.endpoint, facets="tags: { a: b }, versioning: enabled"))
    commands = [
        ["validate"], ["plan"], ["plan", "--calls"], ["plan", "--format", "json"], ["plan", "--format", "markdown"],
        ["plan", "--out", "plan.bin"], ["show", "plan.bin"], ["show", "plan.bin", "--format", "json"], ["apply", "plan.bin"],
        ["plan", "--detailed-exitcode"], ["apply", "--yes", "--format", "json"], ["drift"], ["state", "list"],
        ["state", "show", "buckets.first"], ["explain", "buckets.first"], ["destroy", "--yes"],
    ]
    for command in commands:
        result = project.cooper(*command, "--log-level", level)
        assert not leaks(result.output, moto.secret), command
        check_files(project, moto.secret)


def test_canary_when_things_go_wrong(make_project, moto, proxy):
    secret = "canary/secret+that=is wrong"
    project = make_project(estates.small(proxy.endpoint), {"KEY": moto.key, "SECRET": secret})
    for kind in (None, "wrongRoot", "truncate", "dropBefore", "status"):
        proxy.clear()
        if kind:
            proxy.inject(kind, times=3)
        for command in (["plan"], ["apply", "--yes"]):
            result = project.cooper(*command, "--log-level", "debug")
            assert result.code != 0
            assert not leaks(result.output, secret), (kind, command)
    check_files(project, secret)


def test_canary_after_a_kill(project, moto, proxy):
    project.write(estates.small(proxy.endpoint))
    proxy.inject("slow", "PUT bucket", seconds=3)
    process = project.start("apply", "--yes")
    wait_for(lambda: "PUT bucket" in proxy.operations)
    kill(process)
    check_files(project, moto.secret)


def test_plain_text_in_a_secret_field_is_refused_and_not_repeated(make_project, moto):
    text = estates.small(moto.endpoint).replace("env:SECRET", "hunter2-plain-text")
    result = make_project(text).cooper("validate").expect(65).mentions("secretAccessKey", r"cooper\.yaml:\d+", "env:")
    assert "hunter2-plain-text" not in result.output



def test_canary_in_nothing_that_a_killed_process_leaves(project, moto, proxy, tmp_path):
    """Killed in the middle of an apply, by signals that end it and by one that would dump its memory."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    os.chmod(project.write("printf '%s\\n' \"$SECRET\"\n", "secret.sh"), 0o600)
    project.cooper("secrets", "keygen").expect(0)
    field = "connections.m.access.secretAccessKey"
    project.write(estates.small(proxy.endpoint))
    project.cooper("secrets", "seal", field, "--write", stdin=moto.secret).expect(0)
    sealed = project.read("cooper.yaml")
    command = estates.small(proxy.endpoint).replace("env:SECRET", "{ command: [sh, secret.sh] }")
    for text in (sealed, command, estates.small(proxy.endpoint)):
        for number in (signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV):
            # A state and buckets of its own: a create that arrives after the kill is another test's matter.
            shutil.rmtree(project.path(".cooper"), ignore_errors=True)
            project.write(re.sub(r"^  (first|second):", lambda m: f"  {m[1]}-{len(proxy.exchanges)}:", text, flags=re.M))
            proxy.clear()
            before = len(proxy.exchanges)
            proxy.inject("slow", "PUT bucket", seconds=3)
            process = project.start(
                "apply", "--yes", "--log-level", "debug",
                env={"TMPDIR": temporary, "COOPER_ALLOW_COMMANDS": "1"},
            )
            wait_for(lambda: "PUT bucket" in [e.operation for e in proxy.exchanges[before:]])
            with open(f"/proc/{process.pid}/cmdline") as file:
                assert moto.secret not in file.read()
            with open(f"/proc/{process.pid}/limits") as file:
                core = next(line for line in file if line.startswith("Max core file size"))
            assert core.split()[4:6] == ["0", "0"], core
            process.send_signal(number)
            stdout, stderr = process.communicate(timeout=30)
            assert process.returncode == -number, stdout + stderr
            assert not leaks(stdout + stderr, moto.secret)
            check_files(project, moto.secret)
            for folder in (temporary, project.home):
                for path in pathlib.Path(folder).rglob("*"):
                    if path.is_file():
                        assert not leaks(path.read_bytes().decode("latin-1"), moto.secret), path
    assert not list(pathlib.Path(project.directory).rglob("core*"))


def test_a_command_that_never_ends_or_prints_too_much_is_ended(make_project, moto):
    text = estates.small(moto.endpoint).replace("env:SECRET", "{ command: [sh, secret.sh] }")
    project = make_project(text, moto.environment)
    project.write("head -c 100000 /dev/zero\n", "secret.sh")
    allowed = {"COOPER_ALLOW_COMMANDS": "1"}
    project.plan(env=allowed).expect(1).mentions("SEC0006", "more than 65536 bytes")
    project.write("exit 7\n", "secret.sh")
    project.plan(env=allowed).expect(1).mentions("SEC0006", "exit code 7")
    project.write("kill -9 $$\n", "secret.sh")
    project.plan(env=allowed).expect(1).mentions("SEC0006", "signal 9")
    project.write("cat\n", "secret.sh")
    project.plan(env=allowed, timeout=20).expect(1).mentions("SEC0006", "printed nothing")
    project.write("test -z \"$COOPER_SEALING_KEY\" && printf '%s' \"$SECRET\"\n", "secret.sh")
    project.plan(env={**allowed, "COOPER_SEALING_KEY": "x"}).expect(2)
    project.replace("[sh, secret.sh]", "[no-such-program]")
    project.plan(env=allowed).expect(1).mentions("SEC0006", "no such program")


def test_the_terminal_shows_no_typed_secret(project, moto):
    project.write(estates.small(moto.endpoint))
    project.cooper("secrets", "keygen").expect(0)
    main, terminal = os.openpty()
    process = subprocess.Popen(
        [project.binary, "secrets", "seal", "connections.m.access.secretAccessKey"], cwd=project.directory,
        env=project.full_environment(), stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
    )
    seen = b""
    while b"(not shown):" not in seen:
        seen += os.read(main, 1000)
    os.write(main, b"typed-canary\n")
    process.wait(timeout=20)
    os.close(terminal)
    while True:
        try:
            more = os.read(main, 1000)
        except OSError:
            break
        seen += more
        if not more:
            break
    os.close(main)
    assert process.returncode == 0 and b"sealed:v1." in seen and b"typed-canary" not in seen
