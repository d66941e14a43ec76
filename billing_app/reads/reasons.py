"""The postings that make a figure, a page at a time, with the sum of them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, tuple_
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.ids import show as show_id
from billing_app.ledger.accounts import CHART, Code, Side
from billing_app.models.base import points_at
from billing_app.models.ledger import Entry, Posting
from billing_app.reads.entry_words import words_of
from billing_app.reads.locales import setting
from billing_app.reads.paging import ONE_MORE, PAGE, cut
from billing_app.reads.shown import Amount, amount, day
from billing_app.reads.times import at_time


@dataclass(frozen=True)
class Reason:
    """One posting, and what it did to the figure that is explained.

    A Credit Request owes nothing, so there it is an allocation, and names no accounts.
    """

    id: str
    entry_id: str
    on: str
    recorded: str
    what: str
    debit: str
    credit: str
    amount: Amount


@dataclass(frozen=True)
class Explanation:
    """A figure, the sentence about it, and a page of the postings that make it.

    ``sum`` is that of all its postings, not of the page; it is the figure. Only a draft has
    figures of which nothing is posted yet.
    """

    figure: str
    sentence: str
    sum: Amount
    reasons: list[Reason]
    after: str


@dataclass(frozen=True)
class Question:
    """Which postings count: those on accounts of the item or party, by their events."""

    codes: tuple[Code, ...]
    grows_on: Side
    currency: str
    party_id: UUID | None = None
    item_id: UUID | None = None
    events: tuple[str, ...] = ()


@admin_read()
def answer(
    work: Work[AdminActor], asked: Question, figure: str, sentence: str, after: str
) -> Explanation:
    """A figure with a page of the postings that make it, from behind the last one seen."""
    shown = setting(work)
    last = work.find(Posting, after) if after else None
    page, last_one = cut(_postings(work, asked, last))
    words = words_of(work, [posting.entry_id for posting, _ in page])

    def show(minor: int) -> Amount:
        return amount(minor, asked.currency, shown.locale)

    return Explanation(
        figure=figure,
        sentence=sentence,
        sum=show(_sum(work, asked)),
        reasons=[
            Reason(
                id=posting.shown_id,
                entry_id=show_id(Entry.prefix, posting.entry_id),
                on=day(posting.effective_on),
                recorded=at_time(entry.recorded_at, shown.zone),
                what=words[posting.entry_id],
                debit=_account(posting.debit_account),
                credit=_account(posting.credit_account),
                amount=show(_effect(posting, asked)),
            )
            for posting, entry in page
        ],
        after=last_one[0].shown_id if last_one else "",
    )


def _postings(
    work: Work[AdminActor], asked: Question, last: Posting | None
) -> Sequence[tuple[Posting, Entry]]:
    """The postings that count, by day and entry, from behind the last one seen.

    Each side is asked from its own index; a posting that counts on both is one.
    """
    place = (col(Posting.effective_on), col(Posting.entry_id), col(Posting.position))
    found: dict[UUID, tuple[Posting, Entry]] = {}
    for side in Side:
        wanted = (
            select(Posting, Entry)
            .join(Entry, points_at(Posting, "entry_id", Entry))
            .where(*_counts(asked, side))
        )
        if last:
            seen = (last.effective_on, last.entry_id, last.position)
            wanted = wanted.where(col(Posting.effective_on) >= seen[0], tuple_(*place) > seen)
        for posting, entry in work.exec(wanted.order_by(*place).limit(ONE_MORE)):
            found[posting.id] = (posting, entry)
    return sorted(
        found.values(), key=lambda pair: (pair[0].effective_on, pair[0].entry_id, pair[0].position)
    )[: PAGE + 1]


def _sum(work: Work[AdminActor], asked: Question) -> int:
    total = 0
    for side in Side:
        wanted = select(func.sum(Posting.amount_minor)).where(*_counts(asked, side))
        if asked.events:
            wanted = wanted.join(Entry, points_at(Posting, "entry_id", Entry))
        sign = 1 if side is asked.grows_on else -1
        total += sign * int(work.exec(wanted).one() or 0)
    return total


def _counts(asked: Question, side: Side) -> list[Any]:
    """The conditions under which one side of a posting counts."""
    conditions = [
        col(getattr(Posting, f"{side}_account")).in_(asked.codes),
        col(Posting.currency) == asked.currency,
    ]
    party, item = (col(getattr(Posting, f"{side}_{of}_id")) for of in ("party", "item"))
    if asked.party_id is not None:
        conditions.append(party == asked.party_id)
    if asked.item_id is not None:
        conditions.append(item == asked.item_id)
    if asked.events:
        conditions.append(col(Entry.event).in_(asked.events))
    return conditions


def _effect(posting: Posting, asked: Question) -> int:
    """What a posting did to the figure: a posting can count on both of its sides."""
    effect = 0
    for side in Side:
        facts = {
            "account": getattr(posting, f"{side}_account") in asked.codes,
            "party": asked.party_id in (None, getattr(posting, f"{side}_party_id")),
            "item": asked.item_id in (None, getattr(posting, f"{side}_item_id")),
        }
        if all(facts.values()):
            effect += posting.amount_minor if side is asked.grows_on else -posting.amount_minor
    return effect


def _account(code: str) -> str:
    return f"{code} {CHART[Code(code)].name}"
