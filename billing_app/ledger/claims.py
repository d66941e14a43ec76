"""What documents say of themselves, held against what it follows from, by the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlmodel import col

from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger.accounts import Code
from billing_app.models.base import OrgOwned, points_at
from billing_app.models.ledger import Entry, Posting

Condition = ColumnElement[bool]
Figures = Mapping[str, tuple[Any, Any]]
Marks = Mapping[str, Condition]

NOTHING: Mapping[str, Any] = MappingProxyType({})
ALL: Condition = true()


@dataclass(frozen=True)
class Claims:
    """What every document of one kind claims, each with what it is held against.

    ``joined`` adds the rows that this follows from; they are summed for each document.
    ``figures`` are amounts: the one that is said, and the one that is found. ``marks`` are
    conditions that no joined row may meet, such as to be of another day than the document.
    Only what differs leaves the database, so that this stays quick in large books.
    """

    kind: type[OrgOwned]
    name: str
    currency: Any
    joined: Callable[[Select[Any]], Select[Any]]
    figures: Figures = field(default_factory=dict)
    marks: Marks = field(default_factory=dict)
    among: Condition = ALL
    by: str = "the postings"

    def differences(self, work: Work[Any]) -> Iterator[str]:
        """A sentence for every claim that does not hold, with the name of its document."""
        for row in rows(work, self._wrong):
            yield from self._sentences(*row)

    @cached_property
    def _wrong(self) -> Any:
        pairs = [(said, func.coalesce(found, 0)) for said, found in self.figures.values()]
        strays = [func.sum(case((mark, 1), else_=0)) for mark in self.marks.values()]
        told = [each for pair in pairs for each in pair] + strays
        wanted = self.joined(
            select(col(self.kind.id), self.currency, *told).select_from(self.kind)
        ).where(self.among)
        key = (col(self.kind.organization_id), col(self.kind.id))
        wrong = or_(*(said != found for said, found in pairs), *(each > 0 for each in strays))
        return wanted.group_by(*key).having(wrong)

    def _sentences(self, document_id: Any, currency: str, *found: Any) -> Iterator[str]:
        name = f"{self.name} {show(self.kind.prefix, document_id)}"
        amounts, strays = found[: 2 * len(self.figures)], found[2 * len(self.figures) :]
        for what, said, reckoned in zip(self.figures, amounts[::2], amounts[1::2], strict=True):
            if said != reckoned:
                yield (
                    f"{name}: {what} is {Money(int(said), currency)} where it is kept,"
                    f" {Money(int(reckoned), currency)} by {self.by}"
                )
        for what, stray in zip(self.marks, strays, strict=True):
            if stray:
                yield f"{name}: {what} is not that of {self.by}"


def posted_as(
    kind: Any,
    name: str,
    event: Any,
    *,
    on: Any,
    figures: Figures = NOTHING,
    marks: Marks = NOTHING,
    among: Condition = ALL,
    currency: Any = None,
    beside: tuple[Any, Condition] | None = None,
) -> Claims:
    """Claims held against the entry whose act the document is: of its day, in its currency.

    A document without a currency has that of the one ``beside`` it.
    """
    own = and_(
        col(Entry.organization_id) == kind.organization_id,
        col(Entry.source_id) == kind.id,
        col(Entry.event) == event,
    )
    spent = kind.currency if currency is None else currency
    always = {"its day": col(Entry.effective_on) != on, "its currency": Posting.currency != spent}

    def joined(wanted: Select[Any]) -> Select[Any]:
        whole = wanted if beside is None else wanted.join(*beside)
        return whole.outerjoin(Entry, own).outerjoin(Posting, points_at(Posting, "entry_id", Entry))

    said = spent if currency is None else func.min(spent)
    return Claims(kind, name, said, joined, figures, {**always, **marks}, among)


def debited(*codes: Code) -> Condition:
    """That a posting is on the debit side of one of these accounts."""
    return col(Posting.debit_account).in_(codes)


def credited(*codes: Code) -> Condition:
    """That a posting is on the credit side of one of these accounts."""
    return col(Posting.credit_account).in_(codes)


def moved(where: Condition | None = None) -> ColumnElement[Any]:
    """The sum of the postings that are joined to a document, or of some of them."""
    amount = col(Posting.amount_minor)
    return func.sum(amount if where is None else case((where, amount), else_=0))


def sum_of(
    kind: Any, document: type[OrgOwned], *where: Condition, net: Any = 1
) -> ColumnElement[Any]:
    """What rows of another kind come to that belong to a document, each ``net`` times."""
    inside = col(kind.organization_id) == document.organization_id
    summed = select(func.sum(kind.amount_minor * net)).where(inside, *where)
    return func.coalesce(summed.correlate(document).scalar_subquery(), 0)


def rows(work: Work[Any], statement: Any) -> Any:
    """Rows of as many columns as it takes: SQLModel's own types stop at four.

    Putting such a statement together costs more than its answer in a small book, so each is
    put together once and kept.
    """
    return work.exec(statement)
