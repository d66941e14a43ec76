"""Comparing with the payment provider: it takes long, and tabs change hands meanwhile."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from billing_app.kernel.errors import Conflict
from billing_app.ui.admin import reconciliation
from billing_app.ui.admin.reconciliation import AdminReconciliationState


class Tab:
    """What a tab holds, as its event sees it; nothing of it is shared in here."""

    def __init__(self) -> None:
        self._turn = "of Ada"
        self.told = self.refused = ""
        self.compared = False

    async def __aenter__(self) -> Tab:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def _compare(self, told: str = "") -> None:
        self.compared = True


@pytest.mark.parametrize("refused", [False, True])
def test_whoever_has_the_tab_since_gets_nothing_of_what_another_asked(
    monkeypatch: pytest.MonkeyPatch, *, refused: bool
):
    tab = Tab()

    async def ask(work: Any) -> None:
        tab._turn = ""
        if refused:
            raise Conflict

    monkeypatch.setattr(reconciliation, "run_outside", ask)
    look_again: Any = AdminReconciliationState.look_again
    asyncio.run(look_again.fn(tab, "att_1"))

    assert (tab.compared, tab.refused) == (False, "")
