"""A house whose people and post stay while its servers and workers are killed and replaced."""

from __future__ import annotations

import os
import re
import signal
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
from sqlmodel import Session, col, select

from billing_app.access.actors import OperatorActor
from billing_app.access.database import Database
from billing_app.access.guard import operator_command
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.models.capability import Capability
from billing_app.models.outbox import Job, Letter
from billing_app.models.people import Identity
from tests.mail_server import Clerk
from tests.posting import FROM
from tests.servers import LINK_KEY, Site, Warmed, free_port, make_it_a_demos, served
from tests.working import wait_until
from tests.world import World

# Where the process ends itself, and at which words of the mail server it is ended.
FAILPOINTS = ("take", "taken", "before_doing", "done_unnoted", "done", "noted", "trouble")
STEPS = ("MAIL", "RCPT", "DATA")
POINTS = (*FAILPOINTS, *STEPS)
HANDS = 2


class House:
    """People and their post, which stay while servers and workers come and go."""

    def __init__(self, database: Database, folder: Path, point: str, answers: dict[str, str]):
        self.clerk = Clerk(answers, hold=point if point in STEPS else "")
        self.world = World(database).everybody()
        make_it_a_demos(database)
        self.answered: set[str] = set()
        self._database = database
        self._folder = folder
        self._answers = answers
        self.mail_host = ""
        self._port = free_port()
        self._deaths = 0
        self._gone: set[int] = set()
        self._noted: dict[str, int] = {}
        self._settle_what_the_world_owes()
        self._before = {letter.shown_id for letter in self._rows(Letter)}

    @contextmanager
    def server(self, failpoint: str = "", *, warm: bool = True) -> Iterator[Site]:
        """A server, with a runner inside, at the address that all servers of the house have."""
        settings = self._settings(failpoint)
        with served(
            self._folder,
            settings.pop("DATABASE_URL"),
            port=self._port,
            world=self.world,
            warm=warm,
            **settings,
        ) as site:
            yield site

    @contextmanager
    def worker(self, failpoint: str = "") -> Iterator[Warmed]:
        """A worker as an operator starts it; killed at the end if it still lives."""
        environ = {
            "PATH": os.environ["PATH"],
            "DEMO": "1",
            "QUITTANCE_HOME": str(self._folder / "home"),
            "LINK_KEY": LINK_KEY,
            "PUBLIC_URL": f"http://127.0.0.1:{self._port}",
        } | self._settings(failpoint)
        process = Warmed(["worker"], environ, self._folder / "worker.log")
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=20)

    def kill_a_server(self, point: str) -> None:
        """Have a server asked for letters until it dies at the point."""
        with self.server(point if point in FAILPOINTS else "") as site:
            family = family_of(site)
            self._owe_from_the_terminal()
            if point in STEPS:
                self.ask(site, "cleo")
                assert self.clerk.reached.wait(20)
                wait_until(lambda: self._holds_a_job({process.pid for process in family}))
                end(family)
            else:
                self._ask_until_it_dies(site)
            psutil.wait_procs(family, timeout=20)
            assert not any(process.is_running() for process in family)
            self.bury(process.pid for process in family)

    def kill_a_worker(self, point: str) -> None:
        """Have a worker take over what is owed until it dies at the point too."""
        self.clerk.reached.clear()
        with self.worker(point if point in FAILPOINTS else "") as process:
            if point in STEPS:
                assert self.clerk.reached.wait(20)
                process.send_signal(signal.SIGKILL)
            assert process.wait(timeout=20) == -signal.SIGKILL
            self.bury([process.pid])

    def mend(self) -> None:
        """Have the mail server answer again, and well."""
        self._answers.clear()
        self.clerk.let_go()

    def ask(self, site: Site, name: str) -> bool:
        """Ask for the letter that lets this person in; False if no answer comes back."""
        person = getattr(self.world, name)
        path = "/auth/link" if person.contact_id else "/auth/forgot"
        try:
            answer = site.send(path, {"email": person.email})
        except httpx.TransportError:
            return False
        assert "said=link-sent" in answer.headers["location"]
        self.answered.add(person.email)
        return True

    def let_time_pass(self) -> None:
        """Let what rests be due again, and the leases of the dead run out."""

        @operator_command
        def pass_(work: Work[OperatorActor]) -> None:
            now = clock.now()
            owed = select(Job).where(col(Job.done_at).is_(None), col(Job.dead_at).is_(None))
            for job in work.exec(owed.with_for_update(skip_locked=True)):
                job.due_at = min(job.due_at, now)
                if is_held_by(self._gone, job):
                    job.leased_until = now - timedelta(seconds=1)

        self.world.operator(pass_)

    def wait_for_the_post(self) -> None:
        """Wait until nothing is owed any more, however often it has to be tried."""

        def nothing_owed() -> bool:
            self.let_time_pass()
            return not any(job.done_at is None for job in self.jobs())

        wait_until(nothing_owed)

    def letters(self) -> dict[str, Letter]:
        """The letters that were written since the house was founded, by id."""
        rows = {letter.shown_id: letter for letter in self._rows(Letter)}
        return {shown: row for shown, row in rows.items() if shown not in self._before}

    def jobs(self) -> list[Job]:
        """The jobs about those letters."""
        letters = self.letters()
        return [job for job in self._rows(Job) if job.subject in letters]

    def links_of(self, name: str) -> int:
        """How many secret addresses were made for this person so far."""
        email = getattr(self.world, name).email
        [identity] = [row for row in self._rows(Identity) if row.email == email]
        return sum(row.identity_id == identity.id for row in self._rows(Capability))

    def assert_every_letter_arrived(self) -> None:
        """Nothing is lost, and nothing came twice but under its id and before it was noted."""
        letters, jobs = self.letters(), self.jobs()
        assert sorted(job.subject for job in jobs) == sorted(letters)
        assert all(job.done_at and not job.dead_at and not job.leased_by for job in jobs)
        assert all(letter.sent_at and not letter.bounced_at for letter in letters.values())
        invited = {self.world.email("nia"), self.world.email("ned")}
        assert {letter.recipient for letter in letters.values()} >= self.answered | invited

        arrived = self._arrived()
        assert set(arrived) == set(letters)
        assert len(set(self.clerk.ids)) == len(letters)
        assert len({letter.as_bytes() for letter in self.clerk.taken}) == len(letters)
        assert sum(arrived.values()) - len(letters) <= HANDS * self._deaths
        assert {shown: arrived[shown] for shown in self._noted} == self._noted

    def _owe_from_the_terminal(self) -> None:
        """Owe two letters from this process, so that the server's hands are both full."""
        for name in ("nia", "ned"):
            self.world.invite(name)

    def _ask_until_it_dies(self, site: Site) -> None:
        people = ("cleo", "ada", "carl", "grace", "pat", "vic", "quinn", "otto")
        assert not all(self.ask(site, name) for name in people), "it lives"

    def bury(self, pids: Iterable[int]) -> None:
        """Note who died, so that time takes their leases, and what had been noted as sent."""
        noted = [shown for shown, letter in self.letters().items() if letter.sent_at]
        self._noted |= {shown: self._arrived()[shown] for shown in noted}
        self._deaths += 1
        self._gone.update(pids)
        self.let_time_pass()

    def _holds_a_job(self, pids: set[int]) -> bool:
        return any(is_held_by(pids, job) for job in self.jobs())

    def _arrived(self) -> Counter[str]:
        return Counter(re.findall(r"let_\w+", " ".join(self.clerk.ids)))

    def _settings(self, failpoint: str) -> dict[str, str]:
        url = self._database.engine.url.render_as_string(hide_password=False)
        return {
            "DATABASE_URL": url.replace("postgresql+psycopg", "postgresql"),
            "SMTP_URL": f"smtp://{self.mail_host}",
            "MAIL_FROM": FROM,
            "FAILPOINT": failpoint,
        }

    def _settle_what_the_world_owes(self) -> None:
        @operator_command
        def settle(work: Work[OperatorActor]) -> None:
            owed = select(Job).where(col(Job.done_at).is_(None), col(Job.dead_at).is_(None))
            for job in work.exec(owed):
                job.done_at, job.leased_by, job.leased_until = clock.now(), "", None

        self.world.operator(settle)

    def _rows(self, kind: Any) -> list[Any]:
        """Every row of a table, the oldest first."""
        with Session(self._database.engine) as session:
            return list(session.exec(select(kind).order_by(kind.id)))


def is_held_by(pids: set[int], job: Job) -> bool:
    """Whether one of these processes has the job's lease."""
    return any(f":{pid}:" in job.leased_by for pid in pids)


def family_of(site: Site) -> list[psutil.Process]:
    """The supervisor, which comes first, and the process that holds application and runner."""
    supervisor = psutil.Process(site.pid)
    return [supervisor, *supervisor.children(recursive=True)]


def end(family: list[psutil.Process]) -> None:
    """End all of them from outside, so that none sees another one go."""
    for process in family:
        process.suspend()
    for process in family:
        process.kill()
