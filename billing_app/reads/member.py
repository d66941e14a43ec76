"""What everybody signed in sees of themselves: the frame of each screen."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from billing_app.access.actors import AdminActor, Member, PartnerActor
from billing_app.access.guard import member_read
from billing_app.access.permissions import Permission, may
from billing_app.access.work import Work
from billing_app.models.organization import Organization
from billing_app.models.party import Customer, Partner
from billing_app.models.people import Identity


@dataclass(frozen=True)
class Me:
    """Who is signed in, and where."""

    name: str
    email: str
    workspace: str
    standing: str
    permissions: tuple[str, ...]


@member_read
def me(work: Work[Member]) -> Me:
    """The signed-in person, as the frame of a screen names them."""
    identity = work.exec(select(Identity).where(Identity.id == work.actor.identity_id)).one()
    workspace = work.exec(select(Organization)).one()
    return Me(
        name=identity.name,
        email=identity.email,
        workspace=workspace.name,
        standing=_standing(work),
        permissions=_permissions(work.actor),
    )


def _permissions(actor: Member) -> tuple[str, ...]:
    if not isinstance(actor, AdminActor):
        return ()
    return tuple(permission for permission in Permission if may(actor.role, permission))


def _standing(work: Work[Member]) -> str:
    if isinstance(work.actor, AdminActor):
        return work.actor.role.capitalize()
    party = Partner if isinstance(work.actor, PartnerActor) else Customer
    return work.exec(select(party.name)).one()
