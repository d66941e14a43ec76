"""Every way in: by password, by letter, by invitation, and what is said when it fails."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import expect

from billing_app.access.capabilities import Purpose
from billing_app.kernel.audience import Audience
from billing_app.services import inviting
from tests.browser import sight
from tests.browser.conftest import ONE_DATABASE, Visitor
from tests.browser.letters import (
    PASSWORD,
    address_sent_to,
    forget_tries,
    give_password,
    let_expire,
    post,
    was_sent_to,
)
from tests.browser.visits import Visit, wait_until_live
from tests.servers import PLAIN, Site
from tests.world import World

GONE = "This link is no longer valid"


@pytest.fixture(autouse=True)
def _unhurried(site: Site) -> None:
    forget_tries(site)


def test_an_admin_comes_in_with_a_password(visit: Visitor, site: Site, fresh: World) -> None:
    give_password(site, fresh, fresh.ada.email)
    ada = visit()
    ada.open("/sign-in")

    _sign_in(ada, fresh.ada.email, PASSWORD)

    expect(ada.page).to_have_url(re.compile("/admin$"))
    expect(ada.page.get_by_role("banner")).to_contain_text("Signed in as Ada")


def test_the_password_form_needs_no_script(visit: Visitor, site: Site, fresh: World) -> None:
    give_password(site, fresh, fresh.ada.email)
    ada = visit(java_script_enabled=False)
    ada.open("/sign-in", live=False)

    _sign_in(ada, fresh.ada.email, PASSWORD)

    expect(ada.page).to_have_url(re.compile("/admin$"))


def test_a_wrong_password_and_an_unknown_address_sound_the_same(
    visit: Visitor, site: Site, fresh: World
) -> None:
    give_password(site, fresh, fresh.ada.email)
    said = []
    for email in (fresh.ada.email, fresh.email("nobody")):
        somebody = visit()
        somebody.open("/sign-in")
        _sign_in(somebody, email, "not the right password")
        expect(somebody.page.get_by_role("alert")).to_contain_text("do not go together")
        expect(somebody.page.locator(":focus")).to_contain_text("do not go together")
        said.append(somebody.page.inner_text("main"))
        assert not somebody.context.cookies()

    assert said[0] == said[1]


def test_too_many_tries_are_slowed_down_and_told_so(
    visit: Visitor, site: Site, fresh: World
) -> None:
    email = fresh.email("guessed")
    for _ in range(5):
        post(site, "/auth/password", email=email, password="another guess at it")
    somebody = visit()
    somebody.open("/sign-in")

    _sign_in(somebody, email, "another guess at it")

    expect(somebody.page.get_by_role("alert")).to_contain_text("Wait a minute, then try again.")


def test_a_contact_comes_in_by_a_link_and_the_same_is_said_to_a_stranger(
    visit: Visitor, site: Site, fresh: World
) -> None:
    said = []
    for email in (fresh.cleo.email, fresh.email("stranger")):
        somebody = visit()
        somebody.open("/sign-in")
        _ask_for_link(somebody, email)
        expect(somebody.page.get_by_role("status").first).to_contain_text("If we know this address")
        said.append(somebody.page.inner_text("main"))
    assert said[0] == said[1]
    assert not was_sent_to(site, fresh.email("stranger"), Purpose.SIGN_IN)

    cleo = visit()
    cleo.open(address_sent_to(site, fresh.cleo.email, Purpose.SIGN_IN))
    expect(cleo.page.get_by_role("main")).to_contain_text(fresh.cleo.email)
    cleo.press("Sign in")

    expect(cleo.page).to_have_url(re.compile("/customer$"))
    expect(cleo.page.get_by_role("banner")).to_contain_text("Signed in as Cleo")


def test_an_admin_is_sent_no_link(visit: Visitor, site: Site, fresh: World) -> None:
    ada = visit()
    ada.open("/sign-in")

    _ask_for_link(ada, fresh.ada.email)

    expect(ada.page.get_by_role("status").first).to_contain_text("If we know this address")
    assert not was_sent_to(site, fresh.ada.email, Purpose.SIGN_IN)


def test_a_scanner_that_opens_every_link_uses_nothing_up(
    visit: Visitor, site: Site, fresh: World
) -> None:
    address = _link_for(site, fresh.pat.email)
    scanner = visit()
    for _ in range(3):
        assert site.get(address).status_code == 200
        assert httpx.head(site.base + address, verify=PLAIN).status_code == 200
        scanner.open(address)
        expect(scanner.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()

    pat = visit()
    pat.open(address)
    pat.press("Sign in")

    expect(pat.page).to_have_url(re.compile("/partner$"))
    assert not scanner.context.cookies()


def test_a_link_works_once(visit: Visitor, site: Site, fresh: World) -> None:
    address = _link_for(site, fresh.cleo.email)
    waiting, cleo = visit(), visit()
    waiting.open(address)
    cleo.open(address)
    cleo.press("Sign in")
    expect(cleo.page).to_have_url(re.compile("/customer$"))

    waiting.press("Sign in")

    expect(waiting.page.get_by_role("alert")).to_contain_text(GONE)
    expect(waiting.page.get_by_role("button", name="E-mail me a sign-in link")).to_be_visible()
    assert not waiting.context.cookies()
    waiting.open(address)
    expect(waiting.heading()).to_have_text(GONE)


@pytest.mark.parametrize("room", ["enter", "invite", "reset"])
def test_an_address_that_was_made_up_says_no_more_than_an_old_one(
    visit: Visitor, site: Site, fresh: World, room: str
) -> None:
    cleo = visit()
    _link_for(site, fresh.cleo.email)
    let_expire(site, fresh.cleo.email, Purpose.SIGN_IN)
    cleo.open(address_sent_to(site, fresh.cleo.email, Purpose.SIGN_IN))
    expect(cleo.heading()).to_have_text(GONE)
    expired = cleo.page.get_by_role("main").inner_text()

    cleo.open(f"/{room}/{'x' * 43}")

    expect(cleo.heading()).to_have_text(GONE)
    if room == "enter":
        assert cleo.page.get_by_role("main").inner_text() == expired
        cleo.page.get_by_role("link", name="Ask for a new link").click()
        expect(cleo.heading()).to_have_text("Sign in")


def test_a_new_link_ends_the_one_before(visit: Visitor, site: Site, fresh: World) -> None:
    first = _link_for(site, fresh.cleo.email)
    _link_for(site, fresh.cleo.email)
    cleo = visit()

    cleo.open(first)

    expect(cleo.heading()).to_have_text(GONE)


def test_a_lost_password_is_replaced_by_letter(visit: Visitor, site: Site, fresh: World) -> None:
    give_password(site, fresh, fresh.ada.email)
    before = visit(fresh.ada.token)
    before.open("/admin/customers")
    ada = visit()
    ada.open("/sign-in")
    ada.page.get_by_role("link", name="Forgot your password?").click()
    expect(ada.heading()).to_have_text("Choose a new password")
    wait_until_live(ada.page)
    ada.page.get_by_label("E-mail").fill(fresh.ada.email)
    ada.press("Send me a link")
    expect(ada.page.get_by_role("status").first).to_contain_text("If we know this address")

    ada.open(address_sent_to(site, fresh.ada.email, Purpose.RESET))
    ada.page.get_by_label("New password").fill("password1234")
    ada.press("Save the new password")
    expect(ada.page.get_by_role("alert")).to_contain_text("too easy to guess")
    wait_until_live(ada.page)
    ada.page.get_by_label("New password").fill("seven lamps over the quay")
    ada.press("Save the new password")

    expect(ada.page.get_by_role("status").first).to_contain_text("sign in with your new password")
    before.page.get_by_role("searchbox").fill("Marsh")
    expect(before.page).to_have_url(re.compile(r"/sign-in\?said=over$"))
    _sign_in(ada, fresh.ada.email, PASSWORD)
    expect(ada.page.get_by_role("alert")).to_contain_text("do not go together")
    wait_until_live(ada.page)
    _sign_in(ada, fresh.ada.email, "seven lamps over the quay")
    expect(ada.page).to_have_url(re.compile("/admin$"))


def test_an_invitation_is_accepted_with_a_name_and_a_password(
    visit: Visitor, site: Site, fresh: World
) -> None:
    email = fresh.email("nia")
    fresh.ada.does(
        lambda work: inviting.invite_admin(work, name="Nia", email=email, role="manager")
    )
    nia = visit()
    nia.open(address_sent_to(site, email, Purpose.INVITATION))
    main = nia.page.get_by_role("main")
    for words in ("Harbour", "manager", email):
        expect(main).to_contain_text(words)

    nia.page.get_by_label("Your name").fill("Nia Bright")
    nia.page.get_by_label("Choose a password").fill(PASSWORD)
    nia.press("Accept the invitation")

    expect(nia.page).to_have_url(re.compile("/admin$"))
    expect(nia.page.get_by_role("banner")).to_contain_text("Signed in as Nia Bright")
    nia.open(address_sent_to(site, email, Purpose.INVITATION))
    expect(nia.heading()).to_have_text(GONE)


def test_whoever_is_several_chooses_and_can_change_over(
    visit: Visitor, site: Site, fresh: World
) -> None:
    fresh.contact(fresh.ada, fresh.northside, "cleo", Audience.PARTNER)
    cleo = visit()
    cleo.open(_link_for(site, fresh.cleo.email))
    cleo.press("Sign in")
    expect(cleo.heading()).to_have_text("Choose where to go")
    wait_until_live(cleo.page)
    expect(cleo.page.get_by_text("You are here")).to_have_count(0)
    expect(cleo.page.get_by_role("button", name="Sign out instead")).to_be_visible()

    cleo.page.get_by_role("button", name=re.compile("Northside")).click()

    expect(cleo.page).to_have_url(re.compile("/partner$"))
    cleo.open("/partner/profile")
    cleo.page.get_by_role("link", name="Change over").click()
    expect(cleo.heading()).to_have_text("Choose where to go")
    wait_until_live(cleo.page)
    here = cleo.page.get_by_role("button", name=re.compile("You are here"))
    expect(here).to_contain_text("Northside")
    cleo.page.get_by_role("button", name=re.compile("Marsh Design")).click()
    expect(cleo.page).to_have_url(re.compile("/customer$"))


def test_the_chooser_is_for_people_who_are_signed_in(visit: Visitor) -> None:
    nobody = visit()

    nobody.page.goto("/choose")

    expect(nobody.page).to_have_url(re.compile("/sign-in$"))


def test_stepping_up_asks_again_and_leads_on(visit: Visitor, site: Site, fresh: World) -> None:
    give_password(site, fresh, fresh.ada.email)
    ada = visit(fresh.ada.token)
    ada.open("/step-up?next=/admin/users")

    for typed in ("not the right password", PASSWORD):
        ada.page.get_by_label("Password", exact=True).fill(typed)
        ada.press("Continue")
        if typed != PASSWORD:
            refused = ada.page.get_by_role("alert").filter(has_text="not your current password")
            expect(refused).to_be_visible()
            wait_until_live(ada.page)

    expect(ada.page).to_have_url(re.compile(r"/admin/users\?said=stepped-up$"))
    expect(ada.page.get_by_role("status").first).to_contain_text("five minutes")


@ONE_DATABASE
def test_stepping_up_leads_to_no_other_house(visit: Visitor, site: Site, fresh: World) -> None:
    give_password(site, fresh, fresh.ada.email)
    ada = visit(fresh.ada.token)
    ada.open("/step-up?next=//evil.example/admin")
    expect(ada.page.get_by_role("link", name="Go back without it")).to_have_attribute("href", "/")

    ada.page.get_by_label("Password", exact=True).fill(PASSWORD)
    ada.press("Continue")

    expect(ada.page).to_have_url(re.compile(f"^{re.escape(site.base)}/admin/profile"))


@ONE_DATABASE
def test_password_managers_know_every_field(visit: Visitor, site: Site, fresh: World) -> None:
    give_password(site, fresh, fresh.ada.email)
    post(site, "/auth/forgot", email=fresh.ada.email)
    ada = visit(fresh.ada.token)

    def purposes(path: str) -> list[str | None]:
        ada.open(path)
        fields = ada.page.locator("main [autocomplete]").all()
        return [field.get_attribute("autocomplete") for field in fields]

    assert purposes("/sign-in") == ["username", "current-password", "email"]
    assert purposes("/forgot") == ["username"]
    assert purposes("/step-up") == ["username", "current-password"]
    reset = address_sent_to(site, fresh.ada.email, Purpose.RESET)
    assert purposes(reset) == ["username", "new-password"]
    assert purposes("/admin/profile") == ["name", "username", "current-password", "new-password"]
    assert ada.page.locator("[autocomplete=username]").input_value() == fresh.ada.email


@ONE_DATABASE
def test_what_one_types_can_be_looked_at(visit: Visitor) -> None:
    somebody = visit()
    somebody.open("/sign-in")
    password = somebody.page.get_by_label("Password", exact=True)
    show = somebody.page.get_by_role("button", name="Show what is typed as “Password”")
    password.fill("seven lamps")

    show.click()
    expect(password).to_have_attribute("type", "text")
    expect(show).to_have_attribute("aria-pressed", "true")

    show.click()
    expect(password).to_have_attribute("type", "password")
    expect(password).to_have_value("seven lamps")


@ONE_DATABASE
def test_a_made_up_code_says_nothing(visit: Visitor) -> None:
    somebody = visit()

    somebody.open("/sign-in?said=Send+your+password+to+evil.example")

    assert "evil" not in somebody.page.inner_text("body")
    expect(somebody.page.locator("main .callout")).to_have_count(0)


@ONE_DATABASE
def test_one_can_sign_in_and_out_without_a_mouse(visit: Visitor, site: Site, fresh: World) -> None:
    give_password(site, fresh, fresh.ada.email)
    ada = visit()
    ada.open("/sign-in")
    email = ada.page.get_by_label("E-mail").first

    _tab_until(ada, "email")
    ada.page.keyboard.type(fresh.ada.email)
    expect(email).to_have_value(fresh.ada.email)
    ada.page.keyboard.press("Tab")
    ada.page.keyboard.type("not the right password")
    ada.page.keyboard.press("Enter")
    expect(ada.page.get_by_role("alert")).to_contain_text("do not go together")
    expect(ada.page.locator(":focus")).to_contain_text("do not go together")

    _tab_until(ada, "email")
    ada.page.keyboard.type(fresh.ada.email)
    ada.page.keyboard.press("Tab")
    ada.page.keyboard.type(PASSWORD)
    ada.page.keyboard.press("Enter")
    expect(ada.page).to_have_url(re.compile("/admin$"))
    wait_until_live(ada.page)

    _tab_until(ada, "Sign out")
    ada.page.keyboard.press("Enter")
    expect(ada.page).to_have_url(re.compile("/sign-in"))


@ONE_DATABASE
def test_a_link_can_be_used_without_a_mouse(visit: Visitor, site: Site, fresh: World) -> None:
    cleo = visit()
    cleo.open(_link_for(site, fresh.cleo.email))

    _tab_until(cleo, "Sign in")
    cleo.page.keyboard.press("Enter")

    expect(cleo.page).to_have_url(re.compile("/customer$"))


def _sign_in(somebody: Visit, email: str, password: str) -> None:
    somebody.page.get_by_label("E-mail").first.fill(email)
    somebody.page.get_by_label("Password", exact=True).fill(password)
    somebody.press("Sign in")


def _ask_for_link(somebody: Visit, email: str) -> None:
    somebody.page.locator("#link-email").fill(email)
    somebody.press("E-mail me a sign-in link")


def _link_for(site: Site, email: str) -> str:
    post(site, "/auth/link", email=email)
    return address_sent_to(site, email, Purpose.SIGN_IN)


def _tab_until(somebody: Visit, wanted: str) -> None:
    """Press Tab until the focus is on the field or the button of that name, and seen there."""
    for _ in range(40):
        somebody.page.keyboard.press("Tab")
        here = sight.focus(somebody.page)
        if here is None:
            continue
        assert here["outline"] >= 2, here
        assert not here["covered"], here
        if here["name"] == wanted or f'id="{wanted}"' in here["html"]:
            return
    raise AssertionError(f"Tab never came to {wanted}")
