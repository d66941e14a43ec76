"""Letters that warn: something was changed by which money or mail could go astray."""

from __future__ import annotations

from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.outbox import write_letter
from billing_app.access.permissions import Role
from billing_app.access.work import Work
from billing_app.kernel.audience import Audience
from billing_app.models.party import Customer
from billing_app.models.people import Identity, Membership


@command_step
def tell_both_addresses(work: Work[Clerk], customer: Customer, before: str) -> None:
    """Write to a customer's old and new address that letters go to the new one."""
    for address in (before, customer.email):
        write_letter(work, "address_changed", to=address, subject=customer.shown_id)


@command_step
def tell_owners(work: Work[Clerk], kind: str) -> None:
    """Write to each owner who can come in, whoever of the admins did it."""
    owners = (
        select(Membership.id, Identity.email)
        .join(Identity, col(Identity.id) == Membership.identity_id)
        .where(
            Membership.audience == Audience.ADMIN,
            Membership.role == Role.OWNER,
            col(Membership.ended_at).is_(None),
            col(Membership.accepted_at).is_not(None),
        )
        .order_by(col(Membership.id))
    )
    for membership_id, address in work.exec(owners).all():
        write_letter(work, kind, to=address, membership_id=membership_id)
