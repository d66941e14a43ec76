"""Reconciliation: what the gateway took for us, held against what our books say came in.

The comparison itself is a pure function of both sides, so that it can be read, and tried out
on any of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from billing_app.gateways.payments import Stage, Told
from billing_app.kernel.money import Money
from billing_app.reads.shown import Amount, amount


class Match(StrEnum):
    """How a payment stands on both sides."""

    MATCHED = "matched"
    DIFFERS = "differs"
    ONLY_THERE = "only at the gateway"
    ONLY_HERE = "only here"
    UNTAKEN = "transferred and not taken"
    NOT_TOLD = "not told by the gateway"


class Act(StrEnum):
    """What a fix begins with."""

    LOOK = "look"
    READ = "read"
    RECORD = "record"
    TRANSFERS = "transfers"
    THERE = "there"


class Fix(NamedTuple):
    """What to do about a row, and which act that begins with."""

    words: str
    act: Act

    def saying(self, **texts: str) -> Fix:
        """The same with what is known of this row in its words."""
        return self._replace(words=self.words.format(**texts))


@dataclass(frozen=True, kw_only=True)
class Ours:
    """An attempt to take money, and the payment that it became, if it did."""

    attempt_id: str
    reference: str
    state: str
    amount: Money
    customer: str
    payment_id: str
    made_at: datetime
    put_aside: bool = False
    """Whether the gateway said that it came, and that did not fit what was asked for."""


@dataclass(frozen=True, kw_only=True)
class OurSide:
    """All that one organization wanted to take, and the names by which its money is known."""

    organization: str
    currency: str
    payers: frozenset[str]
    locale: str
    attempts: list[Ours]
    transferred_by: Mapping[str, str] = field(default_factory=dict)
    """Whoever may have transferred money there, by the gateway's name, and our customer's."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One payment or refund, where it is known, and what to do about it; nothing if it is well."""

    match: Match
    reference: str
    attempt_id: str
    payment_id: str
    customer: str
    amount: Amount
    fix: str = ""
    act: str = ""
    """Which act the fix begins with, of ``Act``."""

    is_refund: bool = False


@dataclass(frozen=True)
class Reconciliation:
    """Both sides in one list: first whatever asks for somebody, then how much matched."""

    wrong: list[Compared] = field(default_factory=list)
    matched: list[Compared] = field(default_factory=list)


_NOT_HEARD = Fix(
    "Nothing was heard of it yet. Look at the attempt again; it is then recorded.", Act.LOOK
)
_CLEARED = Fix("It has cleared since. Look at the attempt again; it is then recorded.", Act.LOOK)
_PUT_ASIDE = Fix(
    "What the payment provider took does not fit what was asked for. Read what was heard of the"
    " attempt; if it still holds a document, let it go. Then record the payment as External, or"
    " refund it at the payment provider.",
    Act.READ,
)
_NEVER_ASKED = Fix(
    "It was taken without us, for nothing that we asked for. Record it as External, or refund it"
    " at the payment provider.",
    Act.RECORD,
)
_NOT_THERE = Fix(
    "Our books say that this came in, and the payment provider does not know it. Check that the"
    " right account is connected; if the money never came, reverse the payment.",
    Act.READ,
)
_UNTAKEN = Fix(
    "This was transferred and lies at the payment provider, not in our books. See the transfers"
    " that wait. If none of them is this one, read the payer's cash balance at the provider, where"
    " a refund made there of a transfer lies as well: send it back to the payer's bank, or take it"
    " there and record it as External.",
    Act.TRANSFERS,
)
_NOT_TOLD = Fix(
    "The payment provider does not tell what lies there for this payer, who may have been deleted"
    " there. Look for them at the provider. If they are gone, nothing of theirs can be taken.",
    Act.THERE,
)
_OTHER_AMOUNT = Fix(
    "The payment provider took {theirs}, and our books say {ours}. Reverse the payment and record"
    " what really came in.",
    Act.READ,
)


