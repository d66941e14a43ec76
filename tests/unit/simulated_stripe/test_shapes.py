"""Each object has the fields, the types and the words that the SDK declares for its kind."""

from __future__ import annotations

import sys
import typing
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

import pytest
import stripe

from tests.stripes import Stripes

KINDS: dict[str, Any] = {
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "payment_method": stripe.PaymentMethod,
    "checkout.session": stripe.checkout.Session,
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "setup_intent": stripe.SetupIntent,
    "customer": stripe.Customer,
    "event": stripe.Event,
    "balance_transaction": stripe.BalanceTransaction,
    "mandate": stripe.Mandate,
    "cash_balance": stripe.CashBalance,
    "customer_cash_balance_transaction": stripe.CustomerCashBalanceTransaction,
    "funding_instructions": stripe.FundingInstructions,
    "webhook_endpoint": stripe.WebhookEndpoint,
    "balance": stripe.Balance,
}

# The SDK lists two of the five kinds of transfer that Stripe documents for them.
WIDER = {"funding_instructions.bank_transfer.type"}


def problems(value: Any, hint: Any, where: str, module: str) -> Iterator[str]:
    """What is wrong with a value of a field, as the SDK's annotation has it."""
    choices = choices_of(hint)
    if value is None:
        if NoneType not in choices and hint is not Any:
            yield f"{where} is null"
        return
    classes = [choice for choice in choices if isinstance(choice, type) and is_object(choice)]
    if isinstance(value, dict) and classes and "object" not in value:
        yield from fields_of(value, classes[0], where)
        return
    lists = [choice for choice in choices if get_origin(choice) is list]
    if isinstance(value, list) and lists:
        for place, inner in enumerate(value):
            yield from problems(inner, get_args(lists[0])[0], f"{where}[{place}]", module)
        return
    words = [word for choice in choices if get_origin(choice) is Literal for word in
             get_args(choice)]  # fmt: skip
    if words and isinstance(value, str) and value not in words and where not in WIDER:
        yield f"{where} is {value}"
    for kind in (int, bool, str):
        if set(choices) - {NoneType} == {kind} and type(value) is not kind:
            yield f"{where} is {value!r} and no {kind.__name__}"


def fields_of(value: dict[str, Any], kind: type, where: str) -> Iterator[str]:
    """What is missing from an object, and what it has too much."""
    hints = kind.__annotations__
    for name in value.keys() - hints.keys():
        yield f"{where}.{name} is unknown"
    for name, hint in hints.items():
        if name.startswith("_") or name == "OBJECT_NAME":
            continue
        if name in value:
            yield from problems(value[name], hint, f"{where}.{name}", kind.__module__)
        elif NoneType not in choices_of(hint):
            yield f"{where}.{name} is missing"


def choices_of(hint: Any) -> list[Any]:
    if isinstance(hint, str):
        hint = ForwardRef(hint)
    if isinstance(hint, ForwardRef):
        names = vars(typing) | vars(stripe) | vars(sys.modules["stripe"])
        try:
            hint = eval(hint.__forward_arg__, names)
        except NameError:
            return [object]
    if get_origin(hint) in (Union, UnionType):
        return [inner for choice in get_args(hint) for inner in choices_of(choice)]
    return [hint]


def is_object(kind: type) -> bool:
    return issubclass(kind, stripe.StripeObject) and bool(kind.__annotations__)


def wrong(obj: Any) -> list[str]:
    plain = obj.to_dict(recursive=True) if hasattr(obj, "to_dict") else obj
    return list(fields_of(plain, KINDS[plain["object"]], plain["object"]))


