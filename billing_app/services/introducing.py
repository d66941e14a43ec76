"""How a signed-in person is called, and how they work here."""

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
    me = _me(work)
    me.name = kept
    return me.shown_id


@member_command
def set_slash(work: Work[Member], *, on: bool) -> str:
    """Choose whether the key ``/`` alone leads into the search of a list.

    Whoever speaks to their computer may want it off: a word that is heard wrong is a key then.
    """
    me = _me(work)
    me.slash_searches = on
    return me.shown_id


def _me(work: Work[Member]) -> Identity:
    wanted = select(Identity).where(Identity.id == work.actor.identity_id)
    return work.exec(wanted.with_for_update()).one()
