"""Cards are charged or declined, debits take days, and saved methods are charged later."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.stripes import Stripes


def declined(stripes: Stripes, method: str, **more: Any) -> stripe.CardError:
    with pytest.raises(stripe.CardError) as caught:
        stripes.charged(method, **more)
    return caught.value


def saved(stripes: Stripes, customer: str, method: str) -> str:
    """A method that was set up for later."""
    accepted = {"ip_address": "127.0.0.1", "user_agent": "a browser"}
    setup = stripes.v1.setup_intents.create(
        {
            "customer": customer,
            "payment_method": method,
            "confirm": True,
            "return_url": "http://shop.example/",
            "mandate_data": {"customer_acceptance": {"type": "online", "online": accepted}},
        }
    )
    if setup.status == "requires_action":
        action: Any = setup.next_action
        stripes.submit(action.redirect_to_url.url, proven="yes")
    return str(setup.payment_method)


def off_session(stripes: Stripes, customer: str, method: str, **more: Any) -> stripe.PaymentIntent:
    """Charge a saved method while its owner is away, in the two steps of the adapter."""
    intent = stripes.v1.payment_intents.create(
        {
            "amount": 1_500,
            "currency": "usd",
            "customer": customer,
            "payment_method": method,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "metadata": {"attempt": "att_43"},
            **more,
        }
    )
    assert intent.status == "requires_confirmation"
    return stripes.v1.payment_intents.confirm(intent.id, {"off_session": True})


def test_a_card_pays_at_once_and_the_fee_is_known(stripes: Stripes):
    intent = stripes.charged(metadata={"attempt": "att_1"})

    charge = stripes.v1.charges.retrieve(
        str(intent.latest_charge), {"expand": ["balance_transaction"]}
    )
    assert (intent.status, intent.amount_received) == ("succeeded", 12_345)
    assert charge.metadata["attempt"] == "att_1"
    booked: Any = charge.balance_transaction
    assert (booked.amount, booked.fee, booked.net) == (12_345, 388, 11_957)


@pytest.mark.parametrize(
    ("method", "code", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
        ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
    ],
)
def test_a_declined_card_says_why_and_leaves_the_intent_open(
    stripes: Stripes, method: str, code: str, decline_code: str
):
    error = declined(stripes, method)

    assert (error.http_status, error.code) == (402, code)
    assert error.error.decline_code == decline_code  # type: ignore[union-attr]
    intent = stripes.v1.payment_intents.retrieve(error.error.payment_intent.id)  # type: ignore[union-attr]
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.decline_code == decline_code  # type: ignore[union-attr]
    assert stripes.v1.charges.retrieve(str(intent.latest_charge)).status == "failed"


def test_another_card_pays_the_same_intent_after_a_decline(stripes: Stripes):
    error = declined(stripes, "pm_card_chargeDeclined")
    intent = error.error.payment_intent.id  # type: ignore[union-attr]

    again = stripes.v1.payment_intents.confirm(
        intent, {"payment_method": "pm_card_visa", "return_url": "http://shop.example/"}
    )

    assert again.status == "succeeded"


def test_a_card_that_asks_for_proof_waits_for_it_and_then_pays(stripes: Stripes):
    intent: Any = stripes.charged("pm_card_authenticationRequired")
    assert intent.status == "requires_action"
    page = intent.next_action.redirect_to_url.url

    assert "Complete authentication" in stripes.look(page)
    led = stripes.submit(page, proven="yes").headers["location"]

    assert led.startswith("http://shop.example/back?payment_intent=pi_")
    assert led.endswith("redirect_status=succeeded")
    assert stripes.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_a_proof_that_fails_charges_nothing(stripes: Stripes):
    intent: Any = stripes.charged("pm_card_threeDSecure2Required")

    stripes.submit(intent.next_action.redirect_to_url.url, proven="no")

    found: Any = stripes.v1.payment_intents.retrieve(intent.id)
    assert found.status == "requires_payment_method"
    assert found.last_payment_error.code == "payment_intent_authentication_failure"
    assert stripes.v1.charges.list().data == []


def test_a_card_can_be_declined_after_its_proof(stripes: Stripes):
    intent: Any = stripes.charged("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")

    stripes.submit(intent.next_action.redirect_to_url.url, proven="yes")

    found: Any = stripes.v1.payment_intents.retrieve(intent.id)
    assert found.last_payment_error.decline_code == "insufficient_funds"


@pytest.mark.parametrize(
    "method",
    [
        "pm_card_visa",
        "pm_card_authenticationRequiredOnSetup",
        "pm_card_authenticationRequiredSetupForOffSession",
    ],
)
def test_a_saved_card_is_charged_while_its_owner_is_away(stripes: Stripes, method: str):
    customer = stripes.customer().id

    intent = off_session(stripes, customer, saved(stripes, customer, method))

    assert intent.status == "succeeded"


def test_a_saved_card_that_always_asks_for_proof_is_declined_while_its_owner_is_away(
    stripes: Stripes,
):
    customer = stripes.customer().id
    method = saved(stripes, customer, "pm_card_authenticationRequired")

    with pytest.raises(stripe.CardError) as caught:
        off_session(stripes, customer, method)

    assert caught.value.code == "authentication_required"
    intent: Any = caught.value.error.payment_intent  # type: ignore[union-attr]
    assert intent.status == "requires_payment_method"
    assert stripes.v1.payment_intents.cancel(intent.id).status == "canceled"


def test_a_method_is_listed_made_the_default_and_taken_away(stripes: Stripes):
    customer = stripes.customer().id
    method = saved(stripes, customer, "pm_card_mastercard")
    stripes.v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method}})

    [listed] = stripes.v1.customers.payment_methods.list(customer).data
    assert (listed.card.brand, listed.card.last4) == ("mastercard", "4444")  # type: ignore[union-attr]
    stripes.v1.payment_methods.detach(method)

    assert stripes.v1.customers.payment_methods.list(customer).data == []
    after: Any = stripes.v1.customers.retrieve(customer)
    assert after.invoice_settings.default_payment_method is None
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        off_session(stripes, customer, method)


def test_a_card_that_its_bank_refuses_cannot_be_saved(stripes: Stripes):
    customer = stripes.customer().id

    with pytest.raises(stripe.CardError):
        stripes.v1.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer})

    assert stripes.v1.customers.payment_methods.list(customer).data == []


def test_a_card_that_is_declined_is_not_saved_by_the_way(stripes: Stripes):
    customer = stripes.customer().id

    declined(
        stripes, "pm_card_chargeCustomerFail", customer=customer, setup_future_usage="off_session"
    )

    assert stripes.v1.customers.payment_methods.list(customer).data == []


def test_what_is_due_happens_in_its_order_and_at_its_moment(stripes: Stripes):
    slower, sooner = (
        stripes.debited(method, currency=currency)
        for method, currency in (("pm_success_de", "eur"), ("pm_auBecsDebit_success", "aud"))
    )

    stripes.pass_time(days=30)

    told = [event for event in stripes.events() if event.type == "payment_intent.succeeded"]
    assert [event.data.object["id"] for event in told] == [sooner.id, slower.id]
    took = [event.created - one.created for event, one in zip(told, (sooner, slower), strict=True)]
    assert took == [2 * 86_400, 5 * 86_400]


def test_a_method_of_another_customer_is_refused(stripes: Stripes):
    cleo, carl = stripes.customer().id, stripes.customer().id
    method = saved(stripes, cleo, "pm_card_visa")

    with pytest.raises(stripe.InvalidRequestError) as caught:
        off_session(stripes, carl, method)

    assert caught.value.param == "payment_method"


def test_a_card_that_was_used_without_being_saved_cannot_be_used_again(stripes: Stripes):
    method = str(stripes.charged().payment_method)

    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        stripes.charged(method)


def test_a_number_of_a_card_never_travels_to_the_api(stripes: Stripes):
    card: Any = {"number": "4242424242424242", "exp_month": 1, "exp_year": 2030}

    with pytest.raises(stripe.StripeError, match="generally unsafe"):
        stripes.v1.payment_methods.create({"type": "card", "card": card})


def test_confirming_needs_a_way_back_unless_nobody_is_ever_sent_away(stripes: Stripes):
    with pytest.raises(stripe.InvalidRequestError, match="you must provide a `return_url`"):
        stripes.v1.payment_intents.create(
            {"amount": 500, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
        )


def test_an_intent_that_is_paid_can_neither_be_cancelled_nor_paid_again(stripes: Stripes):
    intent = stripes.charged().id

    for act in (stripes.v1.payment_intents.cancel, stripes.v1.payment_intents.confirm):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            act(intent)  # type: ignore[operator]
        assert caught.value.code == "payment_intent_unexpected_state"


@pytest.mark.parametrize(
    ("method", "currency", "days"),
    [
        ("pm_usBankAccount_success", "usd", 4),
        ("pm_success_de", "eur", 5),
        ("pm_successDelayed_de", "eur", 10),
        ("pm_bacsDebit_success", "gbp", 4),
        ("pm_auBecsDebit_success", "aud", 2),
    ],
)
def test_a_debit_clears_after_days_of_the_one_clock(
    stripes: Stripes, method: str, currency: str, days: int
):
    intent = stripes.debited(method, currency=currency)
    assert intent.status == "processing"

    stripes.pass_time(days=days, hours=-1)
    assert stripes.v1.payment_intents.retrieve(intent.id).status == "processing"
    stripes.pass_time(hours=2)

    assert stripes.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert "payment_intent.succeeded" in stripes.heard()


@pytest.mark.parametrize(
    ("method", "currency", "why", "mandate"),
    [
        ("pm_usBankAccount_insufficientFunds", "usd", "insufficient_funds", "active"),
        ("pm_usBankAccount_accountClosed", "usd", "account_closed", "active"),
        ("pm_failed_de", "eur", "insufficient_funds", "active"),
        ("pm_bacsDebit_debitNotAuthorized", "gbp", "debit_not_authorized", "inactive"),
    ],
)
def test_a_debit_can_fail_days_later(
    stripes: Stripes, method: str, currency: str, why: str, mandate: str
):
    intent = stripes.debited(method, currency=currency)

    stripes.pass_time(days=8)

    found: Any = stripes.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert found.status == "requires_payment_method"
    assert found.last_payment_error.code == why
    details = found.latest_charge.payment_method_details[found.latest_charge
                                                         .payment_method_details.type]  # fmt: skip
    assert stripes.v1.mandates.retrieve(details.mandate).status == mandate


def test_a_debit_that_stays_in_processing_can_be_had(stripes: Stripes):
    intent = stripes.debited("pm_usBankAccount_processing")

    stripes.pass_time(days=60)

    assert stripes.v1.payment_intents.retrieve(intent.id).status == "processing"


def test_a_debit_needs_a_mandate(stripes: Stripes):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        stripes.charged("pm_success_de", currency="eur")

    assert caught.value.code == "payment_intent_mandate_invalid"


def test_a_saved_account_is_debited_while_its_owner_is_away(stripes: Stripes):
    customer = stripes.customer().id
    method = saved(stripes, customer, "pm_usBankAccount_success")

    assert off_session(stripes, customer, method).status == "processing"


def test_an_account_does_not_fit_a_currency_of_another_debit(stripes: Stripes):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        stripes.debited("pm_success_de", currency="aud")

    assert caught.value.code == "payment_intent_incompatible_payment_method"


def test_the_filter_of_methods_is_a_filter_and_no_demand(stripes: Stripes):
    given: Any = {
        "amount": 500,
        "currency": "aud",
        "allowed_payment_method_types": ["card", "sepa_debit", "au_becs_debit"],
    }

    intent = stripes.v1.payment_intents.create(given)

    assert intent.payment_method_types == ["card", "au_becs_debit"]
    both: Any = given | {"automatic_payment_methods": {"enabled": True}}
    with pytest.raises(stripe.InvalidRequestError, match="only specify one of"):
        stripes.v1.payment_intents.create(both)
