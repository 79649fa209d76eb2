"""A secret that was planted in every secret field is in no output, no state, no plan and no journal."""

import base64
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

