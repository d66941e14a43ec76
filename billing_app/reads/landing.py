"""What the page behind a secret address may tell whoever holds the address."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from billing_app.access.actors import DoorActor
from billing_app.access.capabilities import LinkGone, Purpose, live_capability
from billing_app.access.guard import door_read
from billing_app.access.work import Work
from billing_app.kernel.tongue import marked, tell
from billing_app.models.organization import Organization
from billing_app.models.people import Identity, Membership

_ROLES = {
    "owner": marked("owner"),
    "manager": marked("manager"),
    "bookkeeper": marked("bookkeeper"),
    "viewer": marked("viewer"),
}


@dataclass(frozen=True)
class LinkView:
    """A secret address: whether it is good for anything, for whom, and to where."""

    live: bool = False
    email: str = ""
    name: str = ""
    workspace: str = ""
    role: str = ""
    has_password: bool = False


@door_read
def look_at_link(work: Work[DoorActor], purpose: Purpose, token: str) -> LinkView:
    """What a page says before its button is pressed. Looking uses nothing up.

    Whoever holds the address could use it, so they may see whose it is: nobody should
    sign in as somebody else by mistake, or by a link that was slipped to them.
    """
    try:
        capability = live_capability(work, purpose, token)
    except LinkGone:
        return LinkView()
    person = work.exec(select(Identity).where(Identity.id == capability.identity_id)).one()
    workspace, role = "", ""
    if capability.membership_id is not None:
        membership = work.exec(
            select(Membership).where(Membership.id == capability.membership_id)
        ).one()
        role = tell(_ROLES.get(membership.role or "", ""))
        workspace = work.exec(
            select(Organization.name).where(Organization.id == membership.organization_id)
        ).one()
    return LinkView(
        live=True,
        email=person.email,
        name=person.name,
        workspace=workspace,
        role=role,
        has_password=person.password_hash is not None,
    )
