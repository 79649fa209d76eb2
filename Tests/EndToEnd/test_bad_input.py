"""Bad input: each with a message that names the place and what to do, and exit code 65 without any request."""

import json
import time

import pytest

from support import estates

HEAD = """\
cooper: 1
name: bad
connections:
  m: { type: aws, endpoint: "http://127.0.0.1:9", insecure: allow, region: eu-west-1, access: { method: static, accessKeyId: env:KEY, secretAccessKey: env:SECRET } }
buckets:
"""
BIG = "arn:aws:s3:::first/" + "x" * 900

#: Name, YAML, line where it must point, patterns of the message.
CASES = [
    ("broken-yaml", HEAD + "  first: { connection: m, tags: { a: b }\n", None, []),
    ("unclosed-quote", HEAD + '  first: { connection: m, tags: { a: "b } }\n', None, []),
    ("tab-indentation", HEAD + "\tfirst: { connection: m }\n", 6, ["tab"]),
    ("duplicate-key", HEAD + "  first: { connection: m }\n  first: { connection: m }\n", 7, ["first", "duplicate|twice|already"]),
    ("unknown-key", HEAD + "  first: { connection: m, versionning: enabled }\n", 6, ["versionning", 'did you mean.*versioning|versioning']),
    ("unknown-section", HEAD.replace("buckets:", "bukets:") + "  first: { connection: m }\n", 5, ["bukets", "buckets"]),
    ("wrong-type", HEAD + "  first: { connection: m, tags: [a, b] }\n", 6, ["tags"]),
    ("wrong-choice", HEAD + "  first: { connection: m, versioning: on }\n", 6, ["enabled", "suspended"]),
    (
        "missing-region",
        HEAD.replace("region: eu-west-1, ", "") + "  first: { connection: m }\n", None, ["region"],
    ),
    ("unknown-connection", HEAD + "  first: { connection: minio }\n", 6, ["minio", "connection"]),
    ("missing-connection", HEAD + "  first: { tags: { a: b } }\n", 6, ["connection"]),
    ("invalid-bucket-name", HEAD + "  first: { connection: m, bucketName: Not_A_Bucket }\n", 6, ["Not_A_Bucket|capital|lower"]),
    ("bucket-name-like-an-address", HEAD + "  first: { connection: m, bucketName: 192.168.5.4 }\n", 6, ["192.168.5.4|address"]),
    ("short-bucket-name", HEAD + "  first: { connection: m, bucketName: ab }\n", 6, ["3"]),
    ("policy-not-json", HEAD + '  first: { connection: m, policy: "{ not json" }\n', 6, ["policy"]),
    (
        "policy-names-another-bucket",
        HEAD + '  first: { connection: m, policy: { Statement: [{ Sid: One, Effect: Allow, Principal: { AWS: "123456789012" }, Action: "s3:GetObject", Resource: "arn:aws:s3:::second/*" }] } }\n',
        6, ["second"],
    ),
    (
        "policy-above-20-kilobytes",
        HEAD + "  first: { connection: m, policy: { Statement: [{ Sid: One, Effect: Allow, Principal: { AWS: \"123456789012\" }, Action: \"s3:GetObject\", Resource: ["
        + ", ".join(f'"{BIG}{index}"' for index in range(24)) + "] }] } }\n",
        6, ["20", "policy"],
    ),
    ("cors-method-patch", HEAD + '  first: { connection: m, cors: [{ origins: ["*"], methods: [PATCH] }] }\n', 6, ["PATCH", "GET"]),
    ("cors-method-lower-case", HEAD + '  first: { connection: m, cors: [{ origins: ["*"], methods: [get] }] }\n', 6, ["GET"]),
    (
        "lifecycle-marker-next-to-days",
        HEAD + "  first: { connection: m, lifecycle: { a: { expiration: { after: 3d, expiredObjectDeleteMarker: true } } } }\n",
        6, ["expiredObjectDeleteMarker"],
    ),
    (
        "object-size-bounds-reversed",
        HEAD + "  first: { connection: m, lifecycle: { a: { sizeGreaterThan: 2MiB, sizeLessThan: 1MiB, expiration: { after: 3d } } } }\n",
        6, ["sizeGreaterThan|larger", "sizeLessThan|smaller"],
    ),
    ("key-with-nothing-after-it", HEAD + "  first:\n    connection: m\n    cors:\n", 8, ["cors: \\[\\]", "cors: null"]),
    ("reserved-tag", HEAD + '  first: { connection: m, tags: { "aws:x": y } }\n', 6, ["aws:"]),
    ("name-with-a-dot", HEAD + "  fi.rst: { connection: m }\n", 6, ["fi.rst", "dot"]),
    ("unknown-variable", HEAD + "  first: { connection: m, bucketName: $(nope) }\n", 6, ["nope"]),
    ("missing-language-version", HEAD.replace("cooper: 1\n", "") + "  first: { connection: m }\n", None, ["cooper: 1"]),
    ("newer-language-version", HEAD.replace("cooper: 1\n", "cooper: 2\n") + "  first: { connection: m }\n", 1, ["version|cooper"]),
    ("same-bucket-twice", HEAD + "  first: { connection: m, bucketName: one }\n  second: { connection: m, bucketName: one }\n", None, ["one", "first", "second"]),
    ("unknown-anchor", HEAD + "  first: *nowhere\n", 6, ["nowhere"]),
    ("list-instead-of-project", "- a\n- b\n", 1, []),
    ("empty-file", "", None, ["cooper"]),
]


