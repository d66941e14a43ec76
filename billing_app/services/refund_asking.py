"""What is asked for when money is to go back the way it came, and how that is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from billing_app.kernel.errors import Invalid
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger.given_back import NO_LONGER_OWES
from billing_app.models.payment import Refund
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.services.arriving import BY_GATEWAY
from billing_app.services.handing_back import RefundPart
from billing_app.services.note_planning import Excess, Terms
from billing_app.services.paying import Part
from billing_app.services.reducing import LineCredit
from billing_app.services.returning import Going

NOTHING_MORE = json.dumps({"parts": [], "note": None})
"""The arguments of a refund that names no documents and comes with no credit note."""


@dataclass(frozen=True, kw_only=True)
class NoteAsked:
    """The credit note of a refund that is owed no more; without lines it is off all of them."""

    note_id: str
    invoice_id: str
    reason_code: str
    lines: Sequence[LineCredit] = ()


@dataclass(frozen=True, kw_only=True)
class RefundAsked:
    """How much of a payment is to go back the way it came, and whether it is still owed.

    ``choice`` is 'still_owes', with the ``parts`` it comes off, 'no_longer_owes', with the
    ``note`` that says so, or 'from_credit', for what of the payment is unused credit. The id is
    drawn when the form opens, so that sending the form twice gives back once.
    """

    attempt_id: str
    payment_id: str
    amount: Money
    choice: str
    reason: str = ""
    parts: Sequence[Part] = ()
    note: NoteAsked | None = None
    command_key: str = ""


def spelled(asked: RefundAsked) -> str:
    """The parts and the note as they are kept with the attempt."""
    note: dict[str, Any] | None = None
    if asked.note is not None:
        lines = [(line.line_id, line.gross.minor) for line in asked.note.lines]
        note = {
            "note_id": asked.note.note_id,
            "invoice_id": asked.note.invoice_id,
            "reason_code": asked.note.reason_code,
            "lines": lines,
        }
    parts = [(part.document_id, part.amount and part.amount.minor) for part in asked.parts]
    return json.dumps({"parts": parts, "note": note})


def asked_for(attempt: RefundAttempt, payment_id: str) -> RefundAsked:
    """What was asked for, as the attempt keeps it."""
    kept, currency = json.loads(attempt.arguments), attempt.currency
    note = kept["note"]
    lines = tuple(
        LineCredit(line, Money(minor, currency)) for line, minor in (note or kept).get("lines", ())
    )
    return RefundAsked(
        attempt_id=attempt.shown_id,
        payment_id=payment_id,
        amount=Money(attempt.amount_minor, currency),
        choice=attempt.choice,
        reason=attempt.reason,
        parts=tuple(
            Part(document_id, None if minor is None else Money(minor, currency))
            for document_id, minor in kept["parts"]
        ),
        note=NoteAsked(**(note | {"lines": lines})) if note else None,
    )


def note_of(asked: RefundAsked) -> NoteAsked:
    """The credit note that the choice needs."""
    if asked.choice != NO_LONGER_OWES or asked.note is None:
        raise Invalid(
            "Choose whether the customer still owes what is given back. Nothing was given back.",
            field="choice",
        )
    return asked.note


def terms_of(asked: RefundAsked, note: NoteAsked) -> Terms:
    """What the credit note says of itself."""
    return Terms(note.note_id, note.reason_code, asked.reason, None, "")


def excess_of(asked: RefundAsked) -> Excess:
    """All that the credit note takes off goes back as this refund."""
    shown_id = show(Refund.prefix, RefundAttempt.read_id(asked.attempt_id))
    return Excess(refunds=[RefundPart(shown_id, asked.payment_id, asked.amount)])


def going_of(asked: RefundAsked) -> Going:
    """How it goes back: the way it came, under the attempt's own id."""
    refund_id = RefundAttempt.read_id(asked.attempt_id)
    reason = asked.reason or "Given back through the payment provider"
    return Going(refund_id, reason, method=BY_GATEWAY)
