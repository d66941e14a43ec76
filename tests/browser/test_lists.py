"""Customers and partners: adding, finding, putting away, and who sees what."""

from __future__ import annotations

from playwright.sync_api import Locator, WebSocket, expect

from tests.browser.conftest import ONE_DATABASE, Visitor
from tests.browser.visits import Visit
from tests.servers import Site
from tests.world import World


@ONE_DATABASE
def test_a_refused_form_says_why_and_keeps_what_was_typed(visit: Visitor, site: Site) -> None:
    ada = _at(visit, site.world.ada.token, "/admin/customers")
    _fill_in(ada, name="Lantern Books", email="lantern at books", due_days="14")

    ada.press("Save customer")

    why = "Enter an e-mail address, such as name@example.com."
    summary = ada.page.get_by_role("alert").get_by_role("link", name=why)
    expect(summary).to_be_visible()
    email = ada.page.get_by_label("E-mail", exact=True)
    expect(email).to_have_accessible_description(f"Where invoices and reminders go. Error: {why}")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_have_value("lantern at books")
    expect(ada.page.get_by_label("Name", exact=True)).to_have_value("Lantern Books")
    expect(ada.page.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "false")
    expect(_row(ada, "Lantern Books")).to_have_count(0)
    summary.click()
    expect(email).to_be_focused()


def test_saving_twice_adds_a_customer_once(visit: Visitor, fresh: World) -> None:
    ada = _at(visit, fresh.ada.token, "/admin/customers")
    _fill_in(ada, name="Lantern Books", email="till@lantern.example", due_days="21")

    ada.page.get_by_role("button", name="Save customer").dblclick()

    expect(ada.page.get_by_role("status")).to_contain_text(["Lantern Books was added."])
    expect(_row(ada, "Lantern Books")).to_have_count(1)
    expect(_row(ada, "Lantern Books")).to_contain_text("21 days to pay")
    ada.open("/admin/activity")
    deeds = ada.page.get_by_role("row").filter(has_text="Lantern Books")
    expect(deeds).to_have_count(1)
    expect(deeds).to_contain_text("added a customer")
    expect(deeds).to_contain_text("Ada")


def test_a_partner_that_was_added_is_on_the_list_and_in_the_activity(
    visit: Visitor, fresh: World
) -> None:
    ada = _at(visit, fresh.ada.token, "/admin/partners")
    ada.press("Add a partner")
    ada.page.get_by_label("Name", exact=True).fill("Fernhill Agents")
    ada.page.get_by_label("E-mail", exact=True).fill("desk@fernhill.example")
    ada.page.get_by_label("Kind").select_option("Agent")

    ada.press("Save partner")

    expect(_row(ada, "Fernhill Agents")).to_contain_text("Agent")
    ada.page.get_by_role("link", name="Activity").click()
    deed = ada.page.get_by_role("row").filter(has_text="Fernhill Agents")
    expect(deed).to_contain_text("added a partner")


@ONE_DATABASE
def test_typing_a_search_asks_once_and_shows_what_begins_like_it(
    visit: Visitor, site: Site
) -> None:
    ada = visit(site.world.ada.token)
    searches: list[str] = []
    ada.page.on("websocket", lambda socket: _note_searches(socket, searches))
    ada.open("/admin/customers")
    search = ada.page.get_by_role("searchbox", name="Search customers by name")

    search.press_sequentially("marsh", delay=20)

    expect(_row(ada, "Bellweather")).to_have_count(0)
    expect(_row(ada, "Marsh Design")).to_be_visible()
    expect(search).to_have_value("marsh")
    assert len(searches) == 1


def test_a_search_without_matches_says_so_and_can_be_cleared(visit: Visitor, site: Site) -> None:
    ada = _at(visit, site.world.ada.token, "/admin/customers")
    search = ada.page.get_by_role("searchbox")

    search.fill("zebra")
    expect(ada.page.get_by_role("heading", name="No matches")).to_be_visible()
    ada.press("Clear the search")

    expect(search).to_have_value("")
    expect(search).to_be_focused()
    expect(_row(ada, "Bellweather")).to_be_visible()


