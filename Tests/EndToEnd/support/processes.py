"""Child processes that are started here and ended by their own process id."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def minimal_environment(**more):
    """PATH and HOME only: nothing of the caller's AWS_*, proxy or COOPER_* variables leaks into a test."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LC_ALL": "C.UTF-8"}
    environment.update({name: str(value) for name, value in more.items()})
    return environment


class ServerFailed(Exception):
    """A server that a test needs didn't start; the test fails, it isn't skipped."""


class Server:
    """A process with its log in a file, ended with SIGTERM, then SIGKILL."""

    def __init__(self, name, command, log, env=None, cwd=None):
        self.name = name
        self.log = log
        with open(log, "wb") as sink:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, env=env, cwd=cwd
            )

    def wait_for_http(self, url, seconds=40, statuses=(200,)):
        """Polls until `url` answers with one of `statuses`; any answer will do when `statuses` is empty."""
        deadline = time.monotonic() + seconds
        last = None
        while time.monotonic() < deadline:
            self.check_alive()
            try:
                with urllib.request.urlopen(url, timeout=5) as reply:
                    last = reply.status
            except urllib.error.HTTPError as answer:
                last = answer.code
            except OSError as problem:
                last = problem
            if isinstance(last, int) and (not statuses or last in statuses):
                return
            time.sleep(0.05)
        raise ServerFailed(f"{self.name} did not answer {url} in {seconds} s (last: {last})\n{self.tail()}")

    def check_alive(self):
        if self.process.poll() is not None:
            raise ServerFailed(f"{self.name} ended with {self.process.returncode}\n{self.tail()}")

    def tail(self, lines=30):
        try:
            with open(self.log, errors="replace") as text:
                return "".join(text.readlines()[-lines:])
        except OSError:
            return ""

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(8)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(8)
