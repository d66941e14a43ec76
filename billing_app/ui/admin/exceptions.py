"""Exceptions: what waits for somebody's word, whether money moved, and the one thing to do."""

from __future__ import annotations

from dataclasses import replace

import reflex as rx

from billing_app.access.installation import installation, run, run_outside
from billing_app.collecting.gateway import has_gateway, seen_there
from billing_app.collecting.looking import look_for
from billing_app.kernel.errors import BillingError
from billing_app.reads.exception_kinds import Kind
from billing_app.reads.exception_rows import ExceptionRow
from billing_app.reads.exceptions import exceptions
from billing_app.services.retrying import retry_job
from billing_app.ui.admin.rooms import room_of
from billing_app.ui.last_act import tell_of, turn_page


class AdminExceptionsState(rx.State):
    """The inbox. What it shows is read again after each act."""

    rows: dict[str, list[ExceptionRow]] = {}
    counts: dict[str, int] = {}
    total: int = 0
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Show all that waits."""
        await turn_page(self)
        await self._read()

    @rx.event
    async def look_again(self, shown_id: str) -> None:
        """Ask the payment provider how something stands. Nothing is charged by that."""
        try:
            await run_outside(lambda place, actor: look_for(place, actor, shown_id))
        except BillingError as refusal:
            await self._say(str(refusal), is_good=False)
            return
        await self._read()
        await self._say(_still_open(self._found(shown_id)))

    @rx.event
    async def try_again(self, job_id: str) -> None:
        """Have something tried again that was given up."""
        try:
            await run(lambda work: retry_job(work, job_id))
        except BillingError as refusal:
            await self._say(str(refusal), is_good=False)
            return
        await self._read()
        await self._say("It is being tried again.")

    def _found(self, about: str) -> ExceptionRow | None:
        every = (row for rows in self.rows.values() for row in rows)
        return next((row for row in every if row.about == about), None)

    async def _say(self, words: str, *, is_good: bool = True) -> None:
        await tell_of(self, words, is_good=is_good)

    async def _read(self) -> None:
        found, place = await run(exceptions), installation()
        self.total, self.counts = found.open.total, found.open.counts
        self.rows = {kind.value: [] for kind in Kind}
        for row in found.rows:
            there = ""
            if row.kind in (Kind.FAILED, Kind.TAKEN_BACK):
                there = room_of(row.about)
            elif row.there and has_gateway(place):
                there = seen_there(place, row.there)
            self.rows[row.kind].append(replace(row, there=there))
        self.loaded = True


def _still_open(row: ExceptionRow | None) -> str:
    if row is None:
        return "The payment provider was asked, and this is known now. It is off the list."
    return "The payment provider was asked, and does not know more yet. Look again later."
