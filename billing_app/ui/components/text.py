"""Words that may be known now or arrive with the state, and how to leave them out."""

from __future__ import annotations

from typing import Any

import reflex as rx

Text = str | rx.Var[str]


def has_words(text: Text) -> rx.Var[bool]:
    """Whether there is anything to say."""
    return rx.Var.create(text).to(str) != ""


def when(text: Text, component: rx.Component) -> rx.Component:
    """The component, but only while there are words to put in it."""
    return rx.cond(has_words(text), component, rx.fragment())


def hidden(text: Text) -> rx.Component:
    """Words for people who listen to the page instead of looking at it."""
    return rx.el.span(text, class_name="visually-hidden")


def busy_mark(busy: rx.Var[bool] | bool) -> dict[str, Any]:
    """The attribute that says something is being worked on, only where it can be."""
    return {} if busy is False else {"aria_busy": rx.cond(busy, "true", "false")}
