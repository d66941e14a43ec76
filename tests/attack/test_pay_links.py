"""AT37–AT41, AT43–AT45: pay links, tried by whoever holds none, an old one, or another's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlmodel import Session, select

from billing_app.access.throttling import MISSES_A_MINUTE
from billing_app.kernel.clock import clock
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.invoice import Invoice
from billing_app.models.pay_link import PayLink
from billing_app.models.payment import Payment
from billing_app.services import granting, linking
from billing_app.services.organizing import set_profile
from billing_app.services.voiding import void_invoice
from tests.attack.contents import contents
from tests.attack.handlers import HANDLERS
from tests.billing import Desk
from tests.links import Links, linked
from tests.servers import Site
from tests.world import World

VISA, DECLINED = "4242424242424242", "4000000000000002"
LOAD, ENDED = HANDLERS["PayState.load"], HANDLERS["OutcomeState.load"]
CARD = {"way": "card", "much": "all"}

_numbers = count(2)


def elsewhere() -> str:
    """The address of a machine from which nobody guessed yet."""
    number = next(_numbers)
    return f"127.77.{number >> 8}.{number & 255}"


@pytest.fixture
def links(site: Site) -> Links:
    """A Harbour in which nothing goes on but what the test does."""
    return Links(World(site.database))


@pytest.fixture
def payer(site: Site) -> Iterator[Payer]:
    with closing(Payer(site)) as opened:
        yield opened


class Payer:
    """A browser that holds no cookie of ours, on a machine of its own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.machine = elsewhere()
        calling = httpx.HTTPTransport(local_address=self.machine)
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
        return code

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


def expire(links: Links, token: str) -> None:
    """Let a link run out, behind everybody's back."""
    held = links.held(token)
    with Session(links.world.database.engine.execution_options(writes=True)) as session:
        link = session.exec(select(PayLink).where(PayLink.id == held.link_id)).one()
        link.expires_at = clock.now() - timedelta(seconds=1)
        session.add(link)
        session.commit()


def dead_tokens(links: Links) -> dict[str, str]:
    """Tokens that open nothing, each for a reason of its own."""
    good = links.link(links.invoice(100_00))
    withdrawn, rotated, expired = (links.invoice(100_00) for _ in range(3))
    tokens = {"withdrawn": links.link(withdrawn), "rotated": links.link(rotated)}
    tokens["expired"] = links.link(expired)
    links.does(lambda work: linking.withdraw_pay_link(work, withdrawn))
    links.does(lambda work: linking.rotate_pay_link(work, rotated))
    expire(links, tokens["expired"])
    return tokens | {
        "truncated": good[:-1],
        "longer": good + "A",
        "in other letters": good.swapcase(),
        "an id": rotated,
        "a guess": "A" * 43,
    }


def _opens_nothing(told: str) -> bool:
    return "'live_rx_state_': True" not in told and "A$" not in told


def test_at37_whatever_opens_nothing_is_answered_alike(links: Links, payer: Payer):
    tokens = dead_tokens(links)

    pages = {payer.browser.get(f"/pay/{token}").content for token in tokens.values()}
    for name, token in tokens.items():
        assert _opens_nothing(payer.page(f"/pay/{token}")), name

    assert len(pages) == 1
    assert not _opens_nothing(payer.page(f"/pay/{links.link(links.invoice(100_00))}"))
    for name, token in list(tokens.items())[:2]:
        assert payer.said(token) == "", name
    assert (links.count(PaymentAttempt), links.count(Payment)) == (0, 0)


def test_at37_misses_are_slowed_down_and_then_a_good_link_tells_nothing_either(
    links: Links, payer: Payer
):
    token = links.link(links.invoice(100_00))
    assert all(payer.said(f"guess{number}") == "" for number in range(MISSES_A_MINUTE))

    assert payer.said("guessed") == "slow"
    assert payer.said(token) == "slow"
    assert "Too many tries" in payer.page(f"/pay/{token}")


def test_at38_a_link_shows_its_own_document_and_nothing_of_another(links: Links, payer: Payer):
    other = links.invoice(77_77)
    links.pay(77_77, other)
    invoice = links.invoice(100_00)
    token = links.link(invoice)

    told = payer.page(f"/pay/{token}")

    assert str(links.of(invoice, "number")) in told
    for hidden in ("77.77", "@", links.world.marsh, str(links.of(other, "number")), "att_"):
        assert hidden not in told


