"""Papers of a made-up business, and how fast they are printed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

from bench.timing import Timings
from billing_app.documents.papers.composing import sheet_of
from billing_app.documents.papers.printing import PRESSES, Printers
from billing_app.documents.papers.sheets import Part
from billing_app.reads.paper import (
    Applied,
    Asked,
    Charge,
    Head,
    Kind,
    Line,
    Move,
    Paper,
    Position,
    Receipt,
    Side,
    Statement,
    Tax,
)
from billing_app.reads.paper import Part as Due

ISSUED_ON = date(2026, 11, 2)
_EACH, _MANY = 40, 100
_MARSH = Side(name="Marsh Design Pty Ltd", address="Level 4, 88 Crown Street\nSurry Hills NSW 2010")
_LESSONS = (
    ("Drawing lessons, October", 4_000, 95_00),
    ("Portfolio review with written notes", 1_000, 180_00),
    ("Materials: paper, charcoal, fixative", 1_500, 42_00),
    ("Studio hire, Saturday mornings", 3_000, 64_50),
)


def head(kind: Kind, number: str, *, locale: str = "en", logo: bytes = b"") -> Head:
    """The head of a paper from Harbour to Marsh."""
    return Head(
        id=f"{kind}_1",
        kind=kind,
        number=number,
        currency="AUD",
        locale=locale,
        issuer=Side(
            name="Harbour Tutoring Pty Ltd",
            address="12 Quay Street\nSydney NSW 2000",
            abn="51824753556",
        ),
        recipient=_MARSH,
        dated_on=ISSUED_ON,
        as_at=date(2026, 11, 21),
        colour="#0b5fff",
        logo=logo,
    )


def invoice(lines: int = 4, *, locale: str = "en", logo: bytes = b"") -> Charge:
    """An invoice with so many lines, some of it settled, payable by link or transfer."""
    rows = tuple(_line(*_LESSONS[at % len(_LESSONS)]) for at in range(lines))
    net, tax = sum(row.net for row in rows), sum(row.tax for row in rows)
    total, settled = net + tax, 200_00 if lines > 3 else 0
    return Charge(
        head=head(Kind.INVOICE, "INV-00042", locale=locale, logo=logo),
        net=net,
        tax=tax,
        total=total,
        booked_total=total,
        booked_left=total - settled,
        lines=rows,
        taxes=(Tax("GST", 1_000, net, tax),),
        due_on=ISSUED_ON + timedelta(days=30),
        reference="PO 7731",
        note="Thank you for your trust. Lessons that are cancelled a day before are not charged.",
        bank_details="BSB 062-000\nAccount 1234 5678",
        position=Position(
            credited=0,
            settled=settled,
            still_to_pay=total - settled,
            pay_address="https://billing.harbour.example/pay/q7Jm2fYx9Kc0bT4vHn6sWd8LrEa1PzUoGiXkMhVtQyS",
        ),
    )


def request(*, locale: str = "en") -> Charge:
    """A Credit Request, payable like the invoice."""
    total = 500_00
    return replace(
        invoice(1, locale=locale),
        head=head(Kind.CREDIT_REQUEST, "CR-00007", locale=locale),
        net=total,
        tax=0,
        total=total,
        booked_total=total,
        booked_left=total,
        lines=(Line(description="Deposit for the winter course", net=total, tax=0, gross=total),),
        taxes=(),
        note="",
        position=Position(
            credited=0, settled=0, still_to_pay=total, pay_address=_address(invoice(4))
        ),
    )


def credit_note(*, locale: str = "en") -> Charge:
    """A credit note on the invoice."""
    row = _line("Studio hire, Saturday mornings", 0, 64_50)
    row = replace(row, net=64_50, tax=6_45, gross=70_95)
    return Charge(
        head=head(Kind.CREDIT_NOTE, "CN-00003", locale=locale),
        net=row.net,
        tax=row.tax,
        total=row.gross,
        booked_total=row.gross,
        lines=(row,),
        taxes=(Tax("GST", 1_000, row.net, row.tax),),
        about="INV-00042",
        about_on=ISSUED_ON,
        reason_code="cancelled_service",
    )


def plan(*, locale: str = "en") -> Charge:
    """The invoice, to be paid in three parts."""
    whole = invoice(4, locale=locale)
    third = whole.total // 3
    parts = (third, third, whole.total - 2 * third)
    return replace(
        whole,
        parts=tuple(
            Due(ISSUED_ON + timedelta(days=30 * at), minor) for at, minor in enumerate(parts, 1)
        ),
    )


def receipt(*, locale: str = "en") -> Receipt:
    """A receipt for a card payment on two documents."""
    return Receipt(
        head=head(Kind.RECEIPT, "REC-00018", locale=locale),
        amount=450_00,
        booked_amount=450_00,
        method="card",
        reference="MARSH NOV",
        applied=(
            Applied(Kind.INVOICE, "INV-00042", 200_00),
            Applied(Kind.CREDIT_REQUEST, "CR-00007", 220_00),
        ),
        credit=30_00,
    )


def statement(moves: int = 9, *, locale: str = "en") -> Statement:
    """A statement with so many moves."""
    events = (
        ("invoice_issued", ("INV-00042",), "", -901_45),
        ("payment_received", ("INV-00042",), "", 200_00),
        ("credit_note_issued", ("INV-00042",), "CN-00003", 70_95),
        ("credit_applied", ("INV-00042",), "", 0),
    )
    rows = tuple(
        Move(
            on=ISSUED_ON + timedelta(days=at),
            event=event,
            numbers=numbers,
            detail=note,
            minor=minor,
        )
        for at, (event, numbers, note, minor) in enumerate(
            events[at % len(events)] for at in range(moves)
        )
    )
    opening = -120_00
    return Statement(
        head=head(Kind.STATEMENT, "", locale=locale),
        since=date(2026, 11, 1),
        until=date(2026, 11, 30),
        opening=opening,
        closing=opening + sum(row.minor for row in rows),
        moves=rows,
        requests=(Asked(ISSUED_ON, "CR-00007", 500_00, 280_00),),
    )


def measure() -> Iterator[str]:
    """How long invoices of 1, 30 and 500 lines take, and how many of 30 two presses make."""
    with closing(Printers(None)) as printers:
        _each(printers, invoice(1), range(PRESSES))
        for lines in (1, 30, 500):
            timings = Timings(f"invoice of {lines} lines")
            for at in range(_EACH):
                with timings.one():
                    printers.pdf(as_json(sheet_of(invoice(lines)), mark=f"{lines} {at}"))
            yield str(timings)
        begun = time.perf_counter()
        with ThreadPoolExecutor(PRESSES) as hands:
            parts = [range(start, _MANY, PRESSES) for start in range(PRESSES)]
            list(hands.map(lambda part: _each(printers, invoice(30), part), parts))
        yield f"{_MANY / (time.perf_counter() - begun):.0f} PDFs of 30 lines a second"


def _each(printers: Printers, paper: Paper, marks: Iterable[int]) -> None:
    """Print it again and again: another number makes it another paper."""
    for mark in marks:
        printers.pdf(as_json(sheet_of(paper), mark=f"again {mark}"))


def as_json(sheet: Part, *, mark: str = "") -> str:
    """A sheet as the press takes it."""
    return json.dumps(sheet | {"number": f"{sheet['number']} {mark}".strip()})


def _address(paper: Charge) -> str:
    return paper.position.pay_address if paper.position else ""


def _line(description: str, quantity_milli: int, unit_price: int) -> Line:
    net = quantity_milli * unit_price // 1_000
    tax = (net + 5) // 10
    return Line(
        description=description,
        net=net,
        tax=tax,
        gross=net + tax,
        quantity_milli=quantity_milli,
        unit_price=unit_price,
        tax_bp=1_000,
    )
