"""How a signed-in person is called."""

from __future__ import annotations

from sqlmodel import select

from billing_app.access.actors import Member
from billing_app.access.guard import member_command
from billing_app.access.work import Work
from billing_app.kernel.entries import read_name
from billing_app.models.people import Identity


@member_command
def rename_me(work: Work[Member], *, name: str) -> str:
    """Change one's own name, as others here see it."""
    kept = read_name(name)
    me = work.exec(
        select(Identity).where(Identity.id == work.actor.identity_id).with_for_update()
    ).one()
    me.name = kept
    return me.shown_id
