"""Letters: the log that an admin sees, and what a letter says when it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, tuple_
from sqlmodel import col, select

from billing_app.access.actors import AdminActor, OperatorActor, RunnerActor
from billing_app.access.capabilities import Purpose, is_live, those_live, token_of
from billing_app.access.guard import admin_read, operator_read, runner_read
from billing_app.access.kept import one_of
from billing_app.access.outbox import SEND_LETTER
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.tongue import ENGLISH
from billing_app.models.base import Table, points_at
from billing_app.models.capability import Capability
from billing_app.models.contact import Contact
from billing_app.models.organization import Organization
from billing_app.models.outbox import Job, Letter
from billing_app.models.people import Identity, Membership
from billing_app.reads.charge_letters import ChargeTold
from billing_app.reads.letter_subjects import Subject, concerning, found_by, subjects_of
from billing_app.reads.locales import setting
from billing_app.reads.names import known_as
from billing_app.reads.paging import ONE_MORE, cut
from billing_app.reads.times import at_time
from billing_app.reads.told import Told

R = TypeVar("R", bound=Table)

# What each kind of letter is called in the log. A kind that is missing here is our mistake.
KINDS = {
    "sign_in": "Sign-in link",
    "invitation": "Invitation",
    "reset": "New password",
    "access_granted": "Access granted",
    "access_revoked": "Access ended",
    "password_changed": "Password changed",
    "charge_announced": "Charge announced",
    "charge_dropped": "Charge not made",
    "charge_failed": "Charge failed",
    "charge_needs_you": "Charge to be confirmed",
    "charge_taken_back": "Payment taken back",
    "payment_request": "Payment asked for",
    "reminder": "Reminder",
    "instalment_due": "Part of a plan due",
    "receipt": "Receipt",
    "credit_applied": "Credit used",
    "refund": "Refund",
    "credit_note": "Credit Note",
    "statement": "Statement",
    "address_changed": "E-mail address changed",
    "bank_changed": "Bank details changed",
}
_PATHS = {Purpose.SIGN_IN: "/enter/", Purpose.INVITATION: "/invite/", Purpose.RESET: "/reset/"}
_DOORS = {
    "access_granted": "/sign-in",
    "password_changed": "/forgot",
    "bank_changed": "/sign-in",
}

_OVER = frozenset({"sent", "failed", "dead"})

NO_SERVER = "No mail server is set: SMTP_URL."
LINK_GONE = "Its link was used, replaced or has run out."
_ACCESS_ENDED = "The access it speaks of has ended."
_ACCESS_IS_BACK = "The access it speaks of was given back."


@dataclass(frozen=True)
class LetterRow:
    """A letter, as a line of the log. Who it went to, and never what it said.

    One that ``can_go_again`` is over and done with, and what it carries is still good. One that
    ``can_come_back`` has left, and nobody heard that it did not arrive.
    """

    id: str
    when: str
    recipient: str
    kind: str
    status: str
    note: str
    can_go_again: bool
    can_come_back: bool
    subject: Subject


@dataclass(frozen=True)
class LetterPage:
    """One page of the log; ``after`` asks for the next one, empty on the last."""

    rows: list[LetterRow]
    after: str


@dataclass(frozen=True, kw_only=True)
class LetterFacts:
    """All that a letter is made from. ``link`` opens something, so it is shown to nobody."""

    id: str
    kind: str
    recipient: str
    name: str
    organization: str
    role: str
    locale: str
    written_at: datetime
    sent: bool
    link: str = field(repr=False)
    needless: str
    """Why there is no point in sending it any more; empty while there is."""

    stayed: str = ""
    """Why it never left, where that was decided."""

    organization_id: UUID | None = None
    about: str = ""
    """The id of what it is about, where it is about something."""

    detail: str = ""
    told: Told | None = None
    """What it tells of that; only the organization itself looks it up."""

    charge: ChargeTold | None = None


@admin_read(Permission.SEE_LETTERS)
def letters(
    work: Work[AdminActor], *, about: str = "", search: str = "", after: str = ""
) -> LetterPage:
    """A page of the organization's letters, the newest first.

    ``about`` is the id of a document, for all that was written about it and its payments; or of
    a customer, a partner or a person, for all that was written to them. ``search`` is what
    somebody types who looks for the same.
    """
    zone = setting(work).zone
    only = [concerning(work, about)] if about else []
    page, following = _page(work, after, *only, *([found_by(work, search)] if search else []))
    jobs = _jobs(work, page)
    live = those_live(work, {letter.capability_id for letter in page if letter.capability_id})
    subjects = subjects_of(work, page)
    rows = [
        _row(letter, jobs.get(letter.shown_id), zone, live, subjects[letter.id]) for letter in page
    ]
    return LetterPage(rows, following)


@operator_read
def waiting(work: Work[OperatorActor]) -> int:
    """How many letters of the whole installation have not left."""
    wanted = (
        select(func.count())
        .select_from(Letter)
        .where(col(Letter.sent_at).is_(None), col(Letter.bounced_at).is_(None), Letter.answer == "")
    )
    return work.exec(wanted).one()


@runner_read
def letter(work: Work[RunnerActor], letter_id: str, *, public_url: str) -> LetterFacts:
    """What one letter says now."""
    return _facts(work, work.find(Letter, letter_id), public_url)


@runner_read
def mailbox(
    work: Work[RunnerActor], *, public_url: str, after: str = ""
) -> tuple[list[LetterFacts], str]:
    """A page of everybody's letters, the newest first, for the mailbox of a demo."""
    page, following = _page(work, after)
    return [_facts(work, letter, public_url) for letter in page], following