def test_at38_fields_that_name_another_document_change_nothing(links: Links, payer: Payer):
    invoice, other = links.invoice(100_00), links.invoice(55_00)
    forged = CARD | {"document": other, "invoice_id": other, "customer_id": links.world.bellweather}

    payer.fills(payer.leads(links.link(invoice), forged))

    assert [row[0] for row in _attempts(links, invoice)] == [100_00]
    assert _attempts(links, other) == []


def _about(site: Site, *known: str) -> dict[str, list[str]]:
    """All rows, of every table, in which one of these is named."""
    names = [name.replace("-", "") for name in known]
    found = {}
    for table, kept in contents(site.database).items():
        rows = sorted(repr(row).replace("-", "") for row in kept)
        found[table] = [row for row in rows if any(name in row for name in names)]
    return found


def test_at39_looking_a_hundred_times_changes_nothing(links: Links, payer: Payer, site: Site):
    token = links.link(links.invoice(100_00))
    ours = str(links.world.ada.actor.organization_id)
    before = _about(site, ours, payer.machine)

    for number in range(100):
        method = "HEAD" if number % 2 else "GET"
        path = f"/pay/{token}" + ("/return" if number % 3 else "")
        answer = payer.browser.request(method, path, headers={"Sec-Purpose": "prefetch"})
        assert answer.status_code == 200
    payer.page(f"/pay/{token}")
    payer.page(f"/pay/{token}/return", ENDED)

    assert before["pay_link"]
    assert _about(site, ours, payer.machine) == before


def test_at40_the_page_keeps_its_address_to_itself(links: Links, payer: Payer):
    token = links.link(links.invoice(100_00))

    for path in (f"/pay/{token}", f"/pay/{token}/return"):
        answer = payer.browser.get(path)
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert "set-cookie" not in answer.headers
        assert token not in answer.text
        assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*"', answer.text) == []
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "http" not in re.sub(r"wss?://\S+", "", policy)


def test_at41_the_token_is_in_no_log_and_no_table(links: Links, payer: Payer, site: Site):
    token = links.link(links.invoice(100_00))
    began = site.log_position()

    payer.browser.get(f"/pay/{token}")
    payer.page(f"/pay/{token}")
    there = payer.leads(token)
    payer.browser.get(f"/pay/{token}/back?s={session_of(there)}")
    payer.page(f"/pay/{token}/return", ENDED)
    payer.sends(token, {"way": "nonsense"})

    assert token not in site.log_since(began)
    assert token not in repr(contents(site.database))


def test_at42_what_the_form_says_of_money_is_only_ever_an_amount_of_this_document(
    links: Links, payer: Payer
):
    invoice = links.invoice(100_00)
    token = links.link(invoice)
    other = {"way": "card", "much": "other"}

    assert payer.said(token, other | {"amount": "100.01"}) == "too-much"
    assert payer.said(token, other | {"amount": "1 EUR"}) == "amount"
    assert payer.said(token, other | {"amount": "-5"}) == "amount"
    assert payer.said(token, other | {"amount": "0.001"}) == "amount"
    assert payer.said(token, {"way": "card", "much": "1"}) == "amount"
    assert payer.said(token, {"way": "cash", "much": "all"}) == "way"
    assert payer.said(token, {"way": "bank_transfer", "much": "all"}) == "way"
    assert "succeeded" not in [row[1] for row in _attempts(links, invoice)]
    payer.leads(token, CARD | {"amount": "1", "currency": "JPY", "total": "1"})
    assert _attempts(links, invoice)[-1][0] == 100_00


def test_at43_coming_back_without_having_paid_pays_nothing(links: Links, payer: Payer):
    invoice = links.invoice(100_00)
    token = links.link(invoice)
    there = payer.leads(token)

    for page in (session_of(there), "cs_test_made_up", "", "x" * 1_500):
        answer = payer.browser.get(f"/pay/{token}/back", params={"s": page})
        assert answer.status_code == 303
    told = payer.page(f"/pay/{token}/return", ENDED)

    assert "waiting" in told
    assert links.still(invoice) == 100_00


def test_at44_a_page_that_was_paid_for_another_document_pays_nothing_here(
    links: Links, payer: Payer
):
    invoice, other = links.invoice(100_00), links.invoice(55_00)
    there = payer.leads(links.link(invoice))
    assert payer.fills(there).status_code == 303

    answer = payer.browser.get(f"/pay/{links.link(other)}/back?s={session_of(there)}")

    assert answer.headers["location"] == f"/pay/{links.link(other)}"
    assert links.still(other) == 55_00
    assert _attempts(links, other) == []


