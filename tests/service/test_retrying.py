"""What was given up is shown to those who may see it, and tried again by those who may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from billing_app.access.outbox import told_when_owed
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict, NotAllowed, NotFound
from billing_app.reads import admin
from billing_app.reads.owed import owed
from billing_app.services.retrying import retry_job
from tests.posting import jobs_about, settle_job, write
from tests.world import World


@pytest.fixture
def letter_id(world: World) -> str:
    """A letter to Cleo whose sending was given up."""
    written = write(world, "access_granted", world.cleo)
    settle_job(world, written, dead_at=clock.now(), trouble="The server is away.", tries=7)
    return written


def test_those_who_see_letters_see_what_was_given_up(world: World, letter_id: str):
    for person in (world.ada, world.grace):
        found = person.does(owed)
        assert found.dead == "1"
        row = found.rows[0]
        assert (row.kind, row.about, row.tries) == ("Send a letter", world.cleo.email, "7")
        assert row.trouble == "The server is away."

    with pytest.raises(NotAllowed):
        world.vic.does(owed)
    assert world.otto.does(owed).rows == []
    for stranger in (world.cleo, world.pat):
        with pytest.raises(NotFound):
            stranger.does(owed)


def test_what_waits_and_what_waits_after_trouble_is_counted(world: World, letter_id: str):
    before = int(world.ada.does(owed).waiting)
    settle_job(world, write(world, "access_granted", world.cleo), trouble="Later.")
    write(world, "access_granted", world.cleo)

    found = world.ada.does(owed)

    assert (int(found.waiting) - before, found.late, found.dead) == (2, "1", "1")


def test_an_owner_has_it_tried_again_at_once(world: World, letter_id: str):
    with counting_wakes() as wakes:
        world.ada.does(lambda work: retry_job(work, job_of(world, letter_id)))

    (job,) = jobs_about(world, letter_id)
    assert (job.dead_at, job.tries, job.trouble) == (None, 0, "")
    assert job.due_at <= clock.now()
    assert wakes == [1]
    assert world.ada.does(owed).rows == []
    line = world.ada.does(admin.activity)[0]
    assert (line.who, line.deed) == ("Ada", "had something tried again that had failed")


def test_trying_again_twice_is_trying_again_once(world: World, letter_id: str):
    job_id = job_of(world, letter_id)
    world.ada.does(lambda work: retry_job(work, job_id))

    with pytest.raises(Conflict):
        world.ada.does(lambda work: retry_job(work, job_id))


def test_nobody_else_can(world: World, letter_id: str):
    job_id = job_of(world, letter_id)
    for person, refusal in (
        (world.grace, NotAllowed),
        (world.vic, NotAllowed),
        (world.otto, NotFound),
        (world.cleo, NotFound),
        (world.pat, NotFound),
    ):
        with pytest.raises(refusal):
            person.does(lambda work: retry_job(work, job_id))

    assert jobs_about(world, letter_id)[0].dead_at is not None


def test_nobody_is_woken_by_what_did_not_come_to_be(world: World, letter_id: str):
    job_id = job_of(world, letter_id)

    def half(work) -> None:
        retry_job(work, job_id)
        raise Conflict("stop here")

    with counting_wakes() as wakes, pytest.raises(Conflict):
        world.ada.does(half)

    assert wakes == []


def job_of(world: World, letter_id: str) -> str:
    return jobs_about(world, letter_id)[0].shown_id


@contextmanager
def counting_wakes() -> Iterator[list[int]]:
    wakes: list[int] = []
    with told_when_owed(lambda: wakes.append(1)):
        yield wakes
