"""Wrong credentials, missing references, the wrong account: named by connection and field, and nothing changed."""

import os

from support import estates
from support.proxy import RecordingProxy


def test_wrong_secret(make_project, moto, proxy):
    names = " ".join(f"bucket-{index}" for index in range(12))
    project = make_project(estates.small(proxy.endpoint, names, "tags: { a: b }"), {"KEY": moto.key, "SECRET": "wrong"})
    for command in (["plan", "--detailed-exitcode"], ["apply", "--yes"]):
        proxy.clear()
        project.cooper(*command).expect(1).mentions(
            r'connection "?m"?', "secretAccessKey|SECRET", "SignatureDoesNotMatch|signature"
        )
        assert len(proxy.exchanges) <= 4, proxy.operations
        assert not proxy.writes
    assert moto.client().list_buckets()["Buckets"] == []
    assert not (project.state() or {}).get("resources")


def test_wrong_secret_on_ceph(make_project, ceph):
    proxy = RecordingProxy(ceph.endpoint)
    try:
        names = " ".join(f"e2e-{index:02}" for index in range(12))
        text = estates.small(proxy.endpoint, names, "tags: { a: b }", kind="ceph", region="default")
        project = make_project(text, {"KEY": ceph.key, "SECRET": "wrong"})
        for command in (["plan", "--detailed-exitcode"], ["apply", "--yes"]):
            proxy.clear()
            project.cooper(*command).expect(1).mentions(
                r'connection "?m"?', "secretAccessKey|SECRET", "SignatureDoesNotMatch|signature"
            )
            assert len(proxy.exchanges) <= 4, proxy.operations
            assert not proxy.writes
        assert ceph.client().list_buckets()["Buckets"] == []
    finally:
        proxy.stop()


def test_unknown_key(make_project, moto, proxy):
    project = make_project(estates.small(proxy.endpoint), {"KEY": "AKIAUNKNOWN", "SECRET": moto.secret})
    project.plan().expect(1).mentions(r'connection "?m"?', "accessKeyId|KEY", "InvalidAccessKeyId|access key")
    assert len(proxy.exchanges) <= 4, proxy.operations


def test_reference_without_a_value(make_project, moto, proxy):
    project = make_project(estates.small(proxy.endpoint), {"KEY": moto.key})
    project.cooper("validate").expect(0)
    project.plan().expect(1, 65).mentions(r'connection "?m"?|connections\.m', "SECRET", r"cooper\.yaml:\d+|secretAccessKey")
    assert not proxy.exchanges


def test_wrong_account_reads_nothing(project, moto, proxy):
    text = estates.project(
        estates.connection("m", proxy.endpoint, more='account: "999999999999"\n'),
        "buckets:\n  first: { connection: m, tags: { a: b } }\n",
    )
    project.write(text)
    project.plan().expect(65).mentions("999999999999", moto.account, r'connection "?m"?', r"cooper\.yaml:\d+")
    assert proxy.operations == ["POST GetCallerIdentity"]
    project.apply().expect(65)
    assert not proxy.writes and moto.client().list_buckets()["Buckets"] == []


def test_right_account(project, moto, proxy):
    text = estates.project(
        estates.connection("m", proxy.endpoint, more=f'account: "{moto.account}"\n'),
        "buckets:\n  first: { connection: m, tags: { a: b } }\n",
    )
    project.write(text)
    project.converge()
    owners = {e.headers.get("x-amz-expected-bucket-owner") for e in proxy.exchanges if "?" in e.operation}
    assert owners == {moto.account}, owners


def test_environment_and_profile_credentials(make_project, moto):
    text = estates.small(moto.endpoint)
    static = "access: { method: static, accessKeyId: env:KEY, secretAccessKey: env:SECRET }"
    project = make_project(
        text.replace(static, "access: { method: env }"),
        {"AWS_ACCESS_KEY_ID": moto.key, "AWS_SECRET_ACCESS_KEY": moto.secret},
    )
    project.converge()

    text = estates.small(moto.endpoint, "third fourth")
    project = make_project(text.replace(static, "access: { method: profile, profile: work }"))
    os.makedirs(os.path.join(project.home, ".aws"))
    with open(os.path.join(project.home, ".aws", "credentials"), "w") as file:
        file.write(f"[work]\naws_access_key_id = {moto.key}\naws_secret_access_key = {moto.secret}\n")
    project.converge()

    project = make_project(text.replace(static, "access: { method: default }"), {"AWS_EC2_METADATA_DISABLED": "true"})
    # Every source that was tried is named.
    project.plan().expect(1, 65).mentions("AWS_ACCESS_KEY_ID", r"\.aws", r'connection "?m"?')
