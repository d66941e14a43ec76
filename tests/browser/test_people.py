"""Users, contacts and sessions: let in, changed and shut out while somebody looks on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from billing_app.access.capabilities import Purpose
from billing_app.services import inviting
from tests.browser import axe, sight
from tests.browser.conftest import ONE_DATABASE, Visitor
from tests.browser.letters import (
    PASSWORD,
    address_sent_to,
    forget_tries,
    give_password,
    post,
    was_sent_to,
)
from tests.browser.visits import DESK, PHONE, Colours, Visit, wait_until_live
from tests.rules import rule
from tests.servers import Site
from tests.world import World

AT_SIGN_IN = re.compile(r"/sign-in\?said=over$")


@pytest.fixture(autouse=True)
def _unhurried(site: Site) -> None:
    forget_tries(site)


@pytest.mark.parametrize("kind", ["customers", "partners"])
def test_adding_a_contact_and_letting_them_in_are_two_acts(
    visit: Visitor, site: Site, fresh: World, kind: str
) -> None:
    ada = _at(visit, fresh.ada.token, f"/admin/{kind}")
    name = "Bellweather" if kind == "customers" else "Meridian Agents"
    ada.page.get_by_role("link", name=name).click()
    expect(ada.heading()).to_have_text(name)
    people = "Contacts" if kind == "customers" else "Customers"
    section = ada.page.get_by_role("heading", name=f"{people} & portal access", exact=True)
    expect(section).to_be_visible()
    expect(ada.page).to_have_title(f"{name} · Quittance")

    ada.press("Add a contact")
    expect(ada.page.get_by_label("Name")).to_be_focused()
    ada.page.get_by_label("Name").fill("Noor Haddad")
    ada.page.get_by_label("E-mail").fill(fresh.email("noor"))
    ada.press("Save contact")

    noor = _row(ada, "Noor Haddad")
    expect(noor).to_contain_text("No access")
    post(site, "/auth/link", email=fresh.email("noor"))
    assert not was_sent_to(site, fresh.email("noor"), Purpose.SIGN_IN)

    ada.press("Grant access to Noor Haddad")
    expect(noor).to_contain_text("Can sign in")
    _comes_in_by_link(visit(), site, fresh.email("noor"), f"/{kind[:-1]}")
    ada.open("/admin/activity")
    deeds = ada.page.get_by_role("row").filter(has_text="Noor Haddad")
    expect(deeds).to_have_count(2)


def test_revoking_access_ends_a_session_at_its_next_step(visit: Visitor, fresh: World) -> None:
    cleo = _at(visit, fresh.cleo.token, "/customer/profile")
    ada = _at(visit, fresh.ada.token, f"/admin/customers/{fresh.marsh}")

    ada.press("Revoke access of Cleo")
    ada.press("Revoke access")
    expect(_row(ada, "Cleo")).to_contain_text("Revoked")
    expect(ada.page.get_by_role("button", name="Grant access to Cleo")).to_be_focused()
    cleo.page.get_by_label("Your name").fill("Somebody Else")
    cleo.press("Save name")

    expect(cleo.page).to_have_url(AT_SIGN_IN)
    told = cleo.page.get_by_role("alert").filter(has_text="You were signed out.")
    expect(told).to_contain_text("Nothing was changed.")
    assert "Marsh Design" not in cleo.page.content()
    ada.open(f"/admin/customers/{fresh.marsh}")
    expect(_row(ada, "Cleo")).to_contain_text("Revoked")
    assert "Somebody Else" not in ada.page.content()


def test_a_contact_who_is_removed_is_gone_from_the_list(visit: Visitor, fresh: World) -> None:
    ada = _at(visit, fresh.ada.token, f"/admin/customers/{fresh.marsh}")

    ada.press("Remove Cleo")
    ada.press("Remove")

    expect(ada.page.get_by_role("status").filter(has_text="Cleo was removed.")).to_be_visible()
    expect(ada.page.get_by_role("heading", name="No contacts yet")).to_be_visible()
    expect(ada.page.get_by_role("main")).to_be_focused()


def test_somebody_who_is_suspended_is_shut_out_at_the_next_step(
    visit: Visitor, fresh: World
) -> None:
    grace = _at(visit, fresh.grace.token, "/admin/customers")
    ada = _at(visit, fresh.ada.token, "/admin/users")

    ada.press("Suspend Grace")
    ada.press("Suspend")
    expect(_row(ada, "Grace")).to_contain_text("Suspended")
    expect(ada.page.get_by_role("button", name="Restore Grace")).to_be_focused()
    grace.page.get_by_role("searchbox").fill("Marsh")

    expect(grace.page).to_have_url(AT_SIGN_IN)
    assert "Bellweather" not in grace.page.content()
    ada.press("Restore Grace")
    expect(_row(ada, "Grace")).to_contain_text("Active")


def test_a_lower_role_holds_from_the_next_step(visit: Visitor, fresh: World) -> None:
    grace = _at(visit, fresh.grace.token, "/admin/customers")
    grace.press("Add a customer")
    grace.page.get_by_label("Name", exact=True).fill("Too Late Ltd")
    grace.page.get_by_label("E-mail", exact=True).fill("late@late.example")
    ada = _at(visit, fresh.ada.token, "/admin/users")

    ada.page.get_by_label("Role of Grace").select_option("Viewer")
    ada.press("Save")
    told = ada.page.get_by_role("status").filter(has_text="Grace is now a viewer.")
    expect(told).to_be_visible()
    grace.press("Save customer")

    refused = grace.page.get_by_role("alert").filter(has_text="Your role does not allow this")
    expect(refused).to_be_visible()
    grace.open("/admin/customers")
    expect(grace.page.get_by_role("rowheader", name="Marsh Design")).to_be_visible()
    expect(grace.page.get_by_role("button", name="Add a customer")).to_have_count(0)
    assert "Too Late" not in grace.page.content()


def test_a_workspace_keeps_an_owner(visit: Visitor, fresh: World) -> None:
    ada = _at(visit, fresh.ada.token, "/admin/users")
    role = ada.page.get_by_label("Role of Ada")

    role.select_option("Viewer")
    expect(_question(ada, "Make yourself a viewer?")).to_be_visible()
    ada.press("Save")

    refused = ada.page.get_by_role("alert").filter(has_text="Somebody has to own the workspace.")
    expect(refused).to_be_visible()
    expect(role).to_have_value("owner")
    expect(ada.page.get_by_role("button", name="Suspend Ada")).to_have_count(0)


def test_a_person_is_invited_again_and_the_letter_before_opens_nothing(
    visit: Visitor, site: Site, fresh: World
) -> None:
    ada = _at(visit, fresh.ada.token, "/admin/users")
    ada.press("Invite a person")
    expect(ada.page.get_by_label("Name")).to_be_focused()
    ada.page.get_by_label("Name").fill("Nia Bright")
    ada.page.get_by_label("E-mail").fill("nia at harbour")
    ada.press("Send the invitation")
    email = ada.page.get_by_label("E-mail")
    expect(email).to_have_attribute("aria-invalid", "true")
    email.fill(fresh.email("nia"))
    ada.page.get_by_label("Role", exact=True).select_option("Bookkeeper")
    ada.press("Send the invitation")
    expect(_row(ada, "Nia Bright")).to_contain_text("Invited")
    first = address_sent_to(site, fresh.email("nia"), Purpose.INVITATION)

    ada.press("Invite again Nia Bright")
    again = ada.page.get_by_role("status").filter(has_text="Nia Bright was invited again.")
    expect(again).to_be_visible()

    nia = visit()
    nia.open(first)
    expect(nia.heading()).to_have_text("This link is no longer valid")
    nia.open(address_sent_to(site, fresh.email("nia"), Purpose.INVITATION))
    expect(nia.page.get_by_role("main")).to_contain_text("bookkeeper")

    ada.press("Withdraw Nia Bright")
    expect(_question(ada, "Withdraw the invitation of Nia Bright?")).to_be_visible()
    ada.press("Withdraw")
    expect(_row(ada, "Nia Bright")).to_contain_text("Suspended")
    nia.page.reload()
    expect(nia.heading()).to_have_text("This link is no longer valid")


@pytest.mark.parametrize("key", ["Escape", "Keep"])
def test_a_role_on_the_way_through_the_list_is_only_asked_about(
    visit: Visitor, fresh: World, key: str
) -> None:
    ada = _at(visit, fresh.ada.token, "/admin/users")
    role = ada.page.get_by_label("Role of Grace")
    role.focus()

    for word, asked in (("manager", "a manager"), ("owner", "an owner")):
        ada.page.keyboard.press("ArrowUp")
        words = f"Make Grace {asked}? It holds from their next step on."
        expect(_question(ada, words)).to_be_visible()
        expect(ada.page.get_by_role("status").filter(has_text=words)).to_have_count(1)
        expect(role).to_have_value(word)
        expect(role).to_be_focused()
    if key == "Escape":
        ada.page.keyboard.press("Escape")
    else:
        ada.press("Keep")

    expect(_question(ada, "Grace")).to_have_count(0)
    expect(role).to_have_value("bookkeeper")
    expect(role).to_be_focused()
    ada.page.reload()
    expect(role).to_have_value("bookkeeper")


@pytest.mark.parametrize("key", ["Escape", "Enter"])
def test_suspending_asks_and_can_be_left_without_a_mouse(
    visit: Visitor, fresh: World, key: str
) -> None:
    ada = _at(visit, fresh.ada.token, "/admin/users")
    suspend = ada.page.get_by_role("button", name="Suspend Grace")

    suspend.press("Enter")
    expect(_question(ada, "Suspend Grace?")).to_be_visible()
    expect(ada.page.get_by_role("button", name="Suspend", exact=True)).to_be_focused()
    if key == "Enter":
        ada.page.keyboard.press("Tab")
        expect(ada.page.get_by_role("button", name="Keep")).to_be_focused()
    ada.page.keyboard.press(key)

    expect(_question(ada, "Grace")).to_have_count(0)
    expect(suspend).to_be_focused()
    expect(_row(ada, "Grace")).to_contain_text("Active")


@ONE_DATABASE
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_an_open_question_is_fit_for_every_eye_and_ear(
    visit: Visitor, fresh: World, size: ViewportSize, colours: Colours
) -> None:
    ada = visit(fresh.ada.token)
    ada.page.set_viewport_size(size)
    ada.open("/admin/users")
    ada.wear(colours)
    ada.press("Suspend Grace")
    expect(_question(ada, "Suspend Grace?")).to_be_visible()

    assert axe.violations(ada.page, colours) == []
    if size == PHONE:
        assert sight.too_small(ada.page) == []
    for width in (320, size["width"]):
        ada.page.set_viewport_size({"width": width, "height": size["height"]})
        assert sight.wider_than_the_window(ada.page) == []
    stops = sight.tab_stops(ada.page)
    been = sight.tab_through(ada.page, stops)
    assert {stop["stop"] for stop in been} == stops
    assert [stop["html"] for stop in been if stop["outline"] < 2 or stop["covered"]] == []


@ONE_DATABASE
@pytest.mark.parametrize("leaving", ["another page", "a new page load"])
def test_a_form_that_was_left_open_is_closed_when_one_comes_back(
    visit: Visitor, fresh: World, leaving: str
) -> None:
    ada = _at(visit, fresh.ada.token, "/admin/users")
    ada.press("Invite a person")
    expect(ada.page.get_by_label("Name")).to_be_visible()

    if leaving == "another page":
        ada.page.get_by_role("link", name="Letters").click()
        expect(ada.heading()).to_have_text("Letters")
        ada.page.get_by_role("link", name="Users").click()
    else:
        ada.page.goto("/admin/letters")
        ada.page.goto("/admin/users")

    expect(_row(ada, "Grace")).to_be_visible()
    expect(ada.page.get_by_label("Name")).to_have_count(0)


def test_a_letter_that_opens_nothing_is_not_offered_again(
    visit: Visitor, site: Site, fresh: World
) -> None:
    invited = fresh.invite("nia")
    ada = _at(visit, fresh.ada.token, "/admin/letters")
    letter = ada.page.get_by_role("row").filter(has_text=fresh.email("nia"))
    _wait_until_sent(ada, letter)
    again = letter.get_by_role("button", name="Send again")
    expect(again).to_be_visible()

    fresh.ada.does(lambda work: inviting.suspend_admin(work, invited))
    ada.page.reload()

    expect(letter).to_contain_text("Sent")
    expect(again).to_have_count(0)


@pytest.mark.parametrize("who", ["grace", "vic"])
def test_whoever_may_not_keep_users_is_told_so(visit: Visitor, fresh: World, who: str) -> None:
    somebody = _at(visit, getattr(fresh, who).token, "/admin")
    for link in ("Users", "Settings"):
        expect(somebody.page.get_by_role("link", name=link)).to_have_count(0)

    somebody.open("/admin/users")

    told = somebody.page.get_by_role("heading", name="Your role does not allow this")
    expect(told).to_be_visible()
    assert fresh.ada.email not in somebody.page.content()


@rule(44)
def test_client_login_closes_the_customers_door_and_no_other(
    visit: Visitor, site: Site, fresh: World
) -> None:
    cleo = _at(visit, fresh.cleo.token, "/customer/profile")
    pat = _at(visit, fresh.pat.token, "/partner/profile")
    ada = _at(visit, fresh.ada.token, "/admin/settings/access")
    switch = ada.page.get_by_role("switch", name="Client Login")
    expect(switch).to_be_checked()

    switch.press("Space")
    expect(switch).not_to_be_checked()

    cleo.press("Save name")
    expect(cleo.page).to_have_url(AT_SIGN_IN)
    pat.press("Save name")
    saved = pat.page.get_by_role("status").filter(has_text="Your name was saved.")
    expect(saved).to_be_visible()

    ada.open("/admin/settings/access")
    switch.click()
    expect(switch).to_be_checked()
    _comes_in_by_link(visit(), site, fresh.cleo.email, "/customer")


def test_signing_out_everywhere_else_leaves_this_browser(
    visit: Visitor, site: Site, fresh: World
) -> None:
    give_password(site, fresh, fresh.ada.email)
    elsewhere = _at(visit, fresh.ada.token, "/admin/customers")
    ada = _signed_in(visit(), fresh.ada.email)
    ada.open("/admin/profile")
    expect(ada.page.get_by_role("row").filter(has_text="This browser")).to_have_count(1)

    ada.press("Sign out everywhere else")

    said = ada.page.get_by_role("status").filter(has_text="signed out everywhere but here")
    expect(said).to_be_visible()
    expect(ada.page.get_by_role("button", name=re.compile("^End"))).to_have_count(0)
    elsewhere.page.get_by_role("searchbox").fill("Marsh")
    expect(elsewhere.page).to_have_url(AT_SIGN_IN)
    ada.open("/admin/customers")
    expect(ada.page.get_by_role("rowheader", name="Marsh Design")).to_be_visible()


def test_one_session_can_be_ended_by_itself(visit: Visitor, site: Site, fresh: World) -> None:
    elsewhere = _at(visit, fresh.pat.token, "/partner/profile")
    pat = visit()
    _comes_in_by_link(pat, site, fresh.pat.email, "/partner")
    pat.open("/partner/profile")

    pat.page.get_by_role("button", name=re.compile("^End the session")).click()

    expect(pat.page.get_by_role("status").filter(has_text="That session is over")).to_be_visible()
    elsewhere.press("Save name")
    expect(elsewhere.page).to_have_url(AT_SIGN_IN)


def test_changing_the_password_signs_everybody_else_out(
    visit: Visitor, site: Site, fresh: World
) -> None:
    give_password(site, fresh, fresh.ada.email)
    elsewhere = _at(visit, fresh.ada.token, "/admin/customers")
    ada = _signed_in(visit(), fresh.ada.email)
    ada.open("/admin/profile")

    ada.page.get_by_label("Current password").fill(PASSWORD)
    ada.page.get_by_label("New password").fill("seven lamps over the quay")
    ada.press("Change password")

    changed = ada.page.get_by_role("status").filter(has_text="Your password was changed.")
    expect(changed).to_be_visible()
    elsewhere.page.get_by_role("searchbox").fill("Marsh")
    expect(elsewhere.page).to_have_url(AT_SIGN_IN)


def test_contacts_are_offered_no_password(visit: Visitor, fresh: World) -> None:
    cleo = _at(visit, fresh.cleo.token, "/customer/profile")

    expect(cleo.page.get_by_role("heading", name="Where you are signed in")).to_be_visible()
    expect(cleo.page.locator("input[type=password]")).to_have_count(0)


def test_guessing_is_told_to_an_owner_and_to_nobody_else(
    visit: Visitor, site: Site, fresh: World
) -> None:
    for _ in range(6):
        post(site, "/auth/password", email=fresh.vic.email, password="a guess at it")

    ada = _at(visit, fresh.ada.token, "/admin")
    expect(ada.page.get_by_text("Somebody seems to be guessing passwords")).to_be_visible()
    expect(ada.page.get_by_role("main")).to_contain_text(fresh.vic.email)
    grace = _at(visit, fresh.grace.token, "/admin")
    expect(grace.page.get_by_text("Somebody seems to be guessing passwords")).to_have_count(0)


@ONE_DATABASE
@pytest.mark.parametrize("path", ["customers/cus_0", "customers/{brandt}", "partners/{marsh}"])
def test_a_record_that_is_not_there_or_not_ours_looks_the_same(
    visit: Visitor, fresh: World, path: str
) -> None:
    ada = visit(fresh.ada.token)

    ada.open(f"/admin/{path.format(brandt=fresh.brandt, marsh=fresh.marsh)}")

    expect(ada.heading()).to_have_text("We cannot find that")
    assert "ZZCANARY" not in ada.page.content()


@ONE_DATABASE
def test_a_person_is_let_in_without_a_mouse(visit: Visitor, fresh: World) -> None:
    fresh.add_contact(fresh.ada, fresh.bellweather, "noor")
    ada = _at(visit, fresh.ada.token, "/admin/customers")

    ada.page.get_by_role("link", name="Bellweather").press("Enter")
    expect(ada.heading()).to_have_text("Bellweather")
    grant = ada.page.get_by_role("button", name="Grant access to Noor")
    grant.press("Enter")

    expect(ada.page.get_by_role("button", name="Revoke access of Noor")).to_be_visible()
    expect(ada.page.locator(":focus")).to_have_count(1)


def _at(visit: Visitor, token: str, path: str) -> Visit:
    somebody = visit(token)
    somebody.open(path)
    return somebody


def _wait_until_sent(somebody: Visit, letter: Locator) -> None:
    for _ in range(40):
        if "Sent" in letter.inner_text():
            return
        somebody.page.wait_for_timeout(250)
        somebody.page.reload()
        wait_until_live(somebody.page)
    raise AssertionError("the letter was not sent")


def _question(somebody: Visit, words: str) -> Locator:
    return somebody.page.get_by_role("group", name=words)


def _row(somebody: Visit, name: str) -> Locator:
    header = somebody.page.get_by_role("rowheader", name=name)
    return somebody.page.get_by_role("row").filter(has=header)


def _signed_in(somebody: Visit, email: str) -> Visit:
    somebody.open("/sign-in")
    somebody.page.get_by_label("E-mail").first.fill(email)
    somebody.page.get_by_label("Password", exact=True).fill(PASSWORD)
    somebody.press("Sign in")
    expect(somebody.page).to_have_url(re.compile("/admin$"))
    wait_until_live(somebody.page)
    return somebody


def _comes_in_by_link(somebody: Visit, site: Site, email: str, home: str) -> None:
    post(site, "/auth/link", email=email)
    somebody.open(address_sent_to(site, email, Purpose.SIGN_IN))
    somebody.press("Sign in")
    expect(somebody.page).to_have_url(re.compile(f"{home}$"))
    wait_until_live(somebody.page)
