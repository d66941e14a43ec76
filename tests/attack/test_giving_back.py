"""AT47: money back that nobody may have, from whoever holds the form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from billing_app.kernel.errors import BillingError, NotFound
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import NotAnAmount, TooMuch, WrongCurrency
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.services.handing_back import PartnersRefund
from billing_app.services.refund_asking import NoteAsked
from billing_app.services.refund_attempting import NotThroughGateway
from tests.billing import aud, drawn
from tests.giving_back import Returns
from tests.stripes import open_stripes
from tests.world import World


@pytest.fixture
def returns(world: World, tmp_path: Path) -> Iterator[Returns]:
    with open_stripes(tmp_path) as stripes:
        yield Returns(world, stripes)


def test_at47_what_cannot_go_back_is_refused_before_the_gateway_hears_of_it(returns: Returns):
    invoice = returns.invoice(110_00)
    payment = returns.paid(invoice)
    by_hand = returns.pay(20_00, returns.invoice(20_00))
    partners = returns.pay(
        20_00,
        returns.invoice(20_00, party_id=returns.world.northside),
        party_id=returns.world.northside,
    )
    foreign = returns.invoice(50_00, party_id=returns.world.bellweather)
    of_foreign = NoteAsked(note_id=drawn("crn"), invoice_id=foreign, reason_code="error")

    for refusal, of, more in (
        (TooMuch, payment, {"amount": aud(110_01)}),
        (WrongCurrency, payment, {"amount": Money(10_00, "USD")}),
        (NotAnAmount, payment, {"amount": aud(0)}),
        (TooMuch, payment, {"choice": "from_credit"}),
        (BillingError, payment, {"choice": "no_longer_owes"}),
        (NotFound, payment, {"choice": "no_longer_owes", "note": of_foreign}),
        (BillingError, payment, {"choice": "as_you_like"}),
        (NotThroughGateway, by_hand, {}),
        (PartnersRefund, partners, {}),
        (NotFound, "pay_nothing", {}),
    ):
        asked = returns.asked(of, 10_00, **more)
        with pytest.raises(refusal):
            returns.sends(asked)
    assert returns.given_back() == []
    assert returns.count(RefundAttempt) == 0
