"""What each event does to the accounts, row by row, in the amounts of the worked table."""

from __future__ import annotations

from collections import Counter

import pytest

from billing_app.kernel.money import MixedCurrencies, Money
from billing_app.ledger import accounts, recipes
from billing_app.ledger.accounts import CHART, Code, Kind, Side
from billing_app.ledger.events import EFFECTS, Effect, Event, events_with
from billing_app.ledger.transfers import Transfer, Transfers
from tests.unit.ledger.worked import CREDIT, HELD, INVOICE, LOT, MARSH, OWED, WORKED, aud


def effect(transfers: Transfers) -> dict[str, int]:
    """What is left on each account: debits above zero, credits below."""
    moved: Counter[str] = Counter()
    for transfer in transfers:
        moved[str(transfer.debit.code)] += transfer.amount.minor
        moved[str(transfer.credit.code)] -= transfer.amount.minor
    return {code: minor for code, minor in sorted(moved.items()) if minor}


# Row by row: debits above zero, credits below.
EXPECTED = {
    "1": {"1100": 110_00, "2200": -10_00, "4000": -100_00},
    "2": {"1100": 9_700_00, "2100": -7_800_00, "2200": -200_00, "4100": -2_000_00, "4110": 300_00},
    "3": {"1010": 3_000_00, "1100": -3_000_00},
    "3c": {"1010": -51_30, "5000": 51_30},
    "4": {"1000": 6_700_00, "1100": -6_700_00},
    "6": {"1100": 9_700_00, "2100": -10_000_00, "4110": 300_00},
    "6b": {"1110": 2_200_00, "2200": -200_00, "4100": -2_000_00},
    "7": {},
    "7b": {"1000": 500_00, "2000": -500_00},
    "7c": {},
    "8": {"1100": -300_00, "2000": 300_00},
    "8b": {"1100": -100_00, "2000": 100_00},
    "9": {"1000": 300_00, "1100": -250_00, "2000": -50_00},
    "9b": {"1000": -300_00, "1100": 250_00, "2000": 50_00},
    "10": {"1000": -100_00, "1100": 100_00},
    "11": {"1000": -100_00, "2200": 9_09, "4000": 90_91},
    "12": {"1100": -33_00, "2200": 3_00, "4000": 30_00},
    "13": {"1100": -20_00, "2000": -13_00, "2200": 3_00, "4000": 30_00},
    "13b": {"1000": -13_00, "1100": -20_00, "2200": 3_00, "4000": 30_00},
    "14": {"2000": -33_00, "2200": 3_00, "4000": 30_00},
    "15": {"1100": -77_00, "2200": 7_00, "5100": 70_00},
    "15c": {"1100": 77_00, "2200": -7_00, "5100": -70_00},
    "15b": {"1100": -3, "5900": 3},
    "16": {"2000": -20_00, "5150": 20_00},
    "16b": {"2000": 20_00, "5150": -20_00},
    "17": {"1000": -50_00, "2000": 50_00},
    "17b": {"1000": 50_00, "2000": -50_00},
    "10b": {"1010": -100_00, "1100": 100_00},
    "10c": {"1010": -30_00, "5100": 30_00},
    "11b": {"1010": 100_00, "2000": -100_00},
    "18": {"1010": -135_00, "1150": 110_00, "5200": 25_00},
    "18b": {"1010": 110_00, "1150": -110_00},
    "18c": {"1100": 110_00, "1150": -110_00},
    "18d": {"1010": -15_00, "5200": 15_00},
    "19": {"1010": -110_00, "1100": 110_00},
    "19b": {"1010": -110_00, "1100": 80_00, "5100": 30_00},
    "24": {"1100": -110_00, "2200": 10_00, "4000": 100_00},
    "24b": {"1100": 30_00, "2000": -30_00},
    "25": {"1000": 80_00, "2010": -80_00},
    "25b": {"1100": -60_00, "2000": -20_00, "2010": 80_00},
    "25c": {"1110": -30_00, "2010": 30_00},
}


@pytest.mark.parametrize("row", EXPECTED)
def test_a_worked_row_moves_what_the_table_says(row: str):
    assert effect(WORKED[row]) == EXPECTED[row]


def test_every_worked_row_is_in_the_table():
    assert WORKED.keys() == EXPECTED.keys()


