"""A real server in a process of its own, on a port and in a folder of its own."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from billing_app import cli, config
from billing_app.access.actors import OperatorActor
from billing_app.access.database import Database
from billing_app.access.demo_doors import NEIGHBOUR
from billing_app.access.guard import operator_command
from billing_app.access.identities import identity_of
from billing_app.access.installation import Installation, install, work_now
from billing_app.access.work import Work
from tests.wire import Tab
from tests.world import World

ROOT = Path(__file__).resolve().parent.parent
_STARTS_WITHIN_S = 180
_PORTS = (20_000, 32_000)

# No server of a test speaks TLS by itself, and reading the machine's certificates for each
# request would cost more than most answers.
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

# What commands import, at once or when they first need it: databases, migrations, the gateway,
# what serves.
_WARM = (
    "billing_app.asgi",
    "billing_app.doctor",
    "billing_app.installing",
    "billing_app.simulated_stripe.app",
    "alembic.autogenerate",
    "alembic.command",
    "anyio._backends._asyncio",
    "granian.server",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite",
    "stripe._stripe_client",
)

# Servers and tests share it, so that a test can make the token that a letter would hold.
LINK_KEY = "the same key for each test and each server of a test"


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

    def send(
        self, path: str, form: dict[str, str], cookie: str = "", source: str = "", **headers: str
    ) -> httpx.Response:
        """Post a form of ours, from another machine if its address is given as ``source``."""
        own = {"Origin": self.base, "User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}
        if cookie:
            own["Cookie"] = f"quittance={cookie}"
        calling = httpx.HTTPTransport(verify=PLAIN, local_address=source or None)
        with httpx.Client(transport=calling, timeout=60) as browser:
            return browser.post(self.base + path, data=form, headers=own | headers)

    def _request(
        self, method: str, path: str, cookie: str, headers: dict[str, str]
    ) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if cookie:
            sent["Cookie"] = f"quittance={cookie}"
        return httpx.request(method, self.base + path, headers=sent, timeout=10, verify=PLAIN)

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
def served(
    folder: Path,
    database_url: str,
    *,
    tls: bool = False,
    port: int = 0,
    world: World | None = None,
    warm: bool = False,
    **settings: str,
) -> Iterator[Site]:
    """Serve a demo from ``folder`` until the block ends, however the server ended.

    With ``tls`` the server believes that a proxy in front of it speaks TLS. A ``world`` that
    is there already, and its database, outlive the server. ``settings`` are of its environment.
    A ``warm`` server saves the second that it takes to import everything.
    """
    port = port or free_port()
    base = f"http://127.0.0.1:{port}"
    public_url = base.replace("http", "https") if tls else base
    log = folder / "server.log"
    environment = surroundings(folder, database_url, port, public_url)
    log.write_bytes(b"")
    process = (Warmed if warm else started)(["serve"], environment | settings, log)
    try:
        wait_until_ready(base, process, log)
        there = world or World(installed(database_url, folder).database).everybody()
        yield Site(base, there.database, log, there, process.pid, public_url)
        if world is None:
            there.database.close()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def surroundings(folder: Path, database_url: str, port: int, public_url: str) -> dict[str, str]:
    """The environment of a demo that keeps its own things in ``folder``."""
    passed_on = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME", "LANG", "TMPDIR"}
    }
    return passed_on | {
        "DEMO": "1",
        "PORT": str(port),
        "QUITTANCE_HOME": str(folder / "home"),
        "DATABASE_URL": database_url.replace("postgresql+psycopg", "postgresql"),
        "PUBLIC_URL": public_url,
        "LINK_KEY": LINK_KEY,
    }


def started(words: list[str], environ: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Run a command as an operator does; what it says is added to the log."""
    with log.open("a") as written:
        return subprocess.Popen(
            [sys.executable, "-m", "billing_app", *words],
            cwd=ROOT,
            env=environ,
            stdout=written,
            stderr=subprocess.STDOUT,
        )


class Warmed:
    """A command in a process forked from one that has imported everything; used like Popen.

    What it says is added to the log; its errors too, unless they have a file of their own.
    """

    def __init__(
        self,
        words: list[str],
        environ: dict[str, str],
        log: Path,
        command: Callable[[list[str]], int] = cli.main,
        *,
        errors: Path | None = None,
    ) -> None:
        forking = multiprocessing.get_context("forkserver")
        forking.set_forkserver_preload([*_WARM, __name__])
        self._process = forking.Process(
            target=_run, args=(words, environ, log, errors or log, command)
        )
        self._process.start()
        self.pid = int(self._process.pid or 0)

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it lives."""
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        """Wait until it has ended."""
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired("billing_app", timeout)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal unless it has ended, which is noticed later than it happens."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


def _run(
    words: list[str],
    environ: dict[str, str],
    log: Path,
    errors: Path,
    command: Callable[[list[str]], int],
) -> None:
    # The server's own worker is forked, as it is where nothing was forked before.
    multiprocessing.set_start_method("fork", force=True)
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(ROOT)
    for stream, file in ((1, log), (2, errors)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT), stream)
    sys.exit(command(words))


def installed(database_url: str, home: Path) -> Installation:
    """Make the test's own process an installation with that database.

    It is a demo, whose people are signed in without a proof.
    """
    return install(
        config.load(
            {
                "DEMO": "1",
                "DATABASE_URL": database_url,
                "QUITTANCE_HOME": str(home),
                "LINK_KEY": LINK_KEY,
            }
        )
    )


def make_it_a_demos(database: Database) -> None:
    """Have commands with DEMO=1 work on a database that a test filled itself."""

    @operator_command
    def let_the_neighbour_in(work: Work[OperatorActor]) -> str:
        return str(identity_of(work, email=NEIGHBOUR.email, name=NEIGHBOUR.person))

    work_now(OperatorActor(), database, let_the_neighbour_in)


def wait_until_ready(base: str, process: subprocess.Popen[bytes] | Warmed, log: Path) -> None:
    """Return once the server answers; fail with its own words if it ended instead."""
    deadline = time.monotonic() + _STARTS_WITHIN_S
    with httpx.Client(verify=PLAIN) as client:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise AssertionError(f"the server ended:\n{log.read_text()}")
            with suppress(httpx.TransportError):
                if client.get(f"{base}/readyz").status_code == 200:
                    return
            time.sleep(0.05)
    raise AssertionError(f"the server did not answer:\n{log.read_text()}")


def free_port() -> int:
    """A port that nobody listens on right now.

    It lies below those that a machine takes for connections that go out: a server that is killed
    and comes back finds its port as it left it.
    """
    while True:
        port = random.randint(*_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
