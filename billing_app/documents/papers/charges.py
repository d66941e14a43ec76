"""Sheets of what asks for money or takes it back: invoices, Credit Requests, credit notes."""

from __future__ import annotations

from billing_app.documents.papers.codes import code
from billing_app.documents.papers.sheets import (
    DANGER,
    Part,
    a_sum,
    column,
    headline,
    mark,
    note,
    sheet,
    table,
)
from billing_app.documents.papers.wording import (
    BESIDE_A_LABEL,
    IN_A_COLUMN,
    Wording,
    clean,
    clean_lines,
)
from billing_app.kernel.quantities import show_quantity
from billing_app.kernel.rates import show_rate
from billing_app.reads.paper import Charge, Kind, Line, Position

_ONE = 1_000


def charge_sheet(say: Wording, paper: Charge) -> Part:
    """The sheet of an invoice, a Credit Request or a credit note."""
    return sheet(
        say,
        paper.head,
        heading=heading_of(say, paper),
        facts=_facts(say, paper),
        headline=_headline(say, paper),
        marks=_marks(say, paper),
        intro=_intro(say, paper),
        tables=[_lines(say, paper), *_parts(say, paper)],
        pay=_paying(say, paper),
        notes=_notes(say, paper),
    )


def heading_of(say: Wording, paper: Charge) -> str:
    """What the document calls itself. Only what charges tax is a tax invoice."""
    if paper.head.kind is Kind.CREDIT_REQUEST:
        return say("Credit Request")
    if paper.head.kind is Kind.CREDIT_NOTE:
        return say("Tax credit note") if paper.tax else say("Credit note")
    return say("Tax invoice") if paper.tax else say("Invoice")


def _facts(say: Wording, paper: Charge) -> list[tuple[str, str]]:
    return [
        (say("Date"), say.day(paper.head.dated_on)),
        (say("Due on"), say.day(paper.due_on)),
        (say("For invoice"), clean(paper.about, longest=BESIDE_A_LABEL)),
        (say("Reference"), clean(paper.reference, longest=BESIDE_A_LABEL)),
        (say("As at"), say.day(paper.head.as_at) if paper.position else ""),
    ]


def _headline(say: Wording, paper: Charge) -> Part:
    if paper.head.kind is Kind.CREDIT_NOTE:
        return headline(say("Credited to you"), say.amount(paper.total))
    due = say("Due on {day}").format(day=say.day(paper.due_on))
    if paper.position is None:
        return headline(say("Total"), say.amount(paper.total), due)
    still = paper.position.still_to_pay
    return headline(say("Still to pay"), say.amount(still), due if still else "")


def _marks(say: Wording, paper: Charge) -> list[Part]:
    said = paper.position
    if said is None:
        return []
    if said.void_on is not None:
        return [mark(say("Void since {day}").format(day=say.day(said.void_on)), DANGER)]
    noted = max(said.credited, said.noted)
    if noted:
        return [mark(say("Credited") if noted == paper.total else say("Partly credited"))]
    return []


def _intro(say: Wording, paper: Charge) -> str:
    if paper.head.kind is Kind.CREDIT_REQUEST:
        return say(
            "This asks for money in advance, which becomes your credit with us. It is not a tax"
            " invoice."
        )
    if paper.head.kind is not Kind.CREDIT_NOTE:
        return ""
    reasons = {
        "error": say("Reason: an error on the invoice"),
        "cancelled_service": say("Reason: the service was cancelled"),
        "negotiated_discount": say("Reason: an agreed discount"),
        "duplicate": say("Reason: it was invoiced twice"),
        "write_off": say("Reason: it is asked for no more"),
        "goodwill": say("Reason: goodwill"),
    }
    lowers = say("This lowers invoice {number} of {day}.").format(
        number=clean(paper.about), day=say.day(paper.about_on)
    )
    return f"{lowers} {reasons[paper.reason_code]}."


