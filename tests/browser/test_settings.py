"""Settings, the audit log's search, and acts on many invoices, in a browser."""

from __future__ import annotations

import re
import zipfile
from time import sleep

from playwright.sync_api import expect

from billing_app.reads import activity, prints
from billing_app.services import organizing
from tests.browser.conftest import Visitor
from tests.browser.invoices import at, told
from tests.rules import rule
from tests.till import Till
from tests.world import World

LABEL = "Automatically mark Invoices paid"
ON, OFF = re.compile("^On "), re.compile("^Off ")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636000000002000148afa4710000000049454e44ae4260"
    "82"
)


@rule(59, 60)
def test_a_general_accounting_setting_is_found_changed_and_told_of(
    visit: Visitor, fresh: World
) -> None:
    ada = at(visit, fresh, "/admin")
    menu = ada.page.get_by_role("navigation", name="Main")
    menu.get_by_role("link", name="Settings").click()
    ada.page.get_by_role("link", name="General Accounting Settings").click()
    expect(ada.heading()).to_have_text("General Accounting Settings")
    automatically = ada.page.get_by_role("group", name=LABEL, exact=True)
    expect(automatically.get_by_role("radio", name=OFF)).to_be_checked()

    automatically.get_by_role("radio", name=ON).check()
    ada.page.get_by_label("Small balance").fill("a little")
    ada.press("Save")
    expect(ada.page.get_by_label("Small balance")).to_have_attribute("aria-invalid", "true")
    expect(ada.page.get_by_label("Small balance")).to_have_value("a little")
    expect(automatically.get_by_role("radio", name=ON)).to_be_checked()
    ada.page.get_by_label("Small balance").fill("0.05")
    ada.press("Save")

    expect(told(ada, "Saved.")).to_be_visible()
    expect(ada.page.get_by_text("Last changed by Ada on")).to_be_visible()
    menu.get_by_role("link", name="Activity").click()
    row = ada.page.get_by_role("row").filter(has_text="changed 'General Accounting Settings'")
    expect(row).to_contain_text(f"'{LABEL}': Off → On")
    expect(row).to_contain_text("Small balance: A$0.00 → A$0.05")


def test_of_two_admins_at_once_the_later_one_is_told(visit: Visitor, fresh: World) -> None:
    till = Till(fresh)
    ada = at(visit, fresh, "/admin/settings/organization")
    name = ada.page.get_by_label("Legal name")
    name.fill("Harbour Lessons Pty Ltd")
    till.does(lambda work: organizing.set_profile(work, abn="51 824 753 556"))

    documents = ada.page.locator("section").filter(has=name)
    documents.get_by_role("button", name="Save").click()

    expect(ada.page.get_by_text("Somebody changed this after you opened it")).to_be_visible()
    expect(name).to_have_value("Harbour Lessons Pty Ltd")
    ada.press("Show what is kept now")
    expect(ada.page.get_by_label("ABN")).to_have_value("51 824 753 556")
    expect(name).to_have_value("")
    name.fill("Harbour Lessons Pty Ltd")
    documents.get_by_role("button", name="Save").click()
    expect(told(ada, "Documents say so from now on")).to_be_visible()
    expect(ada.page.get_by_label("ABN")).to_have_value("51 824 753 556")


def test_a_logo_is_refused_with_words_and_then_stands_on_its_page(
    visit: Visitor, fresh: World
) -> None:
    ada = at(visit, fresh, "/admin/settings/organization")
    picture = ada.page.get_by_label("Picture")

    picture.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"<svg/>"})
    ada.press("Use this picture")
    expect(told(ada, "Choose a PNG or JPEG picture that is whole, and of", "alert")).to_be_visible()
    picture.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PNG + bytes(9**6)})
    ada.press("Use this picture")
    expect(told(ada, "at most 256 kB", "alert")).to_be_visible()
    picture.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    ada.press("Use this picture")

    expect(told(ada, "The logo was saved.")).to_be_visible()
    shown = ada.page.get_by_role("img", name="The logo on your documents")
    expect(shown).to_have_js_property("naturalWidth", 1)
    ada.press("Take the logo off")
    expect(ada.page.get_by_text("There is no logo on your documents.")).to_be_visible()


def test_many_invoices_are_sent_and_printed_and_what_was_left_out_is_said(
    visit: Visitor, fresh: World
) -> None:
    till = Till(fresh)
    open_, paid = till.invoice(40_00), till.invoice(30_00)
    till.pay(30_00, paid)
    till.draft(till.line(20_00))
    number = till.of(paid, "number")
    ada = at(visit, fresh, "/admin/invoices")

    ada.press("Choose all on this page")
    expect(told(ada, "3 invoices are chosen.")).to_be_visible()
    ada.press("Send")
    ada.page.get_by_role("button", name="Send 3 letters").dblclick()

    expect(told(ada, "1 letter is on the way, for 3 chosen.")).to_be_visible()
    left_out = ada.page.get_by_role("listitem").filter(has_text="No letter was sent.")
    expect(left_out).to_have_count(2)
    expect(left_out.filter(has_text=f"Invoice {number} has nothing still to pay.")).to_be_visible()
    written = till.does(lambda work: activity.acts(work, {"kind": "letters"})).rows
    assert [act.deed for act in written] == ["asked for payment by letter again"]

    expect(ada.page.get_by_role("checkbox", name=re.compile(number))).not_to_be_checked()
    wait_for_prints(till, open_, paid)
    ada.press("Choose all on this page")
    with ada.page.expect_download() as download:
        ada.page.get_by_role("button", name="PDF").click()
    expect(told(ada, "The file has the prints of 2 of 3 chosen")).to_be_visible()
    with zipfile.ZipFile(download.value.path()) as bundle:
        assert sorted(bundle.namelist())[-1].endswith("-as-issued.pdf")
        assert len(bundle.namelist()) == 2


def test_the_search_key_is_silent_for_whoever_switched_it_off(visit: Visitor, fresh: World) -> None:
    ada = at(visit, fresh, "/admin/profile")
    ada.page.get_by_role("switch", name="Search with the key /").click()
    expect(told(ada, "The key / does nothing by itself any more.")).to_be_visible()

    ada.open("/admin/activity")
    ada.page.keyboard.press("/")
    search = ada.page.get_by_role("searchbox")
    expect(search).not_to_be_focused()
    search.fill("marsh")
    expect(ada.page).to_have_url(re.compile("search=marsh"))
    added = ada.page.get_by_role("row").filter(has_text="added a customer")
    expect(added).to_have_count(1)
    link = added.get_by_role("link", name="Marsh Design")
    expect(link).to_have_attribute("href", f"/admin/customers/{fresh.marsh}")


def wait_for_prints(till: Till, *invoices: str) -> None:
    """They are made beside the server's work, a moment after issuing."""
    for _ in range(300):
        if len(till.does(lambda work: prints.kept_of(work, invoices))) == len(invoices):
            return
        sleep(0.1)
    raise AssertionError("no print was made")
