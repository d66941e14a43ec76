"""Letters in tests: written as a command writes them, and sent as a runner sends them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlmodel import select

from billing_app import config
from billing_app.access.actors import DoorActor, OperatorActor
from billing_app.access.capabilities import Purpose, make_capability, token_of
from billing_app.access.guard import door_command, operator_command, operator_read
from billing_app.access.installation import Installation, installation, work_now
from billing_app.access.outbox import write_letter
from billing_app.access.work import Work
from billing_app.jobs.send_letter import send_letter
from billing_app.models.capability import Capability
from billing_app.models.organization import Organization
from billing_app.models.outbox import Job, Letter
from billing_app.models.people import Membership
from tests.servers import LINK_KEY
from tests.world import Person, World

FROM = "bills@harbour.example"
PUBLIC_URL = "https://pay.example.com"


def place(world: World, smtp: str = "", **environ: str) -> Installation:
    """The world's installation with a mail server of its own, or none."""
    said = {"QUITTANCE_HOME": "/nowhere", "LINK_KEY": LINK_KEY, "PUBLIC_URL": PUBLIC_URL}
    if smtp:
        scheme = "" if "://" in smtp else "smtp://"
        said |= {"SMTP_URL": f"{scheme}{smtp}", "MAIL_FROM": FROM}
    settings = config.load(said | environ)
    return replace(installation(), settings=settings, database=world.database)


def write(world: World, kind: str, person: Person, *, to: str = "", **said: Any) -> str:
    """Write a letter of that kind to a person; returns its id."""
    purposes = {
        "sign_in": Purpose.SIGN_IN,
        "invitation": Purpose.INVITATION,
        "reset": Purpose.RESET,
    }

    @door_command
    def writing(work: Work[DoorActor]) -> str:
        member = work.exec(
            select(Membership).where(Membership.id == person.actor.membership_id)
        ).one()
        capability = (
            make_capability(
                work,
                purposes[kind],
                identity_id=member.identity_id,
                membership=member if kind == "invitation" else None,
            )
            if kind in purposes
            else None
        )
        return write_letter(
            work,
            kind,
            to=to or person.email,
            organization_id=member.organization_id,
            membership_id=None if kind in {"sign_in", "reset"} else member.id,
            capability=capability,
            **said,
        )

    return work_now(DoorActor(), world.database, writing)


def send(where: Installation, letter_id: str) -> None:
    """Send a letter as a runner would."""
    send_letter(where, SimpleNamespace(subject=letter_id))


def kept(world: World, letter_id: str) -> Letter:
    """The letter's row, as it lies in the database."""
    found: list[Letter] = []

    @operator_read
    def look(work: Work[OperatorActor]) -> None:
        found.append(work.find(Letter, letter_id))

    world.operator(look)
    return found[0]


def jobs_about(world: World, letter_id: str) -> list[Job]:
    """The jobs that a letter has led to."""
    found: list[Job] = []

    @operator_read
    def look(work: Work[OperatorActor]) -> None:
        found.extend(work.exec(select(Job).where(Job.subject == letter_id)))

    world.operator(look)
    return found


def token_in(world: World, letter_id: str) -> str:
    """The secret that the letter carries."""
    found: list[str] = []

    @operator_read
    def look(work: Work[OperatorActor]) -> None:
        capability_id = work.find(Letter, letter_id).capability_id
        wanted = select(Capability).where(Capability.id == capability_id)
        found.append(token_of(work.exec(wanted).one()))

    world.operator(look)
    return found[0]


def change(world: World, letter_id: str, **values: object) -> None:
    """Set columns of the letter's capability, as time or a person would."""

    @operator_command
    def set_values(work: Work[OperatorActor]) -> None:
        capability_id: UUID | None = work.find(Letter, letter_id).capability_id
        wanted = select(Capability).where(Capability.id == capability_id)
        capability = work.exec(wanted).one()
        for name, value in values.items():
            setattr(capability, name, value)

    world.operator(set_values)


def settle_job(world: World, letter_id: str, **values: object) -> None:
    """Set columns of the letter's job, as a runner would."""

    @operator_command
    def set_values(work: Work[OperatorActor]) -> None:
        job = work.exec(select(Job).where(Job.subject == letter_id)).one()
        for name, value in values.items():
            setattr(job, name, value)

    world.operator(set_values)


def rename_business(world: World, organization_id: str, name: str) -> None:
    """Call a business something else, behind everybody's back."""

    @operator_command
    def rename(work: Work[OperatorActor]) -> None:
        wanted = select(Organization).where(
            Organization.id == Organization.read_id(organization_id)
        )
        work.exec(wanted).one().name = name

    world.operator(rename)
