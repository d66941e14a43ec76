"""docs/stripe.md lists every request that the adapter makes, as they were recorded here."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from billing_app.gateways.payments import Way
from billing_app.gateways.stripe.adapter import StripeGateway
from billing_app.gateways.stripe.greeting import greet
from billing_app.kernel.clock import clock
from billing_app.kernel.money import Money
from tests.asking import asked, cleo, opened, pay, saved_card
from tests.stripes import Stripes

PAGE = Path(__file__).resolve().parents[4] / "docs" / "stripe.md"
_BEGIN, _END = "<!-- recorded -->\n", "<!-- end -->\n"


def make_every_request(gateway: StripeGateway, stripes: Stripes) -> None:
    """Everything that the protocol has, once in each of its kinds."""
    since = clock.now() - timedelta(days=1)
    payer, method = saved_card(gateway, stripes)
    pay(stripes, opened(gateway, asked("att_1", email="payer@post.example")))
    _taken_back(gateway, stripes)
    _transferred(gateway, stripes)
    gateway.close_page(opened(gateway, asked("att_4")).session)
    payment = gateway.begin_charge(asked("att_5", payer=payer), method=method)
    gateway.confirm_charge("att_5", payment)
    waiting = gateway.begin_charge(asked("att_6", payer=payer), method=method)
    gateway.cancel_payment(waiting)
    gateway.find_payment("att_5", payer=payer, since=since)
    back = gateway.refund("rfa_1", organization="org_1", payment=payment, amount=Money(1_00, "USD"))
    gateway.look_at_refund(back.reference)
    gateway.find_refund("rfa_1", payment=payment)
    list(gateway.refunds_since(since))
    gateway.saved_by(payer)
    gateway.look_at_method(method)
    gateway.forget(method)
    list(gateway.news_since(since))
    list(gateway.payments_since(since))
    cleo(gateway)
    assert greet(stripes.settings) == ""


def _taken_back(gateway: StripeGateway, stripes: Stripes) -> None:
    """A debit that clears, and that its bank takes back."""
    page = opened(gateway, asked("att_2", way=Way.DIRECT_DEBIT))
    pay(stripes, page, "000555555559", "us_bank_account", name="Cleo")
    stripes.pass_time(days=10)
    payment = gateway.look_at_page(page.session).told.payment
    assert gateway.look_at_payment(payment).taken_back == Money(123_45, "USD")
    [dispute] = [
        each.about
        for each in gateway.news_since(clock.now() - timedelta(days=11))
        if each.kind == "charge.dispute.created"
    ]
    gateway.look_at_dispute(dispute)
    with stripes.simulated.store.reading() as connection:
        wanted = "SELECT id FROM objects WHERE kind = 'mandate'"
        [mandate] = connection.execute(wanted).fetchone()
    assert gateway.look_at_mandate(mandate).may_debit


def _transferred(gateway: StripeGateway, stripes: Stripes) -> None:
    """A bank transfer: chosen, arrived, and taken."""
    given: dict[str, Any] = {"way": Way.BANK_TRANSFER, "amount": Money(90_000, "EUR")}
    page = opened(gateway, asked("att_3", **given))
    pay(stripes, page, "", "customer_balance")
    payer = gateway.look_at_page(page.session).told.payer
    gateway.take_transferred(gateway.begin_taking(asked("att_9", payer=payer, **given)))
    stripes.submit(
        f"{stripes.base}/panel/transfer", customer=payer, amount="900.00", currency="eur"
    )
    [transfer] = [
        each.about
        for each in gateway.news_since(clock.now() - timedelta(days=1))
        if each.kind.startswith("customer_cash_balance_transaction") and each.payer == payer
    ]
    gateway.look_at_transfer(payer, transfer)
    gateway.untaken(payer)
    gateway.take_transferred(gateway.begin_taking(asked("att_8", payer=payer, **given)))


def table(stripes: Stripes) -> str:
    """The recording as a table: what is asked, under which key, with which parameters."""
    sent: dict[str, set[str]] = defaultdict(set)
    for request, names in stripes.asked:
        sent[request] |= names
    rows = []
    for request in sorted(sent, key=lambda each: tuple(reversed(each.split()))):
        keys = {name for name in sent[request] if name.startswith("Idempotency-Key")}
        names = ", ".join(f"`{name}`" for name in sorted(sent[request] - keys))
        told = ", ".join(f"`{key.partition(': ')[2]}`" for key in sorted(keys))
        rows.append(f"| `{request}` | {told} | {names} |\n")
    return "| Request | Idempotency key | Parameters |\n|---|---|---|\n" + "".join(rows)


def test_the_page_lists_every_request_as_it_was_recorded(gateway: StripeGateway, stripes: Stripes):
    make_every_request(gateway, stripes)

    said = PAGE.read_text().partition(_BEGIN)[2].partition(_END)[0]

    assert said == table(stripes), f"The recording says:\n{table(stripes)}"
