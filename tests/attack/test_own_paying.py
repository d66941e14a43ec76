"""Paying in the portal, by whoever has no business there, and with whatever a form can say."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from billing_app.services.granting import set_client_login
from tests.attack.payer import Payer, attempts, session_of
from tests.attack.people import cookie_of
from tests.billing import Desk, drawn
from tests.links import Links
from tests.rules import rule
from tests.servers import Site

PAY = "/customer/pay"


def form(*documents: str, **said: str) -> dict[str, Any]:
    """What the page sends for A$100.00 by card, unless it says otherwise."""
    usual = {"attempt": drawn("att"), "way": "card", "much": "all", "all": "10000", "part": "0"}
    return {"document": list(documents)} | usual | said


def said(site: Site, cookie: str, sent: dict[str, Any]) -> str:
    """With which code the form leads back to its page."""
    answer = site.send(PAY, sent, cookie)
    there = urlsplit(answer.headers["location"])
    assert (answer.status_code, there.path) == (303, PAY), answer.headers["location"]
    return there.query.partition("said=")[2].partition("&")[0]


def test_only_a_customers_own_contact_can_send_the_form(links: Links, site: Site):
    invoice = links.invoice(100_00)

    for who in ("nobody", "ada", "pat", "otto", "expired", "revoked", "forged"):
        cookie = cookie_of(site, who)
        for answer in (
            site.send(PAY, form(invoice), cookie),
            site.get(f"{PAY}/back?s=cs_test_1", cookie),
        ):
            assert answer.headers["location"].startswith("/sign-in"), who
        assert attempts(links, invoice) == []


def test_what_is_anothers_a_draft_or_not_there_is_never_paid(links: Links, site: Site):
    world = links.world
    mine = links.invoice(100_00)
    neighbour = Desk(world, world.otto)
    foreign = (
        links.invoice(100_00, party_id=world.bellweather),
        neighbour.invoice(100_00, party_id=world.brandt),
        links.draft(links.line(100_00)),
        drawn("inv"),
        drawn("crq"),
        world.marsh,
        "' OR 1=1",
    )

    for each in foreign:
        assert said(site, world.cleo.token, form(each)) == "not-begun"
        assert said(site, world.cleo.token, form(mine, each)) == "not-begun"
    assert said(site, world.cleo.token, form()) == "documents"
    assert attempts(links, mine) == []


def test_a_form_promises_what_its_page_showed_and_nothing_else(links: Links, site: Site):
    mine, cleo = links.invoice(100_00), links.world.cleo.token
    other = {"much": "other"}

    assert said(site, cleo, form(mine, all="9999")) == "moved"
    assert said(site, cleo, form(mine, all="")) == "moved"
    assert said(site, cleo, form(mine, much="part")) == "nothing-to-pay"
    assert said(site, cleo, form(mine, **other, amount="100.01")) == "too-much"
    assert said(site, cleo, form(mine, **other, amount="-1")) == "amount"
    assert said(site, cleo, form(mine, **other, amount="1 EUR")) == "amount"
    assert said(site, cleo, form(mine, much="some")) == "amount"
    assert said(site, cleo, form(mine, way="cash")) == "way"
    assert said(site, cleo, form(mine, way=f"saved:{drawn('pmt')}")) == "method-gone"
    assert said(site, cleo, form(mine, attempt="att_odd")) == "not-begun"
    assert attempts(links, mine) == []


def test_a_form_from_another_site_pays_nothing(links: Links, site: Site):
    mine = links.invoice(100_00)

    for origin in ("https://evil.example", "null"):
        answer = site.send(PAY, form(mine), links.world.cleo.token, Origin=origin)
        assert answer.status_code == 403
    assert attempts(links, mine) == []


def test_two_documents_are_paid_on_one_page_and_the_way_back_proves_nothing(
    links: Links, site: Site, payer: Payer
):
    first, second = links.invoice(60_00), links.invoice(40_00)
    cleo = links.world.cleo.token

    there = site.send(PAY, form(first, second), cleo).headers["location"]
    back = f"{PAY}/back?s={session_of(there)}"
    unpaid = site.get(back, cleo).headers["location"]
    strangers = site.get(back, links.world.carl.token).headers["location"]
    assert (links.still(first), links.still(second)) == (60_00, 40_00)
    payer.fills(there)
    site.get(back, cleo)

    assert unpaid.startswith("/customer/paid/att_")
    assert strangers == "/customer"
    assert (links.still(first), links.still(second)) == (0, 0)


@rule(44, 112)
def test_with_client_login_off_the_portal_pays_nothing_and_the_link_does(
    links: Links, site: Site, payer: Payer
):
    mine, cleo = links.invoice(100_00), links.world.cleo.token
    links.does(lambda work: set_client_login(work, on=False))

    assert site.get("/customer", cleo).headers["location"].startswith("/sign-in")
    assert site.send(PAY, form(mine), cleo).headers["location"].startswith("/sign-in")
    payer.browser.get(payer.fills(payer.leads(links.link(mine))).headers["location"])

    assert links.still(mine) == 0
