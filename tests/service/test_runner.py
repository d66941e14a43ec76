"""Jobs on both databases: who holds them, what becomes of them, and who is never in the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from billing_app.access.database import Database
from billing_app.access.installation import Installation
from billing_app.jobs import leases
from billing_app.jobs.leases import MOST_TRIES, RESTS, JobFacts
from billing_app.jobs.trouble import GiveUp, NotReady, TryLater
from billing_app.kernel.clock import clock
from tests.working import LEASE, Workplace, running, wait_until

JUST = timedelta(seconds=1)


@pytest.fixture
def mill(database: Database) -> Workplace:
    return Workplace(database)


@pytest.fixture
def later() -> Iterator[None]:
    """The one clock may be moved, and is moved back."""
    clock.allow_moving()
    began, stopwatch = clock.now(), time.monotonic()
    yield
    clock.move(began + timedelta(seconds=time.monotonic() - stopwatch) - clock.now())


class Notes:
    """What a kind of job has done, and how it does it."""

    def __init__(self, *troubles: Exception) -> None:
        self.subjects: list[str] = []
        self._troubles = list(troubles)

    def __call__(self, _: Installation, job: JobFacts) -> None:
        self.subjects.append(job.subject)
        if self._troubles:
            raise self._troubles.pop(0)


def ids(jobs: list[JobFacts]) -> set[str]:
    return {job.subject for job in jobs}


def test_each_job_is_done_once_and_noted(mill: Workplace):
    subjects = [f"s{number}" for number in range(25)]
    mill.owe(*subjects)
    notes = Notes()

    mill.runner(notes).drain()

    assert sorted(notes.subjects) == sorted(subjects)
    for job in mill.jobs().values():
        assert job.done_at
        assert (job.tries, job.leased_by, job.leased_until) == (1, "", None)


def test_the_same_job_is_owed_once_and_not_before_it_is_due(mill: Workplace):
    notes = Notes()
    mill.owe("a", "a")
    mill.owe("b", due_at=clock.now() + timedelta(hours=1))

    mill.runner(notes).drain()

    assert notes.subjects == ["a"]


@pytest.mark.usefixtures("later")
def test_a_job_belongs_to_its_holder_until_the_lease_runs_out(mill: Workplace):
    mill.owe("a")
    assert ids(mill.take("first")) == {"a"}
    clock.move(LEASE - JUST)
    assert mill.take("second") == []

    clock.move(2 * JUST)

    assert ids(mill.take("second")) == {"a"}
    assert (mill.job("a").leased_by, mill.job("a").tries) == ("second", 2)


@pytest.mark.usefixtures("later")
def test_who_prolongs_a_lease_keeps_the_job(mill: Workplace):
    mill.owe("a")
    held = mill.take("first")
    clock.move(LEASE - JUST)

    kept = mill.act(lambda work: leases.hold_on(work, held, holder="first", lease=LEASE))

    clock.move(LEASE - JUST)
    assert kept == {held[0].id}
    assert mill.take("second") == []


@pytest.mark.usefixtures("later")
def test_who_lost_the_lease_finishes_nothing(mill: Workplace):
    mill.owe("a")
    (held,) = mill.take("first")
    clock.move(LEASE + JUST)
    mill.take("second")

    assert not mill.act(lambda work: leases.note_done(work, held, holder="first"))
    assert not mill.act(
        lambda work: leases.note_trouble(work, held, holder="first", trouble="x", for_good=True)
    )
    mill.act(lambda work: leases.give_back(work, [held], holder="first"))
    assert not mill.act(lambda work: leases.hold_on(work, [held], holder="first", lease=LEASE))

    row = mill.job("a")
    assert (row.done_at, row.dead_at, row.leased_by, row.tries) == (None, None, "second", 2)
    assert mill.act(lambda work: leases.note_done(work, held, holder="second"))


def test_what_is_done_is_done(mill: Workplace):
    mill.owe("a")
    (held,) = mill.take("first")
    assert mill.act(lambda work: leases.note_done(work, held, holder="first"))

    assert not mill.act(lambda work: leases.note_done(work, held, holder=""))
    assert mill.take("second") == []


def test_what_was_given_back_was_no_try(mill: Workplace):
    mill.owe("a")
    held = mill.take("first")

    mill.act(lambda work: leases.give_back(work, held, holder="first"))

    assert mill.job("a").tries == 0
    assert mill.take("second")[0].tries == 1


def test_sixteen_takers_at_once_never_share(mill: Workplace):
    mill.owe(*[f"s{number}" for number in range(120)])
    together = threading.Barrier(16)

    def take(number: int) -> list[str]:
        together.wait()
        return [job.subject for _ in range(2) for job in mill.take(f"taker {number}")]

    with ThreadPoolExecutor(16) as threads:
        taken = [subject for batch in threads.map(take, range(16)) for subject in batch]

    assert len(taken) == len(set(taken))
    assert len(taken) >= 80


def test_a_taker_passes_by_what_another_one_is_just_taking(mill: Workplace):
    mill.owe(*[f"s{number}" for number in range(10)])
    holding, let_go = threading.Event(), threading.Event()

    def slowly(work) -> set[str]:
        taken = leases.take(work, holder="first", lease=LEASE, at_most=5)
        holding.set()
        let_go.wait(10)
        return ids(taken)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(mill.act, slowly)
        assert holding.wait(10)
        second = threads.submit(mill.take, "second", 5)
        if not mill.database.is_sqlite:
            assert len(second.result(timeout=5)) == 5
        let_go.set()
        assert len(ids(second.result()) | first.result()) == 10


@pytest.mark.usefixtures("later")
def test_a_job_that_fails_rests_longer_each_time_and_is_then_given_up(mill: Workplace):
    mill.owe("a")
    notes = Notes(*[TryLater("The server is away.")] * MOST_TRIES)
    runner_sees = []
    for rest in RESTS:
        began = clock.now()
        mill.runner(notes).drain()
        row = mill.job("a")
        assert (row.dead_at, row.trouble) == (None, "The server is away.")
        runner_sees.append(round((row.due_at - began) / timedelta(minutes=1)))
        clock.move(rest - 2 * JUST)
        assert not mill.act(leases.anything_due)
        clock.move(4 * JUST)

    mill.runner(notes).drain()

    row = mill.job("a")
    assert runner_sees == [1, 5, 15, 60, 360, 1440]
    assert row.dead_at is not None
    assert (row.tries, row.done_at, row.trouble) == (MOST_TRIES, None, "The server is away.")
    assert len(notes.subjects) == MOST_TRIES


@pytest.mark.usefixtures("later")
def test_waiting_for_what_is_not_set_up_is_no_try_and_never_given_up(mill: Workplace):
    mill.owe("a")
    notes = Notes(*[NotReady("No mail server is set.")] * (MOST_TRIES + 3))
    for _ in range(MOST_TRIES + 3):
        mill.runner(notes).drain()
        row = mill.job("a")
        assert (row.tries, row.dead_at, row.trouble) == (0, None, "No mail server is set.")
        clock.move(RESTS[0] + JUST)

    mill.runner(notes).drain()

    assert mill.job("a").done_at
    assert mill.job("a").tries == 1


@pytest.mark.usefixtures("later")
def test_a_job_that_works_in_the_end_has_no_trouble_any_more(mill: Workplace):
    mill.owe("a")
    runner_notes = Notes(TryLater("Away."))
    mill.runner(runner_notes).drain()
    clock.move(RESTS[0] + JUST)

    mill.runner(runner_notes).drain()

    row = mill.job("a")
    assert row.done_at
    assert (row.trouble, row.tries) == ("", 2)


@pytest.mark.parametrize(
    ("trouble", "said", "dead"),
    [
        (GiveUp("Nobody lives there."), "Nobody lives there.", True),
        (TryLater("x" * 999), "x" * 300, False),
        (ValueError("password=hunter2"), "It failed by a mistake of ours (ValueError).", False),
    ],
)
def test_the_trouble_is_a_sentence_without_secrets(
    mill: Workplace, trouble: Exception, said: str, dead: bool
):
    mill.owe("a")

    mill.runner(Notes(trouble)).drain()

    assert mill.job("a").trouble == said
    assert (mill.job("a").dead_at is not None) is dead


def test_a_kind_that_nobody_knows_is_given_up_with_a_sentence(mill: Workplace):
    mill.owe("a", kind="fly")

    mill.runner(Notes()).drain()

    assert mill.job("a").dead_at
    assert mill.job("a").trouble == "This version does not know how to do 'fly'."


@pytest.mark.usefixtures("later")
def test_a_job_that_ends_every_runner_is_taken_alone_and_given_up(mill: Workplace):
    mill.owe("poison", due_at=clock.now() - timedelta(minutes=2))
    mill.owe("fine")
    assert ids(mill.take("dies")) == {"poison", "fine"}
    for _ in range(MOST_TRIES - 1):
        clock.move(LEASE + JUST)
        assert ids(mill.take("dies again")) == {"poison"}
    clock.move(LEASE + JUST)

    notes = Notes()
    mill.runner(notes).drain()

    assert notes.subjects == ["fine"]
    assert mill.job("poison").trouble == "Whoever worked on it ended each time before it was done."
    assert mill.job("poison").dead_at


def test_what_was_owed_just_now_is_begun_at_once(mill: Workplace):
    notes = Notes()
    with running(mill.runner(notes, looks_every_s=30)):
        time.sleep(0.3)
        began = time.monotonic()
        mill.owe("a")
        wait_until(lambda: notes.subjects == ["a"])

    assert time.monotonic() - began < 2


def test_a_slow_job_is_done_once_though_it_outlasts_its_lease(mill: Workplace):
    mill.owe("slow")
    begun: list[str] = []

    def slow(_: Installation, job: JobFacts) -> None:
        begun.append(job.subject)
        time.sleep(2.5)

    pace = {"lease": timedelta(seconds=1), "prolonged_every_s": 0.3}
    with running(mill.runner(slow, **pace)), running(mill.runner(slow, **pace)):
        wait_until(lambda: mill.job("slow").done_at is not None)

    assert begun == ["slow"]


def test_what_waits_behind_a_stuck_job_is_left_to_others(mill: Workplace):
    mill.owe("stuck", due_at=clock.now() - timedelta(minutes=2))
    mill.owe("a", "b", "c")
    let_go, stuck = threading.Event(), threading.Event()

    def sticks(_: Installation, job: JobFacts) -> None:
        if job.subject == "stuck":
            stuck.set()
            let_go.wait(20)

    with running(mill.runner(sticks, hands=1, untouched_s=0.3)):
        assert stuck.wait(10)
        assert mill.take("others") == []
        notes = Notes()
        with running(mill.runner(notes)):
            wait_until(lambda: len(notes.subjects) == 3)
        let_go.set()

    assert set(notes.subjects) == {"a", "b", "c"}
    assert all(job.done_at and job.tries == 1 for job in mill.jobs().values())


def test_stopping_finishes_what_was_begun_and_gives_back_the_rest(mill: Workplace):
    mill.owe("current", due_at=clock.now() - timedelta(minutes=2))
    mill.owe("a", "b", "c")
    begun = threading.Event()

    def slow(_: Installation, job: JobFacts) -> None:
        begun.set()
        time.sleep(0.7)

    with running(mill.runner(slow, hands=1)):
        assert begun.wait(10)

    assert mill.job("current").done_at
    rest = [mill.job(subject) for subject in "abc"]
    assert [(job.done_at, job.leased_until, job.tries) for job in rest] == [(None, None, 0)] * 3


def test_a_job_that_never_ends_does_not_keep_the_runner_from_stopping(mill: Workplace):
    mill.owe("endless")
    begun, let_go = threading.Event(), threading.Event()

    def endless(_: Installation, job: JobFacts) -> None:
        begun.set()
        let_go.wait(60)

    runner = mill.runner(endless, stops_within_s=0.5)
    thread = threading.Thread(target=runner.run)
    thread.start()
    assert begun.wait(10)
    runner.stop()
    thread.join(timeout=5)

    assert not thread.is_alive()
    assert mill.job("endless").leased_by == runner.name
    let_go.set()
