"""What a browser sends along has exactly the asked-for types, or the event goes no further."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reflex_base.event import EventHandler

from billing_app.ui.arguments import fit, unusable_hints

NAN, INFINITY = float("nan"), float("inf")


class Address(TypedDict):
    street: str
    city: str


class Priced(TypedDict):
    name: str
    amount: int


class Handlers:
    """Handlers as a State has them: functions whose first argument is the state."""

    def nothing(self) -> None: ...
    def text(self, search: str) -> None: ...
    def number(self, page: int) -> None: ...
    def yes_or_no(self, archived: bool) -> None: ...
    def choice(self, kind: Literal["school", "agent"]) -> None: ...
    def form(self, form: Address) -> None: ...
    def optional(self, search: str, page: int = 1) -> None: ...
    def anything(self, value: Any) -> None: ...
    def unsaid(self, value) -> None: ...
    def record(self, form: dict) -> None: ...
    def several(self, ids: list[str]) -> None: ...
    def fraction(self, share: float) -> None: ...
    def maybe(self, search: str | None) -> None: ...
    def priced(self, form: Priced) -> None: ...


def handler(name: str) -> EventHandler:
    return EventHandler(fn=getattr(Handlers, name))


def form_data(*pairs: Any) -> dict[str, Any]:
    """A form as the client of Reflex sends it."""
    return {"form": {"__reflex_form_data__": list(pairs)}}


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("nothing", {}),
        ("text", {"search": ""}),
        ("text", {"search": "Åsa’s 北岸\n"}),
        ("text", {"search": "x" * 20_000}),
        ("number", {"page": 0}),
        ("number", {"page": -(2**53)}),
        ("yes_or_no", {"archived": False}),
        ("choice", {"kind": "agent"}),
        ("form", form_data(["street", "1 Quay"], ["city", ""])),
        ("form", form_data(["city", "Sydney"], ["street", "1 Quay"])),
        ("optional", {"search": "ada"}),
        ("optional", {"search": "ada", "page": 2}),
    ],
)
def test_what_a_page_of_ours_sends_fits(name: str, payload: Any):
    assert fit(handler(name), payload)


ODD_VALUES = [
    None,
    NAN,
    INFINITY,
    1e308,
    1.0,
    2**53 + 1,
    10**400,
    [],
    ["ada"],
    [["ada"]],
    {},
    {"search": "ada"},
    {"$ne": ""},
    b"ada",
]


@pytest.mark.parametrize("value", ODD_VALUES, ids=repr)
@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("text", "search"),
        ("number", "page"),
        ("yes_or_no", "archived"),
        ("choice", "kind"),
        ("form", "form"),
    ],
)
def test_an_odd_value_fits_nothing(name: str, argument: str, value: Any):
    assert not fit(handler(name), {argument: value})


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("text", {"search": 7}),
        ("text", {"search": True}),
        ("text", {"search": "x" * 20_001}),
        ("number", {"page": "7"}),
        ("number", {"page": "1 OR 1=1"}),
        ("number", {"page": True}),
        ("number", {"page": -(2**53) - 1}),
        ("yes_or_no", {"archived": 1}),
        ("yes_or_no", {"archived": "true"}),
        ("choice", {"kind": "supplier"}),
        ("choice", {"kind": ""}),
        ("form", {"form": "1 Quay"}),
    ],
)
def test_a_neighbouring_type_does_not_fit(name: str, payload: Any):
    assert not fit(handler(name), payload)


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("text", {}),
        ("optional", {"page": 2}),
        ("nothing", {"search": "ada"}),
        ("text", {"search": "ada", "role": "owner"}),
        ("text", {"search": "ada", "self": "ada"}),
        ("optional", {"search": "ada", "page": None}),
        ("nothing", None),
        ("nothing", []),
        ("nothing", "search"),
        ("text", [["search", "ada"]]),
    ],
)
def test_too_much_too_little_and_no_mapping_do_not_fit(name: str, payload: Any):
    assert not fit(handler(name), payload)


@pytest.mark.parametrize(
    "payload",
    [
        form_data(["street", "1 Quay"]),
        form_data(["street", "1 Quay"], ["city", "Sydney"], ["discount", "50"]),
        form_data(["street", "1 Quay"], ["street", "2 Quay"]),
        form_data(["street", "1 Quay"], ["city", "Sydney"], ["city", "Perth"]),
        form_data(["street", "1 Quay"], ["town", "Sydney"]),
        form_data(["street", "1 Quay"], ["city", 7]),
        form_data(["street", "1 Quay"], ["city", None]),
        form_data(["street", "1 Quay"], ["city", ["Sydney"]]),
        form_data(["street", "1 Quay"], ["city", {"name": "file.pdf"}]),
        form_data(["street", "1 Quay"], ["city", "x" * 20_001]),
        form_data(["street", "1 Quay"], ["city"]),
        form_data(["street", "1 Quay"], ["city", "Sydney", "Perth"]),
        form_data("st", "ci"),
        form_data(["street", "1 Quay"], [["city"], "Sydney"]),
        {"form": {"street": "1 Quay", "city": "Sydney"}},
        {"form": {"__reflex_form_data__": {"street": "1 Quay", "city": "Sydney"}}},
        {"form": form_data(["street", "1 Quay"], ["city", "Sydney"])["form"] | {"role": "owner"}},
        {"form": [["street", "1 Quay"], ["city", "Sydney"]]},
    ],
)
def test_a_form_has_each_of_its_fields_once_and_nothing_else(payload: Any):
    assert not fit(handler("form"), payload)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(JSON)
def test_whatever_fits_a_number_is_a_number_and_nothing_breaks_the_check(value: Any):
    fits = fit(handler("number"), {"page": value})

    assert fits == (type(value) is int and abs(value) <= 2**53)


@settings(deadline=None)
@given(JSON)
def test_no_payload_breaks_the_check_of_a_form(value: Any):
    assert not fit(handler("form"), {"form": {"__reflex_form_data__": value}})
    assert not fit(handler("form"), {"form": value})


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("anything", "value: typing.Any"),
        ("unsaid", "value: typing.Any"),
        ("record", "form: <class 'dict'>"),
        ("several", "ids: list[str]"),
        ("fraction", "share: <class 'float'>"),
        ("maybe", "search: str | None"),
        ("priced", "form: <class"),
    ],
)
def test_a_type_that_cannot_be_checked_is_named(name: str, named: str):
    found = unusable_hints(handler(name))

    assert len(found) == 1
    assert f"{name}({named}" in found[0]


@pytest.mark.parametrize("name", ["nothing", "text", "number", "yes_or_no", "choice", "form"])
def test_a_type_that_can_be_checked_is_not(name: str):
    assert unusable_hints(handler(name)) == []


def framework(name: str) -> EventHandler:
    """One of Reflex's own handlers, which are told apart by their names."""

    def own(self) -> None: ...

    own.__name__ = name
    return EventHandler(fn=own)


