"""Which rows an actor can see, and which they can keep."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, false, or_, true
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from billing_app.access.actors import (
    Actor,
    AdminActor,
    Clerk,
    CustomerActor,
    DoorActor,
    Insider,
    Member,
    OperatorActor,
    PayerActor,
    PortalActor,
    RunnerActor,
)
from billing_app.models.arrived_transfer import ArrivedTransfer
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.audit import AuditEntry
from billing_app.models.base import OrgOwned, Table
from billing_app.models.books import OrganizationProfile
from billing_app.models.capability import Capability
from billing_app.models.contact import Contact
from billing_app.models.credit import CreditRequest
from billing_app.models.dispute import Dispute
from billing_app.models.gateway import GatewayCustomer, GatewayEvent, PaymentMethod
from billing_app.models.invoice import Invoice, InvoiceLine, PlanPart
from billing_app.models.ledger import Entry, Posting, Seal, SealedRow
from billing_app.models.organization import Organization
from billing_app.models.outbox import Job, Letter, Schedule
from billing_app.models.pay_link import PayLink
from billing_app.models.people import Identity, Membership, SignInTry, WebSession
from billing_app.models.refund_attempt import RefundAttempt

# The execution option of the few statements in this package that must look across
# organizations. A test refuses its use anywhere else.
ACROSS = "quittance_looks_across_organizations"

# What the door and the runner see, and what each of them may keep.
_PEOPLE: frozenset[type[Table]] = frozenset({Organization, Identity, Membership, Capability})
_UNDER_SEALS: frozenset[type[Table]] = frozenset({Entry, Posting, AuditEntry, Seal, SealedRow})
_OF_THE_GATEWAY: frozenset[type[Table]] = frozenset(
    {
        ArrivedTransfer,
        Dispute,
        GatewayCustomer,
        GatewayEvent,
        PaymentAttempt,
        PaymentMethod,
        RefundAttempt,
    }
)
_SEEN: dict[type[Actor], frozenset[type[Table]]] = {
    DoorActor: _PEOPLE | {WebSession, SignInTry, Contact, PayLink},
    RunnerActor: _PEOPLE
    | _UNDER_SEALS
    | _OF_THE_GATEWAY
    | {Contact, Job, Letter, Schedule, SignInTry, WebSession},
}
_KEPT: dict[type[Actor], frozenset[type[Table]]] = {
    DoorActor: frozenset(
        {WebSession, Capability, SignInTry, Identity, Membership, Job, Letter, AuditEntry}
    ),
    RunnerActor: frozenset(
        {Job, Letter, Schedule, SignInTry, WebSession, Capability, Seal, SealedRow, GatewayEvent}
    ),
}


# The columns of which one must hold the document that a pay link leads to.
_BEHIND_PAY_LINKS: dict[type[Table], tuple[str, ...]] = {
    OrganizationProfile: (),
    Invoice: ("id",),
    InvoiceLine: ("invoice_id",),
    PlanPart: ("invoice_id",),
    CreditRequest: ("id",),
    AttemptClaim: ("invoice_id", "credit_request_id"),
}

# People sign in and are let in; an organization that acts by itself has nothing to do with it.
_OF_PEOPLE: frozenset[type[Table]] = frozenset({Membership, WebSession, AuditEntry, Capability})


def who(actor: Actor) -> dict[str, UUID]:
    """Who the actor is, as it goes along with each of their statements."""
    kind: Any = type(actor)
    return {_said(name): getattr(actor, name) for name in _ids(kind)}


@cache
def anybody(kind: Any) -> Any:
    """Somebody of this kind, of whom a statement says nothing but where their ids will be.

    What they see is asked of this one, so it can depend on nothing else about an actor. And
    whatever is kept for one of them is kept for all of their kind.
    """
    somebody = object.__new__(kind)
    somebody.__dict__.update((name, bindparam(_said(name), type_=Uuid())) for name in _ids(kind))
    return somebody


@cache
def _ids(kind: Any) -> list[str]:
    return [each.name for each in fields(kind) if each.type == UUID.__name__]


def _said(name: str) -> str:
    return f"own_{name}"


def looks_across(statement: Any) -> bool:
    """Whether it is one of the few statements that look across organizations."""
    return bool(statement.get_execution_options().get(ACROSS))


def organization_of(actor: Actor) -> UUID:
    """The organization the actor works in."""
    if isinstance(actor, Insider):
        return actor.organization_id
    raise RuntimeError(f"{type(actor).__name__} works in no organization; name it on the row.")


def visible(actor: Actor, kind: type[Table], of: Any = None) -> ColumnElement[bool]:
    """The condition that each row of ``kind`` must meet to be seen by ``actor``, who is anybody.

    It is said ``of`` the model itself, or of an alias of it.
    """
    of = kind if of is None else of
    if isinstance(actor, OperatorActor):
        return true()
    if not isinstance(actor, Insider):
        return true() if kind in _SEEN[type(actor)] else false()
    if isinstance(actor, PayerActor):
        return _payable(actor, kind, of)
    if not isinstance(actor, Member) and kind in _OF_PEOPLE:
        return false()
    if issubclass(kind, OrgOwned):
        own = _own(actor, of)
        if kind is OrganizationProfile and isinstance(actor, CustomerActor):
            # It stands on each of their documents: who bills them, and where money goes.
            return own
        return and_(own, _shown(actor, kind, of)) if isinstance(actor, PortalActor) else own
    if kind is Organization:
        return col(of.id) == actor.organization_id
    if kind is Identity and isinstance(actor, Member):
        return _known_people(actor, of)
    return false()


def _payable(actor: PayerActor, kind: type[Table], of: Any) -> ColumnElement[bool]:
    """What lies behind a pay link: the document, its parts, and who asks for the money."""
    if kind is Organization:
        return col(of.id) == actor.organization_id
    if kind is PaymentAttempt:
        return _begun_behind_link(actor, of)
    if not issubclass(kind, OrgOwned) or kind not in _BEHIND_PAY_LINKS:
        return false()
    names = _BEHIND_PAY_LINKS[kind]
    about = [col(getattr(of, name)) == actor.document_id for name in names]
    shown = or_(*about) if about else true()
    if kind.hidden_while is not None:
        column, value = kind.hidden_while
        shown = and_(shown, col(getattr(of, column)) != value)
    return and_(_own(actor, of), shown)


def _begun_behind_link(actor: PayerActor, of: Any) -> ColumnElement[bool]:
    """The attempts to pay the document, and what arrived at the accounts told for it.

    The latter may have come when the document asked for nothing any more.
    """
    claims = select(AttemptClaim.attempt_id).where(_payable(actor, AttemptClaim, AttemptClaim))
    told = aliased(PaymentAttempt)
    accounts = select(told.gateway_payer).where(
        col(told.organization_id) == actor.organization_id,
        col(told.begun_by) == "payer",
        col(told.id).in_(claims),
    )
    arrived = and_(
        col(of.how) == "transfer",
        col(of.customer_id) == actor.customer_id,
        col(of.gateway_payer).in_(accounts),
    )
    return and_(_own(actor, of), or_(col(of.id).in_(claims), arrived))


def _own(actor: Insider, of: Any) -> ColumnElement[bool]:
    return col(of.organization_id) == actor.organization_id


def _shown(actor: PortalActor, kind: type[OrgOwned], of: Any) -> ColumnElement[bool]:
    """Which of the organization's rows of ``kind`` a contact of one party sees."""
    column = kind.seen_by.get(actor.audience)
    reasons = [col(getattr(of, column)) == actor.party_id] if column else []
    reasons += [
        col(getattr(of, column)).in_(select(parent.id).where(visible(actor, parent)))
        for column, parents in kind.seen_through.items()
        for parent in (parents if isinstance(parents, tuple) else (parents,))
    ]
    if kind.hidden_while is None:
        return or_(false(), *reasons)
    column, value = kind.hidden_while
    return and_(or_(false(), *reasons), col(getattr(of, column)) != value)