def _page(
    work: Work[AdminActor] | Work[RunnerActor], after: str, *only: ColumnElement[bool]
) -> tuple[list[Letter], str]:
    wanted = (
        select(Letter)
        .where(*only)
        .order_by(col(Letter.written_at).desc(), col(Letter.id).desc())
        .limit(ONE_MORE)
    )
    if after:
        last = work.find(Letter, after)
        wanted = wanted.where(
            tuple_(col(Letter.written_at), col(Letter.id)) < (last.written_at, last.id)
        )
    page, last_one = cut(work.exec(wanted).all())
    return page, last_one.shown_id if last_one else ""


def _jobs(work: Work[AdminActor], page: list[Letter]) -> dict[str, Job]:
    subjects = [letter.shown_id for letter in page]
    jobs = work.exec(_SENDING, params={"ids": subjects}) if subjects else ()
    return {job.subject: job for job in jobs}


def _row(
    letter: Letter, job: Job | None, zone: str, live: frozenset[UUID], subject: Subject
) -> LetterRow:
    status, note = _standing(letter, job)
    opens_something = letter.kind not in set(Purpose) or letter.capability_id in live
    return LetterRow(
        id=letter.shown_id,
        when=at_time(letter.written_at, zone),
        recipient=letter.recipient,
        kind=KINDS[letter.kind],
        status=status,
        note=note,
        can_go_again=status in _OVER and opens_something,
        can_come_back=status == "sent",
        subject=subject,
    )


def _standing(letter: Letter, job: Job | None) -> tuple[str, str]:
    """Where a letter stands, as a status and a remark on it."""
    if letter.sent_at is not None:
        return "failed" if letter.bounced_at else "sent", letter.answer
    if job is not None and job.done_at is None and job.dead_at is None:
        return "waiting", job.trouble
    if letter.bounced_at is not None:
        return "failed", letter.answer
    if letter.answer:
        return "needless", letter.answer
    return "dead", job.trouble if job is not None else ""


def _facts(work: Work[RunnerActor], letter: Letter, public_url: str) -> LetterFacts:
    capability = _one(work, Capability, letter.capability_id)
    membership, name = _membership_of(work, letter)
    if membership is None and capability is not None:
        person = _one(work, Identity, capability.identity_id)
        name = person.name if person else ""
    organization = _one(work, Organization, letter.organization_id)
    assert organization is not None, "the foreign key of every letter"
    return LetterFacts(
        id=letter.shown_id,
        kind=letter.kind,
        recipient=letter.recipient,
        name=name,
        organization=organization.name,
        role=(membership.role or "") if membership else "",
        locale=ENGLISH,
        written_at=letter.written_at,
        sent=letter.sent_at is not None,
        link=_link(letter.kind, capability, public_url),
        needless=_needless(letter.kind, capability, membership),
        stayed=letter.answer if letter.sent_at is None else "",
        organization_id=letter.organization_id,
        about=letter.subject,
        detail=letter.detail,
    )


def _membership_of(work: Work[RunnerActor], letter: Letter) -> tuple[Membership | None, str]:
    """What the letter is about, and what the organization that writes it calls its reader."""
    wanted = (
        select(Membership, known_as())
        .join(Letter, points_at(Letter, "membership_id", Membership))
        .join(Identity, col(Identity.id) == Membership.identity_id)
        .outerjoin(Contact, points_at(Contact, "membership_id", Membership))
        .where(Letter.id == letter.id)
    )
    return work.exec(wanted).one_or_none() or (None, "")


def _one(work: Work[RunnerActor], kind: type[R], wanted: UUID | None) -> R | None:
    return work.exec(select(kind).where(kind.id == wanted)).one_or_none()


def _link(kind: str, capability: Capability | None, public_url: str) -> str:
    if capability is not None:
        return f"{public_url}{_PATHS[Purpose(capability.purpose)]}{token_of(capability)}"
    return f"{public_url}{_DOORS[kind]}" if kind in _DOORS else ""


def _needless(kind: str, capability: Capability | None, membership: Membership | None) -> str:
    # A link that is gone for a month is forgotten, and its letter has none any more.
    if kind in set(Purpose) and (capability is None or not is_live(capability)):
        return LINK_GONE
    if membership is not None and membership.ended_at is not None:
        return _ACCESS_ENDED if kind in {"access_granted", "invitation"} else ""
    return _ACCESS_IS_BACK if kind == "access_revoked" else ""


_SENDING = select(Job).where(Job.kind == SEND_LETTER, one_of(Job.subject))