@pytest.mark.parametrize("row", WORKED)
def test_no_partners_account_meets_a_discount_or_a_customers_cash(row: str):
    of_partners = {Code.SHARE_UNFUNDED, Code.SHARE_FUNDED, Code.COMMISSION, Code.PARTNER_RECEIVABLE}
    private = {Code.DISCOUNTS_GIVEN, Code.BANK, Code.GATEWAY_CLEARING}

    for transfer in WORKED[row]:
        sides = {transfer.debit.code, transfer.credit.code}
        assert not (sides & of_partners and sides & private)


def test_the_partners_transfers_are_the_same_for_every_discount():
    def seen_by_the_partner(discount: int) -> list[Transfer]:
        made = recipes.agent_invoice_issued(
            OWED,
            customer_id=MARSH,
            share=accounts.share_unfunded(LOT, INVOICE),
            agreed_share=aud(7_800_00),
            commission=aud(2_000_00),
            tax=aud(200_00),
            discount=aud(discount),
        )
        return [transfer for transfer in made if transfer.credit.code is Code.SHARE_UNFUNDED]

    assert seen_by_the_partner(300_00) == seen_by_the_partner(0)


def test_a_part_that_is_zero_is_left_out():
    assert recipes.invoice_issued(OWED, net=aud(100_00), tax=aud(0)) == (
        Transfer(OWED, accounts.OWN_SALES, aud(100_00)),
    )
    assert recipes.invoice_issued(OWED, net=aud(0), tax=aud(0)) == ()


def test_a_transfer_never_runs_backwards():
    with pytest.raises(ValueError, match="positive"):
        recipes.small_balance(OWED, aud(-1))


def test_a_transfer_needs_two_accounts():
    with pytest.raises(ValueError, match="two accounts"):
        recipes.credit_returned(OWED, [(OWED, aud(1))])


@pytest.mark.parametrize("code", [Code.CUSTOMER_RECEIVABLE, Code.CUSTOMER_CREDIT])
def test_an_account_that_is_divided_names_its_party_and_its_item(code: Code):
    with pytest.raises(ValueError, match="party"):
        accounts.Account(code, None, INVOICE)
    with pytest.raises(ValueError, match="item"):
        accounts.Account(code, MARSH)


def test_an_account_that_is_nobodys_names_no_party_and_no_item():
    with pytest.raises(ValueError, match="nobody's"):
        accounts.Account(Code.BANK, MARSH)
    with pytest.raises(ValueError, match="item"):
        accounts.Account(Code.OWN_SALES, None, INVOICE)


def test_a_partner_who_paid_too_much_is_named_on_what_nobody_claimed():
    assert accounts.unidentified(INVOICE, MARSH).party_id == MARSH
    assert accounts.unidentified(INVOICE).party_id is None


def test_credit_is_taken_lot_by_lot_in_the_order_given():
    younger = accounts.credit(MARSH, INVOICE)

    made = recipes.credit_applied(OWED, [(CREDIT, aud(10_00)), (younger, aud(5_00))])

    assert [(t.debit, t.amount) for t in made] == [(CREDIT, aud(10_00)), (younger, aud(5_00))]


def test_what_was_refunded_before_a_dispute_was_lost_is_our_loss():
    made = recipes.taken_back(HELD, [(OWED, aud(80_00))], lost=aud(30_00))

    assert effect(made) == {"1100": 80_00, "1150": -110_00, "5100": 30_00}


def test_currencies_are_never_netted():
    made = recipes.payment_received([(OWED, aud(1)), (CREDIT, Money(1, "JPY"))])

    assert [transfer.amount.currency for transfer in made] == ["AUD", "JPY"]
    with pytest.raises(MixedCurrencies):
        made[0].amount + made[1].amount


def test_every_account_has_its_chapter_and_grows_on_its_side():
    assert set(CHART) == set(Code)
    for code, chapter in CHART.items():
        on_debit = chapter.kind in (Kind.ASSET, Kind.EXPENSE) or code is Code.DISCOUNTS_GIVEN
        assert chapter.grows_on is (Side.DEBIT if on_debit else Side.CREDIT)


def test_every_event_on_a_receivable_has_one_effect():
    without = {Event.PAYMENT_UNIDENTIFIED, Event.REFUND_FROM_CREDIT, Event.ADJUSTMENT}
    without |= {Event.GATEWAY_FEE, Event.DISPUTE_OPENED, Event.DISPUTE_WON}

    assert set(EFFECTS) == set(Event) - without
    assert sorted(event for effect in Effect for event in events_with(effect)) == sorted(EFFECTS)
