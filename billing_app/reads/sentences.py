"""The sentences that say why a document stands where it stands, in amounts that add up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from billing_app.reads.shown import day
from billing_app.reads.statuses import Due, Figures, Flag, part_status

Show = Callable[[int], str]
"""Minor units of the document's currency, written for whoever reads the sentence."""

FIGURES = {
    "total": "What it asked for when it was issued.",
    "paid": "The payments and the credit applied to it, less what came off it again.",
    "credited": "What credit notes took off it, less what was refunded with them.",
    "written off": "What was given up on it, as bad debt or as a small balance.",
    "still to pay": "Its total less what was paid, credited and written off.",
}
"""What each figure of an issued invoice is."""

_NOTHING_ASKED = {
    "draft": "It was not issued yet, so nothing is owed on it.",
    "void": "It was voided, so nothing is owed on it.",
}
_OVER_NOTHING = "It is over nothing, so nothing is to pay."


def why_status(state: str, figures: Figures, show: Show) -> str:
    """Why an invoice has its status: what became of its total, part by part."""
    if state in _NOTHING_ASKED:
        return _NOTHING_ASKED[state]
    said = _became(
        figures,
        show,
        {
            "was paid": figures.paid,
            "was credited": figures.credited,
            "was given up as bad debt": figures.given_up,
            "was let go as a small balance": figures.let_go,
        },
    )
    forgiven = figures.refunded - figures.still_owed
    if forgiven:
        said += f" {show(forgiven)} was handed back and is owed no more."
    return said + _owed_again(figures, show)


def why_total(state: str, total: str) -> str:
    """What there is to know of the total of an invoice beside its postings."""
    if state == "draft":
        return f"A draft moves nothing yet; the {total} it would ask are those of its lines."
    if state == "void":
        return f"It was issued over {total} and voided, so nothing of that is owed."
    return ""


def why_request(state: str, figures: Figures, show: Show, *, from_credit: int) -> str:
    """Why a Credit Request has its status: by what money and by what credit it was met."""
    if state == "draft":
        return "It was not raised yet, so it asks for nothing."
    if state == "void":
        kept = f" {show(figures.paid)} was paid on it and stays credit." if figures.paid else ""
        return f"It was voided, so it asks for nothing.{kept}" + _owed_again(figures, show)
    met = {
        "was paid": figures.paid - from_credit,
        "was covered by credit that was there": from_credit,
    }
    return _became(figures, show, met) + _owed_again(figures, show)


def why_part(number: int, asked: Sequence[int], due: Due, figures: Figures, show: Show) -> str:
    """Why one due part of a plan stands where it stands; parts are covered in their order."""
    own, before = asked[number - 1], sum(asked[: number - 1])
    status = part_status("issued", own, due.left)
    covered = show(figures.covered)
    said = f"Part {number} asks for {show(own)} by {day(due.on)} and is {status.lower()}."
    if not before:
        return f"{said} {covered} of the invoice is covered, and this part comes first."
    return (
        f"{said} {covered} of the invoice is covered, and the parts before this one take the"
        f" first {show(before)} of it."
    )


def why_flag(flag: Flag, figures: Figures, dues: Sequence[Due], today: date, show: Show) -> str:
    """Why an invoice bears a flag."""
    if flag is Flag.OVERDUE:
        late = [due for due in dues if due.left and due.on < today]
        owed = _listed([f"{show(due.left)} was due by {day(due.on)}" for due in late])
        return f"{owed}; today is {day(today)}."
    if flag is Flag.DISPUTED:
        return "The payer's bank disputes a payment of it; until that is decided its money is held."
    return f"Of {show(figures.received)} that was paid on it, {show(figures.refunded)} went back."


def _became(figures: Figures, show: Show, parts: dict[str, int]) -> str:
    """The total as the sum of what became of it and what is still to pay."""
    still = f"{show(figures.still_to_pay)} is still to pay"
    became = [f"{show(minor)} {words}" for words, minor in parts.items() if minor]
    if not became:
        return f"Nothing was paid on it, and {still}." if figures.still_to_pay else _OVER_NOTHING
    rest = still if figures.still_to_pay else "nothing is still to pay"
    return f"Of {show(figures.total)}, {_listed(became)}; {rest}."


def _listed(parts: Sequence[str]) -> str:
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def _owed_again(figures: Figures, show: Show) -> str:
    return (
        f" {show(figures.still_owed)} was handed back and is asked for again."
        if figures.still_owed
        else ""
    )
