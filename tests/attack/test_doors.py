"""AT01, AT03, AT06–AT11: every handler, tried by everybody, over a raw socket."""

from __future__ import annotations

from typing import Any

import pytest

from billing_app.access.permissions import Permission
from billing_app.kernel.audience import Audience
from billing_app.ui import policy
from tests.attack.contents import contents
from tests.attack.handlers import HANDLERS, HEAPS, as_form
from tests.attack.people import WHO, answered, tab_of
from tests.servers import Site
from tests.wire import HYDRATE, ROOT

INVOICING = (
    "AdminInvoice",
    "AdminNewInvoice",
    "AdminDraft",
    "AdminInstalments",
    "AdminExplain",
    "AdminMistake",
    "AdminCharge",
    "AdminPayFromCredit",
    "AdminRefund",
    "AdminPlanned",
    "AdminRetry",
    "AdminCorrection",
    "AdminPayLink",
    "AdminTakePayment",
)
_NOTE = ("amount", "reason_code", "reason", "to_credit", "refunded", "payment_id", "outside")
_NARROW = ("customer", "currency", "least", "most")
_NARROW += ("issued_since", "issued_until", "due_since", "due_until")
INVOICING_ARGUMENTS: dict[str, dict[str, Any]] = {
    "find": {"search": "m"},
    "search_for": {"search": "m"},
    "sort_by": {"order": "due"},
    "narrow": {"form": dict.fromkeys(_NARROW, "")},
    "begin": {"party_id": "cus_" + "0" * 26},
    "write_line": {"key": "1", "field": "description", "value": "Intruder"},
    "write": {"field": "note", "value": "Intruder"},
    "remove_line": {"key": "1"},
    "issue_and_charge": {"form": {"payment_method_id": ""}},
    "plan": {"form": {"count": "3", "first_due_on": "2026-12-01", "apart": "monthly"}},
    "explain": {"what": "total"},
    "charge": {
        "form": dict.fromkeys(("amount", "method", "kind", "reference", "received_on"), "1")
    },
    "retry": {"form": {"payment_method_id": ""}},
    "pay": {"form": {"amount": "1"}},
    "refund": {
        "form": dict.fromkeys(
            ("amount", "way", "invoice", "choice", "reason_code", "reason", "reference"), "1"
        )
    },
    "issue_note": {"form": dict.fromkeys(_NOTE, "1")},
    "write_off": {"form": dict.fromkeys(("kind", "amount", "reason", "tax_relief"), "1")},
    "void": {"form": {"reason": "Intruder"}},
    "take_back": {"form": {"reason": "Intruder"}},
}
_ASKED_OF = {
    "AdminDraftState.ask": {"act": "issue"},
    "AdminPayLinkState.ask": {"act": "withdraw"},
    "AdminCorrectionState.open_form": {"act": "void"},
    "AdminMistakeState.open_form": {"line_id": "all_" + "0" * 26},
    "AdminRetryState.open_form": {"attempt_id": "att_" + "0" * 26},
    "AdminRefundState.open_form": {"payment_id": "pay_" + "0" * 26},
}


# On the pages of Credit Requests.
_WRITTEN = {"form": as_form(dict.fromkeys(("amount", "currency", "description", "due_on"), "1"))}
_OF_A_REQUEST: dict[str, dict[str, Any]] = {
    "AdminRequestsState.narrow": {
        "form": as_form(dict.fromkeys(("customer", "currency", "since", "until"), ""))
    },
    "AdminNewRequestState.keep": _WRITTEN,
    "AdminRequestActsState.open_form": {"act": "void"},
    "AdminRequestActsState.change": _WRITTEN,
    "AdminRequestActsState.raise_it": {"form": as_form({"asks": "not yet"})},
    "AdminRequestActsState.void": {"form": as_form({"reason": "Intruder"})},
}


# On the page of one customer.
_METHOD = {"method_id": "pmt_" + "0" * 26}
_RECORD = ("name", "email", "due_days", "legal_name", "address", "tax_id", "currency", "locale")
_OF_A_CUSTOMER: dict[str, dict[str, Any]] = {
    "AdminCustomerExplainState.explain_balance": {"balance": "Credit available", "currency": "AUD"},
    "AdminCustomerExplainState.explain_lot": {"lot_id": "lot_" + "0" * 26},
    "AdminCustomerAdjustState.adjust": {
        "form": as_form(dict.fromkeys(("direction", "amount", "currency", "reason"), "1"))
    },
    "AdminCustomerWaysState.make_usual": _METHOD,
    "AdminCustomerWaysState.ask_to_remove": _METHOD,
    "AdminCustomerWaysState.remove": _METHOD,
    "AdminCustomerDetailsState.save": {
        "form": as_form(dict.fromkeys((*_RECORD, "autopay", "prefers_transfer"), "1"))
    },
    "AdminCustomerStatementState.choose": {"what": "since", "typed": "2026-03-31"},
}


