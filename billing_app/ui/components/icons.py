"""Our icons: strokes on a 20-unit grid, in the colour of the words beside them.

They repeat what a word already says, so they are hidden from screen readers.
"""

from __future__ import annotations

from typing import Final

import reflex as rx

_PATHS: Final[dict[str, tuple[str, ...]]] = {
    "home": ("M3.5 9 10 3.5 16.5 9", "M5 8v8h10V8", "M8.5 16v-4.5h3V16"),
    "people": (
        "M7.5 9.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5Z",
        "M2.5 16c.3-2.7 2.3-4.25 5-4.25s4.7 1.55 5 4.25",
        "M12.75 4.3a2.75 2.75 0 0 1 0 4.9",
        "M14.5 12c1.75.55 2.8 1.95 3 4",
    ),
    "partner": (
        "M7 13.5a4 4 0 1 1 0-8 4 4 0 0 1 0 8Z",
        "M13 14.5a4 4 0 1 1 0-8 4 4 0 0 1 0 8Z",
    ),
    "person": (
        "M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
        "M4 16.5c.4-3 2.8-4.75 6-4.75s5.6 1.75 6 4.75",
    ),
    "activity": ("M2.5 10.5H6l2.25-6 3.5 11 2.25-5h3.5",),
    "card": ("M3 5.5h14v9.5H3Z", "M3 8.75h14", "M5.5 12.25h3"),
    "document": ("M5 3h6.5L15 6.5V17H5Z", "M11.25 3v3.75H15", "M7.5 10.5h5", "M7.5 13.5h5"),
    "search": ("M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Z", "m13 13 4 4"),
    "check": ("m4 10.5 4 4 8-9",),
    "check-circle": (
        "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15Z",
        "m6.75 10.25 2.25 2.25 4.25-4.75",
    ),
    "info": ("M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15Z", "M10 9.25v4.5", "M10 6.4v.1"),
    "warning": ("M10 3 2.5 16.5h15Z", "M10 8v4", "M10 14.2v.1"),
    "cross-circle": (
        "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15Z",
        "m7.4 7.4 5.2 5.2",
        "m12.6 7.4-5.2 5.2",
    ),
    "clock": ("M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15Z", "M10 5.75V10l2.75 2"),
    "half": (
        "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15Z",
        "M10 2.5v15",
        "M12.5 5v10",
        "M15 6.75v6.5",
    ),
    "pencil": ("m4 16 .75-3.5L13.5 3.75l2.75 2.75L7.5 15.25Z", "m11.75 5.5 2.75 2.75"),
    "archive": ("M3 4h14v3.5H3Z", "M4.25 7.5V16h11.5V7.5", "M8.25 10.75h3.5"),
    "turning": (
        "M16.5 10a6.5 6.5 0 0 1-11.6 4",
        "M3.5 10a6.5 6.5 0 0 1 11.6-4",
        "M15.5 2.75V6.5h-3.75",
        "M4.5 17.25V13.5h3.75",
    ),
    "arrow-left": ("M16 10H4", "m8.5 5.25-4.75 4.75 4.75 4.75"),
    "arrow-right": ("M4 10h12", "m11.5 5.25 4.75 4.75-4.75 4.75"),
    "plus": ("M10 4v12", "M4 10h12"),
    "menu": ("M3 6h14", "M3 10h14", "M3 14h14"),
    "sign-out": ("M8 3.5H4v13h4", "M8 10h9", "m13.25 6.25 3.75 3.75-3.75 3.75"),
    "sun": (
        "M10 13.25a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5Z",
        "M10 2v1.75M10 16.25V18M2 10h1.75M16.25 10H18",
        "m4.35 4.35 1.2 1.2m8.9 8.9 1.2 1.2m0-11.3-1.2 1.2m-8.9 8.9-1.2 1.2",
    ),
    "moon": ("M16.5 11.75A7 7 0 0 1 8.25 3.5a7 7 0 1 0 8.25 8.25Z",),
    "letter": ("M2.75 4.75h14.5v10.5H2.75Z", "m3.25 5.5 6.75 5.25 6.75-5.25"),
    "key": (
        "M6.25 13a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5Z",
        "M9.5 9.75h8v3",
        "M14 9.75v2.25",
    ),
    "settings": (
        "M3.5 6.5h6",
        "M13.5 6.5h3",
        "M11.5 8.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
        "M3.5 13.5h3",
        "M10.5 13.5h6",
        "M8.5 15.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
    ),
    "screen": ("M2.75 4h14.5v9.5H2.75Z", "M7 16.5h6", "M10 13.5v3"),
}


def icon(name: str) -> rx.Component:
    """One icon, as large as the text it stands in."""
    return rx.el.svg(
        *(rx.el.path(d=path) for path in _PATHS[name]),
        view_box="0 0 20 20",
        class_name="icon",
        aria_hidden="true",
        custom_attrs={"focusable": "false"},
    )


def mark() -> rx.Component:
    """Quittance's own mark: an account whose loop is closed by a tick."""
    return rx.el.svg(
        rx.el.rect(x="0", y="0", width="32", height="32", rx="8", class_name="mark__ground"),
        rx.el.path(d="M21.6 9.3a8.7 8.7 0 1 0 2.9 8.7", class_name="mark__loop"),
        rx.el.path(d="m12 15.6 3.9 3.9 9.2-9.6", class_name="mark__tick"),
        view_box="0 0 32 32",
        class_name="mark",
        aria_hidden="true",
        custom_attrs={"focusable": "false"},
    )
