"""Slowing down whoever guesses, by account and by address. Nobody is ever locked out.

An account is named by a hash of the address that was typed, whether or not anybody lives
behind it, so that being slowed down tells nothing either.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select

from billing_app.access.actors import Actor, DoorActor
from billing_app.access.guard import door_command
from billing_app.access.scope import ACROSS
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Busy
from billing_app.kernel.session_header import hashed
from billing_app.models.people import SignInTry

alarm = logging.getLogger("quittance.alarm")

PASSWORD = "password"
LETTER = "letter"
TOKEN = "token"

FREE_TRIES = 5
AN_ADDRESS_A_MINUTE = 30
LONGEST_DELAY = timedelta(minutes=15)
_FIRST_DELAY = timedelta(seconds=15)
_REMEMBERED = timedelta(days=1)


class TooSoon(Busy):
    """Too many tries. The same is said whether or not the account exists."""

    sentence = "Too many tries. Nothing was changed; please wait a little and try again."


@dataclass(frozen=True)
class Guessing:
    """Somebody whose password is being guessed."""

    email: str
    tries: int
    last: datetime
    addresses: int


@dataclass(frozen=True)
class Spraying:
    """An address from which one account after another is tried."""

    address: str
    tries: int
    last: datetime


@door_command
def begin_try(work: Work[DoorActor], *, door: str, account: str, address: str) -> str:
    """Count a try before it is made, so that a hundred at once cannot all be the first.

    Without an account, as for a token that nobody can guess, only the address is counted.
    It counts as failed until ``note_success``. TooSoon refuses it, without counting it:
    a flood of tries does not prolong the wait of the person it is aimed at.
    """
    now, named = clock.now(), _named(door, account)
    failures, last = _failures(work, named, now) if account else (0, None)
    if last is not None and now < last + delay_after(failures):
        raise TooSoon
    if _tries_from(work, address, now) >= AN_ADDRESS_A_MINUTE:
        # Said at each refusal: of tries side by side, none may be the one that fills the minute.
        _raise_alarm(door, f"{AN_ADDRESS_A_MINUTE} tries in a minute, none good so far", address)
        raise TooSoon
    made = SignInTry(account=named, address=address[:60], tried_at=now, succeeded=False)
    work.add(made)
    if failures + 1 >= FREE_TRIES:
        _raise_alarm(door, f"{failures + 1} tries at one account, none good so far", address)
    return made.shown_id


@door_command
def note_success(work: Work[DoorActor], try_id: str) -> None:
    """The try was good: what failed before it no longer slows the account down."""
    made = work.exec(
        select(SignInTry).where(SignInTry.id == SignInTry.read_id(try_id))
    ).one_or_none()
    if made is not None:
        made.succeeded = True


@door_command
def forgive(work: Work[DoorActor], *, door: str, account: str, address: str) -> None:
    """Somebody came in another way: what failed before no longer slows the account down."""
    work.add(
        SignInTry(
            account=_named(door, account),
            address=address[:60],
            tried_at=clock.now(),
            succeeded=True,
        )
    )


def delay_after(failures: int) -> timedelta:
    """How long an account rests after so many failures in a row: twice as long each time."""
    if failures < FREE_TRIES:
        return timedelta(0)
    doubled: int = 2 ** min(failures - FREE_TRIES, 10)
    return min(_FIRST_DELAY * doubled, LONGEST_DELAY)


def guessed_accounts(work: Work[Actor], emails: list[str]) -> list[Guessing]:
    """At which of these people's passwords somebody keeps guessing, within the last day."""
    by_account = {_named(PASSWORD, email): email for email in emails}
    rows = work.exec(
        select(
            SignInTry.account,
            func.count(),
            func.max(SignInTry.tried_at),
            func.count(func.distinct(SignInTry.address)),
        )
        .where(
            col(SignInTry.account).in_(by_account),
            col(SignInTry.succeeded).is_(False),
            col(SignInTry.tried_at) > clock.now() - _REMEMBERED,
        )
        .group_by(col(SignInTry.account))
        .having(func.count() >= FREE_TRIES)
        .execution_options(**{ACROSS: True})
    )
    return [
        Guessing(by_account[account], tries, last, addresses)
        for account, tries, last, addresses in rows
    ]


def guessing_addresses(work: Work[Actor], emails: list[str]) -> list[Spraying]:
    """From which addresses somebody tries one after another, these people among them."""
    since = clock.now() - _REMEMBERED
    ours = (
        select(SignInTry.address)
        .where(
            col(SignInTry.account).in_([_named(PASSWORD, email) for email in emails]),
            col(SignInTry.succeeded).is_(False),
            col(SignInTry.tried_at) > since,
        )
        .distinct()
    )
    rows = work.exec(
        select(SignInTry.address, func.count(), func.max(SignInTry.tried_at))
        .where(
            col(SignInTry.address).in_(ours),
            col(SignInTry.succeeded).is_(False),
            col(SignInTry.tried_at) > since,
        )
        .group_by(col(SignInTry.address))
        .having(func.count() >= AN_ADDRESS_A_MINUTE)
        .execution_options(**{ACROSS: True})
    )
    return [Spraying(address, tries, last) for address, tries, last in rows]


def _failures(work: Work[DoorActor], account: str, now: datetime) -> tuple[int, datetime | None]:
    """How often the account failed since it last succeeded, and when for the last time."""
    begins = work.exec(
        select(func.max(SignInTry.tried_at)).where(
            SignInTry.account == account, col(SignInTry.succeeded).is_(True)
        )
    ).one()
    row = work.exec(
        select(func.count(), func.max(SignInTry.tried_at)).where(
            SignInTry.account == account,
            col(SignInTry.succeeded).is_(False),
            col(SignInTry.tried_at) > (begins or now - _REMEMBERED),
        )
    ).one()
    return int(row[0]), row[1]


def _tries_from(work: Work[DoorActor], address: str, now: datetime) -> int:
    counted = (
        select(func.count())
        .select_from(SignInTry)
        .where(
            SignInTry.address == address[:60],
            col(SignInTry.succeeded).is_(False),
            col(SignInTry.tried_at) > now - timedelta(minutes=1),
        )
    )
    return work.exec(counted).one()


def _named(door: str, account: str) -> str:
    return hashed(f"{door}|{account}")


def _raise_alarm(door: str, what: str, address: str) -> None:
    alarm.warning("%s", what, extra={"fields": {"alarm": what, "door": door, "client": address}})
