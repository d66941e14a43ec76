"""Keeping what was heard of money that comes or goes, and what was made of it."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.models.attempt import DEALT_WITH, AttemptMessage, are_alike, says_the_same
from billing_app.models.money_back import MoneyBackMessage

Message = AttemptMessage | MoneyBackMessage


@command_step
def keep_message(work: Work[Clerk], message: Message) -> str:
    """Keep one message, and return its verdict. Who hears the same again and again keeps it once.

    What does not fit, but was dealt with when it was said before in the same words, is known.
    """
    kind: Any = type(message)
    if message.verdict == "quarantined" and _was_dealt_with(work, message):
        message.verdict = "known"
    of_it = select(kind).where(*are_alike(kind.subject, kind, message))
    last = work.exec(of_it.order_by(kind.id.desc()).limit(1)).one_or_none()
    if last is None or message.source == "submission" or not says_the_same(last, message):
        work.add(message)
    return message.verdict


def _was_dealt_with(work: Work[Clerk], message: Message) -> bool:
    """Whether somebody said so since the same was put aside in the same words."""
    kind: Any = type(message)
    of_it = select(kind.id).where(*are_alike(kind.thing, kind, message))
    same = (kind.said == message.said, kind.why == message.why)
    put_aside = of_it.where(kind.verdict == "quarantined", *same).order_by(kind.id.desc())
    last = work.exec(put_aside.limit(1)).first()
    if last is None:
        return False
    noted = of_it.where(kind.about == DEALT_WITH, kind.id > last)
    return work.exec(noted.limit(1)).first() is not None
