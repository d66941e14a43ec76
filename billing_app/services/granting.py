"""Giving a contact of a customer or partner the right to sign in, and taking it back."""

from __future__ import annotations

from sqlalchemy import or_
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_command
from billing_app.access.identities import identity_of
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.audience import Audience
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_email, read_name
from billing_app.kernel.errors import NotFound
from billing_app.models.party import Customer, Partner
from billing_app.models.people import Membership, WebSession


@admin_command(Permission.GRANT_ACCESS)
def grant_access(work: Work[AdminActor], party_id: str, *, name: str, email: str) -> str:
    """Let a person sign in for one customer or partner; returns the membership's id."""
    identity_id = identity_of(work, email=read_email(email), name=read_name(name))
    kind: type[Customer] | type[Partner] = Partner if Partner.is_named_by(party_id) else Customer
    party = work.find(kind, party_id)
    wanted = Membership(
        identity_id=identity_id,
        audience=Audience.PARTNER if kind is Partner else Audience.CUSTOMER,
        granted_at=clock.now(),
        partner_id=party.id if kind is Partner else None,
        customer_id=party.id if kind is Customer else None,
    )
    if work.add_unless_there(wanted):
        return wanted.shown_id
    standing = work.exec(
        select(Membership).where(
            or_(col(Membership.partner_id) == party.id, col(Membership.customer_id) == party.id),
            Membership.identity_id == identity_id,
        )
    ).one()
    standing.ended_at = None
    return standing.shown_id


@admin_command(Permission.GRANT_ACCESS)
def revoke_access(work: Work[AdminActor], membership_id: str) -> str:
    """End a contact's access, and with it each session they have open.

    What they do next is refused. A session that ended stays ended when access is granted
    again. An admin is no contact and cannot be removed here.
    """
    membership = work.find(Membership, membership_id, lock=True)
    if membership.audience == Audience.ADMIN:
        raise NotFound
    now = clock.now()
    membership.ended_at = membership.ended_at or now
    for session in work.exec(select(WebSession).where(WebSession.membership_id == membership.id)):
        session.ended_at = session.ended_at or now
    return membership.shown_id
