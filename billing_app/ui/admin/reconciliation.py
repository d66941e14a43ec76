"""Reconciliation: the payment provider's side held against ours, for a range of days."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypedDict
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import reflex as rx

from billing_app.access.installation import installation, run, run_outside
from billing_app.collecting.comparing import compare_with_gateway
from billing_app.collecting.gateway import has_gateway, seen_there
from billing_app.collecting.looking import look_for, look_for_refund
from billing_app.kernel.entries import read_day
from billing_app.kernel.errors import BillingError, Invalid
from billing_app.kernel.ids import new_id
from billing_app.reads.locales import setting
from billing_app.reads.reconciliation import Act, Compared, Match, Reconciliation

_USUAL = timedelta(days=6)
_LONGEST = timedelta(days=92)
_MOST_SHOWN = 200
_A_LOOK_EACH_S = 0.4
_OURS = ("att_", "rfa_")


@dataclass(frozen=True)
class ComparedLine:
    """A payment or refund on both sides, and the one thing to do about it."""

    what: str
    match: str
    who: str
    reference: str
    page: str
    amount: str
    fix: str
    act: str
    about: str
    href: str


class RangeForm(TypedDict):
    """What the form sends."""

    since: str
    until: str


class AdminReconciliationState(rx.State):
    """The comparison that the address asks for; loaded again, it is simply made again.

    It may take minutes, so it keeps the tab from nothing: the page can be left meanwhile.
    """

    since: str = ""
    until: str = ""
    place: str = ""
    problem: str = ""
    wrong_field: str = ""

    no_gateway: bool = False
    running: bool = False
    progress: str = ""
    done: bool = False
    told: str = ""
    refused: str = ""
    wrong: list[ComparedLine] = []
    matched: list[ComparedLine] = []
    counts: dict[str, int] = {}

    _turn: str = ""

    @rx.event(background=True)
    async def load(self) -> None:
        """Offer the last days; compare those that the address names."""
        async with self:
            self.reset()
            self.no_gateway = not has_gateway(installation())
            asked = self.router.url.query_parameters
            self.since, self.until = asked.get("since", ""), asked.get("until", "")
            self.place = f"{self.since} {self.until}"
        if self.no_gateway:
            return
        if self.since:
            await self._compare()
            return
        today = (await run(setting)).today
        async with self:
            self.since, self.until = (today - _USUAL).isoformat(), today.isoformat()
            self.place = "usual"

    @rx.event(background=True)
    async def compare(self, form: RangeForm) -> AsyncIterator[Any]:
        """Compare these days, anew if they were compared before; the address keeps which."""
        words = {"since": form["since"].strip(), "until": form["until"].strip()}
        asked = self.router.url.query_parameters
        if not words["since"]:
            async with self:
                self.problem, self.wrong_field = "Enter the first day.", "since"
        elif all(asked.get(name, "") == word for name, word in words.items()):
            await self._compare()
        else:
            yield rx.redirect(f"/admin/reconciliation?{urlencode(words)}")

    @rx.event(background=True)
    async def look_again(self, about: str) -> None:
        """Ask how one of them stands, so that it is recorded; then compare again.

        Not for somebody else who has the tab by then.
        """
        async with self:
            mine = self._turn
        look, refused = look_for if about.startswith(_OURS) else look_for_refund, ""
        try:
            await run_outside(lambda place, actor: look(place, actor, about))
        except BillingError as refusal:
            refused = str(refusal)
        async with self:
            if self._turn != mine:
                return
            self.told, self.refused = "", refused
        if not refused:
            told = "The payment provider was asked. Below is how both sides stand now."
            await self._compare(told)

    async def _compare(self, told: str = "") -> None:
        """Compare beside all else that the tab does, and say ``told`` with the result.

        Whoever meanwhile asks for other days, or somebody else, gets nothing of this one.
        """
        mine, found, said = str(new_id()), None, None
        async with self:
            self.problem, self.wrong_field, self.told, self.refused = "", "", "", ""
            self._turn, self.done, self.running, self.progress = mine, False, True, "Beginning."
        try:
            found = await self._compared(mine)
        except BillingError as refusal:
            said = refusal
        finally:
            async with self:
                if self._turn == mine:
                    self.running = False
                    self._end(found, said, told)

    async def _compared(self, mine: str) -> Reconciliation:
        """Both sides, saying meanwhile how far it is."""
        notes: list[str] = []
        since, until, zone = await _range(self.since, self.until)
        async with self:
            if self._turn == mine:
                self.since, self.until = since.isoformat(), until.isoformat()
                self.place = f"{self.since} {self.until}"
        first = datetime.combine(since, time(), zone)
        end = datetime.combine(until + timedelta(days=1), time(), zone)
        comparing = asyncio.create_task(
            run_outside(
                lambda place, actor: compare_with_gateway(
                    place, actor, first, end, note=notes.append
                )
            )
        )
        while not comparing.done():
            await asyncio.wait({comparing}, timeout=_A_LOOK_EACH_S)
            async with self:
                if self._turn == mine and notes:
                    self.progress = notes[-1]
        return await comparing

    def _end(self, found: Reconciliation | None, said: BillingError | None, told: str) -> None:
        if found is not None:
            self._show(found)
            self.told = told
        elif isinstance(said, Invalid):
            self.problem, self.wrong_field = str(said), said.field
        elif said is not None:
            self.refused = str(said)

    def _show(self, found: Reconciliation) -> None:
        self.wrong = [_line(each) for each in found.wrong[:_MOST_SHOWN]]
        self.matched = [_line(each) for each in found.matched[:_MOST_SHOWN]]
        told = Counter(each.match for each in [*found.matched, *found.wrong])
        self.counts = {match.name.lower(): told[match] for match in Match}
        self.done = True


async def _range(first: str, last: str) -> tuple[date, date, ZoneInfo]:
    """The days that were typed, and where they begin and end."""
    shown = await run(setting)
    since = read_day(first, field="since") or shown.today
    until = read_day(last, field="until") or shown.today
    if not since <= until <= date.max - timedelta(days=1):
        raise Invalid("The last day lies before the first one.", field="until")
    if until - since > _LONGEST:
        raise Invalid("Choose 92 days at most; compare longer times in parts.", field="since")
    return since, until, ZoneInfo(shown.zone)


def _what(each: Compared) -> str:
    if each.match in (Match.UNTAKEN, Match.NOT_TOLD):
        return "Transfer"
    return "Refund" if each.is_refund else "Payment"


def _line(each: Compared) -> ComparedLine:
    page = each.payment_id or ("" if each.is_refund else each.attempt_id)
    ways = {
        Act.READ: f"/admin/payments/{page}" if page else "",
        Act.RECORD: "/admin/take-payment",
        Act.TRANSFERS: "/admin/exceptions",
        Act.THERE: seen_there(installation(), each.reference),
    }
    return ComparedLine(
        what=_what(each),
        match=each.match.capitalize(),
        who=each.customer,
        reference=each.reference,
        page=f"/admin/payments/{page}" if page else "",
        amount=each.amount.text,
        fix=each.fix,
        act=each.act,
        about=each.attempt_id or each.reference,
        href=ways.get(Act(each.act), "") if each.act else "",
    )
