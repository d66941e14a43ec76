"""The application's pages and their gate. Reflex finds ``app`` here; there is no logic.

It is built without an installation: what it needs of one, each event asks for.
"""

from __future__ import annotations

import reflex as rx
from reflex.app import default_error_boundary
from reflex.state import FrontendEventExceptionState
from reflex_base.event import EventHandler

from billing_app.ui import arguments, pages, policy
from billing_app.ui.components import theme
from billing_app.ui.gate import Gate
from billing_app.ui.refusals import answer_refusal, note_browser_error

# Reflex's answer to some browser errors is a script to be evaluated, which our
# Content-Security-Policy forbids; the page's own error boundary remains.
FrontendEventExceptionState.auto_reload_on_errors = []

app = rx.App(
    toaster=None,
    app_wraps={(55, "ErrorBoundary"): lambda _: default_error_boundary()},
    html_lang="en",
    stylesheets=list(theme.STYLESHEETS),
    head_components=theme.head_components(),
    backend_exception_handler=answer_refusal,
    frontend_exception_handler=note_browser_error,
)
app.add_middleware(Gate())
pages.add_to(app)


def _refuse_an_open_door() -> None:
    """Stop the build, and the start, when a handler escapes the gate's table."""
    handlers: list[EventHandler] = [
        registered.handler
        for registered in policy.registered().values()
        if policy.short_name(registered) in policy.POLICY
        and registered.states[0].__module__.startswith("billing_app")
    ]
    problems = policy.missing_rules() + [
        f"{argument} has a type that a browser cannot be asked for"
        for handler in handlers
        for argument in arguments.unusable_hints(handler)
    ]
    if problems:
        raise RuntimeError("The gate has no rule for everything:\n  " + "\n  ".join(problems))


_refuse_an_open_door()
