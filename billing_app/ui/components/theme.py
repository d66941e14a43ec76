"""What the page looks like before anything is on it: styles, icon, light or dark."""

from __future__ import annotations

from typing import Final

import reflex as rx
from reflex.constants import ColorMode
from reflex.event import EventChain
from reflex.style import color_mode
from reflex.vars import VarData

from billing_app.ui.components.icons import icon
from billing_app.ui.words import say

STYLESHEETS: Final = [
    "styles/tokens.css",
    "styles/base.css",
    "styles/layout.css",
    "styles/content.css",
    "styles/buttons.css",
    "styles/fields.css",
    "styles/status.css",
    "styles/tables.css",
    "styles/lists.css",
    "styles/settings.css",
    "styles/charts.css",
    "styles/mailbox.css",
    "styles/pay.css",
    "styles/print.css",
]

_CHOICES: Final = (
    ("light", say("Light"), "sun"),
    ("dark", say("Dark"), "moon"),
    ("system", say("As this device"), "screen"),
)


def head_components() -> list[rx.Component]:
    """For `rx.App(head_components=…)`: the icons, and the colour of the browser's own bars."""
    return [
        rx.el.link(rel="icon", href="/favicon.ico", sizes="32x32"),
        rx.el.link(rel="icon", href="/icon.svg", type="image/svg+xml"),
        rx.el.link(rel="apple-touch-icon", href="/apple-touch-icon.png"),
        rx.el.meta(name="color-scheme", content="light dark"),
    ]


class _ThemeChoice(rx.el.Div):
    """The buttons, and the mark that they work.

    A page that the server stripped of its scripts still has the buttons; the styles hide
    them there. They go by this mark as well as by the scripts, because React takes its own
    scripts out of the page at the first change of place.
    """

    def add_imports(self) -> dict[str, str]:
        """What the hook needs."""
        return {"react": "useEffect"}

    def add_hooks(self) -> list[str | rx.Var]:
        """Mark the page once its buttons are live."""
        return ["useEffect(() => { document.documentElement.dataset.live = 'yes' }, [])"]


def theme_choice() -> rx.Component:
    """Light, dark or as the device has it. Remembered in this browser only."""
    return _ThemeChoice.create(
        *(_choice(*choice) for choice in _CHOICES),
        role="group",
        aria_label=say("Colours"),
        class_name="theme-choice",
    )


def _choice(mode: str, label: str, icon_name: str) -> rx.Component:
    return rx.el.button(
        icon(icon_name),
        type="button",
        title=label,
        aria_label=label,
        aria_pressed=rx.cond(color_mode == mode, "true", "false"),
        on_click=_set_mode(mode),
        class_name="theme-choice__option",
    )


def _set_mode(mode: str) -> rx.Var[EventChain]:
    """Reflex's own setter, called in the browser.

    Its `set_color_mode` goes through the event queue, which waits for the server; a colour
    should change while the connection is gone, too.
    """
    setter = ColorMode.SET
    context = VarData(hooks={f"const {{ {setter} }} = useContext(ColorModeContext)": None})
    return rx.Var(
        f"(() => {setter}({mode!r}))",
        _var_type=EventChain,
        _var_data=VarData.merge(color_mode._get_all_var_data(), context),
    ).guess_type()