@pytest.mark.parametrize(
    ("name", "payload", "fits"),
    [
        ("hydrate_and_load", {}, True),
        ("hydrate_and_load", {"vars": {}, "hashes": ["a", "b"]}, True),
        ("hydrate_and_load", {"vars": None, "hashes": None}, True),
        ("hydrate_and_load", {"vars": {"state.role": "owner"}}, False),
        ("hydrate_and_load", {"hashes": [1]}, False),
        ("hydrate_and_load", {"hashes": "ab"}, False),
        ("hydrate_and_load", {"hashes": ["a"] * 1_001}, False),
        ("hydrate_and_load", {"path": "/admin"}, False),
        ("hydrate_and_load", None, False),
        ("on_load_internal", {}, True),
        ("on_load_internal", {"path": "/admin"}, False),
        ("handle_frontend_exception", {"info": "e", "component_stack": "s"}, True),
        ("handle_frontend_exception", {"info": "e"}, False),
        ("handle_frontend_exception", {"info": "e", "component_stack": None}, False),
        ("handle_frontend_exception", {"info": "e" * 20_001, "component_stack": ""}, False),
    ],
)
def test_the_frameworks_own_events_are_checked_too(name: str, payload: Any, fits: bool):
    assert fit(framework(name), payload) is fits
