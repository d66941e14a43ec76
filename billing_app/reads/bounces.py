"""Addresses at which letters do not arrive."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.models.outbox import Letter
from billing_app.reads.locales import setting
from billing_app.reads.times import on_day


@admin_read()
def came_back(work: Work[AdminActor], addresses: Iterable[str]) -> dict[str, str]:
    """For each address whose last letter came back, the day on which that was noted.

    One that was sent there since, and of which nothing was heard, says that all is well again.
    """
    zone = setting(work).zone
    days = {}
    for address in set(addresses):
        gone = or_(col(Letter.sent_at).is_not(None), col(Letter.bounced_at).is_not(None))
        last = select(Letter).where(Letter.recipient == address, gone)
        letter = work.exec(last.order_by(col(Letter.id).desc()).limit(1)).first()
        if letter is not None and letter.bounced_at is not None:
            days[address] = on_day(letter.bounced_at, zone)
    return days
