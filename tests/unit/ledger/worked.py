"""The worked rows of docs/ledger.md, each made by its recipe."""

from __future__ import annotations

from uuid import UUID

from billing_app.kernel.money import Money
from billing_app.ledger import accounts, recipes
from billing_app.ledger.transfers import Transfers, turned

MARSH, NORTHSIDE = UUID(int=1), UUID(int=2)
INVOICE, OWED_BY_PARTNER, LOT, RECEIPT = UUID(int=3), UUID(int=4), UUID(int=5), UUID(int=6)
PAYMENT = UUID(int=7)


def aud(minor: int) -> Money:
    return Money(minor, "AUD")


OWED = accounts.receivable(MARSH, INVOICE)
UNKNOWN = accounts.unidentified(RECEIPT)
CREDIT = accounts.credit(MARSH, LOT)
HELD = accounts.disputed(PAYMENT)
SHARE = accounts.share_unfunded(NORTHSIDE, INVOICE)

OWN_INVOICE = recipes.invoice_issued(OWED, net=aud(100_00), tax=aud(10_00))

BAD_DEBT = recipes.bad_debt(OWED, net=aud(70_00), tax=aud(7_00))

OVERPAID = recipes.payment_received([(OWED, aud(250_00)), (CREDIT, aud(50_00))])


def agent_invoice(*, share: int, commission: int, tax: int) -> Transfers:
    return recipes.agent_invoice_issued(
        OWED,
        customer_id=MARSH,
        share=SHARE,
        agreed_share=aud(share),
        commission=aud(commission),
        tax=aud(tax),
        discount=aud(300_00),
    )


def note_of_33(**excess) -> Transfers:
    return recipes.credit_note_issued(OWED, net=aud(30_00), tax=aud(3_00), **excess)


WORKED: dict[str, Transfers] = {
    "1": OWN_INVOICE,
    "2": agent_invoice(share=7_800_00, commission=2_000_00, tax=200_00),
    "3": recipes.payment_received([(OWED, aud(3_000_00))], into=accounts.GATEWAY),
    "3c": recipes.gateway_fee(aud(51_30)),
    "4": recipes.payment_received([(OWED, aud(6_700_00))]),
    "6": agent_invoice(share=10_000_00, commission=0, tax=0),
    "6b": recipes.commission_invoice_issued(
        accounts.partner_receivable(NORTHSIDE, OWED_BY_PARTNER),
        partner_id=NORTHSIDE,
        commission=aud(2_000_00),
        tax=aud(200_00),
    ),
    "7": (),
    "7b": recipes.payment_received([(CREDIT, aud(500_00))]),
    "7c": (),
    "8": recipes.credit_applied(OWED, [(CREDIT, aud(300_00))]),
    "8b": recipes.credit_applied(OWED, [(CREDIT, aud(100_00))]),
    "9": OVERPAID,
    "9b": turned(OVERPAID),
    "10": recipes.refund([(OWED, aud(100_00))]),
    "11": recipes.refund([(OWED, aud(100_00))])
    + recipes.credit_note_issued(OWED, net=aud(90_91), tax=aud(9_09)),
    "12": note_of_33(),
    "13": note_of_33(to_credit=[(CREDIT, aud(13_00))]),
    "13b": note_of_33(outside=aud(13_00)),
    "14": note_of_33(to_credit=[(CREDIT, aud(33_00))]),
    "15": BAD_DEBT,
    "15b": recipes.small_balance(OWED, aud(3)),
    "16": recipes.credit_granted(CREDIT, aud(20_00)),
    "16b": recipes.credit_taken_back([(CREDIT, aud(20_00))]),
    "17": recipes.refund([(CREDIT, aud(50_00))]),
    "10c": recipes.refund([], out_of=accounts.GATEWAY, lost=aud(30_00)),
    "10b": recipes.refund([(OWED, aud(100_00))], out_of=accounts.GATEWAY),
    "11b": recipes.refund_came_back(CREDIT, aud(100_00), lost=aud(0)),
    "18": recipes.dispute_opened(HELD, aud(110_00), fee=aud(25_00)),
    "18b": recipes.dispute_won(HELD, aud(110_00)),
    "18c": recipes.taken_back(HELD, [(OWED, aud(110_00))], lost=aud(0)),
    "18d": recipes.dispute_fee(aud(15_00)),
    "24": turned(OWN_INVOICE),
    "24b": recipes.credit_returned(OWED, [(CREDIT, aud(30_00))]),
    "15c": turned(BAD_DEBT),
    "17b": turned(recipes.refund([(CREDIT, aud(50_00))])),
    "19": turned(recipes.payment_received([(OWED, aud(110_00))], into=accounts.GATEWAY)),
    "19b": recipes.taken_back(accounts.GATEWAY, [(OWED, aud(80_00))], lost=aud(30_00)),
    "25": recipes.payment_unidentified(UNKNOWN, aud(80_00)),
    "25b": recipes.payment_allocated(UNKNOWN, [(OWED, aud(60_00)), (CREDIT, aud(20_00))]),
    "25c": recipes.payment_allocated(
        accounts.unidentified(RECEIPT, NORTHSIDE),
        [(accounts.partner_receivable(NORTHSIDE, OWED_BY_PARTNER), aud(30_00))],
    ),
}
