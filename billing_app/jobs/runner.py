"""The runner: takes what is due, does it, and notes what became of it.

Any number of runners in any number of processes work off the same table. One thread keeps
the leases; a few others, the hands, do the jobs. Whatever dies, and wherever, the lease
runs out and somebody else does the job again.
"""

from __future__ import annotations

import logging
import os
import random
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple, TypeVar

from billing_app.access.actors import RunnerActor
from billing_app.access.installation import Installation, work_now
from billing_app.access.outbox import told_when_owed
from billing_app.access.work import Work
from billing_app.jobs import leases
from billing_app.jobs.kinds import KINDS, JobKind
from billing_app.jobs.leases import JobFacts
from billing_app.jobs.schedule import PERIODIC, Periodic, run_due
from billing_app.jobs.trouble import GiveUp, NotReady, TryLater
from billing_app.kernel import failpoints
from billing_app.kernel.errors import Busy

log = logging.getLogger("quittance.jobs")

T = TypeVar("T")


@dataclass(frozen=True)
class Pace:
    """How fast a runner works, and how patient it is. Seconds are of a stopwatch."""

    hands: int = 2
    batch: int = 10
    lease: timedelta = timedelta(seconds=60)
    prolonged_every_s: float = 20.0
    untouched_s: float = 10.0
    looks_every_s: float = 1.0
    looks_at_schedule_every_s: float = 30.0
    stops_within_s: float = 7.0


@dataclass
class _Held:
    """A job that we hold, by a lease that began at ``since``."""

    job: JobFacts
    since: float
    begun: float = 0.0


class _Outcome(NamedTuple):
    """What was wrong, empty if nothing; whether for good; whether it counts as a try."""

    trouble: str = ""
    for_good: bool = False
    is_try: bool = True