# On the pages of payments, exceptions and the reconciliation.
_OF_PAYMENTS: dict[str, dict[str, Any]] = {
    "AdminPaymentsState.narrow": {
        "form": as_form(dict.fromkeys(("way", "flag", "currency", "since", "until"), ""))
    },
    "AdminLetGoState.let_go": {"form": as_form({"reason": "Intruder"})},
    "AdminExceptionsState.look_again": {"shown_id": "att_" + "0" * 26},
    "AdminExceptionsState.try_again": {"job_id": "job_" + "0" * 26},
    "AdminDealingState.open_form": {"message_id": "atm_" + "0" * 26},
    "AdminDealingState.mark": {"form": as_form({"reason": "Intruder"})},
    "AdminPlacingState.open_form": {"about": "unr_" + "0" * 26},
    "AdminPlacingState.choose": {"party_id": "cus_" + "0" * 26},
    "AdminPlacingState.place": {"form": as_form({"invoice": ""})},
    "AdminReconciliationState.compare": {"form": as_form({"since": "", "until": ""})},
    "AdminReconciliationState.look_again": {"about": "re_1"},
}


def _sends(*fields: str) -> dict[str, Any]:
    """A form that nobody could have saved."""
    return {"form": as_form(dict.fromkeys(fields, "x"))}


# On the pages of settings, in the audit log's search, and for many invoices at once.
_PROFILE = ("legal_name", "abn", "tax_id", "address", "bank_details", "colour", "locale", "paper")
_ACCOUNTING = ("apply_credit_to_invoices", "apply_credit_to_requests", "tax_rounding")
_CHARGING = ("charge_invoices", "charge_requests", "charge_after_days", "retry_after_days")
_TAX = {"tax_rate_id": "tax_" + "0" * 26}
_OF_SETTINGS: dict[str, dict[str, Any]] = {
    "AdminWorkspaceState.save": _sends("name", "time_zone"),
    "AdminProfileState.save": _sends(*_PROFILE),
    "AdminClosingState.close": _sends("until"),
    "AdminAccountingState.save": _sends(*_ACCOUNTING, "prices_include_tax", "small_balance"),
    "AdminWaysState.set_way": {"way": "card", "to": "on"},
    "AdminChargingState.save": _sends(*_CHARGING),
    "AdminRemindersState.save": _sends("before", "after"),
    "AdminNumberingState.open_form": {"kind": "invoice"},
    "AdminNumberingState.save": _sends("prefix", "next_number"),
    "AdminTaxesState.add": _sends("name", "rate"),
    "AdminTaxesState.ask_to_retire": _TAX,
    "AdminTaxesState.retire": _TAX,
    "AdminActivityState.narrow": _sends("who", "kind", "since", "until"),
    "AdminBulkState.choose": {"invoice_id": "inv_" + "0" * 26},
    "ProfileState.let_slash": {"to": "on"},
    "ProfileState.choose_language": _sends("language"),
}


def _invoicing(short: str) -> dict[str, Any]:
    """Arguments for the screens of invoices; their forms are wrapped as the client wraps them."""
    said = _ASKED_OF.get(short) or INVOICING_ARGUMENTS.get(short.partition(".")[2], {})
    return {
        name: as_form(value) if isinstance(value, dict) else value for name, value in said.items()
    }


