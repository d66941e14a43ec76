"""Serves the demo and starts it again whenever a source changes.

A change costs a build of the pages, because the state classes in the server and in the
browser must be the same. It is the very server that `make demo` runs, gate and edge
included, so nothing behaves differently later.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from billing_app.kernel.errors import ConfigurationError
from billing_app.serving.build import build_if_changed
from billing_app.serving.sources import ROOT, digest

_LOOKS_EVERY_S = 0.5


def main() -> int:
    """Run until interrupted."""
    try:
        while True:
            _serve_until_changed()
            print("The sources changed.", flush=True)
    except KeyboardInterrupt:
        return 0


def _serve_until_changed() -> None:
    """Build first and look afterwards, because a build touches its own sources."""
    served = digest()
    server = _start() if _is_built() else None
    try:
        while digest() == served:
            time.sleep(_LOOKS_EVERY_S)
    finally:
        if server:
            server.send_signal(signal.SIGTERM)
            server.wait()


def _is_built() -> bool:
    try:
        build_if_changed()
    except ConfigurationError as problem:
        print(problem, file=sys.stderr, flush=True)
        return False
    return True


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "billing_app", "serve"], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
