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
    """The comparison that the address asks for; loaded again, it is simply made again."""

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

    @rx.event
    async def load(self) -> AsyncIterator[None]:
        """Offer the last days; compare those that the address names."""
        self.reset()
        self.no_gateway = not has_gateway(installation())
        asked = self.router.url.query_parameters
        self.since, self.until = asked.get("since", ""), asked.get("until", "")
        self.place = f"{self.since} {self.until}"
        if self.no_gateway:
            return
        if self.since:
            async for _ in self._compare():
                yield
            return
        today = (await run(setting)).today
        self.since, self.until = (today - _USUAL).isoformat(), today.isoformat()
        self.place = "usual"

    @rx.event
    async def compare(self, form: RangeForm) -> AsyncIterator[Any]:
        """Compare these days, anew if they were compared before; the address keeps which."""
        words = {"since": form["since"].strip(), "until": form["until"].strip()}
        asked = self.router.url.query_parameters
        if not words["since"]:
            self.problem, self.wrong_field = "Enter the first day.", "since"
        elif all(asked.get(name, "") == word for name, word in words.items()):
            async for _ in self._compare():
                yield
        else:
            yield rx.redirect(f"/admin/reconciliation?{urlencode(words)}")

    @rx.event
    async def look_again(self, about: str) -> AsyncIterator[None]:
        """Ask how one of them stands, so that it is recorded; then compare again."""
        look = look_for if about.startswith(_OURS) else look_for_refund
        try:
            await run_outside(lambda place, actor: look(place, actor, about))
        except BillingError as refusal:
            self.told, self.refused = "", str(refusal)
            return
        async for _ in self._compare():
            yield
        if not self.refused:
            self.told = "The payment provider was asked. Below is how both sides stand now."

    async def _compare(self) -> AsyncIterator[None]:
        """Compare beside the loop, and say how far it is."""
        self.problem, self.wrong_field, self.told, self.refused = "", "", "", ""
        notes: list[str] = []
        self.done = False
        try:
            since, until = await self._range()
            self.place = f"{self.since} {self.until}"
            self.running, self.progress = True, "Beginning."
            yield
            comparing = asyncio.create_task(
                run_outside(
                    lambda place, actor: compare_with_gateway(
                        place, actor, since, until, note=notes.append
                    )
                )
            )
            while not comparing.done():
                await asyncio.wait({comparing}, timeout=_A_LOOK_EACH_S)
                self.progress = notes[-1] if notes else self.progress
                yield
            self._show(await comparing)
        except Invalid as refusal:
            self.problem, self.wrong_field = str(refusal), refusal.field
        except BillingError as refusal:
            self.refused = str(refusal)
        finally:
            self.running = False

    async def _range(self) -> tuple[datetime, datetime]:
        """From the first moment of the first day to the last of the last one."""
        shown = await run(setting)
        since = read_day(self.since, field="since") or shown.today
        until = read_day(self.until, field="until") or shown.today
        if not since <= until <= date.max - timedelta(days=1):
            raise Invalid("The last day lies before the first one.", field="until")
        if until - since > _LONGEST:
            raise Invalid("Choose 92 days at most; compare longer times in parts.", field="since")
        self.since, self.until = since.isoformat(), until.isoformat()
        zone = ZoneInfo(shown.zone)
        return (
            datetime.combine(since, time(), zone),
            datetime.combine(until + timedelta(days=1), time(), zone),
        )

    def _show(self, found: Reconciliation) -> None:
        self.wrong = [_line(each) for each in found.wrong[:_MOST_SHOWN]]
        self.matched = [_line(each) for each in found.matched[:_MOST_SHOWN]]
        told = Counter(each.match for each in [*found.matched, *found.wrong])
        self.counts = {match.name.lower(): told[match] for match in Match}
        self.done = True


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
