"""Numbers of documents, checked again, when somebody changed the series in the database."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from billing_app.ledger import numbers
from billing_app.models.organization import Organization
from tests.billing import Desk
from tests.booking import behind_the_back
from tests.world import World


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def found(desk: Desk) -> list[str]:
    return desk.sees(lambda work: [*numbers.differences(work)])


def move_series(desk: Desk, by: int) -> None:
    own = Organization.read_id(desk.world.harbour)
    with behind_the_back(desk.world.database) as connection:
        connection.execute(
            text("UPDATE series SET next_number = next_number + :by WHERE organization_id = :own"),
            {"by": by, "own": own.hex if desk.world.database.is_sqlite else own},
        )


def test_numbers_that_follow_each_other_are_well(desk: Desk, world: World):
    for party in (world.marsh, world.marsh, world.northside):
        desk.invoice(party_id=party)

    assert found(desk) == []


def test_a_series_that_would_leave_numbers_out_is_named(desk: Desk):
    desk.invoice()
    second = desk.invoice()

    move_series(desk, 50)
    assert found(desk) == ["the last number of invoices is 2, but 53 would be taken next"]

    move_series(desk, -51)
    assert found(desk) == [
        f"invoice {second} has the number INV-00002, which its series never gave"
    ]
