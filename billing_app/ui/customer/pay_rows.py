"""What the page for paying in the portal shows, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from billing_app.kernel.tongue import marked, tell
from billing_app.reads.own_paying import Payable
from billing_app.reads.payable import Standing
from billing_app.reads.saved_methods import SavedMethodView

_WHY_NOT = {
    Standing.PROCESSING: marked(
        "A payment of all that is left is on its way and has not cleared yet."
    ),
    Standing.BEING_PAID: marked("It is being paid right now, and we are asking how that ended."),
    Standing.PAID: marked("Nothing is left to pay."),
    Standing.VOID: marked("It was withdrawn and asks for nothing any more."),
}


@dataclass(frozen=True)
class PayRow:
    """A document that can be paid, whether it is wanted, and how much it gets."""

    id: str
    what: str
    most: str
    remark: str
    wanted: bool


@dataclass(frozen=True)
class ClosedRow:
    """A document that cannot be paid now, and why."""

    what: str
    why: str


@dataclass(frozen=True)
class ShareRow:
    """What a document gets of what is going to be paid."""

    what: str
    amount: str


@dataclass(frozen=True)
class MethodRow:
    """A saved way of paying, to be charged at once."""

    value: str
    words: str
    remark: str
    usual: bool


def pay_row(payable: Payable, *, wanted: bool) -> PayRow:
    """A document that can be paid, as a line to tick."""
    return PayRow(
        id=payable.id,
        what=payable.what,
        most=payable.most.text,
        remark=payable.due,
        wanted=wanted,
    )


def closed_row(payable: Payable) -> ClosedRow:
    """A document that cannot be paid, with its reason."""
    return ClosedRow(payable.what, tell(_WHY_NOT[payable.standing]))


def method_rows(methods: Sequence[SavedMethodView]) -> list[MethodRow]:
    """The saved ways of paying that can still be charged, the usual one first."""
    return [
        MethodRow(
            value=f"saved:{method.id}",
            words=method.words,
            remark=_remark(method),
            usual=at == 0,
        )
        for at, method in enumerate(each for each in methods if not each.has_expired)
    ]


def _remark(method: SavedMethodView) -> str:
    if method.kind == "card":
        return tell("Saved. It is charged when you press Pay Now.")
    return tell("Saved. It is debited when you press Pay Now, and clears in some days.")
