"""Who did what is listed."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.models.base import points_at
from billing_app.models.contact import Contact
from billing_app.models.people import Identity, Membership
from billing_app.reads.names import known_as


@admin_read()
def doers_of(work: Work[AdminActor], ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """The names of the members who did what a page lists.

    They are asked for once the page is found: a database that is told both at once may walk
    through all that one member ever did.
    """
    wanted = (
        select(Membership.id, known_as())
        .join(Identity, col(Identity.id) == Membership.identity_id)
        .outerjoin(Contact, points_at(Contact, "membership_id", Membership))
        .where(col(Membership.id).in_({each for each in ids if each is not None}))
    )
    return dict(work.exec(wanted).all())
