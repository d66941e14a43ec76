"""Books of their own for one example: an organization that is made in two transactions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sqlmodel import select

from billing_app.access.actors import AdminActor, OperatorActor
from billing_app.access.database import Database
from billing_app.access.guard import admin_command
from billing_app.access.installation import work_now
from billing_app.access.permissions import Permission, Role
from billing_app.access.work import Work
from billing_app.kernel.ids import new_id, show
from billing_app.models.organization import Organization
from billing_app.models.people import Membership
from billing_app.services import enrolling, founding, organizing, taxing

ZONE = "Australia/Sydney"
TAXES = (0, 1_000, 750)


def drawn(prefix: str) -> str:
    return show(prefix, new_id())


class Ground:
    """One organization of its own, with two customers, a partner and three taxes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.customers = (drawn("cus"), drawn("cus"))
        self.partners = (drawn("par"),)
        self.taxes = {rate: drawn("tax") for rate in TAXES if rate}
        self.actor = work_now(OperatorActor(), database, self._found)
        self.does(admin_command(Permission.LOOK)(self._enrol))

    def does(self, work_fn: Callable[[Work[Any]], Any]) -> Any:
        return work_now(self.actor, self.database, work_fn)

    def _found(self, work: Work[Any]) -> AdminActor:
        mark = uuid4().hex
        founded = founding.found_organization(
            work, name=f"Books {mark}", time_zone=ZONE, currency="AUD"
        )
        email = f"{mark}@books.example"
        member = founding.name_admin(work, founded, name="Ada", email=email, role=Role.OWNER)
        membership_id = Membership.read_id(member)
        identity = work.exec(
            select(Membership.identity_id).where(Membership.id == membership_id)
        ).one()
        return AdminActor(
            organization_id=Organization.read_id(founded),
            membership_id=membership_id,
            identity_id=identity,
            session_id=new_id(),
            role=Role.OWNER,
            stepped_up=True,
        )

    def _enrol(self, work: Work[Any]) -> str:
        said = {"email": "letters@books.example"}
        for place, customer in enumerate(self.customers):
            enrolling.add_customer(work, customer, name=f"Customer {place}", due_days="14", **said)
        enrolling.add_partner(work, self.partners[0], name="Partner", kind="school", **said)
        organizing.set_profile(work, tax_id="T 123 456")
        for rate, tax in self.taxes.items():
            taxing.add_tax_rate(work, tax, name=f"Tax {rate}", rate_bp=rate)
        return "ground"
