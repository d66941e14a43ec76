"""Alarms: somebody seems to be guessing passwords. For those who can do something about it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.reads import people
from billing_app.reads.member import me
from billing_app.reads.people import Alarm
from billing_app.ui.components.status import callout


class AdminAlarmsState(rx.State):
    """What looks like an attack, within the last day."""

    alarms: list[Alarm] = []

    @rx.event
    async def load(self) -> None:
        """Show the alarms to those who may see them; for anybody else there are none."""
        self.alarms = []
        if Permission.MANAGE_USERS in (await run(me)).permissions:
            self.alarms = await run(people.alarms)


def alarms() -> rx.Component:
    """The alarms at the top of a screen; nothing while all is quiet."""
    found: Any = AdminAlarmsState.alarms
    return rx.cond(
        found.length() > 0,
        callout(
            rx.el.div(
                rx.el.ul(rx.foreach(found, _alarm)),
                rx.el.p(
                    "Nobody is locked out: each further try only has to wait longer. If the"
                    " person did not do this themselves, have them choose a long password that"
                    " they use nowhere else.",
                ),
                class_name="stack stack--2",
            ),
            tone="warning",
            title="Somebody seems to be guessing passwords",
        ),
        rx.fragment(),
    )


def _alarm(alarm: Any) -> rx.Component:
    return rx.el.li(alarm.when, ": ", alarm.what)