def test_at44_a_neighbours_page_is_not_asked_about(links: Links, payer: Payer):
    there = payer.leads(links.link(links.invoice(100_00)))
    neighbour = Desk(links.world, links.world.otto)
    foreign = linked(neighbour, neighbour.invoice(10_00, party_id=links.world.brandt))

    answer = payer.browser.get(f"/pay/{foreign}/back?s={session_of(there)}")

    assert answer.headers["location"] == f"/pay/{foreign}"


def test_at45_what_asks_for_nothing_is_not_paid(links: Links, payer: Payer):
    void, paid, credited = (links.invoice(100_00) for _ in range(3))
    tokens = [links.link(each) for each in (void, paid, credited)]
    links.does(lambda work: void_invoice(work, void, reason="Mistyped"))
    links.pay(100_00, paid, really=True)
    links.note(credited, 100_00)

    assert [payer.said(token) for token in tokens] == ["nothing-to-pay"] * 3
    assert [_attempts(links, each) for each in (void, paid, credited)] == [[], [], []]
    assert "void" in payer.page(f"/pay/{tokens[0]}")
    assert "'paid'" in payer.page(f"/pay/{tokens[1]}")


def test_whoever_holds_a_link_pays_declined_first_and_the_second_tab_is_told(
    links: Links, payer: Payer
):
    invoice = links.invoice(100_00)
    token = links.link(invoice)
    there = payer.leads(token)

    payer.fills(there, DECLINED)
    back = payer.fills(there).headers["location"]
    answer = payer.browser.get(back)

    assert answer.headers["location"] == f"/pay/{token}/return"
    assert "'paid'" in payer.page(f"/pay/{token}/return", ENDED)
    assert links.still(invoice) == 0
    assert "'paid'" in payer.page(f"/pay/{token}")
    assert payer.said(token) == "nothing-to-pay"


def test_the_page_one_returns_to_looks_again_until_the_news_is_there(
    links: Links, payer: Payer, site: Site
):
    token = links.link(links.invoice(100_00))
    there = payer.leads(token)
    with closing(site.tab(source=payer.machine)) as tab:
        tab.send(ENDED, {}, f"/pay/{token}/return")
        assert "waiting" in tab.wait_for('"known_rx_state_":true')

        payer.fills(there)

        tab.wait_for('"ending_rx_state_":"paid"')


def test_part_and_then_the_rest(links: Links, payer: Payer):
    invoice = links.invoice(100_00)
    token = links.link(invoice)

    for form in ({"way": "card", "much": "other", "amount": "30.00"}, CARD):
        payer.browser.get(payer.fills(payer.leads(token, form)).headers["location"])

    assert links.still(invoice) == 0
    assert [row[0] for row in _attempts(links, invoice)] == [30_00, 70_00]


def test_an_abandoned_page_stands_in_nobodys_way(links: Links, payer: Payer):
    invoice = links.invoice(100_00)
    token = links.link(invoice)

    first = payer.leads(token)
    second = payer.leads(token, {"way": "card", "much": "other", "amount": "30.00"})

    assert first != second
    assert "expired" in payer.browser.get(first).text
    payer.browser.get(payer.fills(second).headers["location"])
    assert links.still(invoice) == 70_00


def test_a_link_signs_nobody_in_and_needs_no_open_door(links: Links, payer: Payer):
    links.does(lambda work: granting.set_client_login(work, on=False))
    token = links.link(links.invoice(100_00))
    try:
        payer.browser.get(payer.fills(payer.leads(token)).headers["location"])
        told = payer.page(f"/pay/{token}")
    finally:
        links.does(lambda work: granting.set_client_login(work, on=True))

    assert "'paid'" in told
    assert not payer.browser.cookies


def test_bank_details_are_told_where_the_provider_takes_no_transfer(links: Links, payer: Payer):
    links.does(lambda work: set_profile(work, bank_details="BSB 012-345 Acc 678"))
    invoice = links.invoice(100_00)

    told = payer.page(f"/pay/{links.link(invoice)}")

    assert "BSB 012-345 Acc 678" in told
    assert "bank_transfer" not in told


def _attempts(links: Links, document_id: str) -> list[Any]:
    """The attempts to pay a document, in order: how much, and how each stands."""
    wanted = (
        select(AttemptClaim.amount_minor, AttemptClaim.attempt_state)
        .where(AttemptClaim.invoice_id == Invoice.read_id(document_id))
        .order_by(AttemptClaim.id)  # type: ignore[arg-type]
    )
    return links._rows(wanted)
