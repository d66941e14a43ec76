"""A runner that is killed -9 at each of its steps, and one that is asked to stop.

Nothing is lost: another runner, or the next one, does what it held. A job is repeated only
if it was killed between doing it and noting that.
"""

from __future__ import annotations

import signal
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from billing_app import migrations
from billing_app.access.database import Database, connect
from billing_app.access.installation import Installation
from billing_app.config import Secret
from billing_app.jobs.leases import JobFacts
from billing_app.jobs.runner import Runner
from tests.conftest import new_postgresql_database
from tests.diary import Diary
from tests.servers import Site, Warmed
from tests.working import Workplace, running, wait_until, worker

# Where it dies, and whether the job in its hand had been done by then.
POINTS = {
    "take": False,
    "taken": False,
    "before_doing": False,
    "doing": False,
    "done_unnoted": True,
    "done": True,
    "noted": False,
}
LEASE_S = 1.5
PACE = {"lease_s": LEASE_S, "looks_every_s": 0.05, "batch": 4}


@pytest.fixture
def mill(database: Database) -> Workplace:
    return Workplace(database)


@pytest.fixture
def diary(tmp_path: Path) -> Diary:
    return Diary(tmp_path / "diary")


def rescuer(mill: Workplace, diary: Diary) -> Runner:
    """A runner in this process that writes into the same diary."""

    def note(_: Installation, job: JobFacts) -> None:
        diary.write(f"begun {job.subject}")
        time.sleep(0.02)
        diary.write(f"did {job.subject}")

    return mill.runner(note, hands=1, lease=timedelta(seconds=30))


def killed(mill: Workplace, diary: Diary, point: str) -> None:
    """Let a runner work until it dies at the point."""
    with worker(mill.database, diary, failpoint=point, **PACE) as process:
        assert process.wait(timeout=30) == -signal.SIGKILL


def ended_while_more_is_owed(process: Warmed, mill: Workplace) -> int:
    """How a runner ended that has work to take however soon another does what was owed."""
    for number in range(300):
        mill.owe(f"s{number}", f"t{number}")
        try:
            return process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("it did not end")


def assert_nothing_is_lost(
    mill: Workplace, diary: Diary, *, repeated: int, perhaps: int = 0
) -> None:
    jobs = mill.jobs()
    did = diary.times("did")
    assert all(job.done_at and not job.dead_at and not job.leased_by for job in jobs.values())
    assert set(did) == set(jobs)
    assert repeated <= sum(did.values()) - len(jobs) <= repeated + perhaps


@pytest.mark.parametrize("point", POINTS)
def test_the_next_runner_does_what_a_killed_one_held(mill: Workplace, diary: Diary, point: str):
    mill.owe("a", "b", "c")
    killed(mill, diary, point)

    with running(rescuer(mill, diary)):
        wait_until(lambda: all(job.done_at for job in mill.jobs().values()))

    assert_nothing_is_lost(mill, diary, repeated=POINTS[point])


@pytest.mark.parametrize("point", POINTS)
def test_a_runner_that_is_there_does_what_a_killed_one_held(
    mill: Workplace, diary: Diary, point: str
):
    with (
        worker(mill.database, diary, failpoint=point, **PACE) as process,
        running(rescuer(mill, diary)),
    ):
        assert ended_while_more_is_owed(process, mill) == -signal.SIGKILL
        wait_until(lambda: all(job.done_at for job in mill.jobs().values()))

    assert_nothing_is_lost(mill, diary, repeated=POINTS[point])


@pytest.mark.parametrize("point", POINTS)
def test_being_killed_again_loses_nothing_either(mill: Workplace, diary: Diary, point: str):
    mill.owe("a", "b", "c", "d", "e")
    killed(mill, diary, point)
    killed(mill, diary, f"{point}@2")

    with running(rescuer(mill, diary)):
        wait_until(lambda: all(job.done_at for job in mill.jobs().values()))

    # The second time it was just taking more, another thread of it may have just done a job.
    perhaps = 1 if point in {"take", "taken"} else 0
    assert_nothing_is_lost(mill, diary, repeated=2 * POINTS[point], perhaps=perhaps)


def test_a_runner_killed_from_outside_in_the_middle_of_its_work_loses_nothing(
    mill: Workplace, diary: Diary
):
    subjects = [f"s{number}" for number in range(60)]
    mill.owe(*subjects)
    for _ in range(3):
        with worker(mill.database, diary, takes_s=0.01, **PACE) as process:
            before = sum(diary.times("did").values())
            wait_until(lambda before=before: sum(diary.times("did").values()) > before + 5)
            process.send_signal(signal.SIGKILL)

    with running(rescuer(mill, diary)):
        wait_until(lambda: all(job.done_at for job in mill.jobs().values()))

    did = diary.times("did")
    assert set(did) == set(subjects)
    assert sum(did.values()) <= len(subjects) + 3


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_a_runner_that_is_asked_to_stop_finishes_its_job_and_takes_no_more(
    mill: Workplace, diary: Diary, asked: signal.Signals
):
    mill.owe("a", "b", "c")
    with worker(mill.database, diary, takes_s=2, looks_every_s=3) as process:
        wait_until(lambda: bool(diary.times("begun")))
        began = time.monotonic()
        process.send_signal(asked)
        assert process.wait(timeout=10) == 0

    assert time.monotonic() - began < 10
    done = {subject for subject, job in mill.jobs().items() if job.done_at}
    assert done == set(diary.times("did")) == set(diary.times("begun"))
    assert len(done) == 1
    rest = [job for job in mill.jobs().values() if not job.done_at]
    assert [(job.leased_by, job.tries) for job in rest] == [("", 0)] * 2


def test_a_signal_that_comes_often_stops_it_too(mill: Workplace, diary: Diary):
    mill.owe("a")
    with worker(mill.database, diary, looks_every_s=0.01) as process:
        wait_until(lambda: bool(diary.times("did")))
        for _ in range(20):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


def test_a_runner_outlives_its_database(postgresql: str):
    database = connect(Secret(new_postgresql_database(postgresql, "fleeting")))
    migrations.migrate(database)
    mill, done = Workplace(database), []
    with running(mill.runner(lambda _, job: done.append(job.subject))):
        mill.owe("before")
        wait_until(lambda: done == ["before"])
        with psycopg.connect(postgresql, autocommit=True) as server:
            server.execute("ALTER DATABASE fleeting WITH ALLOW_CONNECTIONS false")
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'fleeting'"
            )
            time.sleep(1)
            server.execute("ALTER DATABASE fleeting WITH ALLOW_CONNECTIONS true")
        mill.owe("after")
        wait_until(lambda: done == ["before", "after"])
    database.close()


def test_a_server_does_by_itself_what_its_people_owe(site: Site):
    mill = Workplace(site.database)
    mill.owe("a", kind="fly")

    wait_until(lambda: mill.job("a").dead_at is not None, within_s=10)

    assert mill.job("a").trouble == "This version does not know how to do 'fly'."
