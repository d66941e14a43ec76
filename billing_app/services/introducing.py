"""How a signed-in person is called, and how they work here."""

from __future__ import annotations

from sqlmodel import select

from billing_app.access.actors import Member
from billing_app.access.guard import member_command
from billing_app.access.work import Work
from billing_app.kernel.entries import read_name
from billing_app.kernel.errors import NotAllowed
from billing_app.kernel.numerals import known_locale
from billing_app.models.contact import Contact
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


@member_command
def set_language(work: Work[Member], *, locale: str) -> str:
    """Choose the language in which one reads and is written to here, as a party's contact."""
    wanted = select(Contact).where(Contact.membership_id == work.actor.membership_id)
    contact = work.exec(wanted.with_for_update()).one_or_none()
    if contact is None:
        raise NotAllowed
    contact.locale = known_locale(locale)
    return contact.shown_id


def _me(work: Work[Member]) -> Identity:
    wanted = select(Identity).where(Identity.id == work.actor.identity_id)
    return work.exec(wanted.with_for_update()).one()
