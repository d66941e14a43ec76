"""A reference on a bank statement: what it means, and recording what came in for it."""

from __future__ import annotations

import pytest

from billing_app.gateways.payments import Way
from billing_app.kernel.errors import NotAllowed
from billing_app.ledger.accounts import Code
from billing_app.reads.named_documents import NamedDocument, documents_named
from billing_app.reads.payer import Standing
from billing_app.services import identifying, organizing
from tests.billing import aud, drawn
from tests.links import Links
from tests.rules import rule
from tests.world import World


@pytest.fixture
def links(world: World) -> Links:
    return Links(world)


def named(links: Links, written: str) -> tuple[NamedDocument, ...]:
    return links.does(lambda work: documents_named(work, written))


def test_the_reference_of_the_pay_page_leads_to_its_document_and_pays_it(links: Links):
    links.does(lambda work: organizing.set_profile(work, **PROFILE))
    invoice, other = links.invoice(110_00), links.invoice(110_00)
    bill, another = links.bill(invoice), links.bill(other)

    [found] = named(links, f"payment {bill.reference.lower().replace('-', ' ')}")
    links.pay(110_00, found.id, party_id=found.party_id, reference=bill.reference)

    assert bill.bank_details == "BSB 062-000"
    assert bill.reference != another.reference
    assert (found.party, found.still_to_pay.minor, found.is_payable) == (
        "Marsh Design",
        110_00,
        True,
    )
    assert (links.still(invoice), links.still(other)) == (0, 110_00)
    assert [each.is_payable for each in named(links, bill.reference)] == [False]


def test_one_reference_names_several_documents_of_several_kinds(links: Links):
    invoice, request = links.invoice(60_00), links.request(40_00)
    numbers = [links.of(invoice, "number"), links.bill(request).reference]

    found = named(links, " + ".join(numbers))
    links.pay(100_00, *(each.id for each in found))

    assert [each.what for each in found] == [
        f"Invoice {numbers[0]}",
        f"Credit Request {numbers[1]}",
    ]
    assert (links.still(invoice), links.asked(request), links.credit()) == (0, 0, 40_00)


def test_what_names_nothing_here_is_recorded_as_unidentified(links: Links):
    links.invoice(60_00)

    assert named(links, "INV-99999 thank you") == ()
    links.does(
        lambda work: identifying.record_unidentified(
            work, drawn("unr"), amount=aud(60_00), kind="bank_transfer", reference="INV-99999"
        )
    )
    assert links.balance(Code.UNIDENTIFIED_RECEIPTS) == aud(60_00)


def test_nobody_elses_documents_are_named_and_only_to_who_takes_payments(links: Links):
    number = str(links.of(links.invoice(60_00), "number"))

    assert links.world.otto.does(lambda work: documents_named(work, number)) == ()
    with pytest.raises(NotAllowed):
        links.world.vic.does(lambda work: documents_named(work, number))


@rule(112)
def test_without_a_gateway_the_page_tells_the_account_and_money_is_recorded(links: Links):
    links.does(lambda work: organizing.set_profile(work, **PROFILE))
    invoice = links.invoice(110_00)

    bill = links.bill(invoice)
    links.pay(110_00, invoice)

    assert (bill.ways, bill.bank_details, bill.standing) == ([], "BSB 062-000", Standing.PAYABLE)
    assert bill.reference == links.of(invoice, "number")
    assert links.bill(invoice, Way.CARD).standing is Standing.PAID


PROFILE = {
    "legal_name": "Harbour Tutoring",
    "abn": "",
    "address": "",
    "bank_details": "BSB 062-000",
    "colour": "#0b5fff",
}