def _known_people(actor: Member, of: Any) -> ColumnElement[bool]:
    """An admin knows the people of the organization; a portal actor knows themselves."""
    if isinstance(actor, PortalActor):
        return col(of.id) == actor.identity_id
    members = select(Membership.identity_id).where(
        col(Membership.organization_id) == actor.organization_id
    )
    return col(of.id).in_(members)


def refuse_foreign(actor: Actor, row: Table, *, is_new: bool) -> None:
    """Stop a flush that would write a row which is not the actor's.

    This is the second net below the filters: reaching it is our own mistake, so it is
    an error for the log, not a sentence for a person.
    """
    if not _may_keep(actor, row, is_new=is_new):
        raise RuntimeError(f"{type(actor).__name__} may not keep this {type(row).__name__}.")


def _may_keep(actor: Actor, row: Table, *, is_new: bool) -> bool:
    if isinstance(actor, OperatorActor):
        return True
    if not isinstance(actor, Insider):
        return type(row) in _KEPT[type(actor)]
    if not isinstance(actor, Member):
        return isinstance(actor, Clerk) and _is_own(actor, row) and type(row) not in _OF_PEOPLE
    if isinstance(row, Capability):
        return isinstance(actor, AdminActor)
    if isinstance(row, Organization):
        own = row.id == actor.organization_id
        return isinstance(actor, AdminActor) and own and not is_new
    if isinstance(row, Identity):
        return (is_new and isinstance(actor, AdminActor)) or row.id == actor.identity_id
    if not isinstance(row, OrgOwned) or row.organization_id != actor.organization_id:
        return False
    if isinstance(row, AuditEntry):
        return row.membership_id == actor.membership_id
    return not isinstance(actor, PortalActor) or _is_of_party(actor, row, is_new=is_new)


def _is_of_party(actor: PortalActor, row: OrgOwned, *, is_new: bool) -> bool:
    """What is the party's own. What an act of theirs makes due is owed, and seen by none there."""
    if isinstance(row, Job):
        return is_new
    column = row.seen_by.get(actor.audience)
    return column is not None and getattr(row, column) == actor.party_id


def _is_own(actor: Insider, row: Table) -> bool:
    return isinstance(row, OrgOwned) and row.organization_id == actor.organization_id
