"""Proves the promise of the README: a fresh clone, one command, a page that answers.

Clones what is committed, starts `make demo` twice with an empty home and a bare PATH, and
fails unless the second start answers within three seconds.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_PYTHON = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
_SECOND_START_WITHIN_S = 3.0
_GIVES_UP_AFTER_S = 600.0
_UPGRADE = (
    "GET /_event/?EIO=4&transport=websocket&token=00000000-0000-4000-8000-000000000000 HTTP/1.1\r\n"
    "Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    "Connection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c21va2Utc21va2Utc21va2U=\r\n\r\n"
)


def main() -> int:
    """Start twice, print both times, and judge the second."""
    with tempfile.TemporaryDirectory(prefix="quittance-smoke-") as folder:
        clone, home = Path(folder) / "clone", Path(folder) / "home"
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", _ROOT, clone], check=True)
        first = _seconds_to_start(clone, home)
        print(f"First start, everything installed and built: {first:.1f} s", flush=True)
        second = _seconds_to_start(clone, home)
        print(f"Second start, nothing changed: {second:.2f} s", flush=True)
    if second > _SECOND_START_WITHIN_S:
        print(f"That is more than {_SECOND_START_WITHIN_S:.0f} s.", file=sys.stderr)
        return 1
    return 0


def _seconds_to_start(clone: Path, home: Path) -> float:
    port = _free_port()
    log = home.parent / "demo.log"
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "PORT": str(port)}
    with log.open("wb") as output:
        started = time.monotonic()
        demo = subprocess.Popen(
            ["make", "demo", f"PYTHON={_PYTHON}"],
            cwd=clone,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while not _everything_answers(port):
                if demo.poll() is not None or time.monotonic() - started > _GIVES_UP_AFTER_S:
                    raise SystemExit(f"make demo did not start:\n{log.read_text()[-4000:]}")
                time.sleep(0.02)
            return time.monotonic() - started
        finally:
            _stop(demo)


def _stop(demo: subprocess.Popen[bytes]) -> None:
    """End make and everything it started, and wait until it has ended."""
    if demo.poll() is None:
        os.killpg(demo.pid, signal.SIGTERM)
        demo.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _everything_answers(port: int) -> bool:
    return (
        _is_ok(f"http://127.0.0.1:{port}/readyz")
        and _is_ok(f"http://127.0.0.1:{port}/sign-in")
        and _socket_opens(port)
    )


def _is_ok(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _socket_opens(port: int) -> bool:
    """Whether the page's websocket is accepted, without which a page stays lifeless."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(_UPGRADE.format(port=port).encode())
            return connection.recv(1024).startswith(b"HTTP/1.1 101")
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
