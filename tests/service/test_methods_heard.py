"""Saved ways of paying that change at the gateway: renewed, let go there, or none of ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from billing_app.models.gateway import PaymentMethod
from billing_app.reads.saved_methods import SavedMethodView, saved_methods
from tests.stripes import open_stripes
from tests.transfers import Remitter
from tests.world import World


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


def test_a_method_that_nobody_saved_with_us_changes_nothing(remitter: Remitter):
    remitter.saves_card()
    customer = remitter.stripes.customer(metadata={"organization": remitter.world.harbour}).id
    theirs = remitter.stripes.v1.payment_methods.attach("pm_card_visa", {"customer": customer})

    remitter.stripes.v1.payment_methods.detach(theirs.id)
    hear(remitter)

    assert len(kept(remitter)) == 1
