"""Slowing down whoever guesses, by account and by address. Nobody is ever locked out.

An account is named by a hash of the address that was typed, whether or not anybody lives
behind it, so that being slowed down tells nothing either. All strangers share its delay; an
address from which its owner came in before has a delay of its own, so that strangers who
never stop do not stand in the owner's way.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select

from billing_app.access.actors import Actor, DoorActor
from billing_app.access.guard import door_command, door_read
from billing_app.access.scope import ACROSS
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Busy
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.session_header import hashed
from billing_app.kernel.tongue import marked
from billing_app.models.people import SignInTry

alarm = logging.getLogger("quittance.alarm")

# The doors, each counted apart. Only somebody signed in reaches AGAIN, so no stranger
# slows it down.
PASSWORD = "password"
AGAIN = "again"
LINK_LETTER = "link_letter"
RESET_LETTER = "reset_letter"
TOKEN = "token"
PAY_LINK = "pay_link"

FREE_TRIES = 5
AN_ADDRESS_A_MINUTE = 30
MISSES_A_MINUTE = 10
LONGEST_DELAY = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=30)
_FIRST_DELAY = timedelta(seconds=15)
_REMEMBERED = timedelta(days=1)


class TooSoon(Busy):
    """Too many tries. The same is said whether or not the account exists."""

    sentence = marked("Too many tries. Nothing was changed; please wait a little and try again.")


@dataclass(frozen=True)
class Guessing:
    """Somebody whose password is being guessed, perhaps in a session of theirs (``inside``)."""

    email: str
    inside: bool
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
    # Nobody's account is another one each time.
    now, named = clock.now(), _named(door, account or show("try", new_id()))
    address = address[:60]
    made = None
    while made is None:
        number = _next_number(work, named)
        failures, last = _failures(work, named, address, now)
        rest = delay_after(failures)
        if rest and last is not None and clock.now() < last + rest:
            raise TooSoon
        _refuse_flood(work, door, address, now)
        made = _noted(work, named, number, address, succeeded=False)
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
    """Somebody came in another way: what failed before no longer slows the account down.

    From this address it is known from now on.
    """
    named = _named(door, account)
    while not _noted(work, named, _next_number(work, named), address[:60], succeeded=True):
        pass


@door_read
def refuse_guesser(work: Work[DoorActor], *, door: str, address: str) -> None:
    """TooSoon for an address that missed too often within the last minute.

    It says the same of what is good as of what is not, so that nothing is learned by going on.
    """
    named, since = _named(door, address[:60]), clock.now() - timedelta(minutes=1)
    missed = select(func.count()).where(SignInTry.account == named, col(SignInTry.tried_at) > since)
    if work.exec(missed).one() >= MISSES_A_MINUTE:
        _raise_alarm(door, f"{MISSES_A_MINUTE} misses in a minute", address)
        raise TooSoon


@door_command
def note_miss(work: Work[DoorActor], *, door: str, address: str) -> None:
    """Note that what was asked for at this door is nothing: for doors that are only looked at.

    A look that finds something is no try and leaves no trace.
    """
    address = address[:60]
    named = _named(door, address)
    while not _noted(work, named, _next_number(work, named), address, succeeded=False):
        pass


def delay_after(failures: int) -> timedelta:
    """How long an account rests after so many failures in a row: twice as long each time."""
    if failures < FREE_TRIES:
        return timedelta(0)
    doubled: int = 2 ** min(failures - FREE_TRIES, 10)
    return min(_FIRST_DELAY * doubled, LONGEST_DELAY)


def guessed_accounts(work: Work[Actor], emails: list[str]) -> list[Guessing]:
    """At which of these people's passwords somebody keeps guessing, within the last day."""
    by_account = {
        _named(door, email): (email, door == AGAIN)
        for email in emails
        for door in (PASSWORD, AGAIN)
    }
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
        Guessing(*by_account[account], tries, last, addresses)
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


def _failures(
    work: Work[DoorActor], account: str, address: str, now: datetime
) -> tuple[int, datetime | None]:
    """How often the account failed since it last succeeded, and when for the last time.

    From an address where it succeeded before, only what failed there counts.
    """
    succeeded = select(func.max(SignInTry.number)).where(
        SignInTry.account == account,
        col(SignInTry.succeeded).is_(True),
        col(SignInTry.tried_at) > now - KNOWN_FOR,
    )
    failed = select(func.count(), func.max(SignInTry.tried_at)).where(
        SignInTry.account == account,
        col(SignInTry.succeeded).is_(False),
        col(SignInTry.tried_at) > now - _REMEMBERED,
    )
    begins = work.exec(succeeded.where(SignInTry.address == address)).one()
    if begins is not None:
        failed = failed.where(SignInTry.address == address)
    else:
        begins = work.exec(succeeded).one() or 0
    row = work.exec(failed.where(SignInTry.number > begins)).one()
    return int(row[0]), row[1]


def _next_number(work: Work[DoorActor], account: str) -> int:
    wanted = select(func.max(SignInTry.number)).where(SignInTry.account == account)
    return (work.exec(wanted).one() or 0) + 1


def _noted(
    work: Work[DoorActor], account: str, number: int, address: str, *, succeeded: bool
) -> SignInTry | None:
    """The try under its number; None if another one took the number meanwhile.

    Taking a number waits for whoever is just taking it, so a try that has one saw all
    those before it.
    """
    made = SignInTry(
        account=account,
        number=number,
        address=address,
        tried_at=clock.now(),
        succeeded=succeeded,
    )
    return made if work.add_unless_there(made) else None


def _refuse_flood(work: Work[DoorActor], door: str, address: str, now: datetime) -> None:
    """Stop an address that failed too often within a minute."""
    counted = (
        select(func.count())
        .select_from(SignInTry)
        .where(
            SignInTry.address == address,
            col(SignInTry.succeeded).is_(False),
            col(SignInTry.tried_at) > now - timedelta(minutes=1),
        )
    )
    if work.exec(counted).one() >= AN_ADDRESS_A_MINUTE:
        # Said at each refusal: of tries side by side, none may be the one that fills the minute.
        _raise_alarm(door, f"{AN_ADDRESS_A_MINUTE} tries in a minute, none good so far", address)
        raise TooSoon


def _named(door: str, account: str) -> str:
    return hashed(f"{door}|{account}")


def _raise_alarm(door: str, what: str, address: str) -> None:
    alarm.warning("%s", what, extra={"fields": {"alarm": what, "door": door, "client": address}})
