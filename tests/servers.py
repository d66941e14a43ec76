"""A real server in a process of its own, on a port and in a folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from billing_app.access.database import Database, connect
from billing_app.config import Secret
from tests.wire import Tab
from tests.world import World

ROOT = Path(__file__).resolve().parent.parent
_STARTS_WITHIN_S = 180


@dataclass
class Site:
    """A running Quittance: its address, its database, its log, and the people in it."""

    base: str
    database: Database
    log: Path
    world: World
    pid: int
    public_url: str

    def tab(self, cookie: str = "", **how: object) -> Tab:
        """Open a socket as the holder of ``cookie`` would."""
        return Tab(self.base, cookie=cookie, **how)  # type: ignore[arg-type]

    def get(self, path: str, cookie: str = "", **headers: str) -> httpx.Response:
        """Ask for a page or route; redirects are not followed."""
        return self._request("GET", path, cookie, headers)

    def post(self, path: str, cookie: str = "", **headers: str) -> httpx.Response:
        """Post an empty form from our own page."""
        return self._request("POST", path, cookie, {"Origin": self.base} | headers)

    def _request(
        self, method: str, path: str, cookie: str, headers: dict[str, str]
    ) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if cookie:
            sent["Cookie"] = f"quittance={cookie}"
        return httpx.request(method, self.base + path, headers=sent, timeout=10)

    def sign_in(self, door: str) -> str:
        """Come in by one of the demo's doors; returns the cookie's token."""
        return self.post(f"/auth/demo/{door}").cookies["quittance"]

    def log_since(self, position: int) -> str:
        """What the server has logged after ``position``."""
        with self.log.open() as log:
            log.seek(position)
            return log.read()

    def log_position(self) -> int:
        """Where the log ends now."""
        return self.log.stat().st_size


@contextmanager
def served(folder: Path, database_url: str, *, tls: bool = False) -> Iterator[Site]:
    """Serve a demo from ``folder`` until the block ends.

    With ``tls`` the server believes that a proxy in front of it speaks TLS.
    """
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    public_url = base.replace("http", "https") if tls else base
    log = folder / "server.log"
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME", "LANG", "TMPDIR"}
    } | {
        "DEMO": "1",
        "PORT": str(port),
        "QUITTANCE_HOME": str(folder / "home"),
        "DATABASE_URL": database_url.replace("postgresql+psycopg", "postgresql"),
        "PUBLIC_URL": public_url,
    }
    with log.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "billing_app", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_ready(base, process, log)
            database = connect(Secret(database_url))
            yield Site(base, database, log, World(database), process.pid, public_url)
            database.close()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def wait_until_ready(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the server answers; fail with its own words if it ended instead."""
    deadline = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the server ended:\n{log.read_text()}")
        try:
            if httpx.get(f"{base}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"the server did not answer:\n{log.read_text()}")


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
