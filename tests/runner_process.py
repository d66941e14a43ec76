"""A worker process that knows one more kind of job: ``note`` writes into a diary."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path

from billing_app import config
from billing_app.access.installation import Installation
from billing_app.jobs import worker
from billing_app.jobs.leases import JobFacts
from billing_app.jobs.runner import Pace
from billing_app.kernel import failpoints
from tests.diary import Diary


def main(words: list[str]) -> int:
    """Work as told by ``name=value`` words after the diary's path, until stopped."""
    path, *said = words
    told = {name: float(value) for name, _, value in (word.partition("=") for word in said)}
    diary, takes_s = Diary(Path(path)), told.pop("takes_s", 0)

    def note(_: Installation, job: JobFacts) -> None:
        diary.write(f"begun {job.subject}")
        time.sleep(takes_s)
        failpoints.reach("doing")
        diary.write(f"did {job.subject}")

    settings = config.load()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    return worker.work(settings, kinds={"note": note}, periodic=(), pace=_pace(**told))


def _pace(*, hands: float = 1, batch: float = 10, lease_s: float = 60, **more: float) -> Pace:
    return Pace(hands=int(hands), batch=int(batch), lease=timedelta(seconds=lease_s), **more)
