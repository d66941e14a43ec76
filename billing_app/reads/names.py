"""What an organization calls the people who may come in."""

from __future__ import annotations

from sqlalchemy import ColumnElement, case, func
from sqlmodel import col

from billing_app.kernel.audience import Audience
from billing_app.models.contact import Contact
from billing_app.models.people import Identity, Membership


def known_as() -> ColumnElement[str]:
    """The name of a member, for a query over memberships, their identities and contacts.

    A contact is called what the organization wrote down. Somebody it invited is called what
    it typed until they have accepted; only then does it learn the name that they gave
    themselves. So typing an address tells nothing about who is known elsewhere.
    """
    typed = case(
        (col(Membership.accepted_at).is_(None), col(Membership.invited_as)),
        (col(Membership.audience) == Audience.ADMIN, col(Identity.name)),
    )
    return func.coalesce(col(Contact.name), typed, col(Identity.email))
