"""Bank transfers: one account for each customer, and money that is applied or waits."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.stripes import Stripes

GERMAN: Any = {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": "DE"}}
OPTIONS: Any = {"funding_type": "bank_transfer", "bank_transfer": GERMAN}


def awaited(stripes: Stripes, customer: str, amount: int, **more: Any) -> Any:
    return stripes.v1.payment_intents.create(
        {
            "amount": amount,
            "currency": "eur",
            "customer": customer,
            "allowed_payment_method_types": ["customer_balance"],
            "payment_method_data": {"type": "customer_balance"},
            "payment_method_options": {"customer_balance": OPTIONS},
            "confirm": True,
            **more,
        }
    )


def arrives(stripes: Stripes, customer: str, amount: int, reference: str = "") -> Any:
    given: Any = {"amount": amount, "currency": "eur"}
    if reference:
        given["reference"] = reference
    return stripes.v1.test_helpers.customers.fund_cash_balance(customer, given)


def state(stripes: Stripes, intent: Any) -> str:
    return str(stripes.v1.payment_intents.retrieve(intent.id).status)


def available(stripes: Stripes, customer: str) -> Any:
    balance: Any = stripes.v1.customers.cash_balance.retrieve(customer)
    return balance.to_dict()["available"]


def by_hand(stripes: Stripes, customer: str) -> None:
    settings: Any = {"reconciliation_mode": "manual"}
    stripes.v1.customers.cash_balance.update(customer, {"settings": settings})


def test_an_account_is_the_customers_own_and_stays(stripes: Stripes):
    cleo, carl = stripes.customer().id, stripes.customer().id
    asked: Any = {"currency": "eur", **OPTIONS}

    def iban(customer: str) -> str:
        told: Any = stripes.v1.customers.funding_instructions.create(customer, asked)
        return str(told.bank_transfer.financial_addresses[0].iban.iban)

    assert iban(cleo) == iban(cleo) != iban(carl)


def test_too_little_pays_in_part_and_the_rest_completes(stripes: Stripes):
    customer = stripes.customer().id
    intent = awaited(stripes, customer, 90_000)
    told = intent.next_action.display_bank_transfer_instructions
    assert (intent.status, told.amount_remaining) == ("requires_action", 90_000)

    arrives(stripes, customer, 50_000)
    part: Any = stripes.v1.payment_intents.retrieve(intent.id)
    assert part.next_action.display_bank_transfer_instructions.amount_remaining == 40_000
    arrives(stripes, customer, 40_000)

    assert state(stripes, intent) == "succeeded"
    heard = stripes.heard()
    assert "payment_intent.partially_funded" in heard
    assert heard.count("customer_cash_balance_transaction.created") == 4


def test_too_much_stays_with_the_customer(stripes: Stripes):
    customer = stripes.customer().id
    intent = awaited(stripes, customer, 10_000)

    arrives(stripes, customer, 12_500)

    assert state(stripes, intent) == "succeeded"
    assert available(stripes, customer) == {"eur": 2_500}


def test_money_that_was_there_before_is_used(stripes: Stripes):
    customer = stripes.customer().id
    arrives(stripes, customer, 12_500)

    assert awaited(stripes, customer, 10_000).status == "succeeded"


def test_a_reference_an_amount_or_the_age_decides_what_is_paid(stripes: Stripes):
    customer = stripes.customer().id
    oldest, same, named = (
        awaited(stripes, customer, amount, description=words)
        for amount, words in ((30_000, "INV-1"), (20_000, "INV-2"), (40_000, "INV-3"))
    )

    arrives(stripes, customer, 20_000)
    assert [state(stripes, one) for one in (oldest, same)] == ["requires_action", "succeeded"]
    arrives(stripes, customer, 40_000, "INV-3")
    assert state(stripes, named) == "succeeded"
    arrives(stripes, customer, 30_500)

    assert state(stripes, oldest) == "succeeded"


def test_by_hand_nothing_is_applied_until_we_say_so(stripes: Stripes):
    customer = stripes.customer().id
    by_hand(stripes, customer)
    intent = awaited(stripes, customer, 10_000)
    arrives(stripes, customer, 10_000)
    assert state(stripes, intent) == "requires_action"

    apply = stripes.v1.payment_intents.apply_customer_balance
    assert apply(intent.id, {"amount": 4_000, "currency": "eur"}).status == "requires_action"
    with pytest.raises(stripe.InvalidRequestError):
        apply(intent.id, {"amount": 6_001})
    assert apply(intent.id).status == "succeeded"


def test_what_was_applied_comes_back_when_the_intent_is_given_up(stripes: Stripes):
    customer = stripes.customer().id
    intent = awaited(stripes, customer, 10_000)
    arrives(stripes, customer, 4_000)
    assert available(stripes, customer) is None

    stripes.v1.payment_intents.cancel(intent.id)

    assert available(stripes, customer) == {"eur": 4_000}


def test_there_are_no_transfers_in_australian_dollars(stripes: Stripes):
    customer = stripes.customer().id

    with pytest.raises(stripe.InvalidRequestError, match="No valid payment method types"):
        awaited(stripes, customer, 10_000, currency="aud")
    asked: Any = {"currency": "aud", **OPTIONS}
    with pytest.raises(stripe.InvalidRequestError, match="not available for aud"):
        stripes.v1.customers.funding_instructions.create(customer, asked)


def chosen(stripes: Stripes, customer: str) -> tuple[Any, str]:
    """A hosted page that was sent with a bank transfer chosen, and where it led."""
    session = stripes.session(
        customer=customer,
        allowed_payment_method_types=["customer_balance"],
        payment_method_options={
            "customer_balance": {
                "funding_type": "bank_transfer",
                "bank_transfer": {"type": "us_bank_transfer"},
            }
        },
    )
    answer = stripes.submit(session.url, pay_with="customer_balance")
    return stripes.v1.checkout.sessions.retrieve(session.id), answer.headers["location"]


def test_a_person_sends_as_much_as_they_like_with_any_reference_even_too_late(stripes: Stripes):
    customer = stripes.customer().id
    by_hand(stripes, customer)
    session, there = chosen(stripes, customer)

    stripes.submit(there, amount="1.00", reference="INV-1")
    stripes.v1.payment_intents.cancel(session.payment_intent)
    stripes.submit(there, amount="2.00", reference="")

    assert "Please transfer nothing for it" in stripes.look(there)
    moves = stripes.v1.customers.cash_balance_transactions.list(customer).data
    told: list[Any] = [(one.net_amount, one.to_dict()["funded"]) for one in moves]
    assert [(sum_, funded["bank_transfer"]["reference"]) for sum_, funded in told] == [
        (200, None),
        (100, "INV-1"),
    ]


def test_what_a_page_was_completed_with_can_be_given_up_and_not_before(stripes: Stripes):
    session, _ = chosen(stripes, stripes.customer().id)
    assert (session.status, session.payment_status, session.url) == ("complete", "unpaid", None)

    assert stripes.v1.payment_intents.cancel(session.payment_intent).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="status of complete"):
        stripes.v1.checkout.sessions.expire(session.id)


def test_one_thing_that_happened_to_a_customers_cash_is_that_customers_only(stripes: Stripes):
    cleo, carl = stripes.customer().id, stripes.customer().id
    arrived = arrives(stripes, cleo, 5_000, "INV-1")
    look = stripes.v1.customers.cash_balance_transactions.retrieve

    found: Any = look(cleo, arrived.id, {"expand": ["customer"]})

    assert (found.type, found.net_amount, found.customer.id) == ("funded", 5_000, cleo)
    with pytest.raises(stripe.InvalidRequestError, match="No such"):
        look(carl, arrived.id)


def arrived_at(stripes: Stripes, there: str, **typed: str) -> str:
    """What the page says after money was sent from it."""
    return stripes.look(stripes.submit(there, **typed).headers["location"])


def test_the_page_says_what_has_arrived_and_asks_for_the_whole_sum_no_more(stripes: Stripes):
    customer = stripes.customer().id
    by_hand(stripes, customer)
    _, there = chosen(stripes, customer)

    said = arrived_at(stripes, there, amount="100", reference="INV-1")

    assert "USD 100.00 has arrived with the reference “INV-1”." in said
    assert "Amount USD 123.45" not in said
    assert "USD 100.00 has arrived" not in stripes.look(there)
    assert available(stripes, customer) == {"usd": 10_000}


def test_what_arrived_for_somebody_else_is_not_told(stripes: Stripes):
    cleo, carl = stripes.customer().id, stripes.customer().id
    (_, there), (_, elsewhere) = chosen(stripes, cleo), chosen(stripes, carl)
    moved = stripes.submit(there, amount="5").headers["location"].partition("arrived=")[2]

    assert "USD 5.00 has arrived" in stripes.look(f"{there}?arrived={moved}")
    assert "USD 5.00 has arrived" not in stripes.look(f"{elsewhere}?arrived={moved}")


@pytest.mark.parametrize("typed", ["", "a lot", "-5", "0", "EUR 5", "1000000000"])
def test_an_amount_that_cannot_be_sent_is_refused_in_words(stripes: Stripes, typed: str):
    customer = stripes.customer().id
    _, there = chosen(stripes, customer)

    answer = stripes.submit(there, amount=typed)

    assert answer.status_code == 400
    assert "Nothing arrived." in answer.text
    assert available(stripes, customer) is None


def test_the_panel_offers_whoever_was_told_an_account_and_names_whose_money_it_was(
    stripes: Stripes,
):
    customer = stripes.customer(name="Cleo <Marsh>").id
    stripes.customer(name="Told nothing")
    chosen(stripes, customer)

    panel = stripes.browser.get(f"{stripes.base}/").text
    stripes.submit(f"{stripes.base}/panel/transfer", customer=customer, amount="123.45",
                   currency="USD")  # fmt: skip

    assert f'<option value="{customer}">Cleo &lt;Marsh&gt; ({customer})</option>' in panel
    assert "Told nothing" not in panel
    assert "Cleo <Marsh> Bank transfer succeeded" in stripes.look(f"{stripes.base}/")
