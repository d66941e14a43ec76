"""AT53: addresses that lead out of the house, or run as a script, wherever one can be said."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import quote, urljoin, urlsplit

import pytest

from tests.attack.handlers import HANDLERS
from tests.attack.people import cookie_of
from tests.attack.test_sign_in import GOOD, Newcomer
from tests.billing import Desk
from tests.servers import Site

STEP_UP = HANDLERS["StepUpState.load"]
EVIL = (
    "javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "https://evil.example",
    "https:evil.example",
    "/%2f/evil.example",
)


@pytest.fixture(scope="module")
def nia(site: Site) -> Newcomer:
    return Newcomer(site)


@pytest.mark.parametrize("evil", EVIL)
def test_at53_the_page_of_the_password_leads_back_into_the_house(
    site: Site, nia: Newcomer, evil: str
):
    with closing(site.tab(nia.cookie)) as tab:
        updates = tab.ask(STEP_UP, {}, f"/step-up?next={quote(evil)}")
    led = site.send("/auth/step-up", {"password": GOOD, "next": evil}, nia.cookie)

    [shown] = [
        values["next_rx_state_"]
        for update in updates
        for values in update.get("delta", {}).values()
        if "next_rx_state_" in values
    ]
    assert urljoin(site.base, shown).startswith(f"{site.base}/")
    assert led.headers["location"] == "/admin/profile?said=stepped-up"


# Wherever an address may say something; none of it is ever an address to follow.
ASKED = (
    "/sign-in?next={}",
    "/sign-in?said={}",
    "/choose?next={}",
    "/auth/sign-out?next={}",
    "/customer/pay/back?s={}",
    "/customer/pay?what={}&said={}",
    "/admin/reconciliation?since={}",
    "/?next={}",
)


@pytest.mark.parametrize("asked", ASKED)
def test_at53_no_answer_leads_out_of_the_house(site: Site, asked: str):
    for who in ("nobody", "ada", "cleo"):
        for evil in EVIL:
            path = asked.replace("{}", quote(evil, safe=""))
            answer = site.get(path, cookie_of(site, who))
            there = urlsplit(answer.headers.get("location", "/"))
            assert (there.scheme, there.netloc) == ("", ""), (who, path)
            assert there.path[:1] == "/" != there.path[1:2]
            assert "refresh" not in answer.headers


def test_at53_what_people_type_becomes_no_link(site: Site):
    world = site.world
    evil = "javascript:alert(1)"
    party = world.add_customer(world.ada, evil)
    desk = Desk(world)
    invoice = desk.issue(desk.draft(desk.line(10_00, description=evil), party_id=party))

    with closing(site.tab(world.ada.token)) as tab:
        shown = [
            tab.hydrate(f"/admin/customers/{party}"),
            tab.hydrate(f"/admin/invoices/{invoice}"),
        ]

    linked = [
        value
        for page in shown
        for state in page.values()
        for name, value in state.items()
        if any(word in name for word in ("href", "path", "address", "link")) and value == evil
    ]
    assert evil in repr(shown)
    assert linked == []
