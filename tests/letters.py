"""What letters tell in tests: one of each kind, with figures that cannot be mistaken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from billing_app.documents.letters import catalogue
from billing_app.documents.letters.kinds import compose
from billing_app.documents.letters.rendering import as_text
from billing_app.kernel.money import Money
from billing_app.reads.charge_letters import ChargeTold, Due
from billing_app.reads.letters import LetterFacts
from billing_app.reads.told import (
    AddressTold,
    AppliedTold,
    AskedTold,
    Named,
    NoteTold,
    PaidTold,
    Part,
    ReceiptTold,
    RefundTold,
    StatementTold,
    Told,
)

PAY = "https://pay.example.com/pay/TOKEN_-43"
INVOICE, REQUEST = Named(False, "INV-0042"), Named(True, "CRQ-0007")
TODAY = date(2026, 11, 21)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


ASKED = AskedTold(
    document=INVOICE,
    total=eur(150_000),
    covered=eur(26_544),
    still_to_pay=eur(123_456),
    on_its_way=eur(0),
    parts=(Part(date(2026, 12, 5), eur(123_456)),),
    today=TODAY,
    again=False,
    signs_in=False,
    link=PAY,
)
_PAID = PaidTold(INVOICE, eur(20_000), eur(103_456))

TOLD: dict[str, Told] = {
    "payment_request": ASKED,
    "reminder": ASKED,
    "instalment_due": replace(
        ASKED, part=2, parts_in_all=3, parts=(Part(date(2026, 12, 5), eur(50_000)),)
    ),
    "receipt": ReceiptTold(
        number="REC-0003",
        amount=eur(30_000),
        received_on=TODAY,
        method="direct_debit",
        reference="MARSH NOV",
        paid=(_PAID,),
        became_credit=eur(10_000),
        unplaced=eur(0),
    ),
    "credit_applied": AppliedTold(_PAID, TODAY),
    "refund": RefundTold(
        amount=eur(5_000), refunded_on=TODAY, by_gateway=True, choice="still_owes", reference="R1"
    ),
    "credit_note": NoteTold(
        number="CN-0002",
        invoice=INVOICE,
        amount=eur(40_000),
        lowered=eur(25_000),
        to_credit=eur(5_000),
        refunded=eur(7_000),
        outside=eur(3_000),
        still_to_pay=eur(0),
    ),
    "statement": StatementTold(
        since=date(2026, 10, 1),
        until=date(2026, 10, 31),
        opening=eur(-1_000),
        charged=eur(150_000),
        in_favour=eur(176_500),
        closing=eur(25_500),
    ),
    "address_changed": AddressTold("Marsh Design", False),
}

CHARGE = ChargeTold(
    document=Named(False, "INV-0007"),
    method="Visa •••• 4242",
    amount=eur(11_000),
    still_to_pay=eur(12_000),
    dues=(
        Due(date(2026, 11, 24), eur(5_000), at_once=False),
        Due(date(2026, 12, 24), eur(6_000), at_once=False),
    ),
    reason="There was not enough money for this payment. Nothing was charged. Please pay another"
    " way, or try again when the money is there.",
    is_planned=False,
    others=2,
    link="",
    needless="",
)

FACTS = LetterFacts(
    id="let_00000000000000000000000000",
    kind="sign_in",
    recipient="cleo@marsh.example",
    name="Cleo Marsh",
    organization="Harbour Tutoring",
    role="owner",
    locale="en",
    written_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
    sent=False,
    link="https://pay.example.com/enter/TOKEN_-42",
    needless="",
    charge=CHARGE,
)


# What is no word of ours in the letters above, and stays as it is in every language.
VALUES = (
    "5 December 2026",
    "21 November 2026",
    "1 October 2026",
    "31 October 2026",
    "24 November 2026",
    "24 December 2026",
    "Marsh Design",
    "Visa •••• 4242",
    PAY,
)


def facts(kind: str, **said: Any) -> LetterFacts:
    """A letter of this kind with all that it tells."""
    return replace(FACTS, **({"kind": kind, "told": TOLD.get(kind)} | said))


def told(kind: str, **said: Any) -> LetterFacts:
    """A letter of this kind that tells something else than usual."""
    return facts(kind, told=replace(TOLD[kind], **said))  # type: ignore[type-var]


def said_in(locale: str, letter: LetterFacts) -> str:
    """A letter's subject and text in a language."""
    content = compose(replace(letter, locale=locale), catalogue.words(locale))
    return f"{content.subject}\n\n{as_text(content)}"
