"""Identities: one per e-mail address, shared by all organizations of the installation."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import select

from billing_app.access.actors import Actor
from billing_app.access.scope import ACROSS
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.models.people import Identity


def identity_of(work: Work[Actor], *, email: str, name: str) -> UUID:
    """The identity with that address, made now if there is none.

    A person who is already known elsewhere keeps their own name. The caller learns the
    id only, so that nobody can find out here who else uses the installation.
    """
    identity = Identity(email=email, name=name, created_at=clock.now())
    if work.add_unless_there(identity):
        return identity.id
    known = select(Identity.id).where(Identity.email == email)
    return work.exec(known.execution_options(**{ACROSS: True})).one()
