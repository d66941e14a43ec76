"""What a screen becomes while it is used, for the same eyes and ears as the screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import axe, sight
from tests.browser.conftest import ONE_DATABASE, Visitor
from tests.browser.visits import COLOURS, DESK, PHONE, Visit
from tests.world import World

pytestmark = ONE_DATABASE


def _menu(somebody: Visit) -> None:
    somebody.page.set_viewport_size(PHONE)
    somebody.press("Menu")
    expect(somebody.page.get_by_role("navigation", name="Main")).to_be_visible()


def _form(somebody: Visit) -> None:
    somebody.press("Add a partner")
    expect(somebody.page.get_by_label("Kind")).to_be_visible()


def _refused_form(somebody: Visit) -> None:
    _form(somebody)
    somebody.press("Save partner")
    expect(somebody.page.get_by_role("heading", name="There is a problem")).to_be_visible()


def _added(somebody: Visit) -> None:
    _form(somebody)
    somebody.page.get_by_label("Name", exact=True).fill("A name as long as names get " * 7)
    somebody.page.get_by_label("E-mail", exact=True).fill(f"{'long' * 15}@{'long' * 40}.example")
    somebody.press("Save partner")
    expect(somebody.page.get_by_role("status").filter(has_text="was added.")).to_be_visible()


def _no_matches(somebody: Visit) -> None:
    somebody.page.get_by_role("searchbox").fill("zebra")
    expect(somebody.page.get_by_role("heading", name="No matches")).to_be_visible()


@pytest.mark.parametrize("enter", [_menu, _form, _refused_form, _no_matches, _added])
def test_every_state_of_a_list_is_as_good_as_the_list(
    visit: Visitor, fresh: World, enter: Callable[[Visit], None]
) -> None:
    ada = visit(fresh.ada.token)
    ada.open("/admin/partners")

    enter(ada)

    _look_at(ada)


def test_a_list_without_anything_on_it_is_as_good(visit: Visitor, fresh: World) -> None:
    otto = visit(fresh.otto.token)
    otto.open("/admin/partners")
    expect(otto.page.get_by_role("heading", name="No partners yet")).to_be_visible()

    _look_at(otto)


def _look_at(somebody: Visit) -> None:
    for size in (PHONE, DESK):
        somebody.page.set_viewport_size(size)
        assert sight.wider_than_the_window(somebody.page) == []
        for colours in COLOURS:
            somebody.wear(colours)
            assert axe.violations(somebody.page, colours) == []
    somebody.page.set_viewport_size(PHONE)
    assert sight.too_small(somebody.page) == []
