"""The list of acts says what each of them was about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from billing_app.reads import admin
from billing_app.services import linking
from tests.shop import Shop
from tests.stripes import open_stripes
from tests.world import World


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Shop]:
    with open_stripes(tmp_path) as stripes:
        yield Shop(world, stripes)


def latest(shop: Shop, count: int) -> list[tuple[str, str]]:
    lines = shop.does(admin.activity)[:count]
    return [(line.deed, line.about) for line in lines]


def number(shop: Shop, invoice: str) -> str:
    return shop.of(invoice, "number")  # type: ignore[return-value]


def test_a_link_and_a_charge_name_the_document_and_whose_it_is(shop: Shop):
    shop.saves_card()
    first, second = shop.invoice(10_00), shop.invoice(20_00)
    shop.does(lambda work: linking.make_pay_link(work, first))
    shop.charge(first)
    shop.charge(second, shop.invoice(5_00))

    several, issued, drafted, one, link = latest(shop, 5)
    assert link == ("made a pay link", f"Invoice {number(shop, first)}, Marsh Design")
    assert one == ("charged a saved way of paying", link[1])
    assert several == ("charged a saved way of paying", "2 documents, Marsh Design")
    assert issued[0] == "issued an invoice"
    assert drafted[1] == issued[1]


def test_money_and_corrections_name_the_customer_or_the_invoice(shop: Shop):
    invoice = shop.invoice(110_00)
    shop.pay(50_00, invoice)
    shop.note(invoice, 10_00)
    shop.draft(shop.line(5_00))

    (drafted, about_draft), (noted, about_note), (paid, about_payment) = latest(shop, 3)
    assert (drafted, about_draft) == ("drafted an invoice", "Invoice in draft, Marsh Design")
    assert noted == "issued a credit note"
    assert about_note == f"Invoice {number(shop, invoice)}, Marsh Design"
    assert (paid, about_payment) == ("recorded a payment", "Marsh Design")
