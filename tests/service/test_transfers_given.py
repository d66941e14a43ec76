"""Transfers that say little, or lie: whose they are, and that none keeps another waiting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from billing_app.access.actors import RunnerActor
from billing_app.access.guard import operator_command
from billing_app.access.installation import work_now
from billing_app.access.work import Work
from billing_app.collecting.comparing import compare_with_gateway
from billing_app.collecting.gateway import gateway_of
from billing_app.collecting.reconciling import reconcile
from billing_app.collecting.transfers import hear_transfer, take_or_leave
from billing_app.gateways.news import TransferTold
from billing_app.kernel.clock import clock
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.secret import Secret
from billing_app.ledger.accounts import Code
from billing_app.models.arrived_transfer import ArrivedTransfer
from billing_app.models.party import Customer
from billing_app.models.payment import Refund
from billing_app.reads.arrived_transfers import untaken_transfers, waiting_transfers
from billing_app.reads.named_documents import documents_named
from billing_app.reads.paging import PAGE
from billing_app.reads.reconciliation import Compared, Match
from billing_app.services import hearing, organizing, transferring
from billing_app.services.transferring import TakenAlready
from tests.stripes import open_stripes
from tests.transfers import OWED, Remitter, usd
from tests.world import World


@pytest.fixture
def remitter(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Remitter]:
    with open_stripes(tmp_path) as stripes:
        yield Remitter(world, stripes, monkeypatch)


def stranger(remitter: Remitter) -> str:
    """Somebody at the gateway of whom only the organization is known."""
    return remitter.stripes.customer(metadata={"organization": remitter.world.harbour}).id


def owner(remitter: Remitter, reference: str) -> str:
    """The customer whose a transfer is, by the gateway's name of it."""
    kept = ArrivedTransfer.gateway_reference == reference
    wanted = select(ArrivedTransfer.customer_id).where(kept)
    return show(Customer.prefix, remitter.sees(lambda work: work.exec(wanted).one()))


def arrived(payer: str, *, written: str = "") -> TransferTold:
    """A transfer as the gateway tells of it, unlike any other."""
    return TransferTold(
        reference=f"ccsbtxn_{new_id().hex}",
        payer=payer,
        amount=usd(5_00),
        written=written,
        arrived_at=clock.now(),
    )


def keep(remitter: Remitter, told: TransferTold) -> str:
    return remitter.acts(lambda work: transferring.keep_transfer(work, told))


def compared(remitter: Remitter) -> list[Compared]:
    since = clock.now() - timedelta(days=1)
    return compare_with_gateway(remitter.place, remitter.by.actor, since).wrong  # type: ignore[arg-type]


@pytest.mark.parametrize("turned", [False, True])
def test_what_arrives_later_is_theirs_to_whom_it_was_given_last(remitter: Remitter, turned: bool):
    wrong, right = sorted((remitter.world.bellweather, remitter.world.marsh), reverse=turned)
    payer = stranger(remitter)
    manual = {"settings": {"reconciliation_mode": "manual"}}
    remitter.stripes.v1.customers.cash_balance.update(payer, manual)  # type: ignore[arg-type]
    moved = remitter.sends(OWED, payer=payer)
    remitter.uses_elsewhere(payer, OWED)
    hear_transfer(remitter.place, payer, moved)
    [row] = remitter.inbox()
    remitter.gives(row.id, wrong)
    remitter.sends(OWED, payer=payer)
    remitter.gives(row.id, right)

    later = remitter.sends(7_00, payer=payer)
    hear_transfer(remitter.place, payer, later)

    assert owner(remitter, later) == right


def test_what_is_being_taken_for_one_customer_is_given_to_no_other(remitter: Remitter):
    remitter.transfers(9_00, payer=stranger(remitter))
    [row] = remitter.inbox()
    marsh, other = remitter.world.marsh, remitter.world.bellweather
    remitter.does(lambda work: transferring.give_transfer(work, row.id, customer_id=marsh))

    remitter.does(lambda work: transferring.give_transfer(work, row.id, customer_id=marsh))
    with pytest.raises(TakenAlready, match="or is just being taken"):
        remitter.does(lambda work: transferring.give_transfer(work, row.id, customer_id=other))


def test_a_number_from_before_the_prefix_changed_names_its_document(remitter: Remitter):
    named, other = remitter.owes(50_00), remitter.owes(60_00)
    remitter.chooses(remitter.owes(5_00))
    remitter.transfers(5_00)
    number = str(remitter.of(named, "number"))
    remitter.does(lambda work: organizing.set_series(work, "invoice", prefix="NEW-"))

    remitter.transfers(60_00, number)

    assert (remitter.still(named), remitter.still(other)) == (0, 60_00)
    assert [each.id for each in remitter.does(lambda work: documents_named(work, number))] == [
        named
    ]


