"""The running installation: its settings, its database, and the threads that reach it.

Reflex answers events on one loop. A query on that loop would make everybody wait, so
work runs on a bounded pool of threads, as many as there are connections.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlmodel import SQLModel

from billing_app.access.actors import Actor, DoorActor, RunnerActor
from billing_app.access.database import (
    DOORKEEPERS,
    WORKERS,
    Database,
    connect,
    is_deadlock,
    passes,
)
from billing_app.access.work import Work, work_for
from billing_app.config import Settings
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Busy, NotFound, NotSignedIn

log = logging.getLogger("quittance.database")

A = TypeVar("A", bound=Actor)
T = TypeVar("T")

_TRIES = 3


@dataclass(frozen=True)
class Installation:
    """One running Quittance."""

    settings: Settings
    database: Database
    workers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(WORKERS, thread_name_prefix="work")
    )
    doorkeepers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(DOORKEEPERS, thread_name_prefix="door")
    )


_installation: list[Installation] = []
_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)


def install(settings: Settings) -> Installation:
    """Make this process serve the installation that ``settings`` describe.

    A demo goes on at the moment that its clock had reached, in whichever process.
    """
    if settings.demo:
        clock.go_on_from(settings.home / "clock")
    _installation[:] = [Installation(settings, connect(settings.database_url))]
    return _installation[0]


def installation() -> Installation:
    """The installation this process serves."""
    return _installation[0]


def act_as(actor: Actor | None) -> None:
    """Say on whose behalf the rest of this event or request runs.

    Only the gate and the HTTP routes call this, with an actor found by its session.
    """
    _actor.set(actor)


async def run(work_fn: Callable[[Work[Any]], T]) -> T:
    """Do one piece of work for whoever sent the current event or request."""
    actor = _actor.get()
    if actor is None:
        raise NotSignedIn
    return await run_as(actor, work_fn)


async def run_outside(act: Callable[[Installation, Any], T]) -> T:
    """Do what also calls other houses, for whoever sent the current event, on a thread of its own.

    ``act`` is given the installation and the actor, and opens a Work for each of its
    transactions. It may wait for another house, so it holds none of the threads of ``run``.
    """
    actor = _actor.get()
    if actor is None:
        raise NotSignedIn
    return await asyncio.to_thread(act, installation(), actor)


async def at_the_door(work_fn: Callable[[Work[DoorActor]], T]) -> T:
    """Do one piece of work of the door: before anybody is signed in."""
    return await run_as(DoorActor(), work_fn)


async def in_the_demo(work_fn: Callable[[Work[RunnerActor]], T]) -> T:
    """Look at what only a demo shows to everybody. In a real installation: NotFound."""
    if not installation().settings.demo:
        raise NotFound
    return await run_as(RunnerActor(), work_fn)


async def run_as(actor: A, work_fn: Callable[[Work[A]], T]) -> T:
    """Do one piece of work for ``actor`` on a thread; the loop stays free meanwhile."""
    place = installation()
    threads = place.doorkeepers if isinstance(actor, DoorActor) else place.workers
    return await asyncio.get_running_loop().run_in_executor(
        threads, copy_context().run, work_now, actor, place.database, work_fn
    )


def work_now(actor: A, database: Database, work_fn: Callable[[Work[A]], T]) -> T:
    """Do one piece of work in this thread, again if PostgreSQL sacrificed it to a deadlock.

    Rows stay inside: what leaves is a frozen view, so that no screen can hold, and
    send to a browser, a column that it did not name.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            with work_for(actor, database) as work:
                result = work_fn(work)
                if isinstance(result, SQLModel):
                    raise RuntimeError("A row never leaves its work; return a view of it.")
            return result
        except DBAPIError as error:
            if is_deadlock(error) and attempt < _TRIES:
                continue
            if not passes(error):
                raise
            log.warning("the database is busy: %s", type(error.orig).__name__)
            raise Busy from error
        except NoConnection as error:
            log.warning("the database is busy: no connection was free in time")
            raise Busy from error
    raise AssertionError("unreachable")
