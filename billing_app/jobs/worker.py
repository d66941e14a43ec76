"""A runner as a process of its own, and as a guest of the one that answers browsers."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from billing_app import migrations
from billing_app.access.actors import OperatorActor
from billing_app.access.database import connect
from billing_app.access.installation import install, installation, work_now
from billing_app.config import Settings
from billing_app.jobs.kinds import KINDS, JobKind
from billing_app.jobs.runner import Pace, Runner
from billing_app.jobs.schedule import PERIODIC, Periodic
from billing_app.kernel import failpoints
from billing_app.kernel.errors import ConfigurationError
from billing_app.services import founding

_OUTDATED = (
    "The database does not have the shape that this version expects. Start the server first,"
    " or run: python -m billing_app migrate"
)


def work(
    settings: Settings,
    *,
    once: bool = False,
    kinds: Mapping[str, JobKind] = KINDS,
    periodic: Sequence[Periodic] = PERIODIC,
    pace: Pace | None = None,
) -> int:
    """Work until told to stop, or ``once`` until nothing is due; returns the exit code."""
    place = install(settings)
    if not migrations.is_current(place.database):
        raise ConfigurationError(_OUTDATED)
    refuse = partial(founding.refuse_other_data, demo=settings.demo)
    work_now(OperatorActor(), place.database, refuse)
    failpoints.arm(settings.failpoint)
    runner = Runner(place, kinds=kinds, periodic=periodic, pace=pace)
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: runner.stop())
    if once:
        runner.drain()
    else:
        runner.run()
    return 0


@asynccontextmanager
async def runner_beside() -> AsyncIterator[None]:
    """Have a runner in this process while it answers browsers.

    It has threads and connections of its own, so that no event ever waits for a job.
    """
    here = installation()
    failpoints.arm(here.settings.failpoint)
    place = replace(here, database=connect(here.settings.database_url))
    runner = Runner(place)
    thread = threading.Thread(target=runner.run, daemon=True, name="runner")
    thread.start()
    try:
        yield
    finally:
        runner.stop()
        runner.wake()
        await asyncio.to_thread(thread.join, 9)
        place.database.close()