def fitting(site: Site, short: str) -> dict[str, Any]:
    """Arguments that the handler would accept from whoever is allowed to send it."""
    world = site.world
    customer = "Customers" in short
    form = {"party_id": "cus_" + "0" * 26, "name": "Intruder", "email": "i@world.example"}
    kind = {"due_days": "14"} if customer else {"kind": "agent"}
    nobody, contact = {"membership_id": "mem_" + "0" * 26}, {"contact_id": "con_" + "0" * 26}
    if short in {"AdminCustomerState.add", "AdminPartnerState.add"}:
        return {"form": as_form(contact | {"name": "Intruder", "email": "i@world.example"})}
    if short in _OF_PAYMENTS:
        return _OF_PAYMENTS[short]
    if short in _OF_A_REQUEST:
        return _OF_A_REQUEST[short]
    if short in _OF_A_CUSTOMER:
        return _OF_A_CUSTOMER[short]
    if short in _OF_SETTINGS:
        return _OF_SETTINGS[short]
    if short.startswith(INVOICING):
        return _invoicing(short)
    by_name: dict[str, dict[str, Any]] = {
        "grant": contact,
        "revoke": contact,
        "remove": contact,
        "ask_to_revoke": contact,
        "ask_to_remove": contact,
        "invite": {"form": as_form({"name": "I", "email": "i@world.example", "role": "owner"})},
        "invite_again": nobody,
        "change_role": nobody | {"role": "owner"},
        "suspend": nobody,
        "ask_role": nobody | {"role": "owner"},
        "ask_to_suspend": nobody,
        "set_client_login": {"to": "on"},
        "search_for": {"search": "m"},
        "find": {"search": "m"},
        "sort_by": {"order": "usual"},
        "archive": {"party_id": world.brandt if customer else world.northside},
        "restore": {"party_id": world.brandt if customer else world.northside},
        "add": {"form": as_form(form | kind)},
        "rename": {"form": as_form({"name": "Intruder"})},
        "refuse": {"sentence": "made up"},
        "resend": {"letter_id": "let_" + "0" * 26},
        "ask_to_note": {"letter_id": "let_" + "0" * 26},
        "note_that_it_came_back": {"letter_id": "let_" + "0" * 26},
        "retry": {"job_id": "job_" + "0" * 26},
        "choose": {"document_id": "inv_" + "0" * 26},
        "take": {"much": "all"},
        "type_amount": {"typed": "1"},
        "make_usual": {"method_id": "pmt_" + "0" * 26},
        "ask_to_forget": {"method_id": "pmt_" + "0" * 26},
        "forget": {"method_id": "pmt_" + "0" * 26},
        "agree": {"to": "on"},
        "open": {"letter_id": "let_" + "0" * 26},
    }
    if short == "AdminUsersState.restore":
        return nobody
    return by_name.get(short.partition(".")[2], {})


def expected(who: str, rule: policy.Rule) -> str:
    """What the gate's table promises for this person: pass, denied, or led out."""
    if not rule.by_browser:
        return "denied"
    if not rule.audience:
        return "pass"
    if WHO[who] is None:
        return "led out"
    role = WHO[who] if WHO[who] in {"owner", "bookkeeper", "viewer"} else None
    audience = Audience.ADMIN if role else WHO[who]
    if audience not in rule.audience:
        return "denied"
    allowed = {
        "owner": True,
        "bookkeeper": rule.permission
        in {
            None,
            Permission.LOOK,
            Permission.KEEP_CUSTOMERS,
            Permission.SEE_LETTERS,
            Permission.KEEP_INVOICES,
            Permission.TAKE_PAYMENTS,
        },
        "viewer": rule.permission in {None, Permission.LOOK},
    }
    return "pass" if role is None or allowed[role] else "denied"


@pytest.mark.parametrize("heap", HEAPS)
def test_at01_each_handler_does_for_each_person_what_the_table_says(site: Site, heap: str):
    outcomes = {who: by_outcome(who, HEAPS[heap]) for who in WHO}
    for who in WHO:
        tab_of(site, who)
    written = contents(site.database)

    for who, handlers in outcomes.items():
        assert_nothing_is_answered(site, who, handlers["denied"])
        assert_led_out(site, who, handlers["led out"])
    assert contents(site.database) == written
    for who, handlers in outcomes.items():
        assert_let_in(site, who, handlers["pass"])


def by_outcome(who: str, handlers: list[str]) -> dict[str, list[str]]:
    """What the gate's table promises this person, and of which handlers."""
    promised: dict[str, list[str]] = {"pass": [], "denied": [], "led out": []}
    for short in handlers:
        promised[expected(who, policy.POLICY[short])].append(short)
    return promised


def sent(site: Site, who: str, handlers: list[str]) -> list[dict[str, Any]]:
    """Send what each would accept, from the front page; returns what all of it led to."""
    tab = tab_of(site, who)
    for short in handlers:
        tab.send(HANDLERS[short], fitting(site, short), path="/")
    return tab.settle() if handlers else []