def test_a_number_that_nothing_has_pays_nothing_by_its_amount(remitter: Remitter):
    other = remitter.owes(60_00)
    remitter.chooses(remitter.owes(5_00))
    remitter.transfers(5_00)

    remitter.transfers(60_00, "INV-77777")

    assert remitter.still(other) == 60_00
    assert remitter.balance(Code.CUSTOMER_CREDIT, "USD").minor == 60_00


@pytest.mark.parametrize(
    ("written", "kept"), [("INV\x0000001", "INV00001"), (" x\ud800y\u202e\n z ", "xy z")]
)
def test_junk_in_a_reference_loses_no_money(remitter: Remitter, written: str, kept: str):
    keep(remitter, arrived("cus_junk", written=written))

    [row] = remitter.inbox()

    assert row.written == kept


def test_all_that_waits_is_shown_page_by_page_and_taken_in_one_turn(remitter: Remitter):
    for _ in range(PAGE + 2):
        keep(remitter, arrived("cus_many"))

    first = remitter.does(untaken_transfers)
    rest = remitter.does(lambda work: untaken_transfers(work, after=first.after))
    for row in first.rows + rest.rows:
        give(remitter, row.id)
    clock.move(timedelta(minutes=2))
    waiting = work_now(RunnerActor(), remitter.world.database, waiting_transfers)
    forget_whose(remitter)

    assert (len(first.rows), len(rest.rows), rest.after) == (PAGE, 2, "")
    ours = [each for each in waiting if each.organization_id == remitter.system.organization_id]
    assert len(ours) == PAGE + 2


def forget_whose(remitter: Remitter) -> None:
    """Other tests take what waits anywhere: nothing of ours does any more."""
    ours = ArrivedTransfer.organization_id == remitter.system.organization_id

    @operator_command
    def forget(work: Work[Any]) -> None:
        for each in work.exec(select(ArrivedTransfer).where(ours)):
            each.customer_id = None

    remitter.world.operator(forget)


def give(remitter: Remitter, transfer_id: str) -> None:
    marsh = remitter.world.marsh
    remitter.does(lambda work: transferring.give_transfer(work, transfer_id, customer_id=marsh))


def test_a_transfer_stays_with_whoever_kept_it_whatever_is_told_later(remitter: Remitter):
    told = arrived(f"cus_{new_id().hex}")
    kept = keep(remitter, told)

    whose = work_now(
        RunnerActor(),
        remitter.world.database,
        lambda work: hearing.whose_payer(work, told.payer, remitter.world.kiln, told.reference),
    )

    assert whose == remitter.system.organization_id
    assert keep(remitter, told) == kept


def test_a_payer_who_is_gone_at_the_gateway_is_a_row_that_says_so(remitter: Remitter):
    gone, there = stranger(remitter), stranger(remitter)
    for payer in (gone, there):
        remitter.transfers(9_00, payer=payer)
    remitter.stripes.v1.customers.delete(gone)

    rows = {each.reference: each for each in compared(remitter)}

    assert (rows[gone].match, rows[there].match) == (Match.NOT_TOLD, Match.UNTAKEN)
    assert "may have been deleted" in rows[gone].fix
    assert (rows[gone].amount.minor, rows[there].amount.minor) == (0, 9_00)


def test_a_transfer_refunded_at_the_gateway_is_shown_as_lying_there(remitter: Remitter):
    invoice = remitter.owes()
    remitter.chooses(invoice)
    remitter.transfers(OWED)
    [paid] = remitter.stripes.v1.payment_intents.list({"limit": 1}).data

    remitter.stripes.v1.refunds.create({"payment_intent": paid.id, "amount": 40_00})
    for message in remitter.sent():
        remitter.bring(message)
    remitter.apply()
    reconcile(remitter.place)

    [row] = [each for each in compared(remitter) if not each.is_refund]
    assert (row.match, row.amount.minor) == (Match.UNTAKEN, 40_00)
    assert "a refund made there of a transfer" in row.fix
    assert (remitter.still(invoice), remitter.count(Refund)) == (40_00, 1)


def test_a_transfer_that_met_a_wrong_key_is_taken_once_it_is_right(remitter: Remitter):
    invoice = remitter.owes()
    payer = stranger(remitter)
    told = gateway_of(remitter.place).look_at_transfer(payer, remitter.sends(OWED, payer=payer))
    assert told is not None
    kept = keep(remitter, told)
    give(remitter, kept)
    settings = replace(remitter.stripes.settings, stripe_secret_key=Secret("sk_test_wrong"))
    wrong = replace(remitter.place, settings=settings)

    take_or_leave(wrong, remitter.system.organization_id, kept, clock.now())
    before = remitter.attempts()
    remitter.reconciles()

    assert before == [("transfer", "created")]
    assert (remitter.still(invoice), remitter.inbox()) == (0, [])
