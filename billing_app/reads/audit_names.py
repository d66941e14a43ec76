"""What the acts of the audit log were about, as people call it: a person, a party, a document."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.models.arrived_transfer import ArrivedTransfer
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.base import OrgOwned, points_at
from billing_app.models.contact import Contact
from billing_app.models.credit import Adjustment, CreditRequest
from billing_app.models.gateway import PaymentMethod
from billing_app.models.invoice import CreditNote, Invoice, WriteOff
from billing_app.models.party import Customer, Partner
from billing_app.models.pay_link import PayLink
from billing_app.models.payment import Payment, Refund
from billing_app.models.people import Identity, Membership
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.reads.names import known_as

Row = TypeVar("Row", bound=OrgOwned)

_NAMED: tuple[Any, ...] = (Customer, Partner, Contact)
_POINTING: tuple[Any, ...] = (
    PayLink,
    Payment,
    PaymentAttempt,
    PaymentMethod,
    ArrivedTransfer,
    Refund,
    RefundAttempt,
    Adjustment,
    CreditNote,
    WriteOff,
)


@admin_read()
def names_of(work: Work[AdminActor], subjects: set[str]) -> dict[str, str]:
    """What each of these ids is called; those that have no name are missing."""
    found = _people(work, subjects)
    for kind in _NAMED:
        found |= {row.shown_id: row.name for row in _rows(work, kind, subjects)}
    return found | _documents(work, subjects)


@admin_read()
def homes_of(work: Work[AdminActor], subjects: set[str]) -> dict[str, str]:
    """The id of the document, or else of the customer or partner, that each of these belongs to."""
    kinds: tuple[tuple[str, type[OrgOwned]], ...] = (
        ("invoice_id", Invoice),
        ("credit_request_id", CreditRequest),
        ("customer_id", Customer),
        ("partner_id", Partner),
    )
    homes: dict[str, str] = {}
    for row in (row for kind in (*_POINTING, Contact) for row in _rows(work, kind, subjects)):
        pointed = ((kind, getattr(row, column, None)) for column, kind in kinds)
        home = next(((kind, each) for kind, each in pointed if each), None)
        if home is not None:
            homes[row.shown_id] = show(home[0].prefix, home[1])
    return homes


def _people(work: Work[AdminActor], subjects: set[str]) -> dict[str, str]:
    members = (
        select(Membership, known_as())
        .join(Identity, col(Identity.id) == Membership.identity_id)
        .outerjoin(Contact, points_at(Contact, "membership_id", Membership))
        .where(col(Membership.id).in_(_ids(Membership, subjects)))
    )
    return {member.shown_id: name for member, name in work.exec(members)}


def _documents(work: Work[AdminActor], subjects: set[str]) -> dict[str, str]:
    """Documents, and whatever was done to one: by their number and whose they are."""
    pointing = [row for kind in _POINTING for row in _rows(work, kind, subjects)]
    about: dict[str, set[UUID]] = defaultdict(set)
    for row in pointing:
        about[row.shown_id] |= {_document_of(row)} - {None}
    attempts = [row.id for row in pointing if isinstance(row, PaymentAttempt)]
    claims = select(AttemptClaim).where(col(AttemptClaim.attempt_id).in_(attempts))
    for claim in work.exec(claims) if attempts else ():
        about[show(PaymentAttempt.prefix, claim.attempt_id)].add(_document_of(claim))
    return _said(work, subjects, pointing, about)


def _said(
    work: Work[AdminActor], subjects: set[str], pointing: list[Any], about: dict[str, set[UUID]]
) -> dict[str, str]:
    wanted = {each for ids in about.values() for each in ids}
    documents: dict[UUID, Any] = {}
    for kind in (Invoice, CreditRequest):
        documents |= work.get_all(kind, wanted | set(_ids(kind, subjects)))
    parties = _parties(work, [*documents.values(), *pointing])
    found = {row.shown_id: _words([row], row, parties) for row in documents.values()}
    for row in pointing:
        named = [documents[each] for each in about[row.shown_id]]
        found[row.shown_id] = _words(named, row, parties)
    return found


def _words(documents: list[Any], row: Any, parties: dict[UUID, str]) -> str:
    """One document by its number, several by how many; and whose, if that is known."""
    party = _party_of(row) or next(map(_party_of, documents), None)
    what = f"{len(documents)} documents" if len(documents) > 1 else "".join(map(_titled, documents))
    return ", ".join(filter(None, (what, parties.get(party, "") if party else "")))


def _titled(document: Invoice | CreditRequest) -> str:
    kind = "Invoice" if isinstance(document, Invoice) else "Credit Request"
    return f"{kind} {document.number}" if document.number else f"{kind} in draft"


def _document_of(row: Any) -> Any:
    return getattr(row, "invoice_id", None) or getattr(row, "credit_request_id", None)


def _party_of(row: Any) -> UUID | None:
    return getattr(row, "customer_id", None) or getattr(row, "partner_id", None)


def _parties(work: Work[AdminActor], rows: list[Any]) -> dict[UUID, str]:
    wanted = {party for row in rows if (party := _party_of(row))}
    found: dict[UUID, str] = {}
    for kind in (Customer, Partner) if wanted else ():
        parties = select(kind.id, kind.name).where(col(kind.id).in_(wanted))
        found |= {row[0]: row[1] for row in work.exec(parties)}
    return found


def _rows(work: Work[AdminActor], kind: type[Row], subjects: set[str]) -> list[Row]:
    return list(work.get_all(kind, _ids(kind, subjects)).values())


def _ids(kind: type[OrgOwned], subjects: set[str]) -> list[UUID]:
    return [kind.read_id(subject) for subject in subjects if kind.is_named_by(subject)]