class Runner:
    """Works off what is owed until it is stopped, or once until nothing is due."""

    def __init__(
        self,
        place: Installation,
        *,
        kinds: Mapping[str, JobKind] = KINDS,
        periodic: Sequence[Periodic] = PERIODIC,
        pace: Pace | None = None,
    ) -> None:
        self._place = place
        self._kinds = kinds
        self._periodic = periodic
        self._pace = pace or Pace()
        self.name = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._stopping = False
        self._ended = threading.Event()
        self._woken = threading.Event()
        self._changed = threading.Condition()
        self._waiting: deque[_Held] = deque()
        self._begun: list[_Held] = []

    def stop(self) -> None:
        """Finish what was begun and take no more. Takes no lock: signal handlers call it."""
        self._stopping = True

    def wake(self) -> None:
        """Look at once whether something is due."""
        self._woken.set()

    def run(self) -> None:
        """Work until stopped."""
        with told_when_owed(self.wake), self._helpers(self._keep_schedule):
            while not self._stopping:
                self._turn()

    def drain(self) -> None:
        """Work until nothing is due any more."""
        run_due(self._place, self._periodic)
        with self._helpers():
            while not self._stopping and (self._holds_any() or self._any_due()):
                self._turn()

    def _turn(self) -> None:
        """Look after what we hold, take more, and wait a little if there was nothing to take."""
        try:
            self._look_after_held()
            if self._has_room() and self._take():
                return
        except Busy:
            log.warning("The database does not answer; jobs wait.")
        except Exception:
            log.exception("Jobs could not be taken; they wait.")
        # A little apart from each other, so that many runners do not look all at once.
        self._woken.wait(self._pace.looks_every_s * random.uniform(0.8, 1.2))
        self._woken.clear()

    def _take(self) -> bool:
        if not self._any_due():
            return False
        taken = self._now(
            lambda work: leases.take(
                work, holder=self.name, lease=self._pace.lease, at_most=self._pace.batch
            )
        )
        failpoints.reach("taken")
        now = time.monotonic()
        with self._changed:
            self._waiting.extend(_Held(job, now) for job in taken)
            self._changed.notify_all()
        return bool(taken)

    def _look_after_held(self) -> None:
        """Prolong what takes long, and let others have what we do not get to."""
        now = time.monotonic()
        with self._changed:
            late = [held for held in self._waiting if now - held.since > self._pace.untouched_s]
            for held in late:
                self._waiting.remove(held)
            long = [held for held in self._begun if now - held.since > self._pace.prolonged_every_s]
        self._give_back(late)
        if long:
            jobs = [held.job for held in long]
            self._now(
                lambda work: leases.hold_on(work, jobs, holder=self.name, lease=self._pace.lease)
            )
            for held in long:
                held.since = now

    def _give_back(self, untouched: list[_Held]) -> None:
        if untouched:
            jobs = [held.job for held in untouched]
            self._now(lambda work: leases.give_back(work, jobs, holder=self.name))

    def _hand(self) -> None:
        """One of the threads that do the jobs."""
        while (held := self._next()) is not None:
            try:
                if time.monotonic() - held.since < self._pace.lease.total_seconds():
                    self._do(held.job)
            except Busy:
                log.warning("The database does not answer; a job will be done again.")
            except Exception:
                log.exception("A job could not be noted; it will be done again.")
            with self._changed:
                self._begun.remove(held)
                few = len(self._waiting) <= self._pace.hands
                self._changed.notify_all()
            if few:
                self.wake()

    def _next(self) -> _Held | None:
        with self._changed:
            while not self._waiting and not self._ended.is_set():
                self._changed.wait()
            if self._ended.is_set() or self._stopping:
                return None
            held = self._waiting.popleft()
            held.begun = time.monotonic()
            self._begun.append(held)
            return held

    def _do(self, job: JobFacts) -> None:
        began = time.monotonic()
        failpoints.reach("before_doing")
        trouble, for_good, is_try = self._attempt(job)
        failpoints.reach("done_unnoted")
        if trouble:
            noted = self._now(
                lambda work: leases.note_trouble(
                    work,
                    job,
                    holder=self.name,
                    trouble=trouble,
                    for_good=for_good,
                    is_try=is_try,
                )
            )
        else:
            noted = self._now(lambda work: leases.note_done(work, job, holder=self.name))
        failpoints.reach("noted")
        fields = {"job": job.id, "kind": job.kind, "tries": job.tries, "noted": noted}
        fields["ms"] = round((time.monotonic() - began) * 1000, 1)
        level = logging.WARNING if trouble or not noted else logging.INFO
        log.log(
            level, "A job.", extra={"fields": fields | ({"trouble": trouble} if trouble else {})}
        )

    def _attempt(self, job: JobFacts) -> _Outcome:
        """Do the job; returns what became of it."""
        does = self._kinds.get(job.kind)
        if does is None:
            return _Outcome(f"This version does not know how to do '{job.kind}'.", for_good=True)
        try:
            does(self._place, job)
        except GiveUp as trouble:
            return _Outcome(str(trouble) or "It cannot be done.", for_good=True)
        except NotReady as trouble:
            return _Outcome(str(trouble) or "Something is not set up.", is_try=False)
        except (TryLater, Busy) as trouble:
            return _Outcome(str(trouble) or "It did not work this time.")
        except Exception as mistake:
            log.exception("%s %s failed by our own mistake.", job.kind, job.id)
            # What the error says may hold anything; what it is called holds nothing secret.
            return _Outcome(f"It failed by a mistake of ours ({type(mistake).__name__}).")
        return _Outcome()

    def _keep_schedule(self) -> None:
        while not self._ended.is_set():
            try:
                run_due(self._place, self._periodic)
            except Exception:
                log.exception("The schedule could not be looked at.")
            self._ended.wait(self._pace.looks_at_schedule_every_s)

    @contextmanager
    def _helpers(self, *others: Callable[[], None]) -> Iterator[None]:
        """Have the hands and others at work for the length of the block, then let go.

        They are daemons: one that is stuck in a job does not keep the process from ending.
        """
        duties = [*[self._hand] * self._pace.hands, *others]
        helpers = [threading.Thread(target=duty, daemon=True, name="runner") for duty in duties]
        for helper in helpers:
            helper.start()
        try:
            yield
        finally:
            self._leave()
            for helper in helpers:
                helper.join(timeout=0.5)

    def _leave(self) -> None:
        """Give back what was not begun, and wait a while for what was."""
        with self._changed:
            untouched = list(self._waiting)
            self._waiting.clear()
            self._ended.set()
            self._changed.notify_all()
        try:
            self._give_back(untouched)
        except Busy:
            log.warning("Jobs could not be given back; their leases will run out.")
        with self._changed:
            finished = self._changed.wait_for(
                lambda: not self._begun, timeout=self._pace.stops_within_s
            )
        if not finished:
            log.warning("A job took too long to stop; somebody will do it again.")

    def _has_room(self) -> bool:
        """Whether what we take now is likely to be begun soon."""
        with self._changed:
            stuck = time.monotonic() - self._pace.untouched_s
            all_stuck = sum(held.begun < stuck for held in self._begun) == self._pace.hands
            return len(self._waiting) <= self._pace.hands and not all_stuck

    def _holds_any(self) -> bool:
        with self._changed:
            return bool(self._waiting or self._begun)

    def _any_due(self) -> bool:
        return self._now(leases.anything_due)

    def _now(self, work_fn: Callable[[Work[RunnerActor]], T]) -> T:
        return work_now(RunnerActor(), self._place.database, work_fn)
