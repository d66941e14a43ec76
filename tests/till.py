"""Money in and out in tests: payments, refunds, credit notes and losses, by the commands."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from billing_app.access.work import Work
from billing_app.ledger import book
from billing_app.ledger.accounts import Code
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.invoice import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from billing_app.services import noting, paying, refunding, requesting, reversing, writing_off
from billing_app.services.paying import Part
from tests.billing import Desk, aud, drawn


class Till(Desk):
    """Somebody who records what came in and went out, for Marsh Design unless told otherwise."""

    def pay(self, minor: int, *documents: str, party_id: str = "", **more: Any) -> str:
        """Record a bank transfer on documents, as much as each takes; returns its id."""
        parts = [Part(each) for each in documents]
        said = {"party_id": party_id or self.world.marsh, "amount": aud(minor), "parts": parts}
        said |= {"kind": "bank_transfer"} | more
        payment_id = drawn("pay")
        return self.does(lambda work: paying.record_payment(work, payment_id, **said))

    def request(self, minor: int, **more: Any) -> str:
        """Raise a Credit Request; returns its id."""
        said = {"customer_id": self.world.marsh, "amount": aud(minor)} | more
        request_id = drawn("crq")
        self.does(lambda work: requesting.draft_request(work, request_id, **said))
        return self.does(lambda work: requesting.raise_request(work, request_id))

    def reverse(self, payment_id: str, **more: Any) -> str:
        """Take back a payment that never came in."""
        said = {"reason": "It was for another customer"} | more
        return self.does(lambda work: reversing.reverse_payment(work, payment_id, **said))

    def note(self, invoice_id: str, minor: int, **more: Any) -> str:
        """Issue a credit note over all lines of an invoice; returns its id."""
        said = {"amount": aud(minor), "reason_code": "error"} | more
        note_id = drawn("crn")
        return self.does(
            lambda work: noting.issue_credit_note(work, note_id, invoice_id=invoice_id, **said)
        )

    def refund(self, payment_id: str, minor: int, **more: Any) -> str:
        """Refund part of a payment that is still owed; returns the refund's id."""
        said = {"amount": aud(minor), "reason": "The wrong account was used"} | more
        refund_id = drawn("ref")
        return self.does(
            lambda work: refunding.refund_still_owed(work, refund_id, payment_id=payment_id, **said)
        )

    def forgive(self, payment_id: str, invoice_id: str, minor: int, **more: Any) -> list[str]:
        """Refund what is owed no more; returns the refund and its credit note."""
        said = {"amount": aud(minor), "reason_code": "goodwill"} | more
        refund_id, note_id = drawn("ref"), drawn("crn")
        self.does(
            lambda work: refunding.refund_no_longer_owed(
                work,
                refund_id,
                note_id=note_id,
                payment_id=payment_id,
                invoice_id=invoice_id,
                **said,
            )
        )
        return [refund_id, note_id]

    def refund_credit(self, minor: int, **more: Any) -> str:
        """Hand back unused credit; returns the refund's id."""
        said = {"customer_id": self.world.marsh, "amount": aud(minor), "reason": "They asked"}
        said |= more
        refund_id = drawn("ref")
        return self.does(lambda work: refunding.refund_credit(work, refund_id, **said))

    def lose(self, invoice_id: str, minor: int = 0, **more: Any) -> str:
        """Write off a bad debt, all that is still to pay unless told less."""
        said = {"reason": "They are insolvent", "amount": aud(minor) if minor else None} | more
        loss_id = drawn("wof")
        return self.does(
            lambda work: writing_off.write_off_bad_debt(
                work, loss_id, invoice_id=invoice_id, **said
            )
        )

    def let_go(self, invoice_id: str, **more: Any) -> str:
        """Write off a small balance."""
        loss_id = drawn("wof")
        return self.does(
            lambda work: writing_off.write_off_small_balance(
                work, loss_id, invoice_id=invoice_id, **more
            )
        )

    def still(self, invoice_id: str) -> int:
        """What is still to pay on an invoice."""
        return self.of(invoice_id, "still_to_pay_minor")

    def asked(self, request_id: str) -> int:
        """What a Credit Request still asks for."""
        return self.told(CreditRequest, request_id, "still_to_pay_minor")[0]

    def credit(self, currency: str = "AUD") -> int:
        """The credit that customers have."""
        return self.balance(Code.CUSTOMER_CREDIT, currency).minor

    def line_ids(self, invoice_id: str) -> list[str]:
        """The lines of an invoice, in their order."""
        wanted = select(InvoiceLine).where(InvoiceLine.invoice_id == Invoice.read_id(invoice_id))
        ordered = wanted.order_by(col(InvoiceLine.position))
        return self.sees(lambda work: [line.shown_id for line in work.exec(ordered)])

    def off_lines(self, note_id: str) -> list[tuple[int, int, int]]:
        """What a credit note takes off each line: net, tax and gross."""
        wanted = select(
            CreditNoteLine.net_minor, CreditNoteLine.tax_minor, CreditNoteLine.gross_minor
        ).where(CreditNoteLine.credit_note_id == CreditNote.read_id(note_id))
        ordered = wanted.order_by(col(CreditNoteLine.id))
        return self.sees(lambda work: [tuple(row) for row in work.exec(ordered)])

    def lots(self) -> list[tuple[str, int, int]]:
        """Each lot of credit in the order it came: from what, how much, how much is left."""

        def read(work: Work[Any]) -> list[tuple[str, int, int]]:
            return [
                (
                    lot.origin,
                    lot.amount_minor,
                    book.balance(
                        work, Code.CUSTOMER_CREDIT, item_id=lot.id, currency=lot.currency
                    ).minor,
                )
                for lot in work.exec(select(CreditLot).order_by(col(CreditLot.id)))
            ]

        return self.sees(read)