def assert_nothing_is_answered(site: Site, who: str, handlers: list[str]) -> None:
    updates = sent(site, who, handlers)

    assert not leading_to_sign_in(updates), who
    for short in handlers:
        if not short.startswith("FrameState"):
            assert not answered_by(updates, short), (who, short)
    assert "ZZCANARY" not in repr(updates) or who == "otto", who


def assert_led_out(site: Site, who: str, handlers: list[str]) -> None:
    updates = sent(site, who, handlers)

    assert len(leading_to_sign_in(updates)) == len(handlers), who
    assert not any(answered_by(updates, short) for short in handlers), who


def assert_let_in(site: Site, who: str, handlers: list[str]) -> None:
    logged = site.log_position()

    updates = sent(site, who, handlers)

    assert '"reason": ' not in site.log_since(logged), who
    assert not leading_to_sign_in(updates), who


def answered_by(updates: list[dict[str, Any]], short: str) -> bool:
    """Whether a handler's State said anything."""
    state = HANDLERS[short].rpartition(".")[0]
    return any(update.get("delta", {}).get(state) for update in updates)


def leading_to_sign_in(updates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [update for update in updates if "/sign-in" in repr(update.get("events"))]


ROUTES = ("/", "/sign-in", "/admin", "/admin/customers", "/partner", "/customer", "/pay/x")


@pytest.mark.parametrize("path", ROUTES)
def test_at03_hydrating_anywhere_without_a_session_gives_empty_state(site: Site, path: str):
    state = site.tab().hydrate(path)

    filled = {
        f"{name}.{var}": value
        for name, values in state.items()
        if "billing_app" in name
        for var, value in values.items()
        if value and not var.startswith(("demo_", "known_"))
    }
    assert filled == {}


def test_at06_an_admins_act_sent_from_the_front_page_by_a_customer_does_nothing(site: Site):
    written = contents(site.database)
    tab = tab_of(site, "cleo")

    tab.ask(HANDLERS["AdminCustomersState.archive"], {"party_id": site.world.marsh}, path="/")

    assert contents(site.database) == written


STATE = HANDLERS["ProfileState.rename"].rpartition(".")[0]
ODD_NAMES = (
    "",
    "_",
    ROOT,
    f"{ROOT}._bind",
    f"{ROOT}.reset",
    f"{ROOT}.get_state",
    f"{ROOT}.__class__",
    f"{STATE}.__init__",
    f"{STATE}._acts",
    f"{STATE}.dict",
    f"{STATE}.setvar",
    f"{STATE}.set_name",
    f"{ROOT}.setvar",
    f"{ROOT}.hydrate",
    f"{ROOT}.set_is_hydrated",
    HANDLERS["FrameState.refuse"],
    HANDLERS["AdminCustomersState.add"].replace(".add", "._add"),
    HANDLERS["AdminCustomersState.add"].replace(".add", "._page"),
    "_redirect",
    "_call_script",
    "os.system",
)


def test_at07_at08_no_other_name_on_the_wire_does_anything(site: Site):
    written = contents(site.database)
    said = {"var_name": "name", "value": "x", "sentence": "x"}

    assert answered(site, {name: (name, said) for name in ODD_NAMES}) == []
    assert contents(site.database) == written


def test_at09_internal_updates_of_variables_are_refused(site: Site):
    name = f"{ROOT}.reflex___state____update_vars_internal_state.update_vars_internal"
    tab = site.tab(site.world.vic.token)

    updates = tab.ask(name, {"vars": {f"{STATE}.name": "Owner", f"{ROOT}._bound_to": "x"}})

    assert updates == []
    assert "Owner" not in repr(tab.hydrate("/expired"))


def test_at10_variables_offered_at_hydration_are_refused(site: Site):
    tab = site.tab(site.world.vic.token)
    frame = HANDLERS["FrameState.enter"].rpartition(".")[0]

    forged = tab.ask(HYDRATE, {"vars": {f"{frame}.permissions": ["keep partners"]}})

    assert "keep partners" not in repr(forged) + repr(tab.hydrate("/expired"))


def test_at11_an_event_inside_the_packet_that_opens_a_socket_passes_the_same_gate(site: Site):
    written = contents(site.database)
    event = {
        "name": HANDLERS["AdminCustomersState.archive"],
        "payload": {"party_id": site.world.marsh},
        "router_data": {"pathname": "/admin"},
    }

    tab = site.tab(site.world.cleo.token, boot={"event": event})
    tab.settle()

    assert contents(site.database) == written
