"""Giving a contact of a customer or partner the right to sign in, and taking it back."""

from __future__ import annotations

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.capabilities import withdraw_links_sent_to
from billing_app.access.guard import admin_command
from billing_app.access.identities import hold_person_behind, identity_of
from billing_app.access.outbox import write_letter
from billing_app.access.permissions import Permission
from billing_app.access.sessions import end_sessions_as
from billing_app.access.work import Work
from billing_app.kernel.audience import Audience
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict
from billing_app.models.contact import Contact
from billing_app.models.organization import Organization
from billing_app.models.people import Membership


@admin_command(Permission.GRANT_ACCESS)
def grant_access(work: Work[AdminActor], contact_id: str) -> str:
    """Let a contact sign in for their customer or partner, and tell them by letter."""
    contact = work.find(Contact, contact_id, lock=True)
    if contact.removed_at is not None:
        raise Conflict("This person was removed. Add them again first.")
    membership, is_new = _membership_for(work, contact)
    if is_new or membership.ended_at is not None:
        membership.ended_at = None
        contact.membership_id = membership.id
        _tell(work, "access_granted", contact)
    return contact.shown_id


@admin_command(Permission.GRANT_ACCESS)
def revoke_access(work: Work[AdminActor], contact_id: str) -> str:
    """End a contact's access, and with it each session they have open and each link.

    What they do next is refused, and what ended stays ended when access is granted again.
    """
    contact = work.find(Contact, contact_id, lock=True)
    if contact.membership_id is not None:
        membership = _membership(work, contact)
        if membership.ended_at is None:
            membership.ended_at = clock.now()
            end_sessions_as(work, membership)
            withdraw_links_sent_to(work, membership)
            _tell(work, "access_revoked", contact)
    return contact.shown_id


@admin_command(Permission.MANAGE_WORKSPACE)
def set_client_login(work: Work[AdminActor], *, on: bool) -> str:
    """Open or close the customers' door as a whole.

    While it is closed, no customer's contact can sign in, and those who are signed in are
    refused at their next step. What each of them may do is kept for when it opens again.
    """
    organization = work.exec(select(Organization).with_for_update()).one()
    organization.client_login = on
    return organization.shown_id


def _membership_for(work: Work[Clerk], contact: Contact) -> tuple[Membership, bool]:
    """What makes this contact somebody who can sign in, and whether it was made just now."""
    now = clock.now()
    wanted = Membership(
        identity_id=identity_of(work, email=contact.email, name=contact.name),
        audience=Audience.PARTNER if contact.partner_id else Audience.CUSTOMER,
        customer_id=contact.customer_id,
        partner_id=contact.partner_id,
        granted_at=now,
        accepted_at=now,
    )
    if work.add_unless_there(wanted):
        return wanted, True
    same_party = (
        col(Membership.partner_id) == contact.partner_id
        if contact.partner_id
        else col(Membership.customer_id) == contact.customer_id
    )
    standing = select(Membership).where(same_party, Membership.identity_id == wanted.identity_id)
    return work.exec(standing.with_for_update()).one(), False


def _membership(work: Work[Clerk], contact: Contact) -> Membership:
    hold_person_behind(work, contact.membership_id)
    wanted = select(Membership).where(Membership.id == contact.membership_id)
    return work.exec(wanted.with_for_update()).one()


def _tell(work: Work[Clerk], kind: str, contact: Contact) -> None:
    write_letter(work, kind, to=contact.email, membership_id=contact.membership_id)
