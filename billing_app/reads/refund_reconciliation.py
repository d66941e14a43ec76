"""Reconciliation of what went back: the gateway's refunds, held against those in our books.

Like the comparison of payments it is a pure function of both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from billing_app.gateways.payments import RefundTold
from billing_app.kernel.money import Money
from billing_app.reads.reconciliation import Act, Compared, Fix, Match
from billing_app.reads.shown import amount

GONE = ("pending", "succeeded")
"""While a refund stands so, its money has left."""


@dataclass(frozen=True, kw_only=True)
class OurRefund:
    """A refund as our books know it, whether we asked for it or only heard of it."""

    attempt_id: str
    reference: str
    payment: str
    """The gateway's name of the payment."""

    state: str
    amount: Money
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class OurRefunds:
    """All that one organization gave back, and whose each payment is that was given back."""

    locale: str
    refunds: list[OurRefund]
    payers: Mapping[str, tuple[str, str]]
    """By the gateway's name of a payment: its id here, and the customer."""


_MADE_THERE = Fix(
    "It was made at the payment provider itself. Look at it again; it is then recorded as still"
    " owed. If it does not fit, what was heard of the payment says why; mend that first.",
    Act.LOOK,
)
_NOT_HEARD = Fix(
    "Nothing was heard of it yet. Look at the refund again; it is then recorded.", Act.LOOK
)
_CAME_BACK = Fix(
    "The money came back to us. Look at the refund again; it is then taken back here too.", Act.LOOK
)
_NOT_THERE = Fix(
    "Our books say that this went back, and the payment provider does not know it. Check that the"
    " right account is connected, and ask the payment provider.",
    Act.READ,
)
_OTHER_AMOUNT = Fix(
    "The payment provider gave {theirs} back, and our books say {ours}. Ask the payment provider"
    " which is right.",
    Act.READ,
)


def compare_refunds(
    theirs: Sequence[RefundTold],
    ours: OurRefunds,
    *,
    since: datetime,
    until: datetime | None = None,
) -> list[Compared]:
    """Match what the gateway gave back with what we recorded, by its name or by our own.

    What came to nothing on both sides is left out, and so are refunds of other organizations,
    and those that were asked for here ``until`` then or later.
    """
    return list(_compare(theirs, ours, since, until))


def _compare(
    theirs: Sequence[RefundTold], ours: OurRefunds, since: datetime, until: datetime | None
) -> Iterator[Compared]:
    known = {each.reference: each for each in ours.refunds if each.reference}
    known |= {each.attempt_id: each for each in ours.refunds}
    seen = set()
    for told in theirs:
        here = known.get(told.reference) or known.get(told.refund)
        if here is not None:
            seen.add(here.attempt_id)
        if here is not None and until and here.made_at >= until:
            continue
        if told.payment in ours.payers and (match := _matched(told, here, ours.locale)):
            yield _row(*match, told.payment, told.reference, told.amount, here, ours)
    for each in ours.refunds:
        in_time = each.made_at >= since and (until is None or each.made_at < until)
        if each.state in GONE and in_time and each.attempt_id not in seen:
            name = each.reference
            yield _row(Match.ONLY_HERE, _NOT_THERE, each.payment, name, each.amount, each, ours)


def _matched(
    told: RefundTold, here: OurRefund | None, locale: str
) -> tuple[Match, Fix | None] | None:
    """How a refund that the gateway knows stands on both sides, and what to do about it."""
    gone_here = here is not None and here.state in GONE
    if told.state not in GONE:
        return (Match.ONLY_HERE, _CAME_BACK) if gone_here else None
    if here is None:
        return Match.ONLY_THERE, _MADE_THERE
    if not gone_here:
        return Match.ONLY_THERE, _NOT_HEARD
    if told.amount != here.amount:
        texts = {"theirs": _text(told.amount, locale), "ours": _text(here.amount, locale)}
        return Match.DIFFERS, _OTHER_AMOUNT.saying(**texts)
    return Match.MATCHED, None


def _row(
    match: Match,
    fix: Fix | None,
    payment: str,
    reference: str,
    money: Money,
    here: OurRefund | None,
    ours: OurRefunds,
) -> Compared:
    payment_id, customer = ours.payers.get(payment, ("", ""))
    return Compared(
        match=match,
        reference=reference,
        attempt_id=here.attempt_id if here else "",
        payment_id=payment_id,
        customer=customer,
        amount=amount(money.minor, money.currency, ours.locale),
        fix=fix.words if fix else "",
        act=fix.act if fix else "",
        is_refund=True,
    )


def _text(money: Money, locale: str) -> str:
    return amount(money.minor, money.currency, locale).text
