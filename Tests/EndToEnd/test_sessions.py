"""Sessions of platforms that end while they are used: renewed once, and nothing is made twice."""

import pytest

from support import platforms
from support.platforms import nowhere
from support.proxy import RecordingProxy

ALL = {"flashback": platforms.FLASHBACK, "flowfile": platforms.FLOWFILE, "palette": platforms.PALETTE}
NAMES = ["lake", "river", "pond", "sea"]


@pytest.fixture(params=sorted(ALL))
def platform(request):
    return ALL[request.param]


@pytest.fixture
def server(platform):
    server = platform.server()
    yield server
    server.stop()


@pytest.fixture
def project(platform, server, make_project, moto):
    return platform.project(make_project, moto, server)


def made(platform, server):
    """Names of what is there, however often."""
    if platform is platforms.PALETTE:
        return sorted(entry["body"]["metadata"]["name"] for entry in server.locations.values())
    return sorted(entry["name"] for entry in server.buckets.values()) if platform is platforms.FLASHBACK else sorted(server.own)


def calls(server, creating):
    return [entry for entry in server.log if entry[:2] == creating]


def test_a_session_that_ends_in_the_middle_of_an_apply_is_renewed_once(project, platform, server):
    server.ends_at = platform.creating
    result = project.apply().expect(0)
    refused = calls(server, platform.creating)[0]
    assert refused[2] == 401
    index = server.log.index(refused)
    # The very next calls: a new session, and the same call once more.
    after = server.log[index + 1: index + 2 + len(platform.renewal)]
    assert after[:-1] == platform.renewal and after[-1][:2] == platform.creating and after[-1][2] < 300
    assert len(calls(server, platform.creating)) == 2 and made(platform, server) == ["lake"]
    assert len(server.sign_ins()) == 2, "signed in at the beginning, and renewed"
    project.expect_no_changes()
    nowhere(project, result)


def test_many_calls_that_are_refused_together_renew_it_once(project, platform, server):
    entry = project.read("cooper.yaml").splitlines()[-1]
    assert entry.startswith("  lake:")
    project.write(project.read("cooper.yaml") + "".join(entry.replace("lake:", name + ":") + "\n" for name in NAMES[1:]))
    server.ends_at = platform.creating
    result = project.apply().expect(0)
    assert made(platform, server) == sorted(NAMES)
    assert len([entry for entry in calls(server, platform.creating) if entry[2] < 300]) == len(NAMES)
    assert len(server.sign_ins()) == 2
    project.expect_no_changes()
    nowhere(project, result)


def test_a_renewal_that_is_refused_ends_in_one_sign_in_and_then_in_words(project, platform, server):
    """What renews is no longer good and the password neither: each is tried once, and nothing is made."""
    def end():
        server.token += 1
        server.refresh = -1
        server.password = "changed-c4n4ry"

    server.expire = end
    server.ends_at = platform.creating
    result = project.apply()
    assert result.code not in (0, 2)
    result.mentions("sign-in was refused")
    failed = [entry for entry in server.sign_ins() if entry[2] == 401]
    assert len(failed) == len({entry[1] for entry in failed}) == (1 if platform is platforms.PALETTE else 2)
    assert made(platform, server) == [] and len(calls(server, platform.creating)) == 1
    nowhere(project, result)


def test_a_creation_whose_answer_is_lost_is_looked_for_and_not_sent_again(project, platform, server):
    proxy = RecordingProxy(server.endpoint)
    try:
        project.replace(server.endpoint, proxy.endpoint)
        lost = proxy.inject("dropAfter", lambda exchange: (exchange.method, exchange.path) == platform.creating, times=1)
        result = project.apply()
        assert lost.times == 0
        assert made(platform, server) == ["lake"] and len(calls(server, platform.creating)) == 1
        again = project.apply()
        project.plan().expect(0)
        assert made(platform, server) == ["lake"] and len(calls(server, platform.creating)) == 1
        nowhere(project, result, again)
    finally:
        proxy.stop()


def test_fb_a_given_token_that_ends_is_told_and_nothing_is_tried_with_it_again(make_project, moto, flashback):
    """No password is there to renew it with."""
    project = platforms.FLASHBACK.project(make_project, moto, flashback)
    access = platforms.FLASHBACK.access
    project.replace(access, "token: env:FB_TOKEN")
    project.environment["FB_TOKEN"] = f"token-{flashback.token}-c4n4ry"
    flashback.ends_at = ("POST", "/bucket")
    result = project.apply().mentions("401")
    assert result.code not in (0, 2)
    assert calls(flashback, ("POST", "/bucket")) == [("POST", "/bucket", 401)] and flashback.sign_ins() == []
    nowhere(project, result)
