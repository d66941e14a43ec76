"""AT56: what a database might take for more than a word, in searches, filters and orders."""

from __future__ import annotations

from contextlib import closing
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.attack.contents import contents
from tests.attack.handlers import HANDLERS
from tests.attack.strangers import stock
from tests.servers import Site

LISTS = {
    "/admin/invoices": "AdminInvoicesState",
    "/admin/requests": "AdminRequestsState",
    "/admin/payments": "AdminPaymentsState",
    "/admin/customers": "AdminCustomersState",
    "/admin/partners": "AdminPartnersState",
    "/admin/activity": "AdminActivityState",
    "/admin/letters": "AdminLettersState",
}
ODD = ("%", "_", "\\", "%%%", "' OR 1=1 --", '"; DROP TABLE invoice; --', "$1", ":name", "/")
NARROWED = ("standing", "order", "customer", "currency", "way", "flag", "kind", "who", "since")


@pytest.mark.parametrize("path", LISTS)
def test_at56_a_search_takes_every_sign_for_itself(site: Site, path: str):
    stock(site.world)
    load = HANDLERS[f"{LISTS[path]}.load"]
    written, logged = contents(site.database), site.log_position()

    with closing(site.tab(site.world.ada.token)) as tab:
        for odd in ODD:
            updates = tab.ask(load, {}, f"{path}?{urlencode({'search': odd})}")
            assert shown(updates) == [], odd
        for word in NARROWED:
            for odd in ODD[3:6]:
                tab.send(load, {}, f"{path}?{urlencode({word: odd})}")
        tab.settle()
    assert contents(site.database) == written
    assert "event_failed" not in site.log_since(logged)


def shown(updates: list[dict[str, Any]]) -> list[object]:
    """The rows that the list ends with."""
    rows = [
        values["rows_rx_state_"]
        for update in updates
        for values in update.get("delta", {}).values()
        if "rows_rx_state_" in values
    ]
    assert rows, "the list was never shown"
    return list(rows[-1])
