"""Pay links: made once for each document, renewed, replaced, withdrawn, and out of time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlmodel import Session, select

from billing_app.access import installation as this_process
from billing_app.access.capabilities import LinkGone
from billing_app.access.guard import system_command
from billing_app.access.installation import Installation, installation
from billing_app.access.pay_links import payer_behind
from billing_app.access.throttling import MISSES_A_MINUTE, TooSoon
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import NotAllowed, NotFound
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.pay_link import PayLink
from billing_app.models.people import SignInTry
from billing_app.reads import pay_links
from billing_app.reads.admin import DEEDS
from billing_app.services import linking, requesting
from billing_app.services.linking import NoLink, NoLinkFor
from billing_app.services.voiding import void_invoice
from tests.billing import Desk, aud, drawn, refused
from tests.links import Links
from tests.rules import rule
from tests.world import World

_numbers = count(1)


@pytest.fixture
def links(world: World) -> Links:
    return Links(world)


@pytest.fixture
def here(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this process the installation that has this world's database."""
    place = Installation(installation().settings, world.database)
    monkeypatch.setattr(this_process, "_installation", [place])


def making(document_id: str) -> Callable[[Work[Any]], str]:
    return lambda work: linking.make_pay_link(work, document_id)


def rows(links: Links) -> list[PayLink]:
    with Session(links.world.database.engine) as session:
        ours = PayLink.organization_id == links.world.ada.actor.organization_id
        return list(session.exec(select(PayLink).where(ours)))


def renew(links: Links, invoice_id: str) -> None:
    @system_command
    def renewing(work: Work[Any]) -> None:
        linking.renew_pay_link(work, work.find(Invoice, invoice_id, lock=True))

    links.acts(renewing)


def elsewhere() -> str:
    number = next(_numbers)
    return f"10.9.{number >> 8}.{number & 255}"


def test_a_link_makes_its_holder_the_payer_of_that_document_and_nobody_else(links: Links):
    invoice = links.invoice(100_00)

    found = links.held(links.link(invoice))

    assert found.document_id == Invoice.read_id(invoice)
    assert found.organization_id == links.world.ada.actor.organization_id


def test_a_credit_request_has_a_link_too(links: Links):
    request = links.request(500_00)

    assert links.held(links.link(request)).document_id == CreditRequest.read_id(request)


def test_a_link_made_again_is_the_same_link(links: Links):
    invoice = links.invoice(100_00)

    first, again = links.link(invoice), links.link(invoice)

    assert first == again
    assert len(first) == 43
    assert len(rows(links)) == 1


def test_only_a_hash_of_the_address_is_kept(links: Links):
    token = links.link(links.invoice(100_00))

    assert token not in repr(rows(links)[0].model_dump())


def test_a_link_lives_until_30_days_after_its_document_is_due(links: Links):
    invoice = links.invoice(100_00, on=links.today())

    links.link(invoice)

    # It is due in 14 days; midnight in Sydney is 13 or 14 hours before midnight in Greenwich.
    end = datetime.combine(links.days(14 + 31), datetime.min.time(), UTC)
    assert timedelta(hours=9) < end - rows(links)[0].expires_at < timedelta(hours=12)


def test_a_link_lives_at_most_120_days(links: Links):
    request = drawn("crq")
    said = {"customer_id": links.world.marsh, "amount": aud(5_00), "due_on": links.days(400)}
    links.does(lambda work: requesting.draft_request(work, request, **said))
    links.does(lambda work: requesting.raise_request(work, request))

    links.link(request)

    left = rows(links)[0].expires_at - clock.now()
    assert timedelta(days=119, hours=23) < left <= timedelta(days=120)


def test_a_link_that_is_asked_for_long_after_the_due_date_lives_for_a_day(
    links: Links, wait: Callable[[timedelta], None]
):
    invoice = links.invoice(100_00)
    wait(timedelta(days=90))

    links.link(invoice)

    left = rows(links)[0].expires_at - clock.now()
    assert timedelta(hours=23) < left <= timedelta(days=1)


def test_an_expired_link_opens_nothing_and_made_again_it_is_the_same_address(
    links: Links, wait: Callable[[timedelta], None]
):
    invoice = links.invoice(100_00)
    token = links.link(invoice)
    wait(timedelta(days=46))

    with pytest.raises(LinkGone):
        links.held(token)
    assert links.view(invoice).path == ""
    assert links.link(invoice) == token
    links.held(token)


def test_another_address_ends_the_one_before(links: Links):
    invoice = links.invoice(100_00)
    token = links.link(invoice)

    links.does(lambda work: linking.rotate_pay_link(work, invoice))

    with pytest.raises(LinkGone):
        links.held(token)
    assert links.link(invoice) != token
    links.held(links.link(invoice))


