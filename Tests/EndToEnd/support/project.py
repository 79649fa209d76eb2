"""A project in a temporary directory, and the command line run over it."""

import base64
import glob
import json
import os
import re
import signal
import subprocess
import time
import urllib.parse
from dataclasses import dataclass

from .processes import minimal_environment

ESCAPE = re.compile(r"\x1b\[")


@dataclass
class Result:
    arguments: tuple
    code: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def output(self):
        return self.stdout + self.stderr

    def expect(self, *codes):
        """Fails with everything that was printed when the exit code is none of `codes`."""
        assert self.code in codes, (
            f"cooper {' '.join(self.arguments)}: exit {self.code}, expected {' or '.join(map(str, codes))}\n"
            f"--- stdout\n{self.stdout[-6000:]}\n--- stderr\n{self.stderr[-6000:]}"
        )
        return self

    def mentions(self, *patterns):
        """Fails unless each pattern is found in what was printed, whatever its case and wherever its lines are broken."""
        unwrapped = re.sub(r"\s+", " ", self.output)
        for pattern in patterns:
            assert re.search(pattern, self.output, re.IGNORECASE) or re.search(pattern, unwrapped, re.IGNORECASE), (
                f"cooper {' '.join(self.arguments)}: nothing matches {pattern!r}\n"
                f"--- stdout\n{self.stdout[-6000:]}\n--- stderr\n{self.stderr[-6000:]}"
            )
        return self

    @property
    def json(self):
        return json.loads(self.stdout)


# These print or write secrets because they are asked to.
REVEALING = {("secrets", "open"), ("emit",)}


def spellings(secret):
    return {
        secret, base64.b64encode(secret.encode()).decode(), urllib.parse.quote(secret, safe=""), json.dumps(secret)[1:-1],
        secret.encode().hex(),
    }


class Project:
    def __init__(self, binary, directory, environment=None):
        self.binary = binary
        self.directory = str(directory)
        self.environment = dict(environment or {})
        self.home = os.path.join(self.directory + "-home")
        os.makedirs(self.directory, exist_ok=True)
        os.makedirs(self.home, exist_ok=True)

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    def write(self, text, name="cooper.yaml"):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        return path

    def read(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def replace(self, old, new, name="cooper.yaml"):
        text = self.read(name)
        assert old in text, f"{old!r} is not in {name}"
        self.write(text.replace(old, new), name)

    def full_environment(self, **more):
        environment = minimal_environment(**self.environment)
        environment["HOME"] = self.home
        environment.update({name: str(value) for name, value in more.items()})
        return environment

    def cooper(self, *arguments, env=None, stdin=None, timeout=120, **popen):
        """Runs to the end with output captured; `env` adds to the project's own minimal environment."""
        began = time.monotonic()
        source = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
        environment = self.full_environment(**(env or {}))
        done = subprocess.run(
            [self.binary, *arguments], cwd=self.directory, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", timeout=timeout, **source, **popen,
        )
        result = Result(arguments, done.returncode, done.stdout, done.stderr, time.monotonic() - began)
        self.expect_no_secret(result, environment)
        return result

    def secrets(self, environment):
        """What the references `env:NAME` of the project's files stand for in this run."""
        names = set()
        for path in glob.glob(os.path.join(self.directory, "**", "*.yaml"), recursive=True):
            with open(path, errors="replace") as file:
                names.update(re.findall(r"\benv:([A-Za-z_][A-Za-z0-9_]*)", file.read()))
        # A short word may stand anywhere by chance.
        return {environment[name] for name in names if len(environment.get(name, "")) >= 8}

    def expect_no_secret(self, result, environment):
        """Whatever a test is about: no secret is in what was printed, nor in state, journal and what else Cooper keeps."""
        if result.arguments[:1] in REVEALING or result.arguments[:2] in REVEALING:
            return
        kept = [path for path in glob.glob(self.path(".cooper", "**"), recursive=True) if os.path.isfile(path)]
        texts = {"what it printed": result.output}
        for path in kept:
            with open(path, errors="replace") as file:
                texts[path] = file.read()
        for secret in self.secrets(environment):
            for form in spellings(secret):
                for place, text in texts.items():
                    assert form not in text, f"cooper {' '.join(result.arguments)}: a secret is in {place}"

    def start(self, *arguments, env=None):
        """Starts it in its own session, so that a signal reaches it and nothing else."""
        return subprocess.Popen(
            [self.binary, *arguments], cwd=self.directory, env=self.full_environment(**(env or {})),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
            start_new_session=True,
        )

    # What most tests do.

    def plan(self, *more, **options):
        return self.cooper("plan", "--detailed-exitcode", *more, **options)

    def apply(self, *more, **options):
        return self.cooper("apply", "--yes", *more, **options)

    def converge(self):
        """Applies, and shows that the next plan is empty."""
        self.apply().expect(0)
        self.expect_no_changes()

    def expect_no_changes(self):
        self.plan().expect(0).mentions("no changes|nothing to do|unchanged")

    def plan_document(self):
        return self.cooper("plan", "--format", "json").json

    # Files.

    @property
    def state_path(self):
        return self.path(".cooper", "state.json")

    def state(self):
        """The state file, which must be whole JSON with its marks whenever it is there; None when it isn't."""
        if not os.path.exists(self.state_path):
            return None
        with open(self.state_path) as file:
            state = json.load(file)
        for field, kind in {"formatVersion": int, "lineage": str, "serial": int, "resources": (dict, list)}.items():
            assert isinstance(state.get(field), kind), f"state has no {field}: {list(state)}"
        return state

    def everything_written(self):
        """Name and bytes of every file that is in the project now, state and journal too."""
        for folder, _, names in os.walk(self.directory):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    yield os.path.join(folder, name), file.read()


def finish(process, timeout=60):
    stdout, stderr = process.communicate(timeout=timeout)
    return Result(tuple(process.args[1:]), process.returncode, stdout, stderr, 0)


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)


def wait_for(condition, seconds=20):
    """Waits for something that another process does; fails when it doesn't happen."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
