"""The figures of the dashboard as its screen shows them: in words, and as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from billing_app.reads.ages import Age, Receivables
from billing_app.reads.collected import Collected
from billing_app.ui.components.charts import Bar, Segment, bars, segments

_AGES = (
    "Not due yet",
    "1 to 30 days late",
    "31 to 60 days late",
    "61 to 90 days late",
    "More than 90 days late",
)


@dataclass(frozen=True)
class TileFigure:
    """An amount of one currency, and where what it is made of is listed."""

    text: str
    href: str


@dataclass(frozen=True)
class MonthRow:
    """One month of the table twin."""

    month: str
    came_in: str
    went_back: str


@dataclass(frozen=True)
class CashChart:
    """Twelve months of one currency."""

    currency: str
    sentence: str
    highest: str
    bars: list[Bar]
    rows: list[MonthRow]


@dataclass(frozen=True)
class AgeRow:
    """The invoices of one age, and where they are listed."""

    look: str
    words: str
    href: str
    invoices: str
    amount: str


@dataclass(frozen=True)
class AgeChart:
    """What is owed in one currency, by age."""

    currency: str
    sentence: str
    segments: list[Segment]
    rows: list[AgeRow]


def cash_chart(found: Collected) -> CashChart:
    """What came in and went back, month by month."""
    now = found.months[-1]
    back = f"{found.went_back.text} went back" if found.went_back.minor else "nothing went back"
    return CashChart(
        currency=found.currency,
        sentence=f"{found.came_in.text} came in over the last twelve months, and {back}. This month"
        f" it is {now.came_in.text} so far.",
        highest=max((each.came_in for each in found.months), key=lambda each: each.minor).text,
        bars=bars(
            (f"{each.starts_on:%b}", each.came_in.minor, each.went_back.minor)
            for each in found.months
        ),
        rows=[
            MonthRow(
                f"{each.starts_on:%B %Y}",
                each.came_in.text,
                each.went_back.text if each.went_back.minor else "–",
            )
            for each in reversed(found.months)
        ],
    )


def age_chart(found: Receivables) -> AgeChart:
    """What is owed, from what is not due yet to what is due longest."""
    late = (
        f"{found.late.text} of it in {_invoices(found.late_invoices)} is late."
        if found.late.minor
        else "None of it is late."
    )
    return AgeChart(
        currency=found.currency,
        sentence=f"{found.owed.text} is owed on {_invoices(found.invoices)}. {late}",
        segments=segments([age.still_to_pay.minor for age in found.ages]),
        rows=[
            AgeRow(
                look=str(look),
                words=words,
                href=_listed(found.currency, age),
                invoices=str(age.invoices),
                amount=age.still_to_pay.text,
            )
            for look, (words, age) in enumerate(zip(_AGES, found.ages, strict=True))
            if age.invoices
        ],
    )


def collected_this_month(found: Sequence[Collected]) -> list[TileFigure]:
    """What came in this month, and the payments that it is made of."""
    months = [(each.currency, each.months[-1]) for each in found]
    return [
        TileFigure(
            month.came_in.text,
            _list("/admin/payments", currency=currency, since=month.starts_on.isoformat()),
        )
        for currency, month in months
        if month.came_in.minor
    ]


def owed(found: Sequence[Receivables]) -> list[TileFigure]:
    """What is still to pay, and the invoices that ask for it."""
    return [
        TileFigure(
            each.owed.text, _list("/admin/invoices", standing="to pay", currency=each.currency)
        )
        for each in found
    ]


def late(found: Sequence[Receivables]) -> list[TileFigure]:
    """What of it is late, and the invoices that were due."""
    return [
        TileFigure(
            each.late.text, _list("/admin/invoices", standing="overdue", currency=each.currency)
        )
        for each in found
        if each.late.minor
    ]


def _invoices(count: int) -> str:
    return "1 invoice" if count == 1 else f"{count} invoices"


def _listed(currency: str, age: Age) -> str:
    """Where exactly these invoices are listed."""
    said = {"standing": "to pay", "currency": currency}
    if age.due_since:
        said["due_since"] = age.due_since.isoformat()
    if age.due_until:
        said["due_until"] = age.due_until.isoformat()
    return _list("/admin/invoices", **said)


def _list(path: str, **said: str) -> str:
    return f"{path}?{urlencode(said)}"
