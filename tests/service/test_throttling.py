"""AT27: whoever guesses is slowed down, by account and by address; nobody is locked out."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier
from uuid import uuid4

import pytest

from billing_app.access.actors import DoorActor
from billing_app.access.capabilities import Purpose
from billing_app.access.credentials import accept_invitation
from billing_app.access.database import Database
from billing_app.access.entering import Browser
from billing_app.access.installation import work_now
from billing_app.access.throttling import (
    AGAIN,
    AN_ADDRESS_A_MINUTE,
    FREE_TRIES,
    LINK_LETTER,
    LONGEST_DELAY,
    PASSWORD,
    RESET_LETTER,
    TooSoon,
    begin_try,
    delay_after,
    forgive,
    note_success,
)
from billing_app.config import Secret
from billing_app.kernel.errors import NotAllowed
from billing_app.reads import people
from tests.world import World

_addresses = (f"10.{number >> 8}.{number & 255}.1" for number in count())


class Guesser:
    """Tries accounts from addresses; the account is nobody's unless it is named."""

    def __init__(self, database: Database, account: str = "", address: str = "") -> None:
        self.database = database
        self.account = account or f"{uuid4().hex}@nowhere.example"
        self.address = address

    def tries(
        self, door: str = PASSWORD, *, account: str = "", right: bool = False, address: str = ""
    ) -> bool:
        """Try once; whether the try was looked at."""
        try:
            made = self._door(
                lambda work: begin_try(
                    work,
                    door=door,
                    account=account or self.account,
                    address=address or self.address or next(_addresses),
                )
            )
        except TooSoon:
            return False
        if right:
            self._door(lambda work: note_success(work, made))
        return True

    def is_forgiven(self, address: str = "10.9.9.9") -> None:
        self._door(lambda work: forgive(work, door=PASSWORD, account=self.account, address=address))

    def _door(self, act):
        return work_now(DoorActor(), self.database, act)


def test_five_tries_are_free_and_the_sixth_has_to_wait(database: Database):
    guesser = Guesser(database)

    assert [guesser.tries() for _ in range(7)] == [True] * 5 + [False] * 2


def test_waiting_long_enough_allows_one_more_try_and_then_twice_the_wait(database, wait):
    guesser = Guesser(database)
    for _ in range(5):
        guesser.tries()

    wait(timedelta(seconds=14))
    assert not guesser.tries()
    wait(timedelta(seconds=2))
    assert guesser.tries()
    wait(timedelta(seconds=28))
    assert not guesser.tries()
    wait(timedelta(seconds=3))
    assert guesser.tries()


def test_the_delay_doubles_up_to_a_quarter_of_an_hour_and_never_locks():
    delays = [delay_after(failures).total_seconds() for failures in range(4, 14)]

    assert delays == [0, 15, 30, 60, 120, 240, 480, 900, 900, 900]
    assert delay_after(10_000) == LONGEST_DELAY


def test_a_flood_of_refused_tries_does_not_prolong_the_wait(database, wait):
    guesser = Guesser(database)
    for _ in range(200):
        guesser.tries()

    wait(timedelta(seconds=16))

    assert guesser.tries()


def test_a_success_lets_the_account_begin_again(database, wait):
    guesser = Guesser(database)
    for _ in range(4):
        guesser.tries()
    guesser.tries(right=True)
    wait(timedelta(seconds=1))

    assert [guesser.tries() for _ in range(6)] == [True] * 5 + [False]


def test_coming_in_another_way_lets_the_account_begin_again(database, wait):
    guesser = Guesser(database)
    for _ in range(6):
        guesser.tries()

    guesser.is_forgiven()

    wait(timedelta(seconds=1))
    assert guesser.tries()


@pytest.mark.parametrize("asked", [LINK_LETTER, RESET_LETTER, PASSWORD, AGAIN])
def test_the_doors_are_counted_apart(database: Database, asked: str):
    guesser = Guesser(database)
    for _ in range(6):
        guesser.tries(asked)

    open_ = {door for door in (LINK_LETTER, RESET_LETTER, PASSWORD, AGAIN) if guesser.tries(door)}
    assert open_ == {LINK_LETTER, RESET_LETTER, PASSWORD, AGAIN} - {asked}


HOME = "198.51.100.4"


def test_strangers_who_never_stop_do_not_keep_anybody_out_where_they_came_in_before(database, wait):
    """Without an address of their own, the person got 0 of 165 tries through in five hours."""
    account = Guesser(database)
    account.tries(right=True, address=HOME)
    came_in = []
    for seconds in range(0, 2400, 10):
        account.tries()
        wait(timedelta(seconds=10))
        if seconds % 120 == 0:
            came_in.append(account.tries(right=True, address=HOME))

    assert came_in == [True] * 20


def test_a_letter_ends_the_wait_and_makes_an_address_known(database, wait):
    account = Guesser(database)
    for _ in range(100):
        account.tries()
        wait(timedelta(seconds=10))
    assert not account.tries(address=HOME)

    account.is_forgiven(HOME)
    while account.tries():
        pass

    assert account.tries(right=True, address=HOME)


