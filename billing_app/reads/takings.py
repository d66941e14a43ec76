"""What an invoice can be paid with: what was saved, and the credit that is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, func, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.ledger import totals
from billing_app.ledger.accounts import Code
from billing_app.models.attempt import AttemptClaim
from billing_app.models.books import AccountingSettings
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer, Partner
from billing_app.reads.locales import setting
from billing_app.reads.saved_methods import SavedMethodView, saved_methods
from billing_app.reads.shown import Amount, amount

_ON_ITS_WAY = "processing"


@dataclass(frozen=True)
class Takings:
    """How an invoice could be paid at this moment, and by whom.

    ``most`` is what is still to pay and not on its way; of a draft, its total. ``from_credit``
    is what credit would pay of that, if its setting is on.
    """

    party_id: str
    is_customer: bool
    party: str
    most: Amount
    on_its_way: Amount
    credit: Amount
    from_credit: Amount
    uses_credit: bool
    methods: tuple[SavedMethodView, ...]
    today: str


@admin_read()
def takings(work: Work[AdminActor], invoice_id: str) -> Takings:
    """What an invoice of a customer or partner can be paid with."""
    invoice = work.find(Invoice, invoice_id)
    shown = setting(work)
    party = _party(work, invoice)
    customer = party if isinstance(party, Customer) else None
    still = invoice.total_minor if invoice.state == "draft" else invoice.still_to_pay_minor
    coming = _on_its_way(work, invoice)
    credit = _credit(work, customer, invoice.currency)
    most = max(still - coming, 0)

    def say(minor: int) -> Amount:
        return amount(minor, invoice.currency, shown.locale)

    return Takings(
        party_id=party.shown_id,
        is_customer=customer is not None,
        party=party.name,
        most=say(most),
        on_its_way=say(coming),
        credit=say(credit),
        from_credit=say(min(credit, still)),
        uses_credit=work.exec(select(AccountingSettings.apply_credit_to_invoices)).one(),
        methods=saved_methods(work, party.shown_id) if customer else (),
        today=shown.today.isoformat(),
    )


def _party(work: Work[AdminActor], invoice: Invoice) -> Customer | Partner:
    if invoice.customer_id is not None:
        return work.find(Customer, show(Customer.prefix, invoice.customer_id))
    assert invoice.partner_id is not None, "an invoice has one party"
    return work.find(Partner, show(Partner.prefix, invoice.partner_id))


def _on_its_way(work: Work[AdminActor], invoice: Invoice) -> int:
    """What payments that began and have not cleared will bring."""
    wanted = select(func.sum(AttemptClaim.amount_minor)).where(
        col(AttemptClaim.invoice_id) == invoice.id, AttemptClaim.attempt_state == _ON_ITS_WAY
    )
    return int(work.exec(wanted).one() or 0)


def _credit(work: Work[AdminActor], customer: Customer | None, currency: str) -> int:
    if customer is None:
        return 0
    held = totals.opening(
        work, Code.CUSTOMER_CREDIT, customer.id, currency=currency, before=date.max
    )
    return held.minor
