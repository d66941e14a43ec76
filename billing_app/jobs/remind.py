"""Reminding of what is still to pay: looked for again and again, written once each."""

from __future__ import annotations

import logging
from functools import partial
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import RunnerActor, SystemActor
from billing_app.access.guard import runner_read
from billing_app.access.installation import Installation, work_now
from billing_app.access.work import Work
from billing_app.models.organization import Organization
from billing_app.reads.reminders import reminders
from billing_app.services.asking_to_pay import remind as write

log = logging.getLogger("quittance.jobs")


def remind(place: Installation) -> None:
    """Write the reminders whose day has come, a short transaction each."""
    for organization_id in work_now(RunnerActor(), place.database, _organizations):
        system = SystemActor(organization_id=organization_id)
        for due in work_now(system, place.database, reminders):
            writing = partial(write, document_id=due.document_id, kind=due.kind, detail=due.detail)
            try:
                work_now(system, place.database, writing)
            except Exception:
                # One document shall not keep the others waiting; it is found again in an hour.
                log.exception("No reminder could be written about %s.", due.document_id)


@runner_read
def _organizations(work: Work[RunnerActor]) -> list[UUID]:
    return list(work.exec(select(Organization.id).order_by(col(Organization.id))))
