"""AT16–AT18: a tab's token is not an identity."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from websockets.exceptions import InvalidStatus

from billing_app.kernel.audience import Audience
from billing_app.services import granting
from tests.attack.handlers import HANDLERS
from tests.servers import Site
from tests.wire import Tab

LOAD = HANDLERS["AdminCustomersState.load"]


@pytest.mark.parametrize("thief", ["nobody", "cleo", "otto"])
def test_at16_the_token_of_a_closed_tab_gives_its_finder_nothing(site: Site, thief: str):
    victim = site.tab(site.world.ada.token)
    assert "Marsh Design" in repr(victim.ask(LOAD))
    victim.close()
    time.sleep(0.1)

    cookie = "" if thief == "nobody" else getattr(site.world, thief).token
    stolen = site.tab(cookie, token=victim.token)
    state = stolen.hydrate("/expired")

    assert "Marsh Design" not in repr(state) + repr(stolen.frames)
    assert stolen.token == victim.token


def test_at16_its_owner_finds_it_again(site: Site):
    before = site.tab(site.world.ada.token)
    before.ask(LOAD)
    before.close()
    time.sleep(0.1)

    again = site.tab(site.world.ada.token, token=before.token)

    assert "Marsh Design" in repr(again.hydrate("/expired"))


@pytest.mark.parametrize("thief", ["nobody", "cleo", "otto"])
def test_at17_the_token_of_an_open_tab_names_a_state_of_the_thiefs_own(site: Site, thief: str):
    victim = site.tab(site.world.ada.token)
    victim.ask(LOAD)
    cookie = "" if thief == "nobody" else getattr(site.world, thief).token

    stolen = site.tab(cookie, token=victim.token)
    state = stolen.hydrate("/expired")

    assert not _new_tokens(stolen)
    assert "Marsh Design" not in repr(state) + repr(stolen.frames)
    assert "Marsh Design" in repr(victim.hydrate("/expired"))


def test_at17_a_second_tab_of_the_same_session_gets_a_token_of_its_own(site: Site):
    first = site.tab(site.world.ada.token)
    first.ask(LOAD)

    second = site.tab(site.world.ada.token, token=first.token)
    state = second.hydrate("/expired")

    assert len(_new_tokens(second)) == 1
    assert "Marsh Design" not in repr(state)
    assert "Marsh Design" in repr(first.hydrate("/expired"))


def _new_tokens(tab: Tab) -> list[str]:
    return [frame[1] for frame in tab.frames if isinstance(frame, tuple) if frame[0] == "new_token"]


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a",
        "../../etc/passwd",
        "\x00",
        "x" * 2_000,
        "%s",
        "6B66BE97-ED27-44AF-A627-9BF36B7FBB4E'",
        "null",
    ],
)
def test_at18_an_odd_token_opens_no_socket(site: Site, token: str):
    with pytest.raises(InvalidStatus) as refused:
        site.tab(query=f"EIO=4&transport=websocket&token={quote(token)}")

    assert refused.value.response.status_code == 403


def test_access_that_was_revoked_ends_at_the_next_event_and_clears_the_screen(site: Site):
    world = site.world
    leaver = world.contact(world.ada, world.bellweather, "leaver", Audience.CUSTOMER)
    tab = site.tab(leaver.token)
    assert "Bellweather" in repr(tab.ask(HANDLERS["CustomerHomeState.load"]))

    world.ada.does(lambda work: granting.revoke_access(work, leaver.contact_id))
    updates = tab.ask(HANDLERS["CustomerHomeState.load"])

    assert "/sign-in" in repr(updates)
    assert "Bellweather" not in repr(tab.hydrate("/expired"))


def test_signing_out_in_one_tab_ends_the_others(site: Site):
    cookie = site.sign_in("ada")
    tab = site.tab(cookie)
    tab.settle()

    site.post("/auth/sign-out", cookie)

    assert "/sign-in" in repr(tab.ask(LOAD))
    assert site.get("/admin", cookie).headers["location"] == "/sign-in?said=over"


def test_a_cookie_from_before_signing_in_is_worthless_afterwards(site: Site):
    planted = site.sign_in("cleo")

    fresh = site.post("/auth/demo/ada", planted).cookies["quittance"]

    assert fresh != planted
    assert site.get("/customer", planted).status_code == 303
    assert site.get("/admin", fresh).status_code == 200
