"""AT33–AT36: every id of every handler, page and file, of things that are somebody else's.

Otto has a business next door, Carl is another customer's contact. Neither is told a word of
what they ask about, and nothing of it changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import ExitStack, closing

import pytest

from billing_app.kernel.audience import Audience
from billing_app.models.organization import Organization
from billing_app.models.party import Customer
from billing_app.ui import policy
from tests.attack.handlers import HANDLERS
from tests.attack.strangers import (
    FIELDS,
    NO_ID,
    PAGES,
    Strangers,
    fields_of,
    names_something,
    pages_about_one,
    sent_from,
    stock,
    tells,
)
from tests.links import Links
from tests.servers import Site

WORDS = ("customer.name", "partner.name", "contact.email")
NUMBERS = ("invoice.number", "credit_request.number", "contact.email", "payment_method.words")

# What papers are printed of; a customer's is their statement.
PRINTED = ("inv", "crq", "crn", "pay", "ref", "par", "att", "let", "cus")


@pytest.fixture
def otto(site: Site) -> Strangers:
    """What an owner next door has no business with: all that is Harbour's."""
    stock(site.world)
    within = Organization.read_id(site.world.harbour)
    own = Organization.read_id(site.world.kiln)
    strangers = Strangers(site, "organization_id", own, within=within)
    assert {*FIELDS.values(), *PAGES.values()} <= strangers.ids().keys(), "not one of everything"
    return strangers


@pytest.fixture
def carl(site: Site) -> Strangers:
    """What another customer's contact has no business with, in the same business."""
    stock(site.world)
    within = Organization.read_id(site.world.harbour)
    own = Customer.read_id(site.world.bellweather)
    return Strangers(site, "customer_id", own, within=within)


def given_away(said: str, words: Iterable[str]) -> list[str]:
    """The words of somebody else's that were said, each with what stands around it."""
    there = (re.escape(word) for word in words if word in said)
    found = (re.search(rf"(?<!\w){word}(?!\w)", said) for word in there)
    return [said[max(0, hit.start() - 200) : hit.end() + 40] for hit in found if hit]


def attack(site: Site, who: str, audience: Audience, strangers: Strangers) -> str:
    """Open every page about one thing at theirs, and send all that it could send; what was said."""
    theirs, said = strangers.ids(), []
    # More tabs than one, because a socket may only say so much in a second.
    with ExitStack() as opened:
        cookie = getattr(site.world, who).token
        tabs = [opened.enter_context(closing(site.tab(cookie))) for _ in range(8)]
        for place, screen in enumerate(pages_about_one(audience)):
            tab = tabs[place % len(tabs)]
            path = re.sub(r"\[\w+\]", theirs[PAGES[screen.route]], screen.route)
            said.append(repr(tab.hydrate(path)))
            for short in sent_from(screen):
                tab.send(HANDLERS[short], tells(site, short, theirs), path)
        told = [short for short in HANDLERS if names_something(short)]
        for place, short in enumerate(told):
            if audience in policy.POLICY[short].audience:
                tabs[place % len(tabs)].send(HANDLERS[short], tells(site, short, theirs))
        said.extend(repr(tab.settle()) for tab in tabs)
    return "".join(said)


def test_at33_an_admin_learns_and_changes_nothing_by_the_ids_of_another_business(
    site: Site, otto: Strangers
):
    written, logged = otto.rows(), site.log_position()

    said = attack(site, "otto", Audience.ADMIN, otto)

    assert given_away(said, otto.words(*WORDS)) == []
    assert otto.rows() == written
    assert "event_failed" not in site.log_since(logged)


def test_at33_a_customer_learns_and_changes_nothing_by_the_ids_of_another(
    site: Site, carl: Strangers
):
    written, logged = carl.rows(), site.log_position()

    said = attack(site, "carl", Audience.CUSTOMER, carl)

    assert given_away(said, carl.words(*NUMBERS)) == []
    assert carl.rows() == written
    assert "event_failed" not in site.log_since(logged)


def test_at33_no_field_that_names_something_is_left_out():
    told = {field for short in HANDLERS for field in fields_of(short)}

    assert {name for name in told if name.endswith("_id")} <= FIELDS.keys() | NO_ID
    for audience in (Audience.ADMIN, Audience.CUSTOMER):
        assert {screen.route for screen in pages_about_one(audience)} <= PAGES.keys()


@pytest.mark.parametrize("who", ["otto", "carl"])
def test_at34_no_file_is_given_for_somebody_elses_id(
    site: Site, request: pytest.FixtureRequest, who: str
):
    strangers: Strangers = request.getfixturevalue(who)
    cookie, theirs = getattr(site.world, who).token, strangers.ids() | {"cus": site.world.marsh}
    printed = [f"/documents/{theirs[kind]}.pdf" for kind in PRINTED if kind in theirs]
    paths = [
        *printed,
        *(f"{path}?as=issued" for path in printed),
        f"{printed[-1]}?since=2026-01-01&until=2026-12-31&currency=AUD",
        f"/documents/invoices.zip?of={theirs['inv']}",
        f"/exports/statement.csv?party_id={theirs['cus']}",
        *(f"/portal/{name}.csv?party_id={theirs['cus']}" for name in ("invoices", "statement")),
    ]

    for path in paths:
        for method, more in (("GET", {}), ("HEAD", {}), ("GET", {"Range": "bytes=0-99"})):
            answer = site._request(method, path, cookie, more)
            assert answer.status_code in (400, 404), (method, path)
    narrowed = site.get(f"/exports/invoices.csv?party_id={theirs['cus']}", cookie)
    assert given_away(narrowed.text, strangers.words(*WORDS, *NUMBERS)) == []


@pytest.mark.parametrize(
    "short",
    [short for short in HANDLERS if short.rpartition(".")[2] in ("find", "search_for")],
)
def test_at35_a_search_for_what_somebody_else_has_finds_nothing(
    site: Site, otto: Strangers, short: str
):
    theirs = otto.words(*WORDS)
    with closing(site.tab(site.world.otto.token)) as tab:
        for word in (site.world.ada.email[:-3], "Nguyen", "739.21", site.world.marsh):
            said = repr(tab.ask(HANDLERS[short], {"search": word}))
            assert given_away(said, theirs) == [], word


def test_at36_two_customers_of_one_business_each_find_only_what_is_theirs(
    site: Site, carl: Strangers
):
    theirs = carl.words(*NUMBERS)
    Links(site.world).invoice(51_51, party_id=site.world.bellweather)

    with closing(site.tab(site.world.carl.token)) as tab:
        for path in ("/customer", "/customer/invoices", "/customer/pay", "/customer/payments"):
            said = repr(tab.hydrate(path))
            assert given_away(said, theirs) == [], path
            assert "51.51" in said or path == "/customer/payments"