def everything(stripes: Stripes) -> Iterator[Any]:
    """Something of each kind, in each state that has fields of its own."""
    v1 = stripes.v1
    customer = stripes.customer(name="Cleo", metadata={"ours": "cus_1"})
    yield customer
    yield stripes.charged(customer=customer.id, setup_future_usage="off_session")
    yield stripes.charged("pm_card_authenticationRequired")
    with pytest.raises(stripe.CardError) as declined:
        stripes.charged("pm_card_chargeDeclined")
    yield v1.payment_intents.retrieve(declined.value.error.payment_intent.id)  # type: ignore[union-attr]
    for method, currency in (
        ("pm_usBankAccount_success", "usd"),
        ("pm_success_de", "eur"),
        ("pm_bacsDebit_success", "gbp"),
        ("pm_auBecsDebit_success", "aud"),
    ):
        yield stripes.debited(method, currency=currency)
    disputed = stripes.charged("pm_card_createDispute")
    refund = v1.refunds.create({"payment_intent": stripes.charged("pm_card_refundFail").id})
    yield refund
    yield from everything_about_transfers(stripes, customer.id)
    yield from everything_hosted(stripes, customer.id)
    stripes.pass_time(days=8)
    yield v1.refunds.retrieve(refund.id)
    yield v1.disputes.list({"payment_intent": disputed.id}).data[0]
    for listed in (v1.charges, v1.events, v1.balance_transactions, v1.disputes, v1.refunds,
                   v1.setup_intents, v1.webhook_endpoints):  # fmt: skip
        yield from listed.list({"limit": 100}).data  # type: ignore[attr-defined]
    yield from v1.customers.payment_methods.list(customer.id).data
    yield v1.balance.retrieve()
    mandated = v1.charges.list({"limit": 100}).data
    details = next(c.payment_method_details for c in mandated if "sepa_debit" in
                   c.payment_method_details.to_dict())  # type: ignore[union-attr] # fmt: skip
    yield v1.mandates.retrieve(details["sepa_debit"]["mandate"])


def everything_about_transfers(stripes: Stripes, customer: str) -> Iterator[Any]:
    v1 = stripes.v1
    kinds: dict[str, Any] = {
        "eur": {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": "DE"}},
        "gbp": {"type": "gb_bank_transfer"},
        "usd": {"type": "us_bank_transfer"},
        "jpy": {"type": "jp_bank_transfer"},
        "mxn": {"type": "mx_bank_transfer"},
    }
    for currency, transfer in kinds.items():
        options = {"funding_type": "bank_transfer", "bank_transfer": transfer}
        asked: Any = {"currency": currency, **options}
        yield v1.customers.funding_instructions.create(customer, asked)
        v1.test_helpers.customers.fund_cash_balance(customer, {"amount": 500, "currency": currency})
        yield v1.payment_intents.create(
            {
                "amount": 1_000,
                "currency": currency,
                "customer": customer,
                "allowed_payment_method_types": ["customer_balance"],
                "payment_method_data": {"type": "customer_balance"},
                "payment_method_options": {"customer_balance": options},  # type: ignore[typeddict-item]
                "confirm": True,
            }
        )
    yield v1.customers.cash_balance.retrieve(customer)
    yield from v1.customers.cash_balance_transactions.list(customer).data


def everything_hosted(stripes: Stripes, customer: str) -> Iterator[Any]:
    v1 = stripes.v1
    done = stripes.session(customer=customer)
    yield done
    stripes.submit(done.url, pay_with="card", card="4242424242424242")
    yield v1.checkout.sessions.retrieve(done.id)
    yield v1.checkout.sessions.expire(stripes.session().id)
    saving = v1.checkout.sessions.create(
        {
            "mode": "setup",
            "currency": "usd",
            "customer": customer,
            "success_url": "http://shop.example/",
        }
    )
    yield saving
    stripes.submit(saving.url or "", pay_with="card", card="4242424242424242")
    yield v1.setup_intents.retrieve(str(saving.setup_intent))
    endpoint: Any = {"url": "http://127.0.0.1:1/hook", "enabled_events": ["charge.failed"]}
    yield v1.webhook_endpoints.create(endpoint)


def test_every_object_has_the_shape_that_the_sdk_declares(stripes: Stripes):
    seen, found = set(), []
    for obj in everything(stripes):
        seen.add(obj.object)
        found += wrong(obj)

    assert "\n".join(sorted(set(found))) == ""
    assert seen == KINDS.keys()


def test_the_check_finds_what_is_wrong():
    intent = {"object": "payment_intent", "amount": "5", "status": "sleepy", "sauce": 1}

    found = list(fields_of(intent, stripe.PaymentIntent, "intent"))

    assert "intent.sauce is unknown" in found
    assert "intent.amount is '5' and no int" in found
    assert "intent.status is sleepy" in found
    assert "intent.currency is missing" in found
