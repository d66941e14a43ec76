"""Founding an organization and naming its admins, at the machine's terminal."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlmodel import col, select

from billing_app.access.actors import OperatorActor
from billing_app.access.capabilities import Purpose, make_capability, token_of
from billing_app.access.demo_doors import NEIGHBOUR
from billing_app.access.guard import operator_command, operator_read
from billing_app.access.identities import identity_of
from billing_app.access.permissions import Role
from billing_app.access.work import Work
from billing_app.kernel.audience import Audience
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_email, read_name
from billing_app.kernel.errors import ConfigurationError, Conflict, Invalid, NotFound
from billing_app.models.books import AccountingSettings, OrganizationProfile
from billing_app.models.organization import Organization
from billing_app.models.people import Identity, Membership


@operator_command
def found_organization(
    work: Work[OperatorActor], *, name: str, time_zone: str, currency: str
) -> str:
    """Make a new business at home in this installation; returns its id.

    Its profile and its settings are there from now on, so that they can be locked.
    """
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise Invalid("A currency is three capital letters, such as AUD.", field="currency")
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("A time zone looks like Australia/Sydney.", field="time_zone") from error
    organization = Organization(
        name=read_name(name), time_zone=time_zone, currency=currency, created_at=clock.now()
    )
    work.add(organization)
    work.add(
        OrganizationProfile(organization_id=organization.id),
        AccountingSettings(organization_id=organization.id),
    )
    return organization.shown_id


@operator_command
def name_admin(
    work: Work[OperatorActor], organization_id: str, *, name: str, email: str, role: Role
) -> str:
    """Make a person an admin of the organization; returns the membership's id."""
    organization = Organization.read_id(organization_id)
    if work.exec(select(Organization).where(Organization.id == organization)).one_or_none() is None:
        raise NotFound("There is no such organization here.")
    identity_id = identity_of(work, email=read_email(email), name=read_name(name))
    standing = work.exec(
        select(Membership).where(
            Membership.organization_id == organization,
            Membership.identity_id == identity_id,
            Membership.audience == Audience.ADMIN,
        )
    ).one_or_none()
    if standing is not None:
        raise Conflict("This person is already an admin here. Nothing was changed.")
    now = clock.now()
    membership = Membership(
        organization_id=organization,
        identity_id=identity_id,
        audience=Audience.ADMIN,
        role=role,
        granted_at=now,
        accepted_at=now,
    )
    work.add(membership)
    return membership.shown_id


@operator_command
def way_in(work: Work[OperatorActor], organization_id: str, *, email: str) -> str:
    """The token of an invitation for an admin who has no password yet; returns it.

    It is for the terminal, so that the first owner of an installation that sends no mail
    can come in. It opens once, and replaces an earlier one. Empty for somebody who has a
    password.
    """
    row = work.exec(
        select(Membership, Identity)
        .join(Identity, col(Identity.id) == Membership.identity_id)
        .where(
            Membership.organization_id == Organization.read_id(organization_id),
            Membership.audience == Audience.ADMIN,
            Identity.email == read_email(email),
            col(Membership.ended_at).is_(None),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such admin here.")
    membership, identity = row
    if identity.password_hash is not None:
        return ""
    return token_of(
        make_capability(work, Purpose.INVITATION, identity_id=identity.id, membership=membership)
    )


@operator_read
def organizations(work: Work[OperatorActor]) -> dict[str, str]:
    """The organizations of this installation: id by name."""
    rows = work.exec(select(Organization).order_by(col(Organization.id))).all()
    return {row.name: row.shown_id for row in rows}


@operator_read
def refuse_other_data(work: Work[OperatorActor], *, demo: bool) -> None:
    """Stop a real installation on a demo's data, and a demo on real data.

    Everybody can read the password of a demo's people, and a demo lets everybody in. Asks for
    nothing that the oldest shape of the database does not have.
    """
    has_neighbour = work.exec(select(Identity.id).where(Identity.email == NEIGHBOUR.email)).first()
    if has_neighbour and not demo:
        raise ConfigurationError(
            "This database holds the demo's people, whose password is public. Start it with"
            " DEMO=1, or set QUITTANCE_HOME or DATABASE_URL to a database of your own."
        )
    if demo and not has_neighbour and work.exec(select(Organization.id)).first():
        raise ConfigurationError(
            "This database holds an organization that is not the demo's, and a demo lets everybody"
            " in. Leave DEMO=1 out, or set QUITTANCE_HOME or DATABASE_URL to an empty database."
        )
