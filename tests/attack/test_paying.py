"""AT42–AT46: money by a pay link, from whoever tampers, pretends, or presses twice."""

from __future__ import annotations

from contextlib import closing

from billing_app.services.voiding import void_invoice
from tests.attack.payer import CARD, DECLINED, ENDED, Payer, attempts, session_of
from tests.billing import Desk
from tests.links import Links, linked
from tests.racing import at_once
from tests.rules import rule
from tests.servers import Site


def test_at42_what_the_form_says_of_money_is_only_ever_an_amount_of_this_document(
    links: Links, payer: Payer
):
    invoice = links.invoice(100_00)
    token = links.link(invoice)
    other = {"way": "card", "much": "other"}

    assert payer.said(token, other | {"amount": "100.01"}) == "too-much"
    assert payer.said(token, other | {"amount": "1 EUR"}) == "amount"
    assert payer.said(token, other | {"amount": "-5"}) == "amount"
    assert payer.said(token, other | {"amount": "0.00"}) == "zero"
    assert payer.said(token, other | {"amount": "0.001"}) == "amount"
    assert payer.said(token, {"way": "card", "much": "1"}) == "amount"
    assert payer.said(token, {"way": "cash", "much": "all"}) == "way"
    assert payer.said(token, {"way": "bank_transfer", "much": "all"}) == "way"
    assert "succeeded" not in [row[1] for row in attempts(links, invoice)]
    payer.leads(token, CARD | {"amount": "1", "currency": "JPY", "total": "1"})
    assert attempts(links, invoice)[-1][0] == 100_00


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
    assert attempts(links, other) == []


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
    assert [attempts(links, each) for each in (void, paid, credited)] == [[], [], []]
    assert "void" in payer.page(f"/pay/{tokens[0]}")
    assert "'paid'" in payer.page(f"/pay/{tokens[1]}")


@rule(49, 58)
def test_whoever_holds_a_link_pays_declined_first_and_the_second_tab_is_told(
    links: Links, payer: Payer
):
    invoice = links.invoice(100_00)
    token = links.link(invoice)
    there = payer.leads(token)

    payer.fills(there, DECLINED)
    back = payer.fills(there).headers["location"]
    answer = payer.browser.get(back)

    assert answer.headers["location"].startswith(f"/pay/{token}/return?a=att_")
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
    assert [row[0] for row in attempts(links, invoice)] == [30_00, 70_00]


def test_an_abandoned_page_stands_in_nobodys_way(links: Links, payer: Payer):
    invoice = links.invoice(100_00)
    token = links.link(invoice)

    first = payer.leads(token)
    second = payer.leads(token, {"way": "card", "much": "other", "amount": "30.00"})

    assert first != second
    assert "expired" in payer.browser.get(first).text
    payer.browser.get(payer.fills(second).headers["location"])
    assert links.still(invoice) == 70_00


def test_at46_the_form_sent_by_many_tabs_at_once_opens_one_page_and_charges_once(
    links: Links, site: Site
):
    invoice = links.invoice(100_00)
    token = links.link(invoice)
    tabs = [Payer(site) for _ in range(8)]
    opened: list[str] = []

    refused = at_once([lambda tab=tab: opened.append(tab.leads(token)) for tab in tabs])
    for tab, there in zip(tabs, opened, strict=True):
        tab.browser.get(tab.fills(there).headers["location"])
        tab.close()

    assert refused == [""] * len(tabs)
    assert len(set(opened)) == 1
    assert [row for row in attempts(links, invoice) if row[1] == "succeeded"] == [
        (100_00, "succeeded")
    ]
    assert links.payments() == [100_00]


def test_at46_a_form_that_is_sent_again_after_it_was_paid_charges_nothing(
    links: Links, payer: Payer
):
    invoice = links.invoice(100_00)
    token = links.link(invoice)
    there = payer.leads(token)
    back = payer.fills(there).headers["location"]

    for _ in range(3):
        payer.browser.get(back)
        payer.fills(there)

    assert payer.said(token) == "nothing-to-pay"
    assert attempts(links, invoice) == [(100_00, "succeeded")]
