"""A thousand jobs, worked off by several processes at once: each ran once, and how fast."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from billing_app.access.database import Database
from tests.diary import Diary
from tests.working import Workplace, wait_until, worker

JOBS = 1_000


@pytest.mark.torture
def test_a_thousand_jobs_run_once_each(database: Database, tmp_path: Path):
    mill = Workplace(database)
    diary = Diary(tmp_path / "diary")
    subjects = {f"s{number}" for number in range(JOBS)}
    processes = 2 if database.is_sqlite else 4
    with ExitStack() as stack:
        workers = [stack.enter_context(worker(database, diary, hands=2)) for _ in range(processes)]
        mill.owe(*subjects)
        wait_until(lambda: len(diary.times("did")) == JOBS, within_s=120)
        wait_until(lambda: all(job.done_at for job in mill.jobs().values()))
        for process in workers:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(timeout=10) for process in workers] == [0] * processes

    did, jobs = diary.times("did"), mill.jobs().values()
    finished = sorted(job.done_at for job in jobs if job.done_at)
    seconds = (finished[-1] - finished[0]).total_seconds()
    print(
        f"\n{processes} processes on {database.engine.dialect.name}: {JOBS} jobs in"
        f" {seconds:.2f} s, {JOBS / seconds:.0f} a second, each ran once"
    )
    assert set(did) == subjects
    assert set(did.values()) == {1}
    assert {job.tries for job in jobs} == {1}
