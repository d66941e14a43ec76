"""The parts that sheets are made of, by the names that the template knows them by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from billing_app.documents.papers.wording import IN_A_COLUMN, Wording, clean, clean_lines
from billing_app.kernel.business_numbers import show_abn
from billing_app.reads.paper import Head, Side

Part = dict[str, Any]

DANGER, CALM = "#a3242b", "#4a5561"


def sheet(
    say: Wording,
    head: Head,
    *,
    heading: str,
    facts: Sequence[tuple[str, str]],
    tables: Sequence[Part],
    number: str | None = None,
    headline: Part | None = None,
    marks: Sequence[Part] = (),
    intro: str = "",
    pay: Part | None = None,
    notes: Sequence[Part] = (),
) -> Part:
    """All that a page shows, in the order of the page."""
    shown = clean(head.number if number is None else number)
    return {
        "lang": head.locale,
        "paper": "us-letter" if head.is_letter else "a4",
        "colour": head.colour,
        "title": f"{heading} {shown}".strip(),
        "heading": heading,
        "number": shown,
        "logo": list(head.logo),
        "logo_words": say("Logo of {name}").format(name=clean(head.issuer.name)),
        "issuer": _side(say, head.issuer, say("From")),
        "recipient": _side(say, head.recipient, say("For")),
        "facts": [[name, value] for name, value in facts if value],
        "marks": list(marks),
        "headline": headline or {},
        "intro": intro,
        "tables": list(tables),
        "pay": pay or {},
        "notes": list(notes),
        "foot": clean(head.issuer.name),
        "page": say("Page {page} of {pages}"),
    }


def column(words: str, *, end: bool = True, wide: bool = False) -> Part:
    """The head of a column; figures stand at its end."""
    return {"words": words, "end": end, "wide": wide}


def table(
    columns: Sequence[Part],
    rows: Sequence[Sequence[str]],
    *,
    title: str = "",
    sums: Sequence[Part] = (),
) -> Part:
    """A table with the sums that stay together below it."""
    return {
        "title": title,
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "sums": list(sums),
    }


def a_sum(words: str, amount: str, *, strong: bool = False) -> Part:
    """One line of the sums."""
    return {"words": words, "amount": amount, "strong": strong}


def headline(words: str, amount: str, detail: str = "") -> Part:
    """What somebody looks for first."""
    return {"words": words, "amount": amount, "detail": detail}


def mark(words: str, colour: str = CALM) -> Part:
    """What became of a document, as a stamp would say it."""
    return {"words": words, "colour": colour}


def note(title: str, text: str) -> Part:
    """Some words below everything else."""
    return {"title": title, "lines": clean_lines(text)}


def _side(say: Wording, side: Side, label: str) -> Part:
    numbers = []
    if side.abn:
        numbers.append(f"ABN {show_abn(side.abn)}")
    if side.tax_id:
        numbers.append(
            say("Tax id {number}").format(number=clean(side.tax_id, longest=IN_A_COLUMN))
        )
    lines = [*clean_lines(side.address, longest=IN_A_COLUMN), *numbers]
    return {"label": label, "name": clean(side.name, longest=IN_A_COLUMN), "lines": lines}
