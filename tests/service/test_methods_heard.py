"""Saved ways of paying that change at the gateway: renewed, let go there, or none of ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from billing_app.gateways.payments import Way
from billing_app.models.gateway import PaymentMethod
from billing_app.reads.saved_methods import SavedMethodView, saved_methods
from billing_app.services.attempting import DebitsEnded
from tests.stripes import open_stripes
from tests.transfers import Remitter
from tests.world import World

NOT_AUTHORIZED = "000333333335"
"""An account whose bank refuses the debit, and all that would follow."""


@pytest.fixture
def remitter(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Remitter]:
    with open_stripes(tmp_path) as stripes:
        yield Remitter(world, stripes, monkeypatch)


def kept(remitter: Remitter) -> tuple[SavedMethodView, ...]:
    return remitter.does(lambda work: saved_methods(work, remitter.world.marsh))


def reference(remitter: Remitter) -> str:
    """What the gateway calls the method that was saved last."""
    wanted = select(PaymentMethod.reference).order_by(col(PaymentMethod.id).desc()).limit(1)
    return str(remitter.sees(lambda work: work.exec(wanted).one()))


def hear(remitter: Remitter) -> None:
    for message in remitter.sent():
        assert remitter.bring(message).status == 200
    remitter.apply()


def test_what_was_let_go_there_is_charged_no_more_and_another_is_the_usual_one(
    remitter: Remitter,
):
    remitter.saves_card()
    first = reference(remitter)
    remitter.saves_card()

    remitter.stripes.v1.payment_methods.detach(first)
    hear(remitter)

    [left] = kept(remitter)
    assert left.is_usual
    gone = select(PaymentMethod.detached_at).where(PaymentMethod.reference == first)
    assert remitter.sees(lambda work: work.exec(gone).one()) is not None
    assert "payment_method.detached" in [each.kind for each in remitter.kept()]


def test_a_card_that_its_bank_renewed_is_good_until_its_new_day(remitter: Remitter):
    remitter.saves_card()
    renewed: Any = {"card": {"exp_month": 2, "exp_year": 2031}}

    remitter.stripes.v1.payment_methods.update(reference(remitter), renewed)
    hear(remitter)

    until = select(PaymentMethod.expires_on)
    assert remitter.sees(lambda work: work.exec(until).one()) == date(2031, 2, 28)
    assert [each.words for each in kept(remitter)] == ["Visa •••• 4242"]


def test_an_account_whose_bank_ended_its_debits_says_so_and_is_charged_no_more(
    remitter: Remitter,
):
    url = remitter.leads(remitter.owes(), way=Way.DIRECT_DEBIT, saves=True, begun_by="contact")
    given = {"us_bank_account": NOT_AUTHORIZED, "name": "Marsh", "save": "yes"}
    remitter.stripes.submit(url, pay_with="us_bank_account", email="m@m.example", **given)
    hear(remitter)
    before = kept(remitter)
    remitter.stripes.pass_time(days=7)
    hear(remitter)

    [account] = kept(remitter)
    assert ([each.has_expired for each in before], account.has_expired) == ([False], True)
    with pytest.raises(DebitsEnded, match="may not be debited any more"):
        remitter.is_being_charged(remitter.owes())

    remitter.stripes.v1.payment_methods.update(reference(remitter), {"metadata": {"a": "b"}})
    hear(remitter)
    assert [each.has_expired for each in kept(remitter)] == [True]


def test_a_method_that_nobody_saved_with_us_changes_nothing(remitter: Remitter):
    remitter.saves_card()
    customer = remitter.stripes.customer(metadata={"organization": remitter.world.harbour}).id
    theirs = remitter.stripes.v1.payment_methods.attach("pm_card_visa", {"customer": customer})

    remitter.stripes.v1.payment_methods.detach(theirs.id)
    hear(remitter)

    assert len(kept(remitter)) == 1