def _lines(say: Wording, paper: Charge) -> Part:
    """What is charged for. A column that would be empty is left out."""
    amounts = say("Amount, {currency}").format(currency=say.currency)
    discounted = any(line.discount_bp for line in paper.lines)
    counted = any(line.quantity_milli for line in paper.lines)
    taxed = any(line.tax_bp for line in paper.lines)
    columns = [
        column(say("Description"), end=False, wide=True),
        *([column(say("Quantity")), column(say("Unit price"))] if counted else []),
        *([column(say("Discount"))] if discounted else []),
        *([column(say("Tax"))] if taxed else []),
        column(amounts),
    ]

    def row(line: Line) -> list[str]:
        return [
            clean(line.description, longest=IN_A_COLUMN) or say("Payment in advance"),
            *(
                [show_quantity(line.quantity_milli, say.locale), say.figure(line.unit_price)]
                if counted
                else []
            ),
            *([_rate(say, line.discount_bp)] if discounted else []),
            *([_rate(say, line.tax_bp)] if taxed else []),
            say.figure(line.gross if paper.prices_include_tax else line.net),
        ]

    return table(columns, [row(line) for line in paper.lines], sums=_sums(say, paper))


def _rate(say: Wording, bp: int) -> str:
    return show_rate(bp, say.locale) if bp else "\u2013"


def _sums(say: Wording, paper: Charge) -> list[Part]:
    taxes = [each for each in paper.taxes if each.tax]
    net = [a_sum(say("Total without tax"), say.amount(paper.net))] if taxes else []
    named = [
        a_sum(
            say("{tax} {rate} on {net}").format(
                tax=clean(each.name, longest=IN_A_COLUMN),
                rate=show_rate(each.rate_bp, say.locale),
                net=say.amount(each.net),
            ),
            say.amount(each.tax),
        )
        for each in taxes
    ]
    total = a_sum(say("Total"), say.amount(paper.total), strong=True)
    return [*net, *named, total, *_standing(say, paper.position)]


def _standing(say: Wording, said: Position | None) -> list[Part]:
    """How it stands as at the day: of a void document nothing is left to tell."""
    if said is None or said.void_on is not None:
        return []
    credited = [a_sum(say("Credited"), say.amount(-said.credited))] if said.credited else []
    settled = [a_sum(say("Settled"), say.amount(-said.settled))] if said.settled else []
    if not credited and not settled:
        return []
    still = a_sum(say("Still to pay"), say.amount(said.still_to_pay), strong=True)
    return [*credited, *settled, still]


def _parts(say: Wording, paper: Charge) -> list[Part]:
    if not paper.parts:
        return []
    columns = [
        column(say("Due on"), end=False, wide=True),
        column(say("Amount, {currency}").format(currency=say.currency)),
    ]
    rows = [[say.day(part.due_on), say.figure(part.minor)] for part in paper.parts]
    return [table(columns, rows, title=say("To be paid in parts"))]


def _paying(say: Wording, paper: Charge) -> Part:
    """How it can be paid, as long as it asks for anything."""
    said = paper.position
    asks = paper.total if said is None else said.still_to_pay
    address = said.pay_address if said else ""
    if paper.head.kind is Kind.CREDIT_NOTE or not asks or not (address or paper.bank_details):
        return {}
    return {
        "title": say("How to pay"),
        "address": address,
        "address_words": say("Pay on our page, by this link or with the code"),
        "address_shown": address.removeprefix("https://").removeprefix("http://"),
        "code": code(address) if address else "",
        "code_words": say("Code that leads to the page where this can be paid"),
        "bank": clean_lines(paper.bank_details),
        "bank_words": say("By bank transfer to"),
        "reference": clean(paper.head.number),
        "reference_words": say("With this reference"),
    }


def _notes(say: Wording, paper: Charge) -> list[Part]:
    included = say("The prices contain the tax.") if paper.prices_include_tax and paper.tax else ""
    return [
        *([note("", included)] if included else []),
        *([note(say("Note"), paper.note)] if paper.note else []),
    ]
