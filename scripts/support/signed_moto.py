"""Starts moto with authentication enforced, prints `endpoint key secret` on one line, and serves until it is ended."""

import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests" / "EndToEnd"))

from support.moto import Moto  # noqa: E402


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    moto = Moto()
    try:
        print(moto.endpoint, moto.key, moto.secret, flush=True)
        signal.pause()
    finally:
        moto.stop()


if __name__ == "__main__":
    main()
