"""A browser in the hands of whoever holds a pay link, and what it does with it."""

from __future__ import annotations

from contextlib import closing
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import httpx
from sqlmodel import select

from billing_app.models.attempt import AttemptClaim
from billing_app.models.invoice import Invoice
from tests.attack.handlers import HANDLERS
from tests.links import Links
from tests.servers import PLAIN, Site

VISA, DECLINED = "4242424242424242", "4000000000000002"
LOAD, ENDED = HANDLERS["PayState.load"], HANDLERS["OutcomeState.load"]
CARD = {"way": "card", "much": "all"}

_numbers = count(2)


def elsewhere() -> str:
    """The address of a machine from which nobody guessed yet."""
    number = next(_numbers)
    return f"127.77.{number >> 8}.{number & 255}"


class Payer:
    """A browser that holds no cookie of ours, on a machine of its own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.machine = elsewhere()
        calling = httpx.HTTPTransport(verify=PLAIN, local_address=self.machine)
        self.browser = httpx.Client(transport=calling, base_url=site.base, timeout=60)

    def sends(self, token: str, form: dict[str, str] = CARD, **headers: str) -> httpx.Response:
        """Post the form of a page, as a browser does that tells nobody where it is."""
        own = {"Origin": "null", "Sec-Fetch-Site": "same-origin"} | headers
        return self.browser.post(f"/pay/{token}", data=form, headers=own)

    def said(self, token: str, form: dict[str, str] = CARD) -> str:
        """With which code the form leads back."""
        answer = self.sends(token, form)
        assert answer.status_code == 303, answer.text
        path, _, code = answer.headers["location"].partition("?said=")
        assert path == f"/pay/{token}"
        return code.partition("&")[0]

    def leads(self, token: str, form: dict[str, str] = CARD) -> str:
        """Where the form leads: the provider's page."""
        there = str(self.sends(token, form).headers["location"])
        assert "/_stripe/c/pay/" in there, there
        return there

    def fills(self, url: str, number: str = VISA) -> httpx.Response:
        """Fill in the provider's page and send it."""
        typed = {"pay_with": "card", "card": number, "email": "mail@stranger.example"}
        return self.browser.post(url, data=typed, headers={"Origin": self.site.base})

    def page(self, path: str, handler: str = LOAD) -> str:
        """All that the page at a path is told."""
        tab = self.site.tab(source=self.machine)
        with closing(tab):
            tab.send(handler, {}, path)
            return tab.wait_for('"known_rx_state_":true')

    def close(self) -> None:
        self.browser.close()


def session_of(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2]


def attempts(links: Links, document_id: str) -> list[Any]:
    """The attempts to pay a document, in order: how much, and how each stands."""
    wanted = (
        select(AttemptClaim.amount_minor, AttemptClaim.attempt_state)
        .where(AttemptClaim.invoice_id == Invoice.read_id(document_id))
        .order_by(AttemptClaim.id)  # type: ignore[arg-type]
    )
    return links._rows(wanted)
