"""What a document can be paid with: what was saved, and the credit that is there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import func, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.kept import of_document
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.ledger import totals
from billing_app.ledger.accounts import Code
from billing_app.models.attempt import AttemptClaim
from billing_app.models.books import AccountingSettings
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer, Partner
from billing_app.reads.attempts import attempts_at
from billing_app.reads.locales import setting
from billing_app.reads.saved_methods import SavedMethodView, saved_methods
from billing_app.reads.shown import Amount, amount

Document = Invoice | CreditRequest

_ON_ITS_WAY = "processing"


@dataclass(frozen=True)
class Takings:
    """How an invoice or Credit Request could be paid at this moment, and by whom.

    ``most`` is what is still to pay and not on its way; of a draft, its total. ``from_credit``
    is what credit would pay of that, if its setting is on. One that asks for nothing cannot be
    paid by anything.
    """

    party_id: str
    is_customer: bool
    party: str
    email: str
    """Where letters to them go."""

    most: Amount
    on_its_way: Amount
    credit: Amount
    from_credit: Amount
    uses_credit: bool
    """Whether the setting is on; not looked up where nothing is asked for."""

    methods: tuple[SavedMethodView, ...]
    today: str


@admin_read()
def takings(work: Work[AdminActor], document_id: str) -> Takings:
    """What an invoice or Credit Request can be paid with."""
    document: Document = (
        work.find(CreditRequest, document_id)
        if CreditRequest.is_named_by(document_id)
        else work.find(Invoice, document_id)
    )
    shown = setting(work)
    party = _party(work, document)
    customer = party if isinstance(party, Customer) else None
    still = document.total_minor if document.state == "draft" else document.still_to_pay_minor
    coming = _on_its_way(work, document)
    payer = customer if still else None
    credit = _credit(work, payer, document.currency) if payer else 0
    most = max(still - coming, 0)

    def say(minor: int) -> Amount:
        return amount(minor, document.currency, shown.locale)

    return Takings(
        party_id=party.shown_id,
        is_customer=customer is not None,
        party=party.name,
        email=party.email,
        most=say(most),
        on_its_way=say(coming),
        credit=say(credit),
        from_credit=say(min(credit, still)),
        uses_credit=_uses_credit(work, document) if payer else False,
        methods=saved_methods(work, payer.shown_id) if payer else (),
        today=shown.today.isoformat(),
    )


def _party(work: Work[AdminActor], document: Document) -> Customer | Partner:
    if document.customer_id is not None:
        return work.find(Customer, show(Customer.prefix, document.customer_id))
    assert isinstance(document, Invoice), "only invoices are for partners"
    assert document.partner_id is not None, "an invoice has one party"
    return work.find(Partner, show(Partner.prefix, document.partner_id))


def _uses_credit(work: Work[AdminActor], document: Document) -> bool:
    return work.exec(_USES_CREDIT[type(document)]).one()


def _on_its_way(work: Work[AdminActor], document: Document) -> int:
    """What payments that began and have not cleared will bring."""
    if not attempts_at(work, document):
        return 0
    return int(work.exec(_CLAIMED[type(document)], params={"id": document.id}).one() or 0)


def _credit(work: Work[AdminActor], customer: Customer, currency: str) -> int:
    held = totals.standing(work, Code.CUSTOMER_CREDIT, customer.id, currency=currency)
    return held.minor


_USES_CREDIT = {
    Invoice: select(AccountingSettings.apply_credit_to_invoices),
    CreditRequest: select(AccountingSettings.apply_credit_to_requests),
}
_CLAIMED = {
    kind: select(func.sum(AttemptClaim.amount_minor)).where(
        claims_it, AttemptClaim.attempt_state == _ON_ITS_WAY
    )
    for kind, claims_it in of_document(AttemptClaim).items()
}
