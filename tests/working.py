"""Jobs in tests: owed as a command owes them, worked off here or in another process."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

from sqlmodel import col, select

from billing_app.access.actors import OperatorActor, RunnerActor
from billing_app.access.database import Database
from billing_app.access.guard import operator_command, operator_read
from billing_app.access.installation import Installation, installation, work_now
from billing_app.access.outbox import owe
from billing_app.access.work import Work
from billing_app.jobs import leases
from billing_app.jobs.leases import JobFacts
from billing_app.jobs.runner import Pace, Runner
from billing_app.models.organization import Organization
from billing_app.models.outbox import Job
from billing_app.services import founding
from tests import runner_process
from tests.diary import Diary
from tests.servers import LINK_KEY, Warmed, make_it_a_demos

T = TypeVar("T")

LEASE = timedelta(seconds=60)


class Workplace:
    """One business that owes nothing yet, in a database where nobody else owes anything."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.place: Installation = replace(installation(), database=database)
        self._settle_everything()
        shown = self._operator(
            lambda work: founding.found_organization(
                work, name=f"Mill {uuid4().hex[:8]}", time_zone="UTC", currency="AUD"
            )
        )
        self.organization_id = Organization.read_id(shown)

    def owe(self, *subjects: str, kind: str = "note", **more: Any) -> None:
        """Owe a job about each of the subjects, in one transaction."""

        @operator_command
        def owing(work: Work[OperatorActor]) -> None:
            for subject in subjects:
                owe(work, kind, subject, organization_id=self.organization_id, **more)

        self._operator(owing)

    def job(self, subject: str) -> Job:
        """The row of the job about ``subject``."""
        return self.jobs()[subject]

    def jobs(self) -> dict[str, Job]:
        """All jobs of this business, by subject."""
        found: dict[str, Job] = {}

        @operator_read
        def look(work: Work[OperatorActor]) -> None:
            wanted = select(Job).where(Job.organization_id == self.organization_id)
            found.update({job.subject: job for job in work.exec(wanted)})

        self._operator(look)
        return found

    def change(self, subject: str, **values: object) -> None:
        """Set columns of a job behind everybody's back."""

        @operator_command
        def set_values(work: Work[OperatorActor]) -> None:
            wanted = select(Job).where(
                Job.organization_id == self.organization_id, Job.subject == subject
            )
            job = work.exec(wanted).one()
            for name, value in values.items():
                setattr(job, name, value)

        self._operator(set_values)

    def take(self, holder: str, at_most: int = 10, lease: timedelta = LEASE) -> list[JobFacts]:
        """Take jobs as a runner called ``holder`` would."""
        return self.act(lambda work: leases.take(work, holder=holder, lease=lease, at_most=at_most))

    def act(self, work_fn: Callable[[Work[RunnerActor]], T]) -> T:
        """Do something as a runner, in one transaction."""
        return work_now(RunnerActor(), self.database, work_fn)

    def runner(self, does: Callable[[Installation, JobFacts], None], **pace: Any) -> Runner:
        """A runner that looks often and does ``note`` jobs by calling ``does``."""
        return Runner(
            self.place,
            kinds={"note": does},
            periodic=(),
            pace=Pace(**({"looks_every_s": 0.05} | pace)),
        )

    def _operator(self, work_fn: Callable[[Work[Any]], T]) -> T:
        return work_now(OperatorActor(), self.database, work_fn)

    def _settle_everything(self) -> None:
        @operator_command
        def settle(work: Work[OperatorActor]) -> None:
            owed = select(Job).where(col(Job.done_at).is_(None), col(Job.dead_at).is_(None))
            for job in work.exec(owed):
                job.done_at = job.due_at

        self._operator(settle)


@contextmanager
def running(runner: Runner) -> Iterator[threading.Thread]:
    """Have a runner at work in a thread until the block ends."""
    thread = threading.Thread(target=runner.run)
    thread.start()
    try:
        yield thread
    finally:
        runner.stop()
        runner.wake()
        thread.join(timeout=20)
        assert not thread.is_alive()


def wait_until(true: Callable[[], bool], within_s: float = 20) -> None:
    """Return as soon as something is true; fail if it does not come true."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


@contextmanager
def worker(
    database: Database, diary: Diary, *, failpoint: str = "", **pace: float
) -> Iterator[Warmed]:
    """A runner in a process of its own, ready to take; killed at the end if it still lives."""
    make_it_a_demos(database)
    url = database.engine.url.render_as_string(hide_password=False)
    environ = {
        "PATH": os.environ["PATH"],
        "DEMO": "1",
        "QUITTANCE_HOME": str(diary.path.parent),
        "LINK_KEY": LINK_KEY,
        "DATABASE_URL": url.replace("postgresql+psycopg", "postgresql"),
        "FAILPOINT": failpoint,
    }
    said = [f"{name}={value}" for name, value in pace.items()]
    log = diary.path.with_name(f"{uuid4().hex}.log")
    log.touch()
    process = Warmed([str(diary.path), *said], environ, log, runner_process.main)
    try:
        wait_until(lambda: "ready\n" in log.read_text())
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=20)
