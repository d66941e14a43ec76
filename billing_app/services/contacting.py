"""The people at a customer or partner. Knowing somebody lets nobody in; see granting."""

from __future__ import annotations

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command, is_permitted
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_email, read_name
from billing_app.kernel.errors import Conflict, NotAllowed
from billing_app.kernel.numerals import known_locale
from billing_app.models.contact import Contact
from billing_app.models.party import Customer, Partner
from billing_app.models.people import Membership
from billing_app.services.granting import revoke_access


@admin_command(Permission.KEEP_CUSTOMERS)
def add_contact(
    work: Work[AdminActor], contact_id: str, *, party_id: str, name: str, email: str
) -> str:
    """Note a person at a customer or partner; returns the contact's id.

    The id is drawn when the form opens, so sending the form again is harmless. Somebody
    who was removed before comes back as the contact they were, without access.
    """
    party = _party(work, party_id)
    contact = Contact(
        id=Contact.read_id(contact_id),
        partner_id=party.id if isinstance(party, Partner) else None,
        customer_id=party.id if isinstance(party, Customer) else None,
        name=read_name(name),
        email=read_email(email),
        added_at=clock.now(),
    )
    if work.add_unless_there(contact):
        return contact.shown_id
    return _bring_back(work, contact)


@admin_command(Permission.KEEP_CUSTOMERS)
def change_contact(work: Work[AdminActor], contact_id: str, *, name: str, locale: str) -> str:
    """Call a person something else, or write to them in another language.

    Without a language they are written to in their party's, else in the organization's.
    """
    contact = work.find(Contact, contact_id, lock=True)
    _require_keeping(work, contact)
    contact.name = read_name(name)
    contact.locale = known_locale(locale) if locale else ""
    return contact.shown_id


@admin_command(Permission.KEEP_CUSTOMERS)
def remove_contact(work: Work[AdminActor], contact_id: str) -> str:
    """Take a person off the list; access they had ends with it."""
    contact = work.find(Contact, contact_id, lock=True)
    _require_keeping(work, contact)
    if contact.removed_at is None:
        if _has_access(work, contact):
            revoke_access(work, contact_id)
        contact.removed_at = clock.now()
    return contact.shown_id


def _party(work: Work[Clerk], party_id: str) -> Customer | Partner:
    if not Partner.is_named_by(party_id):
        return work.find(Customer, party_id)
    _require(work, Permission.KEEP_PARTNERS)
    return work.find(Partner, party_id)


def _require_keeping(work: Work[Clerk], contact: Contact) -> None:
    if contact.partner_id is not None:
        _require(work, Permission.KEEP_PARTNERS)


def _require(work: Work[Clerk], permission: Permission) -> None:
    if not is_permitted(work.actor, permission):
        raise NotAllowed


def _has_access(work: Work[Clerk], contact: Contact) -> bool:
    """Whether there is something to take back, which not everybody may."""
    wanted = select(Membership.id).where(
        Membership.id == contact.membership_id, col(Membership.ended_at).is_(None)
    )
    return work.exec(wanted).one_or_none() is not None


def _bring_back(work: Work[Clerk], said: Contact) -> str:
    """What the same form made before, or the person who was removed; else a refusal."""
    kept = work.exec(
        select(Contact)
        .where(
            Contact.email == said.email,
            col(Contact.customer_id) == said.customer_id
            if said.customer_id
            else col(Contact.partner_id) == said.partner_id,
        )
        .with_for_update()
    ).one_or_none()
    if kept is None:
        raise Conflict("This form was already sent with other words. Open it again.")
    if kept.removed_at is not None:
        kept.name, kept.removed_at = said.name, None
    elif kept.id != said.id or kept.name != said.name:
        raise Conflict("Somebody with this e-mail address is already a contact here.")
    return kept.shown_id
