"""What the last act on a page came to. There is one, so nothing old stands beside what is new."""

from __future__ import annotations

import reflex as rx

from billing_app.ui.components.status import notice
from billing_app.ui.said import SaidState

HEAD = "head"


class LastActState(rx.State):
    """What came of the last act, and at which part of the page that is told."""

    at: str = ""
    told: str = ""
    refused: str = ""


async def begin_act(by: rx.State) -> None:
    """Tell no longer what the act before came to, nor what led to this page."""
    (await by.get_state(LastActState)).reset()
    (await by.get_state(SaidState))._leave_to_the_page(all_of_it=True)


async def tell_of(by: rx.State, words: str, *, is_good: bool = True, at: str = HEAD) -> None:
    """Tell what an act came to, at the head of its page or at the part it was done in."""
    await begin_act(by)
    last = await by.get_state(LastActState)
    last.at, last.told, last.refused = at, words if is_good else "", "" if is_good else words


async def turn_page(by: rx.State) -> None:
    """Begin another page: what was done on the one before was told there."""
    (await by.get_state(LastActState)).reset()


def last_act(at: str = HEAD) -> rx.Component:
    """The place where it is told, read out when it changes."""
    here = LastActState.at == at
    return rx.fragment(
        notice(rx.cond(here, LastActState.refused, ""), tone="danger"),
        notice(rx.cond(here, LastActState.told, ""), tone="success"),
    )
