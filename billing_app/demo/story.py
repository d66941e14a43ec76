"""What happened in the demo before you came in.

Everything is done through commands, as its people, at the time it is said to have
happened: the clock is set back and then let run until it is now again. What the screens
are to show alive, such as an invitation that runs out, happens at that moment.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from billing_app.access.actors import DoorActor, Member, OperatorActor
from billing_app.access.credentials import accept_invitation, ask_for_reset
from billing_app.access.database import Database
from billing_app.access.demo_doors import ADAS_PASSWORD, DEMO_DOORS, NEIGHBOUR, DemoDoor
from billing_app.access.entering import Browser, ask_for_link
from billing_app.access.installation import work_now
from billing_app.access.passwords import hashed_here, read_new_password
from billing_app.access.permissions import Role
from billing_app.access.sessions import end_session, find_session, open_session
from billing_app.access.throttling import FREE_TRIES, PASSWORD, begin_try
from billing_app.access.work import Work
from billing_app.config import Secret
from billing_app.demo import asking, books, post, year
from billing_app.kernel.audience import Audience
from billing_app.kernel.clock import clock
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.session_header import hashed
from billing_app.services import contacting, enrolling, founding, granting, inviting

T = TypeVar("T")

_ADA, _CLEO, _PAT = DEMO_DOORS
_GRACE = DemoDoor("grace", "Grace Abara", "grace@harbour.example", Audience.ADMIN)
_VIC = DemoDoor("vic", "Vic Moreau", "vic@harbour.example", Audience.ADMIN)
_ROWAN = DemoDoor("rowan", "Rowan Bell", "rowan@bellweather.example", Audience.CUSTOMER)
_KITCHEN = Browser(replacing=None, device="Safari on iPad", address="127.0.0.1")

_CUSTOMERS = (
    ("Marsh Design", _CLEO.email, "14"),
    ("Bellweather Coworking", "accounts@bellweather.example", "30"),
    ("Adeyemi Family", "folasade@adeyemi.example", "7"),
    ("Kestrel Logistics", "ap@kestrel.example", "30"),
    ("Tidewater Music School", "office@tidewater.example", "14"),
    ("Nguyen & Daughters", "hello@nguyen-daughters.example", "14"),
    ("Orchard House", "bursar@orchardhouse.example", "21"),
    ("Pilgrim Street Studio", "studio@pilgrim.example", "14"),
    ("Solveig Aas", "solveig@aas.example", "7"),
    ("Old Mill Bakery", "mill@oldmill.example", "14"),
)
_PARTNERS = (
    ("Northside Language School", _PAT.email, "school"),
    ("Meridian Education Agents", "desk@meridian.example", "agent"),
    ("Paper & Ink Supplies", "orders@paperink.example", "supplier"),
)


class _Past:
    """Acts in the past: each one happens a while after the one before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._between = timedelta(hours=7, minutes=17)
        clock.allow_moving()
        self._behind = self._between * 107
        clock.move(-self._behind)

    def act(self, actor: Any, command: Callable[[Work[Any]], T]) -> T:
        """Let ``actor`` do something, then let time pass."""
        done = work_now(actor, self._database, command)
        step = min(self._between, self._behind)
        clock.move(step)
        self._behind -= step
        return done

    def arrive(self) -> None:
        """Let the clock tell the real time again."""
        clock.move(self._behind)
        self._behind = timedelta(0)

    def as_person(self, door: DemoDoor, does: Callable[[Member], object]) -> None:
        """Sign a person in, let them act, and sign them out."""
        token = work_now(
            DoorActor(),
            self._database,
            lambda work: open_session(
                work, email=door.email, audience=door.audience, replacing=None
            ),
        )
        found = work_now(
            DoorActor(), self._database, lambda work: find_session(work, hashed(token))
        )
        assert found is not None, "a session that was just opened"
        does(found.actor)
        work_now(DoorActor(), self._database, lambda work: end_session(work, hashed(token)))


def tell(database: Database) -> None:
    """Make the demo's two organizations and everything that happened in them."""
    past = _Past(database)
    harbour = _found(
        past,
        "Harbour Tutoring",
        "Australia/Sydney",
        "AUD",
        ((_ADA, Role.OWNER), (_GRACE, Role.BOOKKEEPER)),
    )
    _found(past, "Kiln Works", "Europe/Berlin", "EUR", ((NEIGHBOUR, Role.OWNER),))
    _choose_password(past, harbour, _ADA, Secret(ADAS_PASSWORD))
    past.as_person(_ADA, lambda ada: _enrol(past, ada))
    past.as_person(_GRACE, lambda grace: _tidy(past, grace))
    past.as_person(NEIGHBOUR, lambda otto: _elsewhere(past, otto))
    past.arrive()
    past.as_person(_ADA, lambda ada: _invite(past, ada))
    past.act(DoorActor(), lambda work: ask_for_link(work, _CLEO.email))
    past.act(DoorActor(), lambda work: ask_for_reset(work, _ADA.email))
    _guess(past, _GRACE)


