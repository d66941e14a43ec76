"""What ends a session, a link or a password ends all of it, whatever is just being opened."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from sqlmodel import Session, col, select

from billing_app.access import credentials, entering, installation
from billing_app.access.actors import Actor, DoorActor, RunnerActor
from billing_app.access.capabilities import LinkGone, Purpose
from billing_app.access.entering import Browser
from billing_app.access.identities import WrongPassword
from billing_app.access.installation import Installation, install, work_now
from billing_app.access.own_sessions import end_other_sessions
from billing_app.access.sessions import find_session, step_up
from billing_app.access.work import Work
from billing_app.config import Secret, load
from billing_app.kernel.audience import Audience
from billing_app.kernel.errors import BillingError, NotFound, NotSignedIn
from billing_app.kernel.ids import show
from billing_app.kernel.session_header import hashed
from billing_app.models.capability import Capability
from billing_app.models.outbox import Letter
from billing_app.models.people import Identity
from billing_app.reads import letters
from billing_app.services import granting, inviting
from tests.servers import LINK_KEY
from tests.world import Person, World

BROWSER = Browser(replacing=None, device="Firefox on Linux", address="192.0.2.1")
OLD = Secret("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA")
NEW = Secret("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$b3RoZXI")
STRONGER = Secret("$argon2id$v=19$m=9,t=1,p=1$c2FsdHNhbHQ$aGFzaA")

Act = Callable[[Work[Any]], Any]


def is_alive(world: World, token: str) -> bool:
    return world.at_the_door(lambda work: find_session(work, hashed(token))) is not None


def enters(proven: Secret, person: Person, stronger: Secret | None = None) -> Act:
    """A sign-in whose password was checked a moment before."""
    return lambda work: entering.come_in_by_password(
        work, person.actor.identity_id, BROWSER, proven=proven, stronger=stronger
    )


def goes_on(person: Person) -> Act:
    """Going on as what one is, which makes a new session of the old."""
    mine = show("mem", person.actor.membership_id)
    return lambda work: entering.come_in_as(work, hashed(person.token), mine, BROWSER)


def enters_by_link(world: World, person: Person) -> Act:
    world.at_the_door(lambda work: entering.ask_for_link(work, person.email))
    token = world.token_for(person.email, Purpose.SIGN_IN)
    return lambda work: entering.come_in_by_link(work, token, BROWSER)


def resets(world: World, person: Person) -> Act:
    world.at_the_door(lambda work: credentials.ask_for_reset(work, person.email))
    token = world.token_for(person.email, Purpose.RESET)
    return lambda work: credentials.reset_password(work, token, NEW, address="192.0.2.1")


def changes(world: World, person: Person) -> Act:
    second = Person(world.database, person.email, Audience.ADMIN)
    return lambda work: credentials.change_password(work, hashed(second.token), NEW, proven=OLD)


def signs_out_everywhere_else(world: World, person: Person) -> Act:
    second = Person(world.database, person.email, Audience.ADMIN)
    return lambda work: end_other_sessions(work, hashed(second.token))


def beside(world: World, first: tuple[Actor, Act], second: tuple[Actor, Act]) -> list[Any]:
    """Do ``second`` while ``first`` is done and not yet committed; what each came to.

    The first commits once the second has finished, or evidently waits for it.
    """
    done, finished = Event(), Event()

    def holding(work: Work[Any]) -> Any:
        result = first[1](work)
        done.set()
        finished.wait(0.4)
        return result

    def outcome(actor: Actor, act: Act) -> Any:
        try:
            return work_now(actor, world.database, act)
        except BillingError as refusal:
            return refusal

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(outcome, first[0], holding)
        assert done.wait(10)
        other = outcome(*second)
        finished.set()
        return [one.result(), other]


AT_THE_DOOR = DoorActor()


# A password that was replaced


def test_a_password_that_was_replaced_while_it_was_checked_opens_nothing(world: World):
    world.give_password(world.grace, OLD)
    world.at_the_door(resets(world, world.grace))

    with pytest.raises(WrongPassword):
        world.at_the_door(enters(OLD, world.grace, stronger=STRONGER))

    person = world.at_the_door(lambda work: entering.person_at(work, world.grace.email))
    assert person.password.reveal() == NEW.reveal()


def test_a_password_that_was_replaced_proves_nothing_in_a_session_either(world: World):
    world.give_password(world.ada, NEW)
    mine = hashed(world.ada.token)

    with pytest.raises(WrongPassword):
        world.at_the_door(lambda work: step_up(work, mine, proven=OLD))
    with pytest.raises(WrongPassword):
        world.at_the_door(lambda work: credentials.change_password(work, mine, OLD, proven=OLD))


@pytest.mark.parametrize("proven", [OLD, None])
def test_a_password_that_was_replaced_accepts_no_invitation(world: World, proven: Secret | None):
    world.give_password(world.grace, NEW)
    world.invite("grace", by=world.otto)
    token = world.token_for(world.grace.email, Purpose.INVITATION)

    def accept(kept: Secret | None) -> None:
        world.at_the_door(
            lambda work: credentials.accept_invitation(
                work, token, BROWSER, name="Grace", password=None, proven=kept
            )
        )

    with pytest.raises(WrongPassword):
        accept(proven)
    accept(NEW)


@pytest.mark.parametrize("ending", [resets, changes])
def test_a_password_that_is_just_being_replaced_opens_nothing(world: World, ending):
    world.give_password(world.ada, OLD)

    _, refusal = beside(
        world,
        (AT_THE_DOOR, ending(world, world.ada)),
        (AT_THE_DOOR, enters(OLD, world.ada)),
    )

    assert isinstance(refusal, WrongPassword)


# Sessions that are just being opened


@pytest.mark.parametrize("ending", [resets, changes, signs_out_everywhere_else])
@pytest.mark.parametrize("opening", ["by password", "as another membership"])
def test_a_session_that_is_just_being_opened_ends_with_all_others(world: World, ending, opening):
    world.give_password(world.ada, OLD)
    opens = enters(OLD, world.ada) if opening == "by password" else goes_on(world.ada)

    entered, _ = beside(world, (AT_THE_DOOR, opens), (AT_THE_DOOR, ending(world, world.ada)))

    assert entered.token
    assert not is_alive(world, entered.token)


@pytest.mark.parametrize("ending", [resets, signs_out_everywhere_else])
def test_a_session_that_is_just_being_ended_does_not_go_on_as_another(world: World, ending):
    _, refusal = beside(
        world, (AT_THE_DOOR, ending(world, world.ada)), (AT_THE_DOOR, goes_on(world.ada))
    )

    assert isinstance(refusal, NotSignedIn)


@pytest.mark.parametrize("who", ["an admin", "a contact"])
@pytest.mark.parametrize("order", ["opened first", "ended first"])
def test_what_was_opened_beside_a_suspension_or_revocation_stays_ended(
    world: World, who: str, order: str
):
    if who == "an admin":
        world.give_password(world.grace, OLD)
        mine, opens = show("mem", world.grace.actor.membership_id), enters(OLD, world.grace)
        end, back = inviting.suspend_admin, inviting.restore_admin
    else:
        mine, opens = world.cleo.contact_id, enters_by_link(world, world.cleo)
        end, back = granting.revoke_access, granting.grant_access
    acts = [(AT_THE_DOOR, opens), (world.ada.actor, lambda work: end(work, mine))]

    outcomes = beside(world, *(acts if order == "opened first" else acts[::-1]))
    world.ada.does(lambda work: back(work, mine))

    entered = outcomes[0 if order == "opened first" else 1]
    assert isinstance(entered, NotFound) or not is_alive(world, entered.token)


# Links


def live_links(world: World, email: str) -> int:
    with Session(world.database.engine) as session:
        rows = session.exec(
            select(Capability)
            .join(Identity, col(Identity.id) == Capability.identity_id)
            .where(
                Identity.email == email,
                col(Capability.used_at).is_(None),
                col(Capability.withdrawn_at).is_(None),
            )
        )
        return len(rows.all())


@pytest.mark.parametrize(("who", "ask"), [("cleo", "ask_for_link"), ("ada", "ask_for_reset")])
def test_of_two_letters_asked_for_at_once_one_opens_something(world: World, who: str, ask: str):
    email = getattr(world, who).email
    module = entering if ask == "ask_for_link" else credentials

    def asks(work: Work[Any]) -> None:
        getattr(module, ask)(work, email)

    beside(world, (AT_THE_DOOR, asks), (AT_THE_DOOR, asks))

    assert live_links(world, email) == 1


def test_a_link_ends_with_the_access_and_is_not_sent_any_more(world: World):
    enter = enters_by_link(world, world.cleo)
    contact = world.cleo.contact_id

    world.ada.does(lambda work: granting.revoke_access(work, contact))

    assert needless(world, world.cleo.email)
    world.ada.does(lambda work: granting.grant_access(work, contact))
    with pytest.raises(LinkGone):
        world.at_the_door(enter)


def needless(world: World, email: str) -> str:
    """Why the sign-in letter to this address is not sent, if it is not."""
    with Session(world.database.engine) as session:
        wanted = select(Letter).where(Letter.recipient == email, Letter.kind == "sign_in")
        shown = session.exec(wanted).one().shown_id
    facts = work_now(
        RunnerActor(),
        world.database,
        lambda work: letters.letter(work, shown, public_url="https://pay.harbour.example"),
    )
    return facts.needless


def test_a_link_that_is_just_being_asked_for_ends_with_the_access(world: World):
    def asks(work: Work[Any]) -> None:
        entering.ask_for_link(work, world.cleo.email)

    beside(
        world,
        (AT_THE_DOOR, asks),
        (world.ada.actor, lambda work: granting.revoke_access(work, world.cleo.contact_id)),
    )

    assert live_links(world, world.cleo.email) == 0


def test_a_business_next_door_ends_no_link_that_it_did_not_send(world: World):
    enter = enters_by_link(world, world.cleo)
    contact = world.add_contact(world.otto, world.brandt, "cleo")
    world.otto.does(lambda work: granting.grant_access(work, contact))

    world.otto.does(lambda work: granting.revoke_access(work, contact))

    assert world.at_the_door(enter)


# How long, and where


def test_who_came_in_by_password_is_an_admin_to_the_clock_whatever_they_are_here(
    world: World, wait
):
    """Otherwise a screen that was left alone as a contact could go on as an admin."""
    world.give_password(world.ada, OLD)
    contact = world.add_contact(world.otto, world.brandt, "ada")
    world.otto.does(lambda work: granting.grant_access(work, contact))
    by_password = world.at_the_door(enters(OLD, world.ada))
    rows = world.at_the_door(lambda work: standings(work, world.ada, "password"))
    as_contact = next(row for row in rows if row.audience == Audience.CUSTOMER)

    def choose(token: str, shown_id: str) -> entering.Entered:
        return world.at_the_door(
            lambda work: entering.come_in_as(work, hashed(token), shown_id, BROWSER)
        )

    chosen = choose(by_password.token, as_contact.shown_id)
    by_link = world.at_the_door(enters_by_link(world, world.ada))
    wait(timedelta(minutes=16))

    assert not is_alive(world, chosen.token)
    assert is_alive(world, by_link.token)
    with pytest.raises(NotSignedIn):
        choose(chosen.token, show("mem", world.ada.actor.membership_id))


@entering.door_read
def standings(work: Work[DoorActor], person: Person, proven_by: str) -> list[entering.Standing]:
    return entering.open_standings(work, person.actor.identity_id, proven_by=proven_by)


@pytest.fixture
def real(world: World, tmp_path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """The same database, served as a real installation until the test ends."""
    url = world.database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setattr(installation, "_installation", [])
    served = install(
        load({"DATABASE_URL": url, "QUITTANCE_HOME": str(tmp_path), "LINK_KEY": LINK_KEY})
    )
    yield served
    served.database.close()


def test_a_session_without_a_proof_is_good_in_a_demo_only(world: World, real: Installation):
    world.give_password(world.ada, OLD)

    assert not is_alive(world, world.ada.token)
    assert is_alive(world, world.at_the_door(enters(OLD, world.ada)).token)
