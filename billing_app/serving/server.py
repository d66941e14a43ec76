"""Answers browsers: one supervising process, and one worker that holds the application.

The supervisor never imports Reflex or the application, so that it is there at once and
stays small. One worker, because what a page shows lives in that worker's memory.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPException
from importlib import import_module
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from billing_app.access.demo_doors import ways_in
from billing_app.config import Settings
from billing_app.serving.build import build_if_changed, kept
from billing_app.serving.sources import ROOT

# By name, because this floor lies below the application and is told nothing about it.
_APPLICATION = "billing_app.asgi:application"
_STOPPED_BY_FORCE_AFTER_S = 10
_LOOKS_EVERY_S = 0.1
_ASKS_EVERY_S = 0.02
_ASKS_FOR_S = 60.0


class _Wakeup(threading.Event):
    """An event that a signal handler may set at any moment, because it takes no lock.

    Granian's supervisor sleeps on an ordinary one and never woke again when two signals
    came at once; make and a terminal do send the same signal twice.
    """

    _happened = False

    def set(self) -> None:
        self._happened = True

    def clear(self) -> None:
        self._happened = False

    def wait(self, timeout: float | None = None) -> bool:
        while not self._happened:
            time.sleep(_LOOKS_EVERY_S)
        return True


class _Supervisor(MPServer):
    """A supervisor that is asked to stop knows that its worker may end first.

    Whoever stops a whole service asks every process of it at once, so a worker that ends then
    ends as it should.
    """

    def signal_handler_interrupt(self, *signal: Any, **more: Any) -> None:
        for worker in self.wrks:
            worker.interrupt_by_parent = True
        super().signal_handler_interrupt(*signal, **more)  # type: ignore[no-untyped-call]


def serve(settings: Settings, *, once_ready: Callable[[], str] = str) -> int:
    """Serve until asked to stop, and return the exit code for the process.

    What ``once_ready`` returns is said after the address; it runs where requests are answered.
    """
    if not _is_free(settings.host, settings.port):
        print(
            f"Port {settings.port} of {settings.host} is in use. Stop what answers there, or"
            " choose another with PORT.",
            file=sys.stderr,
        )
        return 2
    pages = build_if_changed(partial(print, flush=True))
    server = _Supervisor(
        _APPLICATION,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        log_level=LogLevels.warning,
        workers_kill_timeout=_STOPPED_BY_FORCE_AFTER_S,
    )
    server.main_loop_interrupt = _Wakeup()
    with kept(pages):
        try:
            server.serve(
                target_loader=partial(_load, settings, pages, once_ready), wrap_loader=False
            )
        except SystemExit as ended:
            return ended.code if isinstance(ended.code, int) else 1
    return 0


def _is_free(host: str, port: int) -> bool:
    """Whether nobody listens there yet. Granian would share the port without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _load(settings: Settings, pages: Path, once_ready: Callable[[], str]) -> Callable[..., Any]:
    """Make the application. This runs in the worker, before its first request."""
    # Ctrl-C is for the supervisor, which then stops its worker in an orderly way.
    os.setpgid(0, 0)
    _use_the_build(settings, pages)
    module, _, factory = _APPLICATION.partition(":")
    loaded: Callable[..., Any] = getattr(import_module(module), factory)(settings)
    supervisor = os.getppid()
    threading.Thread(target=_announce, args=(settings, once_ready), daemon=True).start()
    threading.Thread(target=_stop_with, args=(supervisor,), daemon=True).start()
    return loaded


def _use_the_build(settings: Settings, pages: Path) -> None:
    """Tell Reflex to serve what was built instead of building again."""
    from reflex_base import constants
    from reflex_base.environment import environment

    environment.REFLEX_ENV_MODE.set(constants.Env.PROD)
    environment.REFLEX_SKIP_COMPILE.set(True)
    environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.set(True)
    environment.REFLEX_WEB_WORKDIR.set(pages)
    os.environ["REFLEX_CORS_ALLOWED_ORIGINS"] = settings.public_url
    os.chdir(ROOT)


def _announce(settings: Settings, once_ready: Callable[[], str]) -> None:
    """Say that we are ready once an answer has come back, and not before."""
    give_up_at = time.monotonic() + _ASKS_FOR_S
    while time.monotonic() < give_up_at:
        if _answers(settings):
            print(f"Quittance is ready at {settings.public_url}", flush=True)
            if settings.demo:
                print(ways_in(settings), flush=True)
            if more := once_ready():
                print(more, flush=True)
            return
        time.sleep(_ASKS_EVERY_S)


def _answers(settings: Settings) -> bool:
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}
    host = everywhere.get(settings.host, settings.host)
    connection = HTTPConnection(host, settings.port, timeout=1)
    try:
        connection.request("GET", "/healthz", headers={"Host": settings.public_host})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _stop_with(supervisor: int) -> None:
    """End with the supervisor even if it was killed, so that the port is free again."""
    while os.getppid() == supervisor:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
