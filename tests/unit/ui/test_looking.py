"""Looking until it is known how a payment ended: it takes long, and tabs go elsewhere meanwhile."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from billing_app.ui.customer import paid
from billing_app.ui.customer.paid import CustomerPaidState
from billing_app.ui.pay import ending
from billing_app.ui.pay.ending import OutcomeState


class Tab:
    """What a tab holds, as its event sees it; nothing of it is shared in here."""

    def __init__(self) -> None:
        self._turn = ""
        self.router = None
        self.waited = False
        self.shown: list[Any] = []

    async def __aenter__(self) -> Tab:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    def reset(self) -> None:
        self.shown.clear()

    def _wanted(self) -> str:
        return "att_1"


class Portal(Tab):
    def _has_to_wait(self, found: Any) -> bool:
        self.shown.append(found)
        return True


class Link(Tab):
    async def _has_to_wait(self, found: Any) -> bool:
        self.shown.append(found)
        return True


@pytest.mark.parametrize(
    ("page", "find", "load", "tab"),
    [
        (paid, "_found", CustomerPaidState.load, Portal()),
        (ending, "_found_at", OutcomeState.load, Link()),
    ],
)
@pytest.mark.parametrize("leaves_at", [1, 2])
def test_what_was_looked_for_before_is_not_shown_where_the_tab_is_now(
    monkeypatch: pytest.MonkeyPatch, page: Any, find: str, load: Any, tab: Any, leaves_at: int
):
    looked = []

    async def look(_: Any) -> Any:
        looked.append(len(looked) + 1)
        if looked[-1] == leaves_at:
            tab._turn = "of the next page"
        return SimpleNamespace(look=looked[-1])

    monkeypatch.setattr(page, find, look)
    monkeypatch.setattr(page, "_LOOKS_EVERY_S", 0)
    asyncio.run(load.fn(tab))

    assert [found.look for found in tab.shown] == list(range(1, leaves_at))
    assert len(looked) == leaves_at
    assert not tab.waited
