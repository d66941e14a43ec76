"""Having another go at what was given up."""

from __future__ import annotations

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_command
from billing_app.access.outbox import owe_again
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.errors import Conflict
from billing_app.models.outbox import Job

_NOT_GIVEN_UP = "This has not been given up, so there is nothing to try again."


@admin_command(Permission.RETRY_JOBS)
def retry_job(work: Work[AdminActor], job_id: str) -> str:
    """Have a job that was given up done again, at once and with all its tries."""
    job = work.find(Job, job_id, lock=True)
    if job.dead_at is None:
        raise Conflict(_NOT_GIVEN_UP)
    owe_again(work, job)
    return job.shown_id
