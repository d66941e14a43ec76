"""When the gateway was last looked at, so that nothing in between is missed."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import select

from billing_app.access.actors import RunnerActor
from billing_app.access.guard import runner_command
from billing_app.access.work import Work
from billing_app.models.outbox import Schedule


@runner_command
def note_look(work: Work[RunnerActor], what: str, moment: datetime) -> None:
    """Note that all was looked at as it stood at this moment: the next look is due since then."""
    if work.add_unless_there(Schedule(name=what, due_at=moment)):
        return
    row = work.exec(select(Schedule).where(Schedule.name == what).with_for_update()).one()
    row.due_at = moment
