"""What goes wrong or is not known yet: drafts, mistakes, and money that nobody is known for."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from billing_app.kernel.money import Money
from billing_app.services import drafting, identifying, paying, reversing
from tests.books_machine import currencies, days_ago, lines, picks, sizes
from tests.ground import drawn
from tests.money_machine import MoneyMachine, amounts


class CorrectingMachine(MoneyMachine):
    """All commands of the books, and those that change or undo what others did."""

    # Drafts.

    @precondition(lambda self: self.steps % 3 == 2 and self.drafts())
    @rule(which=picks, said=lines, seen=st.sampled_from((0, 0, 0, 1)))
    def change_draft(self, which: int, said: Any, seen: int) -> None:
        invoice_id = self.pick(self.drafts(), self.oracle.invoices, which)
        draft = self.oracle.invoices[invoice_id]
        version = draft["version"] - seen
        self.both(
            "change draft",
            lambda: self.oracle.change(invoice_id, version, said),
            lambda work: drafting.change_draft(
                work,
                invoice_id,
                version=version,
                lines=self.rows(said, draft["currency"]),
                currency=draft["currency"],
                prices_include_tax=draft["inclusive"],
            ),
        )

    @precondition(lambda self: self.steps % 5 == 4 and self.drafts())
    @rule(which=picks)
    def delete_draft(self, which: int) -> None:
        invoice_id = self.pick(self.drafts(), self.oracle.invoices, which)
        self.both(
            "delete draft",
            lambda: self.oracle.delete(invoice_id),
            lambda work: drafting.delete_draft(work, invoice_id),
        )

    # Mistakes.

    @precondition(lambda self: self.steps % 2 == 0 and self.standing_in("losses"))
    @rule(which=picks, ago=days_ago)
    def reverse_write_off(self, which: int, ago: int) -> None:
        loss_id = self.pick(self.standing_in("losses"), self.oracle.kept["losses"], which)
        on = self.on(ago)
        self.both(
            "reverse write-off",
            lambda: self.oracle.undo_loss(loss_id, on),
            lambda work: reversing.reverse_write_off(work, loss_id, reason="They pay", on=on),
        )

    @precondition(lambda self: self.steps % 2 == 1 and self.standing_in("refunds"))
    @rule(which=picks, ago=days_ago)
    def reverse_refund(self, which: int, ago: int) -> None:
        refund_id = self.pick(self.standing_in("refunds"), self.oracle.kept["refunds"], which)
        on = self.on(ago)
        self.both(
            "reverse refund",
            lambda: self.oracle.undo_refund(refund_id, on),
            lambda work: reversing.reverse_refund(work, refund_id, reason="Not sent", on=on),
        )

    def standing_in(self, kept: str) -> list[str]:
        return [key for key, each in self.oracle.kept[kept].items() if not each["undone"]]

    # Money that nobody is known for.

    @precondition(lambda self: self.steps % 3 == 0 and not self.unknown())
    @rule(minor=amounts, currency=currencies, ago=days_ago)
    def receive_unknown(self, minor: int, currency: str, ago: int) -> None:
        receipt_id, on = drawn("unr"), self.on(ago)
        self.both(
            "record unidentified",
            lambda: self.oracle.receive_unknown(receipt_id, minor, currency, on),
            lambda work: identifying.record_unidentified(
                work,
                receipt_id,
                amount=Money(minor, currency),
                kind="bank_transfer",
                received_on=on,
            ),
        )

    @precondition(lambda self: self.unknown())
    @rule(which=picks, who=picks, size=sizes, named=st.booleans(), ago=days_ago)
    def identify(self, which: int, who: int, size: str, named: bool, ago: int) -> None:
        receipt_id = self.pick(self.unknown(), self.oracle.receipts, which)
        receipt, payment_id, on = self.oracle.receipts[receipt_id], drawn("pay"), self.on(ago)
        minor = None if size == "all" else self.sized(size, receipt["left"])
        said = self.oracle.invoices | self.oracle.requests
        party = self.one_of(self.parties, who)
        parts: list[tuple[str, int | None]] = [
            (each, None)
            for each in self.open_documents()[:1]
            if named and said[each]["currency"] == receipt["currency"]
        ]
        party = said[parts[0][0]]["of"] if parts else party
        self.both(
            "identify",
            lambda: self.oracle.identify(payment_id, receipt_id, party, minor, parts, on, True),
            lambda work: identifying.identify_receipt(
                work,
                payment_id,
                receipt_id=receipt_id,
                party_id=party,
                amount=self.or_none(minor, receipt["currency"]),
                parts=[paying.Part(each) for each, _ in parts],
                on=on,
                really=True,
            ),
        )

    @precondition(lambda self: self.steps % 4 == 1 and self.unknown())
    @rule(which=picks, ago=days_ago)
    def send_back(self, which: int, ago: int) -> None:
        receipt_id = self.pick(self.unknown(), self.oracle.receipts, which)
        on = self.on(ago)
        self.both(
            "send back",
            lambda: self.oracle.send_back(receipt_id, on),
            lambda work: identifying.reverse_receipt(work, receipt_id, reason="Theirs", on=on),
        )

    @precondition(lambda self: self.waiting())
    @rule(which=picks, size=sizes, ago=days_ago)
    def place(self, which: int, size: str, ago: int) -> None:
        payment_id, on = self.one_of(self.waiting(), which), self.on(ago)
        payment = self.oracle.payments[payment_id]
        if not self.payable_by(payment):
            self.draft(len(self.parties) - 1, payment["currency"], [(1_000, 100_00, 0, 0)])
            self.issue(0, 0)
        invoice_id = self.pick(self.payable_by(payment), self.oracle.invoices, which)
        minor = None if size == "all" else self.sized(size, payment["waits"])
        part = paying.Part(invoice_id, self.or_none(minor, payment["currency"]))
        self.both(
            "place overpayment",
            lambda: self.oracle.place(payment_id, invoice_id, minor, on),
            lambda work: identifying.place_overpayment(work, payment_id, parts=[part], on=on),
        )

    def unknown(self) -> list[str]:
        return [key for key, each in self.oracle.receipts.items() if each["left"]]

    def waiting(self) -> list[str]:
        """What partners paid too much."""
        return [key for key, each in self.oracle.payments.items() if each["waits"]]

    def payable_by(self, payment: dict[str, Any]) -> list[str]:
        mine = (payment["of"], payment["currency"])
        said = self.oracle.invoices
        return [
            each for each in self.unpaid() if (said[each]["of"], said[each]["currency"]) == mine
        ]