@pytest.mark.parametrize("text,line,patterns", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_bad_input(make_project, text, line, patterns):
    project = make_project(text, {"KEY": "k", "SECRET": "s"})
    result = project.cooper("validate").expect(65).mentions(r"cooper\.yaml", *patterns)
    if line:
        result.mentions(rf"cooper\.yaml:{line}\b")
    else:
        result.mentions(r"cooper\.yaml(:\d+)?")
    assert "Fatal error" not in result.output and "Swift" not in result.output


def test_the_same_shape_without_mistakes_is_valid(make_project):
    make_project(HEAD + "  first: { connection: m, tags: { a: b } }\n").cooper("validate").expect(0)


def test_duplicate_name_in_two_files(make_project):
    project = make_project(HEAD.replace("name: bad\n", 'name: bad\ninclude: ["more/*.yaml"]\n') + "  first: { connection: m }\n")
    project.write("buckets:\n  first: { connection: m }\n", "more/a.yaml")
    project.cooper("validate").expect(65).mentions("first", r"cooper\.yaml:7", r"more/a\.yaml:2")


def test_all_mistakes_at_once_with_line_and_caret(make_project):
    text = HEAD + "  first: { connection: nope }\n  second: { connection: m, versionning: enabled }\n  third: { connection: m, tags: 3 }\n"
    project = make_project(text)
    result = project.cooper("validate").expect(65)
    for line in (6, 7, 8):
        result.mentions(rf"cooper\.yaml:{line}:\d+")
    assert "versionning: enabled" in result.output and "^" in result.output


def test_diagnostics_as_json(make_project):
    project = make_project(HEAD + "  first: { connection: nope }\n  second: { connection: m, versionning: enabled }\n")
    result = project.cooper("validate", "--format", "json").expect(65)
    document = json.loads(result.stdout)
    found = document["diagnostics"] if isinstance(document, dict) else document
    assert len(found) == 2
    for diagnostic in found:
        assert diagnostic["code"] and diagnostic["severity"] == "error" and diagnostic["message"]


def test_billion_laughs_is_refused_at_once(make_project):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    text = HEAD + "  first: { connection: m }\n" + "".join(f"x-{line}\n" for line in lines)
    began = time.monotonic()
    make_project(text).cooper("validate", timeout=20).expect(65).mentions("alias|expan|limit")
    assert time.monotonic() - began < 3


def test_deep_nesting_is_refused_at_once(make_project):
    began = time.monotonic()
    make_project("x-a: " + "[" * 100_000).cooper("validate", timeout=20).expect(65)
    assert time.monotonic() - began < 3


def test_no_project_here(make_project):
    make_project().cooper("plan").expect(65, 64, 1).mentions(r"cooper\.yaml", "init")


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"], ["drift"], ["destroy", "--yes"]])
def test_nothing_is_asked_of_a_server_when_the_configuration_is_bad(make_project, proxy, moto, command):
    project = make_project(estates.small(proxy.endpoint).replace("team: storage", "aws:team: storage"), moto.environment)
    project.cooper(*command).expect(65)
    assert not proxy.exchanges