def compare(
    theirs: Iterable[Told], ours: OurSide, *, since: datetime, until: datetime | None = None
) -> Reconciliation:
    """Match what the gateway took with what we recorded, by its name or by our attempt's.

    A page can be paid a day after it was opened, so ``ours`` reaches further back than
    ``since``; whatever was asked for before that is not missed if the gateway does not tell
    of it. Money of other organizations is not told of, nor what was begun ``until`` then or later:
    the gateway lists payments by that moment, so each is found in one range and in no other.
    """
    found = list(_compare(theirs, ours, since, until))
    return Reconciliation(
        wrong=[each for each in found if each.match is not Match.MATCHED],
        matched=[each for each in found if each.match is Match.MATCHED],
    )


def untaken(lying: Mapping[str, Sequence[Money] | None], ours: OurSide) -> list[Compared]:
    """What payers transferred, and what lies at the gateway because nobody took it.

    A payer of whom the gateway tells nothing has None, and a row of their own.
    """
    found = []
    for payer, sums in lying.items():
        match, fix = (Match.NOT_TOLD, _NOT_TOLD) if sums is None else (Match.UNTAKEN, _UNTAKEN)
        found += [
            Compared(
                match=match,
                reference=payer,
                attempt_id="",
                payment_id="",
                customer=ours.transferred_by.get(payer, ""),
                amount=amount(money.minor, money.currency, ours.locale),
                fix=fix.words,
                act=fix.act,
            )
            for money in ([Money.zero(ours.currency)] if sums is None else sums)
        ]
    return found


def _compare(
    theirs: Iterable[Told], ours: OurSide, since: datetime, until: datetime | None
) -> Iterator[Compared]:
    by_name = {each.reference: each for each in ours.attempts if each.reference}
    by_attempt = {each.attempt_id: each for each in ours.attempts}
    seen = set()
    for told in theirs:
        here = by_name.get(told.payment) or by_attempt.get(told.attempt)
        if told.stage is not Stage.SUCCEEDED or told.amount is None:
            continue
        if here is not None:
            seen.add(here.attempt_id)
        counts_at = told.begun_at or told.happened_at
        if until and counts_at and counts_at >= until:
            continue
        if here is not None or _is_ours(told, ours):
            yield _met(told.payment, told.amount, here, ours.locale)
    for each in ours.attempts:
        in_time = each.made_at >= since and (until is None or each.made_at < until)
        if each.payment_id and in_time and each.attempt_id not in seen:
            yield _row(Match.ONLY_HERE, each, each.reference, each.amount, ours.locale, _NOT_THERE)


def _is_ours(told: Told, ours: OurSide) -> bool:
    """Whether money that we did not ask for is this organization's all the same."""
    if told.organization:
        return told.organization == ours.organization
    return told.payer in ours.payers


def _met(reference: str, theirs: Money, here: Ours | None, locale: str) -> Compared:
    """A payment that the gateway took, as our books know it or not."""
    match: Match
    fix: Fix | None
    if here is None:
        match, fix = Match.ONLY_THERE, _NEVER_ASKED
    elif not here.payment_id:
        match, fix = Match.ONLY_THERE, _PUT_ASIDE if here.put_aside else _not_heard(here)
    elif theirs != here.amount:
        texts = {"theirs": _text(theirs, locale), "ours": _text(here.amount, locale)}
        match, fix = (
            Match.DIFFERS,
            _OTHER_AMOUNT.saying(**texts),
        )
    else:
        match, fix = Match.MATCHED, None
    return _row(match, here, reference, theirs, locale, fix)


def _not_heard(here: Ours) -> Fix:
    return _CLEARED if here.state == "processing" else _NOT_HEARD


def _row(
    match: Match, here: Ours | None, reference: str, money: Money, locale: str, fix: Fix | None
) -> Compared:
    return Compared(
        match=match,
        reference=reference,
        attempt_id=here.attempt_id if here else "",
        payment_id=here.payment_id if here else "",
        customer=here.customer if here else "",
        amount=amount(money.minor, money.currency, locale),
        fix=fix.words if fix else "",
        act=fix.act if fix else "",
    )


def _text(money: Money, locale: str) -> str:
    return amount(money.minor, money.currency, locale).text