def _found(
    past: _Past,
    name: str,
    time_zone: str,
    currency: str,
    admins: tuple[tuple[DemoDoor, Role], ...],
) -> str:
    operator = OperatorActor()
    organization_id = past.act(
        operator,
        lambda work: founding.found_organization(
            work, name=name, time_zone=time_zone, currency=currency
        ),
    )
    for door, role in admins:
        past.act(
            operator,
            partial(
                founding.name_admin,
                organization_id=organization_id,
                name=door.person,
                email=door.email,
                role=role,
            ),
        )
    return organization_id


def _choose_password(past: _Past, organization_id: str, door: DemoDoor, chosen: Secret) -> None:
    """Let an admin come in for the first time and choose a password."""
    password = hashed_here(read_new_password(chosen, about=(door.email,)))
    token = past.act(
        OperatorActor(), lambda work: founding.way_in(work, organization_id, email=door.email)
    )
    past.act(
        DoorActor(),
        lambda work: (
            accept_invitation(work, token, _KITCHEN, name=door.person, password=password).token
        ),
    )


def _guess(past: _Past, door: DemoDoor) -> None:
    """Let somebody from elsewhere guess an admin's password, and fail.

    The alarm is for the screens; at the terminal it would frighten whoever starts a demo.
    """
    logging.disable(logging.WARNING)
    try:
        for _ in range(FREE_TRIES):
            past.act(
                DoorActor(),
                lambda work: begin_try(
                    work, door=PASSWORD, account=door.email, address="203.0.113.7"
                ),
            )
    finally:
        logging.disable(logging.NOTSET)


def _enrol(past: _Past, ada: Member) -> None:
    customers = [_add_customer(past, ada, *said) for said in _CUSTOMERS]
    partners = [_add_partner(past, ada, *said) for said in _PARTNERS]
    for party_id, door in ((customers[0], _CLEO), (partners[0], _PAT)):
        _let_in(past, ada, party_id, door)
    gone = _let_in(past, ada, customers[1], _ROWAN)
    past.act(ada, lambda work: granting.revoke_access(work, gone))
    past.act(ada, lambda work: enrolling.archive_customer(work, customers[-1]))
    desk = books.Desk(partial(past.act, ada), "AUD")
    desk.open_books()
    year.bring_along(desk, customers)
    books.keep(desk, customers)
    asking.keep(desk, customers)
    post.keep(past.act, ada, desk, customers)


def _let_in(past: _Past, ada: Member, party_id: str, door: DemoDoor) -> str:
    """Note a contact, and grant them access: two acts."""
    contact_id = past.act(
        ada,
        partial(
            contacting.add_contact,
            contact_id=show("con", new_id()),
            party_id=party_id,
            name=door.person,
            email=door.email,
        ),
    )
    past.act(ada, lambda work: granting.grant_access(work, contact_id))
    return contact_id


def _invite(past: _Past, ada: Member) -> None:
    past.act(
        ada,
        lambda work: inviting.invite_admin(
            work, name=_VIC.person, email=_VIC.email, role=Role.VIEWER
        ),
    )


def _tidy(past: _Past, grace: Member) -> None:
    _add_customer(past, grace, "Harriet Okonkwo", "harriet@okonkwo.example", "14")


def _elsewhere(past: _Past, otto: Member) -> None:
    _add_customer(past, otto, "Brandt Keramik", "brandt@keramik.example", "14")
    marsh = _add_customer(past, otto, "Marsh Design", _CLEO.email, "30")
    _let_in(past, otto, marsh, _CLEO)


def _add_customer(past: _Past, actor: Member, name: str, email: str, due_days: str) -> str:
    drawn = show("cus", new_id())
    return past.act(
        actor,
        lambda work: enrolling.add_customer(work, drawn, name=name, email=email, due_days=due_days),
    )


def _add_partner(past: _Past, actor: Member, name: str, email: str, kind: str) -> str:
    drawn = show("par", new_id())
    return past.act(
        actor, lambda work: enrolling.add_partner(work, drawn, name=name, email=email, kind=kind)
    )
