"""AT12–AT14: what comes along with an event, in every wrong shape."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest

from billing_app.ui import policy
from tests.attack.contents import contents
from tests.attack.handlers import HANDLERS, as_form
from tests.attack.people import tab_of
from tests.servers import Site


def refused(site: Site, name: str, payload: dict[str, Any]) -> bool:
    """Whether an event of Ada's went no further than the gate, and broke nothing."""
    written, logged = contents(site.database), site.log_position()
    updates = tab_of(site, "ada").ask(name, payload)
    return (
        updates == []
        and contents(site.database) == written
        and "event_failed" not in site.log_since(logged)
    )


WRONG: dict[str, Any] = {
    "a number": 1,
    "zero": 0,
    "a negative": -1,
    "a fraction": 1.5,
    "a huge number": 10**400,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "nothing": None,
    "yes": True,
    "a list": ["x"],
    "an object": {"x": 1},
    "a deep object": {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}},
}


def arguments_of(short: str) -> list[str]:
    handler = policy.registered()[HANDLERS[short]].handler
    return list(inspect.signature(handler.fn).parameters)[1:]


ASKING = [(short, name) for short in HANDLERS for name in arguments_of(short)]


@pytest.mark.parametrize(("short", "argument"), ASKING)
def test_at12_an_argument_of_another_type_goes_no_further(site: Site, short: str, argument: str):
    written = contents(site.database)
    fine = dict.fromkeys(arguments_of(short), "x")

    for wrong, value in WRONG.items():
        sent = fine | {argument: value}
        assert tab_of(site, "ada").ask(HANDLERS[short], sent) == [], wrong
    assert contents(site.database) == written


EXTRAS = ("self", "cls", "actor", "organization_id", "extra", "_x")


@pytest.mark.parametrize("short", HANDLERS)
def test_at13_an_argument_that_nobody_asked_for_stops_the_event(site: Site, short: str):
    written, logged = contents(site.database), site.log_position()

    for extra in EXTRAS:
        assert tab_of(site, "ada").ask(HANDLERS[short], {extra: "x"}) == [], extra
    assert contents(site.database) == written
    assert "event_failed" not in site.log_since(logged)


ODD_FRAMES = {
    "no name": ["event", {"payload": {}}],
    "a name that is a list": ["event", {"name": [1], "payload": {}}],
    "a payload that is a list": ["event", {"name": "x", "payload": []}],
    "a payload that is text": ["event", {"name": "x", "payload": "{}"}],
    "an event that is text": ["event", "x"],
    "an event that is a number": ["event", 5],
    "an event that is nothing": ["event", None],
    "two events at once": ["event", {"name": "x"}, {"name": "y"}],
    "no event": ["event"],
    "an empty list": [],
    "another kind": ["disconnect", {}],
    "a private kind": ["_event", {}],
}


@pytest.mark.parametrize("what", ODD_FRAMES)
def test_at13_an_odd_frame_is_dropped_and_the_socket_lives(site: Site, what: str):
    tab = tab_of(site, "ada")
    written = contents(site.database)

    tab.send_raw("42/_event," + json.dumps(ODD_FRAMES[what]))

    assert tab.settle() == []
    assert contents(site.database) == written


@pytest.mark.parametrize("raw", ["42/_event,{", "42/_event,", "4", "42", "42/other,[]", "x" * 99])
def test_at13_a_frame_that_is_no_json_is_dropped_and_the_socket_lives(site: Site, raw: str):
    tab = tab_of(site, "ada")

    tab.send_raw(raw)

    assert tab.settle() == []


CUSTOMER = {"party_id": "cus_" + "1" * 26, "name": "M", "email": "m@world.example"}


@pytest.mark.parametrize(
    "extra",
    ["organization_id", "id", "archived_at", "created_at", "sort_name", "discount", "status"],
)
def test_at14_a_form_with_one_more_field_is_refused_whole(site: Site, extra: str):
    form = as_form(CUSTOMER | {"due_days": "1", extra: "1"})

    assert refused(site, HANDLERS["AdminCustomersState.add"], {"form": form})


@pytest.mark.parametrize(
    "form",
    [
        as_form(CUSTOMER),
        CUSTOMER | {"due_days": "1"},
        as_form(CUSTOMER | {"due_days": 1}),
        {"__reflex_form_data__": [["name", "a"], ["name", "b"], ["email", "c"], ["party_id", "d"]]},
        {"__reflex_form_data__": {"name": "a"}},
        {"__reflex_form_data__": [["name"]]},
    ],
)
def test_at14_a_form_that_is_not_filled_in_as_the_page_does_is_refused(site: Site, form: Any):
    assert refused(site, HANDLERS["AdminCustomersState.add"], {"form": form})


def test_a_name_of_ten_thousand_characters_is_refused_with_a_sentence(site: Site):
    form = as_form(CUSTOMER | {"name": "N" * 10_000, "due_days": "1"})
    written = contents(site.database)

    updates = tab_of(site, "ada").ask(HANDLERS["AdminCustomersState.add"], {"form": form})

    assert "at most 200 characters" in repr(updates)
    assert contents(site.database) == written
