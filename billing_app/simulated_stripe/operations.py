"""Every request that the simulated Stripe answers: its path, its parameters, what it does.

``honours`` names the parameters that have an effect here. One that Stripe takes and we do
not is refused in so many words, so that nothing is ever silently ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stripe import params as p
from stripe.params import checkout
from stripe.params import test_helpers as helpers

from billing_app.simulated_stripe import (
    customers,
    disputes,
    endpoints,
    intents,
    methods,
    money,
    refunds,
    sessions,
    setups,
    transfers,
)
from billing_app.simulated_stripe.desk import Asked, Desk, Obj
from billing_app.simulated_stripe.events import list_events
from billing_app.simulated_stripe.lists import PAGING, lister

Does = Callable[[Desk, Asked], Obj]


@dataclass(frozen=True)
class Operation:
    """One kind of request."""

    method: str
    path: str
    accepts: type
    does: Does
    honours: frozenset[str]

    @property
    def is_test_helper(self) -> bool:
        """Whether only test mode has it."""
        return "/test_helpers/" in self.path


def _asks(method: str, path: str, accepts: type, does: Does, honours: str = "") -> Operation:
    words = {word for word in honours.split() if word != "PAGING"}
    known = frozenset(words) | (PAGING if "PAGING" in honours else frozenset({"expand"}))
    return Operation(method, path, accepts, does, known)


def _one(kind: str) -> Does:
    return lambda desk, asked: desk.get(kind, asked.id)


_CUSTOMER = (
    "address description email metadata name phone preferred_locales shipping"
    " cash_balance invoice_settings.default_payment_method"
)
_CONFIRM = "payment_method payment_method_data return_url mandate mandate_data off_session"
_FILTERED = "allowed_payment_method_types excluded_payment_method_types automatic_payment_methods"
_INTENT = (
    f"amount currency customer description metadata receipt_email setup_future_usage {_FILTERED}"
    " payment_method_options.customer_balance statement_descriptor_suffix transfer_group"
)
_SESSION = (
    "mode customer customer_email client_reference_id metadata success_url cancel_url expires_at"
    " currency locale submit_type ui_mode billing_address_collection adaptive_pricing.enabled"
    " line_items.quantity line_items.price_data.currency line_items.price_data.unit_amount"
    " line_items.price_data.product_data.name line_items.price_data.product_data.description"
    " payment_intent_data.description payment_intent_data.metadata"
    " payment_intent_data.setup_future_usage payment_intent_data.receipt_email"
    " payment_intent_data.statement_descriptor_suffix payment_intent_data.transfer_group"
    " setup_intent_data.description setup_intent_data.metadata saved_payment_method_options"
    " payment_method_options.customer_balance allowed_payment_method_types"
    " excluded_payment_method_types"
)
_METHOD = "type us_bank_account sepa_debit bacs_debit au_becs_debit customer_balance card"
_METHOD += " billing_details metadata allow_redisplay"


def _customers() -> Iterator[Operation]:
    at, one = "/v1/customers", "/v1/customers/{id}"
    yield _asks("POST", at, p.CustomerCreateParams, customers.create_customer, _CUSTOMER)
    yield _asks("GET", one, p.CustomerRetrieveParams, customers.retrieve_customer)
    yield _asks("POST", one, p.CustomerUpdateParams, customers.update_customer, _CUSTOMER)
    yield _asks("DELETE", one, p.CustomerDeleteParams, customers.delete_customer)
    listed = lister("customer", at, "email")
    yield _asks("GET", at, p.CustomerListParams, listed, "PAGING created email")
    yield _asks("GET", f"{one}/payment_methods", p.CustomerPaymentMethodListParams,
                methods.list_methods, "PAGING type allow_redisplay")  # fmt: skip
    cash = f"{one}/cash_balance"
    yield _asks("GET", cash, p.CustomerCashBalanceRetrieveParams, transfers.cash_balance)
    yield _asks("POST", cash, p.CustomerCashBalanceUpdateParams, transfers.update_cash_balance,
                "settings")  # fmt: skip
    yield _asks("GET", f"{cash}_transactions", p.CustomerCashBalanceTransactionListParams,
                transfers.list_cash, "PAGING")  # fmt: skip
    yield _asks("GET", f"{cash}_transactions/{{part}}",
                p.CustomerCashBalanceTransactionRetrieveParams,
                transfers.retrieve_cash)  # fmt: skip
    yield _asks("POST", f"{one}/funding_instructions", p.CustomerFundingInstructionsCreateParams,
                transfers.instructions, "currency funding_type bank_transfer")  # fmt: skip
    yield _asks("POST", "/v1/test_helpers/customers/{id}/fund_cash_balance",
                helpers.CustomerFundCashBalanceParams, transfers.fund,
                "amount currency reference")  # fmt: skip


def _methods() -> Iterator[Operation]:
    at, one = "/v1/payment_methods", "/v1/payment_methods/{id}"
    yield _asks("POST", at, p.PaymentMethodCreateParams, methods.create_method, _METHOD)
    yield _asks("GET", one, p.PaymentMethodRetrieveParams, _one("payment_method"))
    yield _asks("POST", one, p.PaymentMethodUpdateParams, methods.update_method,
                "billing_details metadata allow_redisplay card")  # fmt: skip
    yield _asks("GET", at, p.PaymentMethodListParams, methods.list_methods,
                "PAGING customer type allow_redisplay")  # fmt: skip
    yield _asks("POST", f"{one}/attach", p.PaymentMethodAttachParams, methods.attach_method,
                "customer")  # fmt: skip
    yield _asks("POST", f"{one}/detach", p.PaymentMethodDetachParams, methods.detach_method)
    yield _asks("GET", "/v1/mandates/{id}", p.MandateRetrieveParams, _one("mandate"))
    at, one = "/v1/setup_intents", "/v1/setup_intents/{id}"
    confirming = "payment_method payment_method_data return_url mandate_data"
    saving = f"customer description metadata usage confirm {_FILTERED} {confirming}"
    yield _asks("POST", at, p.SetupIntentCreateParams, setups.create_setup, saving)
    yield _asks("GET", one, p.SetupIntentRetrieveParams, _one("setup_intent"))
    yield _asks("GET", at, p.SetupIntentListParams, lister("setup_intent", at, "customer"),
                "PAGING created customer")  # fmt: skip
    yield _asks("POST", f"{one}/confirm", p.SetupIntentConfirmParams, setups.confirm_setup,
                confirming)  # fmt: skip
    yield _asks("POST", f"{one}/cancel", p.SetupIntentCancelParams, setups.cancel_setup,
                "cancellation_reason")  # fmt: skip


def _payments() -> Iterator[Operation]:
    at, one = "/v1/payment_intents", "/v1/payment_intents/{id}"
    yield _asks("POST", at, p.PaymentIntentCreateParams, intents.create_intent,
                f"{_INTENT} {_CONFIRM} confirm")  # fmt: skip
    yield _asks("GET", one, p.PaymentIntentRetrieveParams, _one("payment_intent"))
    yield _asks("POST", one, p.PaymentIntentUpdateParams, intents.update_intent,
                "amount customer description metadata receipt_email setup_future_usage"
                " payment_method payment_method_data")  # fmt: skip
    yield _asks("GET", at, p.PaymentIntentListParams, lister("payment_intent", at, "customer"),
                "PAGING created customer")  # fmt: skip
    yield _asks("POST", f"{one}/confirm", p.PaymentIntentConfirmParams, intents.confirm_intent,
                _CONFIRM)  # fmt: skip
    yield _asks("POST", f"{one}/cancel", p.PaymentIntentCancelParams, intents.cancel_intent,
                "cancellation_reason")  # fmt: skip
    yield _asks("POST", f"{one}/apply_customer_balance",
                p.PaymentIntentApplyCustomerBalanceParams, transfers.apply_cash,
                "amount currency")  # fmt: skip
    at, one = "/v1/charges", "/v1/charges/{id}"
    yield _asks("GET", one, p.ChargeRetrieveParams, _one("charge"))
    yield _asks("GET", at, p.ChargeListParams, lister("charge", at, "customer", "payment_intent"),
                "PAGING created customer payment_intent")  # fmt: skip
    at, one = "/v1/refunds", "/v1/refunds/{id}"
    yield _asks("POST", at, p.RefundCreateParams, refunds.create_refund,
                "amount charge payment_intent reason metadata")  # fmt: skip
    yield _asks("GET", one, p.RefundRetrieveParams, _one("refund"))
    yield _asks("POST", one, p.RefundUpdateParams, refunds.update_refund, "metadata")
    yield _asks("GET", at, p.RefundListParams, lister("refund", at, "charge", "payment_intent"),
                "PAGING created charge payment_intent")  # fmt: skip
    at, one = "/v1/disputes", "/v1/disputes/{id}"
    yield _asks("GET", one, p.DisputeRetrieveParams, _one("dispute"))
    yield _asks("POST", one, p.DisputeUpdateParams, disputes.update_dispute,
                "evidence metadata submit")  # fmt: skip
    yield _asks("POST", f"{one}/close", p.DisputeCloseParams, disputes.close_dispute)
    yield _asks("GET", at, p.DisputeListParams, lister("dispute", at, "charge", "payment_intent"),
                "PAGING created charge payment_intent")  # fmt: skip


def _pages_and_news() -> Iterator[Operation]:
    at, one = "/v1/checkout/sessions", "/v1/checkout/sessions/{id}"
    yield _asks("POST", at, checkout.SessionCreateParams, sessions.create_session, _SESSION)
    yield _asks("GET", one, checkout.SessionRetrieveParams, _one("checkout.session"))
    yield _asks("POST", one, checkout.SessionUpdateParams, sessions.update_session, "metadata")
    listed = lister("checkout.session", at, "customer", "payment_intent", "status")
    yield _asks("GET", at, checkout.SessionListParams, listed,
                "PAGING created customer payment_intent status")  # fmt: skip
    yield _asks("POST", f"{one}/expire", checkout.SessionExpireParams, sessions.expire_session)
    yield _asks("GET", f"{one}/line_items", checkout.SessionLineItemListParams,
                sessions.line_items, "PAGING")  # fmt: skip
    at, one = "/v1/balance_transactions", "/v1/balance_transactions/{id}"
    yield _asks("GET", one, p.BalanceTransactionRetrieveParams, money.retrieve_transaction)
    yield _asks("GET", at, p.BalanceTransactionListParams, money.list_transactions,
                "PAGING created type source currency")  # fmt: skip
    yield _asks("GET", "/v1/balance", p.BalanceRetrieveParams, money.balance)
    yield _asks("GET", "/v1/events/{id}", p.EventRetrieveParams, _one("event"))
    yield _asks("GET", "/v1/events", p.EventListParams, list_events,
                "PAGING created type types delivery_success")  # fmt: skip
    at, one = "/v1/webhook_endpoints", "/v1/webhook_endpoints/{id}"
    yield _asks("POST", at, p.WebhookEndpointCreateParams, endpoints.create_endpoint,
                "url enabled_events description metadata api_version")  # fmt: skip
    yield _asks("GET", one, p.WebhookEndpointRetrieveParams, _one("webhook_endpoint"))
    yield _asks("POST", one, p.WebhookEndpointUpdateParams, endpoints.update_endpoint,
                "url enabled_events description metadata disabled")  # fmt: skip
    yield _asks("GET", at, p.WebhookEndpointListParams, lister("webhook_endpoint", at), "PAGING")
    yield _asks("DELETE", one, p.WebhookEndpointDeleteParams, endpoints.delete_endpoint)


OPERATIONS = (*_customers(), *_methods(), *_payments(), *_pages_and_news())

_PATTERNS = tuple(
    (operation, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[A-Za-z0-9_]+)", operation.path)))
    for operation in OPERATIONS
)


def find(method: str, path: str) -> tuple[Operation, str, str] | None:
    """The operation behind a request, and the ids in its path."""
    for operation, pattern in _PATTERNS:
        found = pattern.fullmatch(path)
        if found and operation.method == method:
            named = found.groupdict()
            return operation, named.get("id", ""), named.get("part", "")
    return None
