"""What a partner's contact sees: their own partnership, and nothing it could be computed from."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from billing_app.access.actors import PartnerActor
from billing_app.access.guard import partner_read
from billing_app.access.work import Work
from billing_app.kernel.tongue import marked, tell
from billing_app.models.organization import Organization
from billing_app.models.party import Partner
from billing_app.reads.times import on_day

_KINDS = {"school": marked("School"), "agent": marked("Agent"), "supplier": marked("Supplier")}


@dataclass(frozen=True)
class Partnership:
    """The partner, as their own portal shows it."""

    name: str
    email: str
    kind: str
    workspace: str
    since: str


@partner_read
def partnership(work: Work[PartnerActor]) -> Partnership:
    """The partner's own record with the business that settles with them."""
    partner = work.exec(select(Partner)).one()
    workspace = work.exec(select(Organization)).one()
    return Partnership(
        name=partner.name,
        email=partner.email,
        kind=tell(_KINDS[partner.kind]),
        workspace=workspace.name,
        since=on_day(partner.created_at, workspace.time_zone),
    )
