"""What the demo's business billed, was paid, gave back and gave up, before you came in.

Each act is one that Ada could do on screen, through the same command.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.lines import DraftLine
from billing_app.kernel.money import Money
from billing_app.kernel.quantities import MILLI
from billing_app.services import (
    adjusting,
    drafting,
    identifying,
    invoicing,
    noting,
    organizing,
    paying,
    planning,
    refunding,
    requesting,
    taxing,
    voiding,
    writing_off,
)
from billing_app.services.note_planning import Excess
from billing_app.services.paying import Part

Command = Callable[[Work[Any]], str]


class Desk:
    """Ada's desk: what she does there, one act after another."""

    def __init__(self, act: Callable[[Command], str], currency: str) -> None:
        self.act = act
        self.currency = currency
        self.tax = ""

    def of(self, minor: int) -> Money:
        """An amount in the money of the house."""
        return Money(minor, self.currency)

    def open_books(self) -> None:
        """Say who the business is, and how it accounts."""
        # The first account has a slip in it, and owners are told when it is mended.
        for account in ("1234 5687", "1234 5678"):
            self.act(partial(_say_who, account=account))
        self.act(
            lambda work: organizing.set_accounting_settings(
                work,
                apply_credit_to_invoices=True,
                apply_credit_to_requests=False,
                tax_rounding="document",
                prices_include_tax=False,
                small_balance_minor=5,
            )
        )
        self.tax = self.act(
            lambda work: taxing.add_tax_rate(work, show("tax", new_id()), name="GST", rate_bp=1_000)
        )

    def line(self, words: str, minor: int, *, times: int = 1, discount_bp: int = 0) -> DraftLine:
        """A line of an invoice, taxed as everything here is."""
        return DraftLine(
            description=words,
            unit_price=self.of(minor),
            quantity_milli=times * MILLI,
            discount_bp=discount_bp,
            tax_rate_id=self.tax,
        )

    def draft(
        self, party_id: str, *lines: DraftLine, note: str = "", due_in: int | None = None
    ) -> str:
        """Draft an invoice, due as usual or in so many days."""
        due_on = None if due_in is None else clock.now().date() + timedelta(days=due_in)
        return self.act(
            lambda work: drafting.draft_invoice(
                work,
                show("inv", new_id()),
                party_id=party_id,
                lines=lines,
                note=note,
                due_on=due_on,
            )
        )

    def bill(self, party_id: str, *lines: DraftLine) -> str:
        """Draft an invoice and issue it."""
        drafted = self.draft(party_id, *lines)
        return self.act(lambda work: invoicing.issue_invoice(work, drafted))

    def receive(
        self, party_id: str, minor: int, kind: str, *documents: str, reference: str = ""
    ) -> str:
        """Record money that came in."""
        return self.act(
            lambda work: paying.record_payment(
                work,
                show("pay", new_id()),
                party_id=party_id,
                amount=self.of(minor),
                kind=kind,
                parts=[Part(document) for document in documents],
                reference=reference,
            )
        )


def _say_who(work: Work[Any], account: str) -> str:
    return organizing.set_profile(
        work,
        legal_name="Harbour Tutoring Pty Ltd",
        abn="51 824 753 556",
        address="12 Quay Street\nSydney NSW 2000",
        bank_details=f"BSB 062-000\nAccount {account}",
        colour="#0b5fff",
    )


def keep(desk: Desk, customers: Sequence[str]) -> None:
    """Fill the books: every kind of document, payment and correction once."""
    marsh, bellweather, adeyemi, kestrel, tidewater, nguyen, orchard, pilgrim, *_ = customers
    _part_paid_and_waiting(desk, marsh)
    _in_three_parts(desk, bellweather)
    _asked_up_front(desk, adeyemi)
    _overpaid(desk, kestrel)
    _corrected(desk, tidewater)
    _given_back(desk, nguyen)
    _given_up(desk, orchard)
    _void(desk, pilgrim)
    _from_nobody_known(desk, marsh)
    desk.draft(marsh, desk.line("Portfolio review", 18_000), note="Waits for the date.")


def _part_paid_and_waiting(desk: Desk, marsh: str) -> None:
    first = desk.bill(
        marsh,
        desk.line("Drawing lessons, March", 9_500, times=4),
        desk.line("Materials", 4_200, discount_bp=1_000),
    )
    desk.receive(marsh, 20_000, "bank_transfer", first, reference="MARSH MAR")
    desk.bill(marsh, desk.line("Drawing lessons, April", 9_500, times=4))


