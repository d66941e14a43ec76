"""The list of Credit Requests: its shelves, its search, its filters, and the same as a file."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from billing_app.kernel.errors import Invalid
from billing_app.kernel.money import Money
from billing_app.reads import exports
from billing_app.reads.exports import Wanted
from billing_app.reads.request_page import request_page
from billing_app.reads.request_words import RequestList, requests_wanted
from billing_app.services import requesting
from tests.billing import drawn
from tests.till import Till
from tests.world import World


@pytest.fixture
def till(world: World) -> Till:
    """A paid one, one to pay, a void one and a draft in another currency, in this order."""
    till = Till(world)
    till.pay(50_00, till.request(50_00))
    till.request(129_90)
    void = till.request(70_00)
    till.does(lambda work: requesting.void_request(work, void, reason="Asked twice"))
    euros, marsh = Money(20_00, "EUR"), world.marsh
    till.does(
        lambda work: requesting.draft_request(work, drawn("crq"), customer_id=marsh, amount=euros)
    )
    return till


def listed(till: Till, **words: str) -> RequestList:
    return till.does(lambda work: requests_wanted(work, words))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({}, ["Draft", "Void", "Unpaid", "Paid"]),
        ({"standing": "draft"}, ["Draft"]),
        ({"standing": "to pay"}, ["Unpaid"]),
        ({"standing": "paid"}, ["Paid"]),
        ({"standing": "void"}, ["Void"]),
        ({"standing": "a shelf that is not there"}, ["Draft", "Void", "Unpaid", "Paid"]),
        ({"search": "129.90"}, ["Unpaid"]),
        ({"search": "cr-00001"}, ["Paid"]),
        ({"search": "somebody else"}, []),
        ({"customer": "marsh", "currency": "aud"}, ["Void", "Unpaid", "Paid"]),
        ({"since": "2000-01-01"}, ["Void", "Unpaid", "Paid"]),
        ({"until": "2000-01-01"}, []),
    ],
)
def test_the_words_of_an_address_narrow_the_list_and_its_file_alike(
    till: Till, words: dict[str, str], found: list[str]
):
    page = listed(till, **words)

    assert [row.status for row in page.rows] == found
    file = _wanted_by(page.file)
    rows = till.does(lambda work: exports.exported(work, "credit-requests", file)).rows
    assert len(rows) == len(found)


def test_they_are_found_by_the_address_of_the_customer(till: Till):
    email = till.does(lambda work: request_page(work, listed_id(work))).takings.email

    assert len(listed(till, search=email.upper()).rows) == 4


def listed_id(work: Any) -> str:
    """The newest one."""
    return requests_wanted(work, {}).rows[0].id


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"customer": "nobody"}, "customer"),
        ({"currency": "dollars"}, "currency"),
        ({"since": "soon"}, "since"),
    ],
)
def test_what_cannot_be_understood_is_said_beside_its_field(till: Till, words, field):
    with pytest.raises(Invalid) as refusal:
        listed(till, **words)
    assert refusal.value.field == field


def test_a_page_is_followed_by_the_next(till: Till):
    for _ in range(50):
        till.request(1_00)

    first = listed(till)
    second = till.does(lambda work: requests_wanted(work, {}, after=first.after))

    assert (len(first.rows), len(second.rows), second.after) == (50, 4, "")
    assert {row.id for row in first.rows}.isdisjoint(row.id for row in second.rows)


def _wanted_by(file: str) -> Wanted:
    """What the address of a file asks for."""
    said: dict[str, Any] = dict(parse_qsl(urlsplit(file).query))
    days = {name: date.fromisoformat(said[name]) for name in ("since", "until") if name in said}
    return Wanted(**(said | days))
