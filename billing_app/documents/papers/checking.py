"""The last look before a paper is printed: what it will show against what the books say."""

from __future__ import annotations

import logging
from functools import singledispatch

from billing_app.documents.papers.refusals import (
    DoesNotAddUp,
    LegalDetailsMissing,
    LogoUnreadable,
)
from billing_app.kernel.pictures import is_drawable
from billing_app.reads.paper import Charge, Head, Kind, Paper, Receipt, Statement

log = logging.getLogger("quittance.papers")


def refuse_unfit(paper: Paper) -> None:
    """Raise unless the paper adds up, agrees with the books, and has all that it must have."""
    if not adds_up(paper):
        named = paper.head.number or paper.head.id
        log.error("%s %s does not agree with the books.", paper.head.kind, paper.head.id)
        raise DoesNotAddUp(named)
    _refuse_logo(paper.head)
    if isinstance(paper, Charge) and paper.tax and paper.head.kind is not Kind.CREDIT_REQUEST:
        _refuse_nameless(paper.head)


@singledispatch
def adds_up(paper: Paper) -> bool:
    """Whether each sum on the paper follows from what stands above it, and from the books."""
    raise TypeError(type(paper))


@adds_up.register
def _(paper: Charge) -> bool:
    lines, taxes = paper.lines, paper.taxes
    sums = (
        sum(line.net for line in lines) == paper.net,
        sum(line.tax for line in lines) == paper.tax,
        all(line.net + line.tax == line.gross for line in lines),
        paper.net + paper.tax == paper.total == paper.booked_total,
        not taxes or sum(each.tax for each in taxes) == paper.tax,
        not taxes or sum(each.net for each in taxes) == paper.net,
        not paper.parts or sum(part.minor for part in paper.parts) == paper.total,
    )
    return all(sums) and _stands_as_booked(paper)


def _stands_as_booked(paper: Charge) -> bool:
    said = paper.position
    if said is None:
        return True
    if said.void_on is not None:
        return said.still_to_pay == paper.booked_left == 0
    left = paper.total - said.credited - said.settled
    return left == said.still_to_pay == paper.booked_left and min(left, said.settled) >= 0


@adds_up.register
def _(paper: Receipt) -> bool:
    placed = sum(each.minor for each in paper.applied) + paper.credit
    return paper.amount == paper.booked_amount and 0 <= placed <= paper.amount


@adds_up.register
def _(paper: Statement) -> bool:
    return paper.opening + sum(move.minor for move in paper.moves) == paper.closing


def _refuse_logo(head: Head) -> None:
    if head.logo and not is_drawable(head.logo):
        raise LogoUnreadable


def _refuse_nameless(head: Head) -> None:
    if not (head.issuer.abn or head.issuer.tax_id):
        raise LegalDetailsMissing
