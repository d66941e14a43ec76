"""What a person has in their mailbox, without the mail: the address in their last letter."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import httpx
from sqlmodel import col, select

from billing_app.access.actors import OperatorActor
from billing_app.access.capabilities import Purpose, token_of
from billing_app.access.guard import operator_command, operator_read
from billing_app.access.installation import work_now
from billing_app.access.work import Work
from billing_app.models.capability import Capability
from billing_app.models.people import Identity, SignInTry
from billing_app.services import founding
from tests.servers import PLAIN, Site
from tests.world import World

ROOMS = {Purpose.SIGN_IN: "enter", Purpose.INVITATION: "invite", Purpose.RESET: "reset"}
PASSWORD = "plum kettle harbour nine"


def address_sent_to(site: Site, email: str, purpose: Purpose) -> str:
    """Where the last letter of this kind leads, as a path."""
    tokens = _tokens_sent_to(site, email, purpose)
    assert tokens, f"{email} was sent no letter of this kind"
    return f"/{ROOMS[purpose]}/{tokens[-1]}"


def was_sent_to(site: Site, email: str, purpose: Purpose) -> bool:
    """Whether this address was ever sent a letter of this kind."""
    return bool(_tokens_sent_to(site, email, purpose))


def let_expire(site: Site, email: str, purpose: Purpose) -> None:
    """Make the letters as old as if they had been left lying."""
    work_now(OperatorActor(), site.database, lambda work: _age(work, email, purpose))


def forget_tries(site: Site) -> None:
    """Let a day pass for the brake on guessing: all tests come from one address."""
    work_now(OperatorActor(), site.database, _let_a_day_pass)


def give_password(site: Site, world: World, email: str, password: str = PASSWORD) -> None:
    """Let an admin of Harbour choose a password, as the terminal's first invitation does."""
    token = world.operator(lambda work: founding.way_in(work, world.harbour, email=email))
    answer = post(site, "/auth/invitation", token=token, password=password)
    assert answer.headers["location"] == "/admin", answer.headers["location"]


def post(site: Site, path: str, **fields: str) -> httpx.Response:
    """Post a form as one of our own pages would; redirects are not followed."""
    return httpx.post(
        site.base + path,
        content=urlencode(fields),
        headers={"Origin": site.base, "Content-Type": "application/x-www-form-urlencoded"},
        timeout=20,
        verify=PLAIN,
    )


@operator_command
def _let_a_day_pass(work: Work[OperatorActor]) -> None:
    for tried in work.exec(select(SignInTry)):
        tried.tried_at -= timedelta(days=2)


def _sent(work: Work[OperatorActor], email: str, purpose: Purpose) -> list[Capability]:
    return list(
        work.exec(
            select(Capability)
            .join(Identity, col(Identity.id) == Capability.identity_id)
            .where(Identity.email == email, Capability.purpose == purpose)
            .order_by(col(Capability.id))
        )
    )


@operator_read
def _tokens(work: Work[OperatorActor], email: str, purpose: Purpose) -> list[str]:
    return [token_of(capability) for capability in _sent(work, email, purpose)]


def _tokens_sent_to(site: Site, email: str, purpose: Purpose) -> list[str]:
    return work_now(OperatorActor(), site.database, lambda work: _tokens(work, email, purpose))


@operator_command
def _age(work: Work[OperatorActor], email: str, purpose: Purpose) -> None:
    for capability in _sent(work, email, purpose):
        capability.expires_at -= timedelta(days=4)
