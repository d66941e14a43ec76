"""Numbers of documents, checked again: none is missing, none lies beyond the last one taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import func, null
from sqlmodel import col, select

from billing_app.access.actors import OperatorActor
from billing_app.access.guard import operator_read
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.models.base import points_at
from billing_app.models.books import Series
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import CreditNote, Invoice

_DIGITS = "0123456789"
_Key = tuple[UUID, str, UUID | None]


@operator_read
def inspect_numbers(work: Work[OperatorActor]) -> list[str]:
    """What is wrong with the numbers in anybody's books; empty when all is well."""
    return [*differences(work)]


def prefixes(work: Work[Any]) -> set[str]:
    """What the numbers of documents begin with: now, and before a prefix was changed."""
    found = set(work.exec(select(Series.number_prefix)))
    for number in (col(Invoice.number), col(CreditRequest.number)):
        begins: Any = select(func.rtrim(number, _DIGITS)).where(number.is_not(None))
        found |= set(_rows(work, begins.distinct()))
    return found


def differences(work: Work[Any]) -> Iterator[str]:
    """What is wrong with the numbers in the books that the actor sees, in sentences.

    A prefix may have been changed, so only the count at the end of a number is looked at:
    in one series the counts follow each other up to the next one.
    """
    following = {
        (row.organization_id, row.kind, row.partner_id): row.next_number
        for row in work.exec(select(Series)).all()
    }
    counts: dict[_Key, list[int]] = defaultdict(list)
    for key, name, number in _numbered(work):
        count = int(_digits(number) or 0)
        counts[key].append(count)
        if not 0 < count < following.get(key, 0):
            yield f"{name} has the number {number}, which its series never gave"
    for key, given in counts.items():
        documents = f"{key[1].replace('_', ' ')}s"
        missing = set(range(min(given), max(given) + 1)) - set(given)
        if missing:
            yield f"the numbers of {documents} leave a gap: {min(missing)} is missing"
        if following.get(key, 0) > max(given) + 1:
            yield (
                f"the last number of {documents} is {max(given)}, but {following[key]} would be"
                " taken next"
            )


def _numbered(work: Work[Any]) -> Iterator[tuple[_Key, str, str]]:
    """Every document with a number: its series, its name and the number."""
    of_note = points_at(CreditNote, "invoice_id", Invoice)
    kinds: tuple[tuple[str, str, Any], ...] = (
        ("invoice", Invoice.prefix, _columns(Invoice, Invoice.partner_id)),
        ("credit_note", CreditNote.prefix, _columns(CreditNote, Invoice.partner_id).where(of_note)),
        ("credit_request", CreditRequest.prefix, _columns(CreditRequest, null())),
    )
    for kind, prefix, wanted in kinds:
        for row_id, organization_id, number, partner_id in _rows(work, wanted):
            name = f"{kind.replace('_', ' ')} {show(prefix, row_id)}"
            yield (organization_id, kind, partner_id), name, number


def _columns(document: Any, partner_id: Any) -> Any:
    number = col(document.number)
    columns: Any = select(col(document.id), col(document.organization_id), number, partner_id)
    return columns.where(number.is_not(None))


def _digits(number: str) -> str:
    return number[len(number.rstrip(_DIGITS)) :]


def _rows(work: Work[Any], statement: Any) -> Any:
    """Rows of as many columns as it takes: SQLModel's own types stop at four."""
    return work.exec(statement)