def _in_three_parts(desk: Desk, bellweather: str) -> None:
    drafted = desk.draft(bellweather, desk.line("English for the whole team, one term", 100_000))
    desk.act(
        lambda work: planning.plan_in_equal_parts(
            work,
            drafted,
            count=3,
            first_due_on=clock.now().date() + timedelta(days=7),
            months_apart=1,
        )
    )
    desk.act(lambda work: invoicing.issue_invoice(work, drafted))
    desk.receive(bellweather, 36_667, "bank_transfer", drafted, reference="BELL 1/3")


def _asked_up_front(desk: Desk, adeyemi: str) -> None:
    drafted = desk.act(
        lambda work: requesting.draft_request(
            work,
            show("crq", new_id()),
            customer_id=adeyemi,
            amount=desk.of(50_000),
            description="Lessons for the summer, paid up front",
        )
    )
    desk.act(lambda work: requesting.raise_request(work, drafted))
    desk.receive(adeyemi, 40_000, "cash", drafted, reference="At the desk")
    # The setting is on, so this one is paid from the credit as it is issued.
    desk.bill(adeyemi, desk.line("Maths, July", 6_000, times=4))


def _overpaid(desk: Desk, kestrel: str) -> None:
    owed = desk.bill(kestrel, desk.line("Safety training", 22_727))
    desk.receive(kestrel, 30_000, "cheque", owed, reference="Cheque 118")


def _corrected(desk: Desk, tidewater: str) -> None:
    owed = desk.bill(tidewater, desk.line("Choir accompaniment", 30_000))
    desk.act(
        lambda work: noting.issue_credit_note(
            work,
            show("crn", new_id()),
            invoice_id=owed,
            amount=desk.of(11_000),
            reason_code="cancelled_service",
            reason="One rehearsal was cancelled.",
        )
    )
    desk.receive(tidewater, 22_000, "bank_transfer", owed, reference="TMS 22")
    desk.act(
        lambda work: noting.issue_credit_note(
            work,
            show("crn", new_id()),
            invoice_id=owed,
            amount=desk.of(5_500),
            reason_code="goodwill",
            reason="The piano was out of tune.",
            excess=Excess(to_credit=desk.of(5_500)),
        )
    )


def _given_back(desk: Desk, nguyen: str) -> None:
    owed = desk.bill(nguyen, desk.line("Vietnamese, intensive week", 40_000))
    paid = desk.receive(nguyen, 44_000, "bank_transfer", owed, reference="NGUYEN")
    desk.act(
        lambda work: refunding.refund_no_longer_owed(
            work,
            show("ref", new_id()),
            note_id=show("crn", new_id()),
            payment_id=paid,
            invoice_id=owed,
            amount=desk.of(8_800),
            reason_code="cancelled_service",
            reason="Friday fell out.",
            reference="To the same account",
        )
    )
    desk.act(
        lambda work: adjusting.raise_credit(
            work,
            show("adj", new_id()),
            customer_id=nguyen,
            amount=desk.of(2_000),
            reason="Sorry for the mix-up on Friday",
        )
    )
    owed = desk.bill(nguyen, desk.line("Conversation hour", 5_000))
    desk.receive(nguyen, 3_500, "cash", owed)


def _given_up(desk: Desk, orchard: str) -> None:
    owed = desk.bill(orchard, desk.line("Holiday club", 70_000))
    desk.receive(orchard, 40_000, "cheque", owed, reference="Cheque 7")
    desk.act(
        lambda work: writing_off.write_off_bad_debt(
            work,
            show("wof", new_id()),
            invoice_id=owed,
            reason="The house has closed, and nobody answers.",
            tax_relief=True,
        )
    )


def _void(desk: Desk, pilgrim: str) -> None:
    wrong = desk.bill(pilgrim, desk.line("Life drawing", 25_000))
    desk.act(lambda work: voiding.void_invoice(work, wrong, reason="Billed to the wrong studio."))


def _from_nobody_known(desk: Desk, marsh: str) -> None:
    """One receipt was found out to be Marsh's, the other still waits for somebody's word."""
    found_out = _receive_unidentified(desk, 7_700, "LESSONS")
    desk.act(
        lambda work: identifying.identify_receipt(
            work, show("pay", new_id()), receipt_id=found_out, party_id=marsh
        )
    )
    _receive_unidentified(desk, 12_345, "THANK YOU")


def _receive_unidentified(desk: Desk, minor: int, reference: str) -> str:
    return desk.act(
        lambda work: identifying.record_unidentified(
            work,
            show("unr", new_id()),
            amount=desk.of(minor),
            kind="bank_transfer",
            reference=reference,
        )
    )
