"""Identities: one per e-mail address, shared by all organizations of the installation.

Whoever opens or ends sessions of a person, makes, uses or ends their secret addresses, or
sets their password, holds the person first, before anything else of theirs is read.
Otherwise what somebody else is just writing would be missed: a session that is being
opened would outlive the act that ends them all.
"""

from __future__ import annotations

from uuid import UUID

from sqlmodel import select

from billing_app.access.actors import Actor, DoorActor
from billing_app.access.scope import ACROSS
from billing_app.access.work import Work
from billing_app.config import Secret
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Invalid, NotFound
from billing_app.models.people import Identity, Membership


class WrongPassword(Invalid):
    """It is not the password that is kept, or no longer."""

    sentence = "This is not your password. Nothing was changed."


def identity_of(work: Work[Actor], *, email: str, name: str) -> UUID:
    """The identity with that address, made now if there is none, and held.

    A person who is already known elsewhere keeps their own name. The caller learns the
    id only, so that nobody can find out here who else uses the installation.
    """
    identity = Identity(email=email, name=name, created_at=clock.now())
    if work.add_unless_there(identity):
        return identity.id
    wanted = select(Identity.id).where(Identity.email == email)
    known = work.exec(wanted.execution_options(**{ACROSS: True})).one()
    hold_person(work, known)
    return known


def hold_person(work: Work[Actor], identity_id: UUID) -> None:
    """Let nobody else hold this person until the end of this work. Holding twice is fine.

    It tells nothing of them. Rows that point at a person who is held can be added.
    """
    wanted = select(Identity.id).where(Identity.id == identity_id)
    held = wanted.with_for_update(key_share=True).execution_options(**{ACROSS: True})
    work.exec(held).one()


def hold_person_behind(work: Work[Actor], membership_id: UUID | None) -> None:
    """Hold whoever has this membership, which the actor must know of."""
    wanted = select(Membership.identity_id).where(Membership.id == membership_id)
    known = work.exec(wanted).one_or_none()
    if known is None:
        raise NotFound
    hold_person(work, known)


def identity_at(work: Work[DoorActor], identity_id: UUID) -> Identity:
    """A person's own row."""
    return work.exec(select(Identity).where(Identity.id == identity_id)).one()


def proven_person(work: Work[DoorActor], identity_id: UUID, proven: Secret | None) -> Identity:
    """The row of somebody whose password was right, held; WrongPassword if it no longer is.

    Checking takes long and is done before. ``proven`` is the hash that was checked, so a
    password that was replaced since then opens nothing any more.
    """
    hold_person(work, identity_id)
    identity = identity_at(work, identity_id)
    if proven is None or identity.password_hash != proven.reveal():
        raise WrongPassword
    return identity
