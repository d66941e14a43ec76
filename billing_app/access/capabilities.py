"""Secret addresses: made, recognised, used once, withdrawn.

A token is ``HMAC(LINK_KEY, purpose, id, generation)``. The database keeps its hash, so
that neither a leaked database nor a letter waiting in the outbox opens anything, and a
letter that is sent again can carry the same address.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from billing_app.access.actors import Actor
from billing_app.access.identities import hold_person
from billing_app.access.installation import installation
from billing_app.access.scope import ACROSS
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import NotFound
from billing_app.kernel.ids import new_id
from billing_app.kernel.session_header import hashed
from billing_app.kernel.tongue import marked
from billing_app.models.capability import Capability
from billing_app.models.outbox import Letter
from billing_app.models.people import Membership


class Purpose(StrEnum):
    """What a secret address does, once."""

    SIGN_IN = "sign_in"
    INVITATION = "invitation"
    RESET = "reset"


LIFETIMES = {
    Purpose.SIGN_IN: timedelta(minutes=30),
    Purpose.INVITATION: timedelta(hours=72),
    Purpose.RESET: timedelta(minutes=30),
}


class LinkGone(NotFound):
    """The address was used, replaced or left too long, or never was one."""

    sentence = marked("This link is no longer valid. Nothing was changed; ask for a new one.")


def token_of(capability: Capability) -> str:
    """The secret of an address, made anew from the key whenever a letter needs it."""
    return derived_token(capability.purpose, capability.id, capability.generation)


def make_capability(
    work: Work[Actor],
    purpose: Purpose,
    *,
    identity_id: UUID,
    membership: Membership | None = None,
) -> Capability:
    """Make a secret address for a person. Those they had for the same purpose end."""
    now, drawn = clock.now(), new_id()
    withdraw_capabilities(work, purpose, identity_id=identity_id, membership=membership)
    capability = Capability(
        id=drawn,
        purpose=purpose,
        identity_id=identity_id,
        organization_id=membership.organization_id if membership else None,
        membership_id=membership.id if membership else None,
        token_hash=hashed(derived_token(purpose, drawn, 1)),
        made_at=now,
        expires_at=now + LIFETIMES[purpose],
    )
    work.add(capability)
    return capability


def withdraw_capabilities(
    work: Work[Actor],
    purpose: Purpose,
    *,
    identity_id: UUID,
    membership: Membership | None = None,
) -> None:
    """End the secret addresses that a person has for this purpose."""
    hold_person(work, identity_id)
    _withdraw(
        work,
        Capability.identity_id == identity_id,
        Capability.purpose == purpose,
        col(Capability.membership_id) == (membership.id if membership else None),
    )


def withdraw_links_sent_to(work: Work[Actor], membership: Membership) -> None:
    """End the addresses that let somebody in and were sent to them as this membership.

    Those that another organization sent them stay.
    """
    hold_person(work, membership.identity_id)
    sent = select(Letter.capability_id).where(
        Letter.organization_id == membership.organization_id,
        Letter.membership_id == membership.id,
    )
    _withdraw(work, Capability.purpose == Purpose.SIGN_IN, col(Capability.id).in_(sent))


def _withdraw(work: Work[Actor], *which: ColumnElement[bool] | bool) -> None:
    now = clock.now()
    wanted = select(Capability).where(
        *which, col(Capability.used_at).is_(None), col(Capability.withdrawn_at).is_(None)
    )
    for earlier in work.exec(wanted.execution_options(**{ACROSS: True})):
        earlier.withdrawn_at = now


def is_live(capability: Capability) -> bool:
    """Whether the address is still good for something."""
    ended = capability.used_at is not None or capability.withdrawn_at is not None
    return not ended and clock.now() < capability.expires_at


def can_be_sent_again(work: Work[Actor], capability_id: UUID) -> bool:
    """Whether a letter with this address would still open something. Says nothing else of it."""
    return capability_id in those_live(work, {capability_id})


def those_live(work: Work[Actor], capability_ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of these addresses still open something. Says nothing else of them."""
    if not capability_ids:
        return frozenset()
    wanted = select(Capability).where(col(Capability.id).in_(capability_ids))
    found = work.exec(wanted.execution_options(**{ACROSS: True}))
    return frozenset(capability.id for capability in found if is_live(capability))


def live_capability(work: Work[Actor], purpose: Purpose, token: str) -> Capability:
    """The address behind a token while it is good for something; otherwise LinkGone.

    Looking at it changes nothing, so that a mail scanner that opens every link, or a
    browser that fetches ahead, uses nothing up.
    """
    wanted = select(Capability).where(
        Capability.token_hash == hashed(token), Capability.purpose == purpose
    )
    found = work.exec(wanted.execution_options(**{ACROSS: True})).one_or_none()
    if found is None or not is_live(found):
        raise LinkGone
    return found


def use_capability(work: Work[Actor], purpose: Purpose, token: str) -> Capability:
    """Use an address up, and hold whose it is. Of two browsers at once, one comes through."""
    whose = select(Capability.identity_id).where(Capability.token_hash == hashed(token))
    known = work.exec(whose.execution_options(**{ACROSS: True})).one_or_none()
    if known is None:
        raise LinkGone
    hold_person(work, known)
    found = live_capability(work, purpose, token)
    found.used_at = clock.now()
    return found


def derived_token(purpose: str, row_id: UUID, generation: int) -> str:
    """The secret that follows from the key, for one purpose and one row in one generation."""
    said = b"|".join((purpose.encode(), row_id.bytes, str(generation).encode()))
    key = installation().settings.link_key.reveal().encode()
    return base64.urlsafe_b64encode(hmac.digest(key, said, hashlib.sha256)).decode().rstrip("=")
