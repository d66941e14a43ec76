"""The demo's customers who pay by bank transfer: too little, too much, from nobody known.

They choose it behind their pay links and are told an account; what they send arrives as it would
from a bank, with whatever they wrote on it. In Australian dollars there is no such account: the
money comes to the business itself, and Ada finds by its reference what it is for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlmodel import col, func, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.installation import Installation, work_now
from billing_app.access.work import Work
from billing_app.collecting.gateway import gateway_of
from billing_app.demo.books import Desk
from billing_app.demo.browsing import Browser
from billing_app.demo.hush import wait_until
from billing_app.gateways.payments import Payer
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.lines import DraftLine
from billing_app.kernel.money import Money
from billing_app.models.arrived_transfer import ArrivedTransfer
from billing_app.models.invoice import Invoice
from billing_app.models.organization import Organization
from billing_app.models.party import Customer
from billing_app.models.payment import Payment
from billing_app.reads.named_documents import documents_named
from billing_app.reads.pay_links import pay_link
from billing_app.services import drafting, invoicing, linking

T = TypeVar("T")

_IN_DOLLARS = (
    ("Kestrel Logistics", "Safety training, Seattle", 48_000, 45_000),
    ("Tidewater Music School", "Piano workshop, Portland", 22_000, 25_000),
)
_TO_TRY = ("Kestrel Logistics", "Safety training, Rotterdam", 30_000)
_BY_REFERENCE = ("Nguyen & Daughters", "Vietnamese, evening course", 18_000)


class Remittances:
    """Those who transfer, and Ada, who bills them and reads her bank statement."""

    def __init__(self, place: Installation, ada: AdminActor, browser: Browser) -> None:
        self._place = place
        self._ada = ada
        self._browser = browser
        self._desk = Desk(lambda command: work_now(ada, place.database, command), "AUD")

    def live_through(self) -> None:
        """Have money arrive in each of these ways."""
        for name, words, owed, sent in _IN_DOLLARS:
            self._transfer(self._bill(self._customer(name), words, Money(owed, "USD")), sent)
        self._bill_in_euros(*_TO_TRY)
        self._arrive_from_nobody()
        wait_until(self._is_all_there)
        self._find_by_reference(*_BY_REFERENCE)

    def _transfer(self, invoice: str, minor: int) -> None:
        """Choose a bank transfer behind the link, send the page, and then the money."""
        self._desk.act(lambda work: linking.make_pay_link(work, invoice))
        link = self._look(lambda work: pay_link(work, invoice))
        assert link is not None, "it was just made"
        page = self._browser.post(
            f"{self._place.settings.public_url}{link.path}", way="bank_transfer", much="all"
        )
        account = self._browser.submit(page, "customer_balance", "")
        typed = str(Money(minor, "USD")).removeprefix("USD ")
        self._browser.post(account, amount=typed, reference="Thank you")

    def _bill_in_euros(self, name: str, words: str, minor: int) -> None:
        """Leave a document that anybody who tries the demo can pay by transfer."""
        billed = self._bill(self._customer(name), words, Money(minor, "EUR"))
        self._desk.act(lambda work: linking.make_pay_link(work, billed))

    def _is_all_there(self) -> bool:
        """Whether what was sent has been heard of: the payments, and the stranger's money."""

        def read(work: Work[Any]) -> bool:
            paid = select(func.count()).where(Payment.currency == "USD")
            came = select(ArrivedTransfer.id).where(col(ArrivedTransfer.attempt_id).is_(None))
            enough = work.exec(paid).one() >= len(_IN_DOLLARS)
            return enough and work.exec(came).first() is not None

        return self._look(read)

    def _arrive_from_nobody(self) -> None:
        """Somebody whom only the payment provider knows sends money."""
        organization = self._look(lambda work: work.exec(select(Organization)).one().shown_id)
        stranger = Payer(
            organization=organization,
            customer=show(Customer.prefix, new_id()),
            name="M. Farrow",
            email="m.farrow@post.example",
        )
        known = gateway_of(self._place).know_payer(stranger)
        self._browser.post(
            f"{self._place.settings.stripe_api_base}/panel/transfer",
            customer=known,
            amount="99.00",
            currency="USD",
            reference="LESSONS FARROW",
        )

    def _find_by_reference(self, name: str, words: str, minor: int) -> None:
        """A line of the bank statement names an invoice, so it is recorded on that one."""
        billed = self._bill(self._customer(name), words, self._desk.of(minor))
        number = self._look(lambda work: work.find(Invoice, billed).number)
        statement = f"TRF {number} NGUYEN".replace("-", "")
        for found in self._look(lambda work: documents_named(work, statement)):
            self._desk.receive(
                found.party_id, minor, "bank_transfer", found.id, reference=statement
            )

    def _bill(self, customer_id: str, words: str, price: Money) -> str:
        line = DraftLine(description=words, unit_price=price)
        drafted = self._desk.act(
            lambda work: drafting.draft_invoice(
                work,
                show(Invoice.prefix, new_id()),
                party_id=customer_id,
                lines=[line],
                currency=price.currency,
            )
        )
        return self._desk.act(lambda work: invoicing.issue_invoice(work, drafted))

    def _customer(self, name: str) -> str:
        wanted = select(Customer).where(Customer.name == name)
        return self._look(lambda work: work.exec(wanted).one().shown_id)

    def _look(self, read: Callable[[Work[Any]], T]) -> T:
        return work_now(self._ada, self._place.database, admin_read()(read))