def test_setting_a_password_by_invitation_makes_an_address_known(world: World):
    world.invite()
    token = world.token_for(world.email("nia"), Purpose.INVITATION)
    at_home = Browser(replacing=None, device="", address=HOME)
    world.at_the_door(
        lambda work: accept_invitation(work, token, at_home, name="Nia", password=Secret("a hash"))
    )
    account = Guesser(world.database, account=world.email("nia"))
    while account.tries():
        pass

    assert account.tries(address=HOME)


def test_guessing_from_an_address_that_is_known_is_slowed_down_too(database):
    account = Guesser(database)
    account.tries(right=True, address=HOME)

    assert [account.tries(address=HOME) for _ in range(7)] == [True] * 5 + [False] * 2


def test_an_address_is_known_for_thirty_days(database, wait):
    account = Guesser(database)
    account.tries(right=True, address=HOME)
    wait(timedelta(days=30) - timedelta(minutes=1))
    for _ in range(5):
        account.tries()
    assert account.tries(address=HOME)

    wait(timedelta(minutes=2))
    for _ in range(5):
        account.tries()

    assert not account.tries(address=HOME)


@pytest.mark.parametrize("failed", [0, 4])
def test_of_tries_that_really_run_at_once_only_as_many_as_are_due_are_looked_at(
    database: Database, failed: int
):
    account, together = Guesser(database), Barrier(8)
    for _ in range(failed):
        account.tries()

    def race(_: int) -> bool:
        together.wait()
        return account.tries()

    with ThreadPoolExecutor(8) as threads:
        looked_at = list(threads.map(race, range(8)))

    assert sum(looked_at) == FREE_TRIES - failed


def test_one_address_may_fail_at_thirty_accounts_a_minute(database, wait):
    guesser = Guesser(database, address=f"192.0.2.{uuid4().hex[:6]}")
    looked_at = [guesser.tries(account=uuid4().hex) for _ in range(40)]

    assert looked_at == [True] * AN_ADDRESS_A_MINUTE + [False] * 10
    wait(timedelta(seconds=61))
    assert guesser.tries(account=uuid4().hex)


def test_an_office_that_signs_in_at_once_is_not_stopped(database: Database):
    guesser = Guesser(database, address=f"192.0.2.{uuid4().hex[:6]}")

    assert all(guesser.tries(account=uuid4().hex, right=True) for _ in range(60))


def test_a_hundred_tries_at_once_are_not_all_the_first(database: Database):
    guesser = Guesser(database)

    with ThreadPoolExecutor(8) as threads:
        looked_at = list(threads.map(lambda _: guesser.tries(), range(100)))

    assert sum(looked_at) == FREE_TRIES


def test_the_alarm_is_raised_in_the_log_and_for_the_owner(world: World, caplog):
    caplog.set_level(logging.WARNING, "quittance.alarm")
    guesser = Guesser(world.database, account=world.ada.email)
    for _ in range(9):
        guesser.tries()

    told = world.ada.does(people.alarms)

    assert len(told) == 1
    assert f"5 tries to sign in as {world.ada.email}" in told[0].what
    assert "5 addresses" in told[0].what
    assert [record.name for record in caplog.records] == ["quittance.alarm"]
    assert world.ada.email not in caplog.text


def test_an_address_that_tries_everybody_raises_the_alarm(world: World, caplog):
    caplog.set_level(logging.WARNING, "quittance.alarm")
    guesser = Guesser(world.database, address=f"sprayer-{uuid4().hex[:6]}")
    guesser.tries(account=world.grace.email)
    for _ in range(35):
        guesser.tries(account=uuid4().hex)

    (told,) = world.ada.does(people.alarms)

    assert told.what.startswith(f"30 tries from {guesser.address}")
    assert len(caplog.records) == 6, "one for each try that was refused"


def test_the_alarm_says_when_somebody_guesses_in_a_session(world: World):
    guesser = Guesser(world.database, account=world.ada.email)
    for _ in range(5):
        guesser.tries(AGAIN)

    (told,) = world.ada.does(people.alarms)

    assert f"5 tries to give the password again in a session of {world.ada.email}" in told.what


def test_who_is_guessed_at_elsewhere_is_not_told_to_whoever_invites_them(world: World):
    world.invite("grace", by=world.otto)
    guesser = Guesser(world.database, account=world.grace.email)
    for _ in range(9):
        guesser.tries()

    assert world.otto.does(people.alarms) == []
    assert len(world.ada.does(people.alarms)) == 1


def test_the_alarm_is_not_told_next_door_or_to_other_roles(world: World):
    guesser = Guesser(world.database, account=world.ada.email)
    for _ in range(9):
        guesser.tries()

    assert world.otto.does(people.alarms) == []
    with pytest.raises(NotAllowed):
        world.grace.does(people.alarms)


def test_tries_are_forgotten_after_a_day(database, wait):
    guesser = Guesser(database)
    for _ in range(6):
        guesser.tries()

    wait(timedelta(days=1, minutes=1))

    assert [guesser.tries() for _ in range(6)] == [True] * 5 + [False]
