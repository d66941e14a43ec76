"""Named people in two businesses.

Harbour is Ada's (owner), with Grace (bookkeeper) and Vic (viewer). Cleo is the contact of
its customer Marsh Design, Carl of its customer Bellweather; Pat is the contact of its
partner Northside, Quinn of its partner Meridian. Next door, Otto owns Kiln, whose
customer Brandt nobody at Harbour may ever hear of.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar
from uuid import uuid4

from sqlmodel import Session, col, select

from billing_app.access.actors import DoorActor, Member, OperatorActor
from billing_app.access.capabilities import Purpose, token_of
from billing_app.access.database import Database
from billing_app.access.guard import operator_command
from billing_app.access.installation import work_now
from billing_app.access.permissions import Role
from billing_app.access.sessions import find_session, open_session
from billing_app.access.work import Work
from billing_app.config import Secret
from billing_app.kernel.audience import Audience
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.session_header import hashed
from billing_app.models.capability import Capability
from billing_app.models.people import Identity
from billing_app.services import contacting, enrolling, founding, granting, inviting

T = TypeVar("T")


class Person:
    """Somebody signed in: the actor, and the token their browser would hold."""

    contact_id: str = ""

    def __init__(self, database: Database, email: str, audience: Audience) -> None:
        self._database = database
        self.email = email
        self.token = work_now(
            DoorActor(),
            database,
            lambda work: open_session(work, email=email, audience=audience, replacing=None),
        )
        found = work_now(DoorActor(), database, lambda work: find_session(work, hashed(self.token)))
        assert found is not None
        self.actor: Member = found.actor

    def does(self, work_fn: Callable[[Work[Any]], T]) -> T:
        """Run a command or read as this person."""
        return work_now(self.actor, self._database, work_fn)


class World:
    """Two businesses and everybody in them, under addresses that no other test uses.

    Ada, her business and a customer are there at once, everybody else when they are first
    asked for: most tests need few of them. ``everybody`` asks for all.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._mark = uuid4().hex[:8]
        self.harbour, self.ada = self._business("Harbour", "ada")
        self.marsh = self.add_customer(self.ada, "Marsh Design")

    def everybody(self) -> World:
        """This world, with all who belong to it."""
        for name, what in vars(World).items():
            if isinstance(what, cached_property):
                getattr(self, name)
        return self

    @property
    def kiln(self) -> str:
        return self._next_door[0]

    @property
    def otto(self) -> Person:
        return self._next_door[1]

    @cached_property
    def _next_door(self) -> tuple[str, Person]:
        return self._business("Kiln", "otto")

    @cached_property
    def grace(self) -> Person:
        return self._admin(self.harbour, "grace", Role.BOOKKEEPER)

    @cached_property
    def vic(self) -> Person:
        return self._admin(self.harbour, "vic", Role.VIEWER)

    @cached_property
    def bellweather(self) -> str:
        return self.add_customer(self.ada, "Bellweather")

    @cached_property
    def northside(self) -> str:
        return self.add_partner(self.ada, "Northside School")

    @cached_property
    def meridian(self) -> str:
        return self.add_partner(self.ada, "Meridian Agents")

    @cached_property
    def brandt(self) -> str:
        return self.add_customer(self.otto, "ZZCANARY Brandt")

    @cached_property
    def cleo(self) -> Person:
        return self.contact(self.ada, self.marsh, "cleo", Audience.CUSTOMER)

    @cached_property
    def carl(self) -> Person:
        return self.contact(self.ada, self.bellweather, "carl", Audience.CUSTOMER)

    @cached_property
    def pat(self) -> Person:
        return self.contact(self.ada, self.northside, "pat", Audience.PARTNER)

    @cached_property
    def quinn(self) -> Person:
        return self.contact(self.ada, self.meridian, "quinn", Audience.PARTNER)

    def email(self, name: str) -> str:
        """The address of somebody in this world."""
        return f"{name}.{self._mark}@world.example"

    def operator(self, work_fn: Callable[[Work[Any]], T]) -> T:
        """Do something at the machine's terminal."""
        return work_now(OperatorActor(), self.database, work_fn)

    def add_customer(self, admin: Person, name: str, due_days: str = "14") -> str:
        """Add a customer as ``admin``; returns the id."""
        drawn = show("cus", new_id())
        return admin.does(
            lambda work: enrolling.add_customer(
                work, drawn, name=name, email=self.email("letters"), due_days=due_days
            )
        )

    def add_partner(self, admin: Person, name: str) -> str:
        """Add a partner as ``admin``; returns the id."""
        drawn = show("par", new_id())
        return admin.does(
            lambda work: enrolling.add_partner(
                work, drawn, name=name, email=self.email("letters"), kind="school"
            )
        )

    def contact(self, admin: Person, party_id: str, name: str, audience: Audience) -> Person:
        """Add a contact, grant them access, and sign them in."""
        contact_id = self.add_contact(admin, party_id, name)
        admin.does(lambda work: granting.grant_access(work, contact_id))
        person = Person(self.database, self.email(name), audience)
        person.contact_id = contact_id
        return person

    def add_contact(self, admin: Person, party_id: str, name: str) -> str:
        """Note a contact at a customer or partner as ``admin``; returns the id."""
        drawn = show("con", new_id())
        return admin.does(
            lambda work: contacting.add_contact(
                work, drawn, party_id=party_id, name=name.capitalize(), email=self.email(name)
            )
        )

    def at_the_door(self, work_fn: Callable[[Work[Any]], T]) -> T:
        """Do something before anybody is signed in."""
        return work_now(DoorActor(), self.database, work_fn)

    def give_password(self, person: Person, password_hash: Secret) -> None:
        """Keep a password for somebody, behind everybody's back."""

        @operator_command
        def keep(work: Work[OperatorActor]) -> None:
            wanted = select(Identity).where(Identity.email == person.email)
            work.exec(wanted).one().password_hash = password_hash.reveal()

        self.operator(keep)

    def invite(self, name: str = "nia", role: str = "manager", by: Person | None = None) -> str:
        """Invite somebody as Ada, or another owner; returns the membership's id."""
        return (by or self.ada).does(
            lambda work: inviting.invite_admin(
                work, name=name.capitalize(), email=self.email(name), role=role
            )
        )

    def token_for(self, email: str, purpose: Purpose) -> str:
        """The token that the last letter to this address carries."""
        with Session(self.database.engine) as session:
            capability = session.exec(
                select(Capability)
                .join(Identity, col(Identity.id) == Capability.identity_id)
                .where(Identity.email == email, Capability.purpose == purpose)
                .order_by(col(Capability.id).desc())
            ).first()
            assert capability is not None, f"{email} was never sent one"
            return token_of(capability)

    def _business(self, name: str, owner: str) -> tuple[str, Person]:
        organization_id = self.operator(
            lambda work: founding.found_organization(
                work, name=f"{name} {self._mark}", time_zone="Australia/Sydney", currency="AUD"
            )
        )
        return organization_id, self._admin(organization_id, owner, Role.OWNER)

    def _admin(self, organization_id: str, name: str, role: Role) -> Person:
        self.operator(
            lambda work: founding.name_admin(
                work, organization_id, name=name.capitalize(), email=self.email(name), role=role
            )
        )
        return Person(self.database, self.email(name), Audience.ADMIN)
