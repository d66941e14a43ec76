"""AT12–AT14: what comes along with an event, in every wrong shape."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest

from billing_app.ui import policy
from tests.attack.contents import contents
from tests.attack.handlers import HANDLERS, HEAPS, as_form
from tests.attack.people import answered, tab_of
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


@pytest.mark.parametrize("heap", HEAPS)
def test_at12_an_argument_of_another_type_goes_no_further(site: Site, heap: str):
    written = contents(site.database)
    sent = {
        f"{wrong} for the {argument} of {short}": (
            HANDLERS[short],
            dict.fromkeys(arguments_of(short), "x") | {argument: value},
        )
        for short in HEAPS[heap]
        for argument in arguments_of(short)
        for wrong, value in WRONG.items()
    }

    assert answered(site, sent) == []
    assert contents(site.database) == written


EXTRAS = ("self", "cls", "actor", "organization_id", "extra", "_x")


@pytest.mark.parametrize("heap", HEAPS)
def test_at13_an_argument_that_nobody_asked_for_stops_the_event(site: Site, heap: str):
    written, logged = contents(site.database), site.log_position()
    sent = {
        f"{extra} to {short}": (HANDLERS[short], {extra: "x"})
        for short in HEAPS[heap]
        for extra in EXTRAS
    }

    assert answered(site, sent) == []
    assert contents(site.database) == written
    said = site.log_since(logged)
    assert "event_failed" not in said
    # What is not for browsers is dropped before it comes to the gate.
    heard = [short for short in HEAPS[heap] if policy.POLICY[short].by_browser]
    refused = {short: said.count(f'"event": "{HANDLERS[short]}"') for short in heard}
    assert [short for short, times in refused.items() if times < len(EXTRAS)] == [], refused


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