@ONE_DATABASE
def test_a_form_that_was_left_is_closed_on_return(visit: Visitor, site: Site) -> None:
    ada = _at(visit, site.world.ada.token, "/admin/customers")
    ada.press("Add a customer")
    ada.page.get_by_label("Name", exact=True).fill("Half a na")

    ada.page.get_by_role("link", name="Partners").click()
    expect(ada.heading()).to_have_text("Partners")
    ada.page.get_by_role("link", name="Customers").click()

    expect(_row(ada, "Marsh Design")).to_be_visible()
    expect(ada.page.get_by_label("Name", exact=True)).to_have_count(0)


def test_an_archived_customer_stays_in_place_and_can_be_restored(
    visit: Visitor, site: Site
) -> None:
    ada = _at(visit, site.world.ada.token, "/admin/customers")
    bellweather = _row(ada, "Bellweather")

    ada.press("Archive Bellweather")

    expect(bellweather).to_contain_text("Archived")
    expect(ada.page.get_by_role("status")).to_contain_text(["Bellweather was archived."])
    ada.open("/admin/customers")
    expect(bellweather).to_contain_text("Archived")

    ada.press("Restore Bellweather")

    expect(bellweather).not_to_contain_text("Archived")


def test_a_long_list_comes_in_pages_and_keeps_ones_place(visit: Visitor, fresh: World) -> None:
    for number in range(51):
        fresh.add_customer(fresh.ada, f"Pupil {number:02}")
    ada = _at(visit, fresh.ada.token, "/admin/customers")
    rows = ada.page.get_by_role("rowheader")
    expect(rows).to_have_count(50)
    expect(_row(ada, "Pupil 50")).to_have_count(0)

    ada.press("Show more")

    expect(rows).to_have_count(53)
    expect(ada.page.get_by_role("button", name="Show more")).to_have_count(0)
    ada.press("Archive Pupil 50")
    expect(_row(ada, "Pupil 50")).to_contain_text("Archived")
    expect(rows).to_have_count(53)


@ONE_DATABASE
def test_a_viewer_is_offered_nothing_that_would_be_refused(visit: Visitor, site: Site) -> None:
    vic = _at(visit, site.world.vic.token, "/admin/customers")

    expect(_row(vic, "Marsh Design")).to_be_visible()
    for name in ("Add a customer", "Archive"):
        expect(vic.page.get_by_role("button", name=name)).to_have_count(0)


def test_a_new_name_is_in_the_frame_at_once(visit: Visitor, fresh: World) -> None:
    cleo = visit(fresh.cleo.token)
    cleo.open("/customer/profile")
    name = cleo.page.get_by_label("Your name")

    name.fill("  ")
    cleo.press("Save name")
    expect(name).to_have_accessible_description("Error: Enter a name.")

    name.fill("Cleo Marsh-Okafor")
    cleo.press("Save name")
    expect(cleo.page.get_by_role("banner")).to_contain_text("Signed in as Cleo Marsh-Okafor")
    cleo.open("/customer/profile")
    expect(name).to_have_value("Cleo Marsh-Okafor")


def test_the_business_next_door_is_never_seen(visit: Visitor, site: Site) -> None:
    otto = visit(site.world.otto.token)

    for path in ("/admin", "/admin/customers", "/admin/partners", "/admin/activity"):
        otto.open(path)
        expect(otto.page.get_by_role("banner")).to_contain_text("Kiln")
        shown = otto.page.content()
        for name in ("Harbour", "Marsh Design", "Bellweather", "Northside", "Meridian", "Ada"):
            assert name not in shown, f"{name} on {path}"

    otto.open("/admin/customers")
    expect(_row(otto, "ZZCANARY Brandt")).to_be_visible()
    otto.page.get_by_role("searchbox").fill("Marsh")
    expect(otto.page.get_by_role("heading", name="No matches")).to_be_visible()


def _at(visit: Visitor, token: str, path: str) -> Visit:
    somebody = visit(token)
    somebody.open(path)
    return somebody


def _fill_in(ada: Visit, *, name: str, email: str, due_days: str) -> None:
    ada.press("Add a customer")
    ada.page.get_by_label("Name", exact=True).fill(name)
    ada.page.get_by_label("E-mail", exact=True).fill(email)
    ada.page.get_by_label("Days to pay").fill(due_days)


def _row(somebody: Visit, name: str) -> Locator:
    header = somebody.page.get_by_role("rowheader", name=name)
    return somebody.page.get_by_role("row").filter(has=header)


def _note_searches(socket: WebSocket, searches: list[str]) -> None:
    def note(frame: str | bytes) -> None:
        if ".find" in str(frame):
            searches.append(str(frame))

    socket.on("framesent", note)
