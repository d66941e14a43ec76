"""Who may send which event: one line for each handler, and none is allowed without one.

``missing_rules`` compares this table with what Reflex has registered; the build stops
when a handler is not here. Every public method of a State can be called by any browser,
whether a page shows it or not, so this table is the list of our doors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reflex_base.registry import RegisteredEventHandler, RegistrationContext

from billing_app.access.permissions import Permission
from billing_app.kernel.audience import Audience

EVERYONE: frozenset[Audience] = frozenset()
SIGNED_IN = frozenset(Audience)
_ADMIN = frozenset({Audience.ADMIN})
_PARTNER = frozenset({Audience.PARTNER})
_CUSTOMER = frozenset({Audience.CUSTOMER})


@dataclass(frozen=True)
class Rule:
    """Who may send an event. An empty audience means everyone, signed in or not.

    What ``acts`` with a weighty permission asks for the password again first, which is done
    on a page of its own, so also the opening of a form acts, and a question before the act.
    """

    audience: frozenset[Audience]
    permission: Permission | None = None
    by_browser: bool = True
    acts: bool = False


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

POLICY: Mapping[str, Rule] = _FRAMEWORK | {
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
    "StepUpState.load": Rule(_ADMIN),
    "ProfileState.load": Rule(SIGNED_IN),
    "ProfileState.rename": Rule(SIGNED_IN),
    "AdminHomeState.load": Rule(_ADMIN, Permission.LOOK),
    "AdminAlarmsState.load": Rule(_ADMIN, Permission.LOOK),
    "AdminActivityState.load": Rule(_ADMIN, Permission.LOOK),
    "AdminInvoicesState.load": Rule(_ADMIN, Permission.LOOK),
    "AdminInvoicesState.find": Rule(_ADMIN, Permission.LOOK),
    "AdminInvoicesState.sort_by": Rule(_ADMIN, Permission.LOOK),
    "AdminInvoicesState.narrow": Rule(_ADMIN, Permission.LOOK),
    "AdminInvoicesState.clear": Rule(_ADMIN, Permission.LOOK),
    "AdminInvoicesState.show_more": Rule(_ADMIN, Permission.LOOK),
    "AdminNewInvoiceState.load": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminNewInvoiceState.search_for": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminNewInvoiceState.begin": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminDraftState.load": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminDraftState.write_line": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminDraftState.write": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminDraftState.add_line": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminDraftState.remove_line": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminDraftState.save": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminDraftState.ask": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminDraftState.let_be": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminDraftState.issue": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminDraftState.issue_and_charge": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminDraftState.delete": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminInstalmentsState.open_form": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminInstalmentsState.close_form": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminInstalmentsState.plan": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminInstalmentsState.drop": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminInvoiceState.load": Rule(_ADMIN, Permission.LOOK),
    "AdminInvoiceState.show_more": Rule(_ADMIN, Permission.LOOK),
    "AdminInvoiceState.copy": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminExplainState.explain": Rule(_ADMIN, Permission.LOOK),
    "AdminExplainState.show_more": Rule(_ADMIN, Permission.LOOK),
    "AdminExplainState.close": Rule(_ADMIN, Permission.LOOK),
    "AdminChargeState.load": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminChargeState.open_form": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminChargeState.close_form": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminChargeState.charge": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminChargeState.charge_all_the_same": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminPlannedState.open_form": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminPlannedState.close_form": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminPlannedState.call_off": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminRetryState.open_form": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminRetryState.close_form": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminRetryState.retry": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminPayFromCreditState.open_form": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminPayFromCreditState.close_form": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminPayFromCreditState.pay": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminRefundState.open_form": Rule(_ADMIN, Permission.REFUND),
    "AdminRefundState.close_form": Rule(_ADMIN, Permission.REFUND),
    "AdminMistakeState.open_form": Rule(_ADMIN, Permission.REFUND),
    "AdminMistakeState.close_form": Rule(_ADMIN, Permission.REFUND),
    "AdminMistakeState.take_back": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminRefundState.refund": Rule(_ADMIN, Permission.REFUND),
    "AdminCorrectionState.open_form": Rule(_ADMIN, Permission.LOOK),
    "AdminCorrectionState.close_form": Rule(_ADMIN, Permission.LOOK),
    "AdminCorrectionState.issue_note": Rule(_ADMIN, Permission.GIVE_CREDIT),
    "AdminCorrectionState.write_off": Rule(_ADMIN, Permission.GIVE_CREDIT),
    "AdminCorrectionState.void": Rule(_ADMIN, Permission.KEEP_INVOICES),
    "AdminPayLinkState.load": Rule(_ADMIN, Permission.LOOK),
    "AdminPayLinkState.make": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminPayLinkState.ask": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminPayLinkState.let_be": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminPayLinkState.replace": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminPayLinkState.withdraw": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminTakePaymentState.load": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminTakePaymentState.search_for": Rule(_ADMIN, Permission.TAKE_PAYMENTS),
    "AdminCustomersState.load": Rule(_ADMIN, Permission.LOOK),
    "AdminCustomersState.search_for": Rule(_ADMIN, Permission.LOOK),
    "AdminCustomersState.show_more": Rule(_ADMIN, Permission.LOOK),
    "AdminCustomersState.open_form": Rule(_ADMIN, Permission.KEEP_CUSTOMERS),
    "AdminCustomersState.close_form": Rule(_ADMIN, Permission.KEEP_CUSTOMERS),
    "AdminCustomersState.add": Rule(_ADMIN, Permission.KEEP_CUSTOMERS),
    "AdminCustomersState.archive": Rule(_ADMIN, Permission.KEEP_CUSTOMERS),
    "AdminCustomersState.restore": Rule(_ADMIN, Permission.KEEP_CUSTOMERS),
    "AdminPartnersState.load": Rule(_ADMIN, Permission.LOOK),
    "AdminPartnersState.search_for": Rule(_ADMIN, Permission.LOOK),
    "AdminPartnersState.show_more": Rule(_ADMIN, Permission.LOOK),
    "AdminPartnersState.open_form": Rule(_ADMIN, Permission.KEEP_PARTNERS),
    "AdminPartnersState.close_form": Rule(_ADMIN, Permission.KEEP_PARTNERS),
    "AdminPartnersState.add": Rule(_ADMIN, Permission.KEEP_PARTNERS),
    "AdminPartnersState.archive": Rule(_ADMIN, Permission.KEEP_PARTNERS),
    "AdminPartnersState.restore": Rule(_ADMIN, Permission.KEEP_PARTNERS),
    "AdminCustomerState.load": Rule(_ADMIN, Permission.LOOK),
    "AdminCustomerState.open_form": Rule(_ADMIN, Permission.KEEP_CUSTOMERS),
    "AdminCustomerState.close_form": Rule(_ADMIN, Permission.KEEP_CUSTOMERS),
    "AdminCustomerState.add": Rule(_ADMIN, Permission.KEEP_CUSTOMERS),
    "AdminCustomerState.remove": Rule(_ADMIN, Permission.KEEP_CUSTOMERS),
    "AdminCustomerState.grant": Rule(_ADMIN, Permission.GRANT_ACCESS),
    "AdminCustomerState.revoke": Rule(_ADMIN, Permission.GRANT_ACCESS),
    "AdminCustomerState.ask_to_revoke": Rule(_ADMIN, Permission.GRANT_ACCESS),
    "AdminCustomerState.ask_to_remove": Rule(_ADMIN, Permission.KEEP_CUSTOMERS),
    "AdminCustomerState.let_be": Rule(_ADMIN, Permission.LOOK),
    "AdminPartnerState.load": Rule(_ADMIN, Permission.LOOK),
    "AdminPartnerState.open_form": Rule(_ADMIN, Permission.KEEP_PARTNERS),
    "AdminPartnerState.close_form": Rule(_ADMIN, Permission.KEEP_PARTNERS),
    "AdminPartnerState.add": Rule(_ADMIN, Permission.KEEP_PARTNERS),
    "AdminPartnerState.remove": Rule(_ADMIN, Permission.KEEP_PARTNERS),
    "AdminPartnerState.grant": Rule(_ADMIN, Permission.GRANT_ACCESS),
    "AdminPartnerState.revoke": Rule(_ADMIN, Permission.GRANT_ACCESS),
    "AdminPartnerState.ask_to_revoke": Rule(_ADMIN, Permission.GRANT_ACCESS),
    "AdminPartnerState.ask_to_remove": Rule(_ADMIN, Permission.KEEP_PARTNERS),
    "AdminPartnerState.let_be": Rule(_ADMIN, Permission.LOOK),
    "AdminUsersState.load": Rule(_ADMIN, Permission.MANAGE_USERS),
    "AdminUsersState.open_form": Rule(_ADMIN, Permission.MANAGE_USERS, acts=True),
    "AdminUsersState.close_form": Rule(_ADMIN, Permission.MANAGE_USERS),
    "AdminUsersState.invite": Rule(_ADMIN, Permission.MANAGE_USERS, acts=True),
    "AdminUsersState.invite_again": Rule(_ADMIN, Permission.MANAGE_USERS, acts=True),
    "AdminUsersState.ask_role": Rule(_ADMIN, Permission.MANAGE_USERS, acts=True),
    "AdminUsersState.ask_to_suspend": Rule(_ADMIN, Permission.MANAGE_USERS, acts=True),
    "AdminUsersState.let_be": Rule(_ADMIN, Permission.MANAGE_USERS),
    "AdminUsersState.change_role": Rule(_ADMIN, Permission.MANAGE_USERS, acts=True),
    "AdminUsersState.suspend": Rule(_ADMIN, Permission.MANAGE_USERS, acts=True),
    "AdminUsersState.restore": Rule(_ADMIN, Permission.MANAGE_USERS, acts=True),
    "AdminSettingsState.load": Rule(_ADMIN, Permission.MANAGE_WORKSPACE),
    "AdminSettingsState.set_client_login": Rule(_ADMIN, Permission.MANAGE_WORKSPACE),
    "AdminLettersState.load": Rule(_ADMIN, Permission.SEE_LETTERS),
    "AdminLettersState.show_more": Rule(_ADMIN, Permission.SEE_LETTERS),
    "AdminLettersState.resend": Rule(_ADMIN, Permission.SEE_LETTERS),
    "AdminLettersState.retry": Rule(_ADMIN, Permission.RETRY_JOBS),
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
