"""AT59: what a person types never becomes a header, a recipient or a body of its own.

The letters go the whole way: typed by an admin, owed, sent, and taken by a real mail server.
"""

from __future__ import annotations

import pytest
from sqlmodel import Session, col, select

from billing_app.kernel.errors import Invalid
from billing_app.kernel.ids import new_id, show
from billing_app.models.outbox import Letter
from billing_app.services import contacting, granting
from tests.mail_server import Clerk, mail_server
from tests.posting import FROM, place, send
from tests.world import World


def add(world: World, *, name: str, email: str) -> str:
    """Ada notes a contact of Marsh Design, and lets them in; returns the contact's id."""
    drawn = show("con", new_id())
    world.ada.does(
        lambda work: contacting.add_contact(
            work, drawn, party_id=world.marsh, name=name, email=email
        )
    )
    world.ada.does(lambda work: granting.grant_access(work, drawn))
    return drawn


def letters_of(world: World) -> list[str]:
    """The ids of all letters of this Harbour, the newest first."""
    ours = world.ada.actor.organization_id
    with Session(world.database.engine) as session:
        wanted = select(Letter).where(Letter.organization_id == ours)
        return [letter.shown_id for letter in session.exec(wanted.order_by(col(Letter.id).desc()))]


@pytest.mark.parametrize(
    "name",
    [
        "Bob\r\nBcc: eve@evil.example",
        'Bob" <eve@evil.example>, "',
        "Bob, eve@evil.example",
        "=?utf-8?q?Bob=3e=0d=0aBcc=3a_eve=40evil=2eexample?=",
        "Bob %0d%0aBcc: eve@evil.example",
        "Bob<br>Subject: your bank",
    ],
)
def test_at59_a_name_reaches_a_mail_server_as_a_name(world: World, name: str):
    email = world.email("bob")
    add(world, name=name, email=email)
    clerk = Clerk()
    with mail_server(clerk) as host:
        send(place(world, host), letters_of(world)[0])

    (taken,) = clerk.taken
    assert clerk.envelopes == [(FROM, [email])]
    assert [address.addr_spec for address in taken["To"].addresses] == [email]
    assert len(taken.keys()) == len(set(taken.keys()))
    assert not {"Bcc", "Cc"} & set(taken.keys())
    assert "your bank" not in taken["Subject"]


@pytest.mark.parametrize(
    "email",
    [
        "bob@marsh.example\r\nBcc: eve@evil.example",
        "bob@marsh.example, eve@evil.example",
        "=?utf-8?q?a=40e.co=3e=0d=0asubject=3a=20your_bank=0d=0a=0d=0ahi?=@e.example",
    ],
)
def test_at59_an_address_that_could_end_a_header_is_not_kept(world: World, email: str):
    before = letters_of(world)

    with pytest.raises(Invalid):
        add(world, name="Bob", email=email)

    assert letters_of(world) == before
