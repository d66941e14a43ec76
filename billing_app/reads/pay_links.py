"""The pay link of a document, for the admin who hands it on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.kept import of_document
from billing_app.access.pay_links import is_live, pay_token
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.organization import Organization
from billing_app.models.pay_link import PayLink
from billing_app.reads.times import on_day


@dataclass(frozen=True)
class PayLinkView:
    """A pay link. Its address is told only while it opens something."""

    id: str
    path: str
    expires_on: str
    withdrawn: bool


@admin_read(Permission.TAKE_PAYMENTS)
def pay_link(work: Work[AdminActor], document_id: str) -> PayLinkView | None:
    """The pay link of an invoice or credit request; None where none was made."""
    kind = CreditRequest if CreditRequest.is_named_by(document_id) else Invoice
    given = {"id": work.find(kind, document_id).id}
    link = work.exec(_OF_DOCUMENT[kind], params=given).one_or_none()
    if link is None:
        return None
    zone = work.get(Organization, link.organization_id).time_zone
    return PayLinkView(
        id=link.shown_id,
        path=f"/pay/{pay_token(link)}" if is_live(link) else "",
        expires_on=on_day(link.expires_at, zone),
        withdrawn=link.withdrawn_at is not None,
    )


_OF_DOCUMENT = {
    kind: select(PayLink).where(leads_to_it) for kind, leads_to_it in of_document(PayLink).items()
}
