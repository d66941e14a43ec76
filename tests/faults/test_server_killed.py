"""The server killed -9 with letters in its hands: they arrive all the same.

Its runner dies with it at each step of a job and of a letter, and afterwards the next server,
a worker that is there, or a worker that comes after another one was killed, finishes. Each
letter reaches a real mail server; if it comes twice, it comes under the same Message-ID.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from billing_app import migrations
from billing_app.access.database import Database
from tests.conftest import DATABASES, new_postgresql_database
from tests.faults.test_mail import nothing_can_be_noted
from tests.house import POINTS, House, end, family_of
from tests.mail_server import mail_server
from tests.posting import FROM
from tests.servers import installed
from tests.working import wait_until

Databases = dict[str, Database]


@pytest.fixture(scope="module")
def databases(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Both databases in the newest shape; the tests take turns with them."""
    folder = tmp_path_factory.mktemp("killed")
    urls = (f"sqlite:///{folder / 'quittance.db'}", new_postgresql_database(postgresql, "killed"))
    there = {}
    for name, url in zip(DATABASES, urls, strict=True):
        there[name] = installed(url, folder).database
        migrations.migrate(there[name])
    yield there
    for database in there.values():
        database.close()


def alternating(scenario: int) -> pytest.MarkDecorator:
    """Every point once, on one database after the other; the next scenario begins on the other."""
    turns = [(point, DATABASES[(turn + scenario) % 2]) for turn, point in enumerate(POINTS)]
    return pytest.mark.parametrize(("point", "on"), turns)


@contextmanager
def house(databases: Databases, on: str, folder: Path, point: str = "") -> Iterator[House]:
    """A house whose mail server waits, or fails, as the point needs it, until it is mended."""
    here = House(
        databases[on], folder, point, {"DATA": "451 not now"} if point == "trouble" else {}
    )
    with mail_server(here.clerk) as here.mail_host:
        yield here


@alternating(0)
def test_the_next_server_sends_what_a_killed_one_owed(
    databases: Databases, tmp_path: Path, point: str, on: str
):
    with house(databases, on, tmp_path, point) as here:
        here.kill_a_server(point)
        here.mend()
        with here.server() as site:
            assert here.ask(site, "quinn")
            here.wait_for_the_post()

        here.assert_every_letter_arrived()


@alternating(1)
def test_a_worker_that_is_there_sends_what_a_killed_server_owed(
    databases: Databases, tmp_path: Path, point: str, on: str
):
    with house(databases, on, tmp_path, point) as here, here.worker():
        here.kill_a_server(point)
        here.mend()
        here.wait_for_the_post()

        here.assert_every_letter_arrived()


@alternating(2)
def test_a_worker_killed_after_the_server_loses_nothing_either(
    databases: Databases, tmp_path: Path, point: str, on: str
):
    with house(databases, on, tmp_path, point) as here:
        here.kill_a_server(point)
        here.kill_a_worker(point)
        here.mend()
        with here.worker():
            here.wait_for_the_post()

        here.assert_every_letter_arrived()


@pytest.mark.parametrize(("next_one", "on"), [("server", "sqlite"), ("worker", "postgresql")])
def test_killed_between_the_250_and_the_note_the_letter_repeats_under_its_id(
    databases: Databases, tmp_path: Path, on: str, next_one: str
):
    with house(databases, on, tmp_path, "DATA") as here:
        with here.server() as site:
            family = family_of(site)
            assert here.ask(site, "cleo")
            assert here.clerk.reached.wait(20)
            with nothing_can_be_noted(here.world):
                here.mend()
                wait_until(lambda: bool(here.clerk.taken))
                end(family)
                family[0].wait(20)
        here.bury(process.pid for process in family)
        with here.server() if next_one == "server" else here.worker():
            here.wait_for_the_post()

        [letter_id] = here.letters()
        assert here.clerk.ids == [f"<{letter_id}@127.0.0.1>"] * 2


@pytest.mark.parametrize("on", DATABASES)
def test_killed_between_the_commit_and_the_answer_fact_and_letter_are_both_there(
    databases: Databases, tmp_path: Path, on: str
):
    """Its runner dies over the letter as soon as that is written, long before the answer.

    On a busy machine the answer may be first. Then somebody else asks the next server.
    """
    with house(databases, on, tmp_path) as here:
        for name in ("cleo", "carl", "quinn", "otto"):
            before = here.links_of(name)
            with here.server("take", warm=False) as site:
                family = family_of(site)
                answered = here.ask(site, name)
                # The supervisor does not stay behind as a shell that answers nobody.
                assert family[0].wait(20) == 1
            here.bury(process.pid for process in family)
            if not answered:
                break
            with here.worker():
                here.wait_for_the_post()

        assert not answered
        assert here.links_of(name) == before + 1
        assert [job.done_at for job in here.jobs()][-1] is None
        with here.worker():
            here.wait_for_the_post()
        assert here.clerk.envelopes[-1] == (FROM, [getattr(here.world, name).email])


@pytest.mark.parametrize(("name", "on"), [("cleo", "postgresql"), ("ada", "sqlite")])
def test_killed_before_the_commit_neither_fact_nor_letter_is_there(
    databases: Databases, tmp_path: Path, on: str, name: str
):
    with house(databases, on, tmp_path) as here:
        before = here.links_of(name)
        with here.server() as site, ThreadPoolExecutor(1) as browser:
            family = family_of(site)
            with nothing_can_be_noted(here.world):
                asked = browser.submit(here.ask, site, name)
                time.sleep(0.5)
                end(family)
                assert asked.result() is False
            family[0].wait(20)

        assert here.links_of(name) == before
        assert here.letters() == {}
        with here.server() as site:
            assert here.ask(site, name)
            here.wait_for_the_post()
        assert here.clerk.envelopes == [(FROM, [getattr(here.world, name).email])]


def test_a_supervisor_that_was_killed_takes_its_server_along_and_no_letter(
    databases: Databases, tmp_path: Path
):
    with house(databases, "sqlite", tmp_path, "DATA") as here:
        with here.server(warm=False) as site:
            supervisor, *others = family_of(site)
            assert here.ask(site, "cleo")
            assert here.clerk.reached.wait(20)
            supervisor.kill()
            here.mend()
            _, alive = psutil.wait_procs(others, timeout=15)
            assert alive == []
        with here.server() as site:
            assert here.ask(site, "ada")
            here.wait_for_the_post()

        assert len(here.clerk.ids) == len(set(here.clerk.ids)) == len(here.letters()) == 2
