"""The audit log, searched: who did what to which thing, on which days, and what it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, tuple_
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.entries import read_day
from billing_app.kernel.errors import NotFound
from billing_app.models.audit import AuditEntry
from billing_app.models.base import points_at
from billing_app.models.contact import Contact
from billing_app.models.people import Identity, Membership
from billing_app.reads.admin import DEEDS
from billing_app.reads.audit_names import homes_of, names_of
from billing_app.reads.audit_subjects import subjects_of
from billing_app.reads.beginnings import begins
from billing_app.reads.changed import changes_in_words
from billing_app.reads.doers import doers_of
from billing_app.reads.locales import Setting, setting
from billing_app.reads.names import known_as
from billing_app.reads.paging import ONE_MORE, cut
from billing_app.reads.times import at_time

WORDS = ("search", "who", "kind", "since", "until")
"""What an address of the log may say."""

KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "invoices": ("Invoices", ("inv", "crn", "wof", "lnk")),
    "requests": ("Credit Requests", ("crq",)),
    "payments": ("Payments and refunds", ("pay", "att", "ref", "rfa", "unr", "atr", "plc")),
    "credit": ("Credit and saved methods", ("adj", "lot", "pmt")),
    "parties": ("Customers and partners", ("cus", "par", "con")),
    "people": ("Users and their profiles", ("mem", "idn")),
    "settings": ("Settings", ("org", "pro", "acs", "ser", "tax")),
    "letters": ("Letters and jobs", ("let", "job")),
}
"""Kinds of deeds, by what they were done to: their words, and how ids of such things begin."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that somebody did."""

    id: str
    when: str
    who: str
    deed: str
    about: str
    href: str
    changes: list[str]


@dataclass(frozen=True)
class ActPage:
    """One page of the log; ``after`` asks for the next one, empty on the last."""

    rows: list[Act]
    after: str


@dataclass(frozen=True)
class Doer:
    """Somebody who did something here, or could have."""

    id: str
    name: str


@admin_read()
def acts(work: Work[AdminActor], words: Mapping[str, str], *, after: str = "") -> ActPage:
    """A page of the acts wanted, the latest first."""
    shown = setting(work)
    conditions = _conditions(work, words, shown)
    if conditions is None:
        return ActPage([], "")
    moment, row_id = col(AuditEntry.recorded_at), col(AuditEntry.id)
    if after:
        last = work.find(AuditEntry, after)
        conditions.append(tuple_(moment, row_id) < (last.recorded_at, last.id))
    found = work.exec(
        select(AuditEntry)
        .where(col(AuditEntry.membership_id).is_not(None), *conditions)
        .order_by(moment.desc(), row_id.desc())
        .limit(ONE_MORE)
    ).all()
    page, following = cut(found)
    subjects = {entry.subject for entry in page}
    who = doers_of(work, (entry.membership_id for entry in page))
    names, homes = names_of(work, subjects), homes_of(work, subjects)
    rows = [
        Act(
            id=entry.shown_id,
            when=at_time(entry.recorded_at, shown.zone),
            who=who[entry.membership_id],
            deed=DEEDS.get(entry.verb, entry.verb.replace("_", " ")),
            about=names.get(entry.subject) or _CALLED.get(entry.subject.partition("_")[0], ""),
            href=_href(entry.subject, entry.subject in names, homes.get(entry.subject, "")),
            changes=changes_in_words(entry.changes, shown.currency, shown.locale),
        )
        for entry in page
    ]
    return ActPage(rows, following.shown_id if following else "")


@admin_read()
def doers(work: Work[AdminActor]) -> list[Doer]:
    """Everybody who works here or worked here, by name."""
    found = work.exec(
        select(Membership, known_as())
        .join(Identity, col(Identity.id) == Membership.identity_id)
        .outerjoin(Contact, points_at(Contact, "membership_id", Membership))
        .where(Membership.audience == "admin")
        .order_by(known_as(), col(Membership.id))
    )
    return [Doer(membership.shown_id, name) for membership, name in found]


def _conditions(
    work: Work[AdminActor], words: Mapping[str, str], shown: Setting
) -> list[ColumnElement[bool]] | None:
    """What an act meets that is wanted; None where none can."""
    said = {word: words.get(word, "").strip() for word in WORDS}
    since, until = read_day(said["since"], field="since"), read_day(said["until"], field="until")
    conditions: list[Any] = []
    if since:
        conditions.append(col(AuditEntry.recorded_at) >= _midnight(since, shown.zone))
    if until and until < date.max:
        conditions.append(
            col(AuditEntry.recorded_at) < _midnight(until + timedelta(days=1), shown.zone)
        )
    if said["who"]:
        who = _doer(said["who"])
        if who is None:
            return None
        conditions.append(col(AuditEntry.membership_id) == who)
    if said["kind"] in KINDS:
        prefixes = KINDS[said["kind"]][1]
        conditions.append(or_(*(begins(AuditEntry.subject, f"{each}_") for each in prefixes)))
    if said["search"]:
        subjects = subjects_of(work, said["search"])
        if not subjects:
            return None
        conditions.append(col(AuditEntry.subject).in_(subjects))
    return conditions


def _doer(shown_id: str) -> UUID | None:
    try:
        return Membership.read_id(shown_id)
    except NotFound:
        return None


def _midnight(on: date, zone: str) -> datetime:
    return datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC)


_PAGES = {
    "inv": "/admin/invoices/{}",
    "crq": "/admin/requests/{}",
    "cus": "/admin/customers/{}",
    "par": "/admin/partners/{}",
    "pay": "/admin/payments/{}",
    "mem": "/admin/users",
    "org": "/admin/settings",
    "pro": "/admin/settings/organization",
    "acs": "/admin/settings",
    "ser": "/admin/settings/numbering",
    "tax": "/admin/settings/taxes",
    "let": "/admin/letters",
}
_CALLED = {
    "org": "Workspace",
    "pro": "Organization",
    "acs": "Settings",
    "ser": "Numbering",
    "tax": "Taxes",
    "let": "Letters",
}
"""What is shown of things that have no name of their own."""

_NAMED = frozenset({"inv", "crq", "cus", "par", "pay", "mem"})


def _href(subject: str, is_named: bool, home: str) -> str:
    """The page of the thing, or of what it belongs to, where there is one."""
    kind = subject.partition("_")[0]
    if kind in _NAMED and not is_named:
        return ""
    if kind in _PAGES:
        return _PAGES[kind].format(subject)
    return _PAGES.get(home.partition("_")[0], "").format(home)
