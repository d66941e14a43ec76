"""Money in, credit, and money back: the other half of what can be done to books."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from billing_app.kernel.money import Money
from billing_app.services import (
    adjusting,
    closing,
    crediting,
    noting,
    paying,
    refunding,
    requesting,
    reversing,
)
from billing_app.services.handing_back import RefundPart
from billing_app.services.note_planning import Excess
from tests.books_machine import currencies, days_ago, picks, sizes
from tests.choosing import ChoosingMachine
from tests.ground import drawn

amounts = st.sampled_from((0, 1, 50_00, 50_00, 90_00, 90_00, 333_33, 1_000_00))
mostly = st.sampled_from((True, True, True, False))
ways_back = st.sampled_from(
    ("credit", "credit", "credit", "outside", "outside", "refund", "refund", "split", "wrong")
)


class MoneyMachine(ChoosingMachine):
    """All commands of the books."""

    # Money in.

    @precondition(lambda self: self.open_documents())
    @rule(which=picks, others=st.lists(picks, max_size=2), size=sizes, named=mostly, ago=days_ago)
    def pay(self, which: int, others: list[int], size: str, named: bool, ago: int) -> None:
        said = self.oracle.invoices | self.oracle.requests
        first = self.pick(self.open_documents(), said, which)
        party, currency = said[first]["of"], said[first]["currency"]
        fitting = [
            each
            for each in self.open_documents()
            if each != first and (said[each]["of"], said[each]["currency"]) == (party, currency)
        ]
        rest = [self.pick(fitting, said, other) for other in others] if fitting else []
        documents = [first, *rest]
        owed = [self.asked(each) for each in documents]
        minor = self.sized(size, sum(owed))
        parts = [
            (each, None if named else max(1, share // 2))
            for each, share in zip(documents, owed, strict=True)
        ]
        self.record(party, minor, currency, parts, self.on(ago), True)

    @rule(who=picks, minor=amounts, currency=currencies, ago=days_ago, really=st.booleans())
    def pay_ahead(self, who: int, minor: int, currency: str, ago: int, really: bool) -> None:
        party = self.one_of(self.parties, who)
        self.record(party, minor, currency, [], self.on(ago), really, name="pay ahead")

    def record(
        self,
        party: str,
        minor: int,
        currency: str,
        parts: list[tuple[str, int | None]],
        on: date,
        really: bool,
        name: str = "pay",
    ) -> None:
        payment_id = drawn("pay")
        told = [
            paying.Part(document, None if asked is None else Money(asked, currency))
            for document, asked in parts
        ]
        self.both(
            name,
            lambda: self.oracle.pay(payment_id, party, minor, currency, parts, on, really),
            lambda work: paying.record_payment(
                work,
                payment_id,
                party_id=party,
                amount=Money(minor, currency),
                kind="bank_transfer",
                received_on=on,
                parts=told,
                really=really,
            ),
        )

    @precondition(lambda self: self.standing())
    @rule(which=picks, ago=days_ago)
    def reverse(self, which: int, ago: int) -> None:
        payment_id, on = self.pick(self.standing(), self.oracle.payments, which), self.on(ago)
        self.both(
            "reverse",
            lambda: self.oracle.reverse(payment_id, on),
            lambda work: reversing.reverse_payment(work, payment_id, reason="Not ours", on=on),
        )

    # Credit.

    @precondition(lambda self: self.payable_from_credit())
    @rule(which=picks, size=sizes, switched_on=mostly)
    def pay_from_credit(self, which: int, size: str, switched_on: bool) -> None:
        fitting = self.payable_from_credit()
        if fitting and switched_on and not self.oracle.rules["invoices"]:
            self.settings(True, False, False, False, 0)
        invoice_id = self.pick(fitting, self.oracle.invoices, which)
        most = min(self.oracle.still(invoice_id), self.credit_for(invoice_id))
        minor = None if size == "all" else self.sized(size, most)
        amount = self.or_none(minor, self.oracle.invoices[invoice_id]["currency"])
        self.both(
            "pay from credit",
            lambda: self.oracle.pay_from_credit(invoice_id, minor),
            lambda work: crediting.pay_from_credit(work, invoice_id, amount=amount),
        )

    @rule(who=picks, minor=amounts, currency=currencies, ago=days_ago)
    def raise_credit(self, who: int, minor: int, currency: str, ago: int) -> None:
        customer, on = self.one_of(self.parties[:-1], who), self.on(ago)
        self.both(
            "adjust up",
            lambda: self.oracle.raise_credit(customer, minor, currency, on),
            lambda work: adjusting.raise_credit(
                work,
                drawn("adj"),
                customer_id=customer,
                amount=Money(minor, currency),
                reason="Goodwill",
                on=on,
            ),
        )

    @precondition(lambda self: self.steps % 3 == 2 and self.lots_left())
    @rule(which=picks, size=sizes)
    def lower_credit(self, which: int, size: str) -> None:
        customer, currency, there = self.some_credit(which)
        minor = self.sized(size, there)
        self.both(
            "adjust down",
            lambda: self.oracle.lower_credit(customer, minor, currency),
            lambda work: adjusting.lower_credit(
                work,
                drawn("adj"),
                customer_id=customer,
                amount=Money(minor, currency),
                reason="Balance Correction",
            ),
        )

    @precondition(lambda self: not self.requests_that_are("draft") and not self.asking())
    @rule(who=picks, minor=amounts, currency=currencies)
    def draft_request(self, who: int, minor: int, currency: str) -> None:
        request_id, customer = drawn("crq"), self.one_of(self.parties[:-1], who)
        self.both(
            "draft request",
            lambda: self.oracle.draft_request(request_id, customer, minor, currency),
            lambda work: requesting.draft_request(
                work, request_id, customer_id=customer, amount=Money(minor, currency)
            ),
        )

    @precondition(lambda self: self.requests_that_are("draft"))
    @rule(which=picks)
    def raise_request(self, which: int) -> None:
        request_id = self.pick(self.requests_that_are("draft"), self.oracle.requests, which)
        self.both(
            "raise request",
            lambda: self.oracle.raise_request(request_id),
            lambda work: requesting.raise_request(work, request_id),
        )

    @precondition(lambda self: self.steps % 3 == 0 and self.requests_that_are("raised"))
    @rule(which=picks)
    def void_request(self, which: int) -> None:
        request_id = self.pick(self.requests_that_are("raised"), self.oracle.requests, which)
        self.both(
            "void request",
            lambda: self.oracle.void_request(request_id),
            lambda work: requesting.void_request(work, request_id, reason="Asked twice"),
        )

    @precondition(lambda self: self.closable())
    @rule(which=picks, size=sizes, switched_on=mostly)
    def pay_request_from_credit(self, which: int, size: str, switched_on: bool) -> None:
        fitting = self.closable()
        request_id = self.pick(fitting, self.oracle.requests, which)
        if fitting and switched_on and not self.oracle.rules["requests"]:
            self.settings(False, True, False, False, 0)
        minor = None if size == "all" else self.sized(size, self.oracle.asks(request_id))
        amount = self.or_none(minor, self.oracle.requests[request_id]["currency"])
        self.both(
            "pay request from credit",
            lambda: self.oracle.pay_request_from_credit(request_id, minor),
            lambda work: closing.pay_request_from_credit(work, request_id, amount=amount),
        )

    # What is asked no more, and money back.

    @precondition(lambda self: self.issued())
    @rule(which=picks, size=sizes, back=ways_back, ago=days_ago)
    def note(self, which: int, size: str, back: str, ago: int) -> None:
        invoice_id, on = self.pick(self.issued(), self.oracle.invoices, which), self.on(ago)
        invoice = self.oracle.invoices[invoice_id]
        stands = invoice["total"] - invoice["noted"] - invoice["written_off"]
        minor = self.sized(size, stands)
        beyond = minor - min(minor, self.oracle.still(invoice_id))
        note: dict[str, Any] = {"amount": minor}
        payers = [each for payment, each in self.returnable() if payment and each == invoice_id]
        if back == "refund" and payers and beyond:
            payment_id = next(pay for pay, each in self.returnable() if each == invoice_id)
            note["refunds"] = [(drawn("ref"), payment_id, beyond)]
        else:
            half = beyond // 2 if back == "split" else 0
            note["outside"] = half or beyond * (back == "outside")
            note["to_credit"] = beyond - note["outside"] + (back == "wrong")
        self._note(invoice_id, note, on)

    def _note(self, invoice_id: str, note: dict[str, Any], on: date) -> None:
        currency = self.oracle.invoices[invoice_id]["currency"]
        excess = Excess(
            to_credit=self.or_none(note.get("to_credit") or None, currency),
            outside=self.or_none(note.get("outside") or None, currency),
            refunds=[
                RefundPart(refund_id, payment_id, Money(minor, currency))
                for refund_id, payment_id, minor in note.get("refunds", ())
            ],
        )
        self.both(
            "credit note",
            lambda: self.oracle.note(invoice_id, note, on),
            lambda work: noting.issue_credit_note(
                work,
                drawn("crn"),
                invoice_id=invoice_id,
                amount=Money(note["amount"], currency),
                reason_code="error",
                effective_on=on,
                excess=excess,
            ),
        )

    @precondition(lambda self: self.standing())
    @rule(which=picks, size=sizes, ago=days_ago)
    def refund_still_owed(self, which: int, size: str, ago: int) -> None:
        payment_id, on = self.pick(self.standing(), self.oracle.payments, which), self.on(ago)
        payment, refund_id = self.oracle.payments[payment_id], drawn("ref")
        minor = self.sized(size, self.there_of(payment_id))
        self.both(
            "refund, still owed",
            lambda: self.oracle.refund_still_owed(refund_id, payment_id, minor, on),
            lambda work: refunding.refund_still_owed(
                work,
                refund_id,
                payment_id=payment_id,
                amount=Money(minor, payment["currency"]),
                reason="Wrong account",
                refunded_on=on,
            ),
        )

    @precondition(lambda self: self.returnable())
    @rule(which=picks, size=sizes)
    def refund_no_longer_owed(self, which: int, size: str) -> None:
        pairs = self.returnable()
        payment_id, invoice_id = pairs[which % len(pairs)]
        refund_id, on = drawn("ref"), self.today()
        minor = self.sized(size, self.oracle.returnable(payment_id, invoice_id))
        currency = self.oracle.payments[payment_id]["currency"]
        self.both(
            "refund, owed no more",
            lambda: self.oracle.refund_no_longer_owed(refund_id, payment_id, invoice_id, minor, on),
            lambda work: refunding.refund_no_longer_owed(
                work,
                refund_id,
                note_id=drawn("crn"),
                payment_id=payment_id,
                invoice_id=invoice_id,
                amount=Money(minor, currency),
                reason_code="goodwill",
            ),
        )

    @precondition(lambda self: self.lots_left())
    @rule(which=picks, size=sizes, by_payment=st.booleans(), ago=days_ago)
    def refund_credit(self, which: int, size: str, by_payment: bool, ago: int) -> None:
        customer, currency, there = self.some_credit(which)
        minor, refund_id, on = self.sized(size, there), drawn("ref"), self.on(ago)
        lots = [lot for lot in self.oracle.credit(customer, currency) if lot["payment"]]
        payment_id = lots[0]["payment"] if by_payment and lots else ""
        if payment_id:
            minor = self.sized(size, lots[0]["left"])
        self.both(
            "refund of credit",
            lambda: self.oracle.refund_credit(refund_id, customer, minor, currency, payment_id, on),
            lambda work: refunding.refund_credit(
                work,
                refund_id,
                customer_id=customer,
                amount=Money(minor, currency),
                reason="They asked",
                payment_id=payment_id,
                refunded_on=on,
            ),
        )
