"""Who may send which event: one line for each handler, and none is allowed without one.

``missing_rules`` compares this table with what Reflex has registered; the build stops
when a handler is not here. Every public method of a State can be called by any browser,
whether a page shows it or not, so this table is the list of our doors. The lines of the admins'
screens are in ``ui/admin/rules.py`` and ``ui/admin/settings/rules.py``.
"""

from __future__ import annotations

from collections.abc import Mapping

from reflex_base.registry import RegisteredEventHandler, RegistrationContext

from billing_app.kernel.audience import Audience
from billing_app.ui.admin.rules import ADMIN_RULES
from billing_app.ui.admin.settings.rules import SETTINGS_RULES
from billing_app.ui.rules import ADMIN
from billing_app.ui.rules import EVERYONE as EVERYONE
from billing_app.ui.rules import SIGNED_IN as SIGNED_IN
from billing_app.ui.rules import Rule as Rule

_PARTNER = frozenset({Audience.PARTNER})
_CUSTOMER = frozenset({Audience.CUSTOMER})

# Reflex's own events. Those that a browser has no reason to send are left out: they are
# refused, and so is ``setvar``, which Reflex adds to every state.
_FRAMEWORK = {
    "State.hydrate_and_load": Rule(EVERYONE),
    "OnLoadInternalState.on_load_internal": Rule(EVERYONE),
    "OnLoadInternalState.set_is_hydrated": Rule(EVERYONE, by_browser=False),
    "FrontendEventExceptionState.handle_frontend_exception": Rule(EVERYONE),
}
_REFUSED = frozenset(
    {
        "State.hydrate",
        "State.set_is_hydrated",
        "UpdateVarsInternalState.update_vars_internal",
    }
)

POLICY: Mapping[str, Rule] = (
    _FRAMEWORK
    | ADMIN_RULES
    | SETTINGS_RULES
    | {
        "WordsState.learn": Rule(EVERYONE),
        "FrameState.enter": Rule(SIGNED_IN),
        "FrameState.dismiss": Rule(EVERYONE),
        "FrameState.refuse": Rule(EVERYONE, by_browser=False),
        "SignInState.load": Rule(EVERYONE),
        "SaidState.listen": Rule(EVERYONE),
        "LandingState.load": Rule(EVERYONE),
        "PayState.load": Rule(EVERYONE),
        "OutcomeState.load": Rule(EVERYONE),
        "OutcomeState.look": Rule(EVERYONE),
        "ChooseState.load": Rule(SIGNED_IN),
        "StepUpState.load": Rule(ADMIN),
        "ProfileState.load": Rule(SIGNED_IN),
        "ProfileState.rename": Rule(SIGNED_IN),
        "ProfileState.let_slash": Rule(SIGNED_IN),
        "ProfileState.choose_language": Rule(SIGNED_IN),
        "MailboxState.load": Rule(EVERYONE),
        "MailboxState.show_more": Rule(EVERYONE),
        "MailboxState.open": Rule(EVERYONE),
        "PartnerHomeState.load": Rule(_PARTNER),
        "CustomerHomeState.load": Rule(_CUSTOMER),
        "CustomerPayState.load": Rule(_CUSTOMER),
        "CustomerPayState.choose": Rule(_CUSTOMER),
        "CustomerPayState.take": Rule(_CUSTOMER),
        "CustomerPayState.type_amount": Rule(_CUSTOMER),
        "CustomerPaidState.load": Rule(_CUSTOMER),
        "CustomerPaidState.look": Rule(_CUSTOMER),
        "CustomerInvoicesState.load": Rule(_CUSTOMER),
        "CustomerInvoicesState.show_more": Rule(_CUSTOMER),
        "CustomerInvoiceState.load": Rule(_CUSTOMER),
        "CustomerRequestsState.load": Rule(_CUSTOMER),
        "CustomerRequestsState.show_more": Rule(_CUSTOMER),
        "CustomerRequestState.load": Rule(_CUSTOMER),
        "CustomerPaymentsState.load": Rule(_CUSTOMER),
        "CustomerPaymentsState.show_more": Rule(_CUSTOMER),
        "CustomerPaymentState.load": Rule(_CUSTOMER),
        "CustomerMethodsState.load": Rule(_CUSTOMER),
        "CustomerMethodsState.make_usual": Rule(_CUSTOMER),
        "CustomerMethodsState.ask_to_forget": Rule(_CUSTOMER),
        "CustomerMethodsState.let_be": Rule(_CUSTOMER),
        "CustomerMethodsState.forget": Rule(_CUSTOMER),
        "CustomerMethodsState.agree": Rule(_CUSTOMER),
    }
)


def registered() -> Mapping[str, RegisteredEventHandler]:
    """Every event handler that Reflex would answer to, by the name on the wire."""
    return RegistrationContext.get().event_handlers


def short_name(handler: RegisteredEventHandler) -> str:
    """The name a handler has in this table: its state's class and its own."""
    return f"{handler.states[0].__name__}.{handler.handler.fn.__name__}"


def rule_for(name_on_the_wire: str) -> Rule | None:
    """The rule of an event; None refuses it."""
    handler = registered().get(name_on_the_wire)
    return POLICY.get(short_name(handler)) if handler else None


def browser_events() -> frozenset[str]:
    """The names that a browser may put on the wire at all."""
    return frozenset(
        name for name in registered() if (rule := rule_for(name)) is not None and rule.by_browser
    )


def missing_rules() -> list[str]:
    """Handlers without a rule, and rules without a handler; the build stops on any."""
    names = [
        short_name(handler)
        for handler in registered().values()
        if handler.handler.fn.__name__ != "setvar"
    ]
    twice = {name for name in names if names.count(name) > 1}
    unruled = set(names) - POLICY.keys() - _REFUSED
    stale = POLICY.keys() - set(names)
    return (
        [f"{name} has no rule in ui/policy.py" for name in sorted(unruled)]
        + [f"{name} has a rule but no handler" for name in sorted(stale)]
        + [f"{name} is the name of two handlers" for name in sorted(twice)]
    )
