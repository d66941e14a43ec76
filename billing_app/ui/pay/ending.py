"""How paying behind a pay link went, and looking until it is known.

The page looks again for half a minute, because news may come later than the browser. Left open, it
looks again now and then, for as long as money may move.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from secrets import token_hex
from typing import Any

import reflex as rx

from billing_app.access.installation import run_as
from billing_app.kernel.errors import Busy, NotFound
from billing_app.kernel.tongue import marked, tell
from billing_app.reads import payer_outcome
from billing_app.reads.payer_outcome import Ending, Outcome
from billing_app.ui.pay.door import payer_at
from billing_app.ui.words import WordsState

_LOOKS = 15
_LOOKS_EVERY_S = 2
_OPEN = frozenset({Ending.WAITING, Ending.CHECKING})
_MAY_MOVE = _OPEN | {Ending.PROCESSING, Ending.AWAITED}
_PAY = marked("Pay it now")
_GO_ON = {
    **dict.fromkeys((Ending.PAID, Ending.PROCESSING, Ending.ARRIVED), marked("Pay the rest")),
    Ending.AWAITED: marked("Pay it another way"),
}


class OutcomeState(rx.State):
    """How a visit to the provider's page ended: the one in the address, or the last."""

    known: bool = False
    live: bool = False
    busy: str = ""
    ending: str = ""
    what: str = ""
    asked_by: str = ""
    amount: str = ""
    why: str = ""
    left: str = ""
    still_to_pay: str = ""
    on_its_way: str = ""
    came: str = ""
    kept: str = ""
    customer: str = ""
    go_on: str = ""
    may_move: bool = False
    waited: bool = False

    _turn: str = ""

    @rx.event(background=True)
    async def load(self) -> None:
        """Look until it is known how it ended, without keeping the tab from anything else.

        Not for another visit that the tab shows by then.
        """
        mine = token_hex(8)
        async with self:
            self.reset()
            self._turn, router = mine, self.router
        for _ in range(_LOOKS):
            found = await _found_at(router)
            async with self:
                if self._turn != mine or not await self._has_to_wait(found):
                    return
            await asyncio.sleep(_LOOKS_EVERY_S)
        async with self:
            self.waited = self.waited or self._turn == mine

    @rx.event
    async def look(self) -> None:
        """Look once more, if anything may have changed."""
        if self.may_move:
            with suppress(Busy):
                self._show(await _told_at(self.router))

    async def _has_to_wait(self, found: Outcome | Busy | None) -> bool:
        """Show what was found; whether how it ended is not known yet."""
        if isinstance(found, Busy):
            self.busy, self.known = str(found), True
            return False
        (await self.get_state(WordsState))._have()
        self._show(found)
        return found is not None and found.ending in _OPEN

    def _show(self, told: Outcome | None) -> None:
        self.known, self.live = True, told is not None
        self.may_move = told is not None and told.ending in _MAY_MOVE
        if told is None:
            return
        self.ending, self.why = told.ending.value, told.why
        self.what, self.asked_by, self.amount = told.what, told.asked_by, told.amount
        self.left = told.left.text if told.left.minor else ""
        self.still_to_pay = told.still_to_pay.text
        self.on_its_way = told.on_its_way.text if told.on_its_way.minor else ""
        self.came, self.customer = told.came.text, told.customer
        self.kept = told.kept.text if told.kept.minor else ""
        pays = tell(_GO_ON.get(told.ending, _PAY))
        self.go_on = pays if self.left and told.ending not in _OPEN else tell("See the document")


async def _found_at(router: Any) -> Outcome | Busy | None:
    try:
        return await _told_at(router)
    except Busy as refusal:
        return refusal


async def _told_at(router: Any) -> Outcome | None:
    """What is known of the visit that an address names; None if it opens nothing."""
    visit = router.url.query_parameters.get("a", "")
    found = await payer_at(router)
    if found is None:
        return None
    try:
        return await run_as(found, lambda work: payer_outcome.outcome(work, visit))
    except NotFound:
        return None
