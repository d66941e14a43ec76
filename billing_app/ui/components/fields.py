"""Fields: the label, then a hint, then what is wrong, then the control itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Literal

import reflex as rx

from billing_app.ui.components.icons import icon
from billing_app.ui.components.native import native_link
from billing_app.ui.components.text import Text, has_words, hidden, when
from billing_app.ui.words import say


def text_field(
    label: Text,
    *,
    name: str,
    id: Text = "",
    hint: Text = "",
    error: Text = "",
    optional: bool = False,
    type: Literal["text", "email", "password", "tel", "url", "date"] = "text",
    **props: Any,
) -> rx.Component:
    """One line of text. It takes `value` or `default_value`, `on_change`, `auto_complete`."""
    field_id = _id(id, name)
    control = rx.el.input(
        type=type,
        class_name="field__control",
        **_wiring(field_id, name, hint, error, optional),
        **props,
    )
    return _field(label, control, field_id, hint, error, optional)


def text_area(
    label: Text,
    *,
    name: str,
    id: Text = "",
    hint: Text = "",
    error: Text = "",
    optional: bool = False,
    rows: int = 4,
    **props: Any,
) -> rx.Component:
    """Several lines of text."""
    field_id = _id(id, name)
    control = rx.el.textarea(
        rows=str(rows),
        class_name="field__control",
        **_wiring(field_id, name, hint, error, optional),
        **props,
    )
    return _field(label, control, field_id, hint, error, optional)


def number_field(
    label: Text,
    *,
    name: str,
    id: Text = "",
    hint: Text = "",
    error: Text = "",
    optional: bool = False,
    before: Text = "",
    after: Text = "",
    decimals: bool = True,
    **props: Any,
) -> rx.Component:
    """A number or an amount, right-aligned, with its unit before or after it.

    A text input on purpose: the browser's own number input drops what it cannot read and
    changes the value when somebody scrolls. The server reads the words and says what is wrong.
    """
    field_id = _id(id, name)
    control = rx.el.input(
        type="text",
        input_mode="decimal" if decimals else "numeric",
        auto_complete=props.pop("auto_complete", "off"),
        class_name="field__control field__control--number",
        **_wiring(field_id, name, hint, error, optional),
        **props,
    )
    with_units = rx.el.div(
        when(before, rx.el.span(before, class_name="field__unit", aria_hidden="true")),
        control,
        when(after, rx.el.span(after, class_name="field__unit", aria_hidden="true")),
        class_name="field__row",
    )
    spoken = rx.fragment(label, *(when(unit, _in_words(unit)) for unit in (before, after)))
    return _field(spoken, with_units, field_id, hint, error, optional)


def select_field(
    label: Text,
    choices: Sequence[tuple[str, str]] | rx.Component,
    *,
    name: str,
    id: Text = "",
    hint: Text = "",
    error: Text = "",
    optional: bool = False,
    **props: Any,
) -> rx.Component:
    """A choice of one: pairs of value and word, or an `rx.foreach` of options."""
    field_id = _id(id, name)
    options = (
        [choices]
        if isinstance(choices, rx.Component)
        else [rx.el.option(word, value=value) for value, word in choices]
    )
    control = rx.el.select(
        *options,
        class_name="field__control field__control--select",
        **_wiring(field_id, name, hint, error, optional),
        **props,
    )
    return _field(label, control, field_id, hint, error, optional)


def search_field(
    label: Text, *, name: str = "search", id: str = "", placeholder: Text = "", **props: Any
) -> rx.Component:
    """A search over a list. The label is for listeners; the glass says it to the eye."""
    field_id = _id(id, name)
    return rx.el.div(
        rx.el.label(label, html_for=field_id, class_name="visually-hidden"),
        icon("search"),
        rx.el.input(
            type="search",
            id=field_id,
            name=name,
            placeholder=placeholder or label,
            auto_complete="off",
            class_name="field__control",
            **props,
        ),
        role="search",
        class_name="search",
    )


def choices(label: Text, *options: rx.Component) -> rx.Component:
    """A choice of one that the browser makes by itself; its options are made by `choice`."""
    return rx.el.fieldset(
        rx.el.legend(label, class_name="field__label"), *options, class_name="choices"
    )


def choice(
    *words: Text,
    name: str,
    value: Text,
    chosen: rx.Var[bool] | bool = False,
    remark: Text = "",
    **props: Any,
) -> rx.Component:
    """One of several things to choose from, with a remark below its words."""
    return rx.el.label(
        rx.el.input(
            type="radio",
            name=name,
            value=value,
            default_checked=chosen,
            required=True,
            **props,
        ),
        rx.el.span(
            rx.el.span(*words),
            when(remark, rx.el.span(remark, class_name="field__hint")),
            class_name="choice__words",
        ),
        class_name="choice",
    )


def tick(
    *words: Text, name: str, value: Text, ticked: rx.Var[bool] | bool, remark: Text, **props: Any
) -> rx.Component:
    """One of several things that may be wanted together, with a remark below its words."""
    return rx.el.label(
        rx.el.input(type="checkbox", name=name, value=value, default_checked=ticked, **props),
        rx.el.span(
            rx.el.span(*words),
            when(remark, rx.el.span(remark, class_name="field__hint")),
            class_name="choice__words",
        ),
        class_name="choice",
    )


def error_summary(*problems: tuple[str, Text], general: Text = "") -> rx.Component:
    """All that is wrong with a form, at its top: pairs of field id and message.

    It is read out when it appears. A handler may also return `rx.set_focus("problems")`.
    """
    any_words = has_words(general)
    for _, message in problems:
        any_words = any_words | has_words(message)
    box = rx.el.div(
        rx.el.h2(say("There is a problem"), class_name="callout__title", id="problems-title"),
        when(general, rx.el.p(general)),
        rx.el.ul(
            *(
                when(message, rx.el.li(native_link(message, href=f"#{field_id}")))
                for field_id, message in problems
            ),
            class_name="error-summary__list",
        ),
        id="problems",
        tab_index=-1,
        aria_labelledby="problems-title",
        role="group",
        class_name="error-summary",
    )
    return rx.el.div(rx.cond(any_words, box, rx.fragment()), role="alert", class_name="problems")


def field_error(state: Any, name: str) -> Any:
    """The problem that a state tells of, beside the field that it names."""
    return rx.cond(state.wrong_field == name, state.problem, "").to(str)


def refusal_summary(state: Any, fields: Collection[str], *, elsewhere: Any = None) -> rx.Component:
    """The problem at the top of a form, led to its field if it is about one.

    ``elsewhere`` says whether what is about no field is told in another place already.
    """
    beside = rx.Var.create(False) if elsewhere is None else elsewhere
    for name in fields:
        beside = beside | (state.wrong_field == name)
    return error_summary(
        *((name, field_error(state, name)) for name in fields),
        general=rx.cond(beside, "", state.problem).to(str),
    )


def _id(given: Text, name: str) -> Text:
    """A field is known by its name, unless there are several of that name on a page."""
    return name if isinstance(given, str) and not given else given


def _in_words(unit: Text) -> rx.Component:
    """The unit as part of the label: people who listen come to the control by its label."""
    return rx.fragment(" ", hidden(say("in %(unit)s", unit=unit)))


def _field(
    label: rx.Component | Text,
    control: rx.Component,
    field_id: Text,
    hint: Text,
    error: Text,
    optional: bool,
) -> rx.Component:
    return rx.el.div(
        rx.el.label(
            label,
            *(
                [rx.el.span(" ", say("(optional)"), class_name="field__optional")]
                if optional
                else []
            ),
            html_for=field_id,
            class_name="field__label",
        ),
        when(hint, rx.el.p(hint, id=f"{field_id}-hint", class_name="field__hint")),
        when(
            error,
            rx.el.p(
                icon("warning"),
                rx.el.span(hidden(say("Error:")), " ", error),
                id=f"{field_id}-error",
                class_name="field__error",
            ),
        ),
        control,
        class_name=rx.cond(has_words(error), "field field--wrong", "field"),
    )


def _wiring(field_id: Text, name: str, hint: Text, error: Text, optional: bool) -> dict[str, Any]:
    """What ties a control to its words, for people who cannot see that they are close."""
    hint_id = rx.cond(has_words(hint), f"{field_id}-hint", "")
    error_id = rx.cond(has_words(error), f" {field_id}-error", "")
    described_by = rx.cond(
        has_words(hint) | has_words(error), hint_id.to(str) + error_id.to(str), rx.Var("undefined")
    )
    return {
        "id": field_id,
        "name": name,
        "required": not optional,
        "aria_describedby": described_by,
        "aria_invalid": rx.cond(has_words(error), "true", "false"),
    }