def test_rotating_under_one_key_makes_one_address(links: Links):
    invoice = links.invoice(100_00)
    for _ in range(2):
        links.does(lambda work: linking.rotate_pay_link(work, invoice, command_key="once"))

    assert rows(links)[0].generation == 1
    links.does(lambda work: linking.rotate_pay_link(work, invoice, command_key="again"))
    assert rows(links)[0].generation == 2


@rule(52)
def test_a_withdrawn_link_opens_nothing_and_the_next_one_is_another(links: Links):
    invoice = links.invoice(100_00)
    token = links.link(invoice)

    for _ in range(2):
        links.does(lambda work: linking.withdraw_pay_link(work, invoice))

    with pytest.raises(LinkGone):
        links.held(token)
    assert links.view(invoice).withdrawn
    assert links.link(invoice) != token


def test_a_letter_renews_a_link_and_never_shortens_one(
    links: Links, wait: Callable[[timedelta], None]
):
    invoice = links.invoice(100_00)
    renew(links, invoice)
    before = rows(links)[0].expires_at

    wait(timedelta(days=44, hours=12))
    renew(links, invoice)
    after = rows(links)[0].expires_at
    wait(-timedelta(days=2))
    renew(links, invoice)

    assert before < after
    assert rows(links)[0].expires_at == after


def test_a_letter_does_not_bring_a_withdrawn_link_back(links: Links):
    invoice = links.invoice(100_00)
    token = links.link(invoice)
    links.does(lambda work: linking.withdraw_pay_link(work, invoice))

    renew(links, invoice)

    with pytest.raises(LinkGone):
        links.held(token)


def test_drafts_void_documents_and_partners_have_no_link(links: Links):
    draft = links.draft(links.line(100_00))
    void = links.invoice(100_00)
    links.does(lambda work: void_invoice(work, void, reason="Mistyped"))
    partners = links.invoice(100_00, party_id=links.world.northside)

    assert refused(links, NoLinkFor, making(draft)).endswith("No pay link was made.")
    assert "is void" in refused(links, NoLinkFor, making(void))
    assert "partners sign in" in refused(links, NoLinkFor, making(partners))
    assert rows(links) == []


def test_there_is_nothing_to_withdraw_where_no_link_was_made(links: Links):
    invoice = links.invoice(100_00)

    refused(links, NoLink, lambda work: linking.withdraw_pay_link(work, invoice))


def test_whoever_only_looks_neither_makes_nor_reads_a_link(links: Links):
    invoice = links.invoice(100_00)
    links.link(invoice)
    vic = Desk(links.world, links.world.vic)

    with pytest.raises(NotAllowed):
        vic.does(making(invoice))
    with pytest.raises(NotAllowed):
        vic.does(lambda work: pay_links.pay_link(work, invoice))


def test_the_neighbours_make_no_link_for_what_is_not_theirs(links: Links):
    invoice = links.invoice(100_00)

    with pytest.raises(NotFound):
        Desk(links.world, links.world.otto).does(making(invoice))


def test_each_deed_about_a_link_has_its_words():
    assert {"make_pay_link", "rotate_pay_link", "withdraw_pay_link"} <= DEEDS.keys()


@pytest.mark.usefixtures("here")
def test_misses_are_slowed_down_for_good_addresses_too_and_only_where_they_come_from(
    links: Links,
):
    token, guesser = links.link(links.invoice(100_00)), elsewhere()

    for number in range(MISSES_A_MINUTE):
        with pytest.raises(LinkGone):
            asyncio.run(payer_behind(f"{number}{token}", guesser))

    with pytest.raises(TooSoon):
        asyncio.run(payer_behind("guessed", guesser))
    with pytest.raises(TooSoon):
        asyncio.run(payer_behind(token, guesser))
    assert asyncio.run(payer_behind(token, elsewhere())) == links.held(token)


@pytest.mark.usefixtures("here")
def test_a_guesser_is_heard_again_after_a_minute(links: Links, wait: Callable[[timedelta], None]):
    token, guesser = links.link(links.invoice(100_00)), elsewhere()
    for _ in range(MISSES_A_MINUTE):
        with pytest.raises(LinkGone):
            asyncio.run(payer_behind("guessed", guesser))

    wait(timedelta(seconds=61))

    assert asyncio.run(payer_behind(token, guesser)) == links.held(token)


@pytest.mark.usefixtures("here")
def test_opening_a_good_link_leaves_no_trace(links: Links):
    token, address = links.link(links.invoice(100_00)), elsewhere()

    asyncio.run(payer_behind(token, address))

    with Session(links.world.database.engine) as session:
        tries = session.exec(select(SignInTry).where(SignInTry.address == address)).all()
    assert tries == []
