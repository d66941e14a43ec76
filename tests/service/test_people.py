"""Admins, contacts and their sessions: who may come in, as what, and until when."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from sqlmodel import Session, select

from billing_app import config, installing
from billing_app.access import credentials, entering, installation
from billing_app.access.actors import AdminActor, DoorActor, RunnerActor
from billing_app.access.capabilities import LinkGone, Purpose
from billing_app.access.devices import device_words
from billing_app.access.entering import Browser, Entered, NothingOpen
from billing_app.access.installation import install, work_now
from billing_app.access.memberships import LINK, PASSWORD
from billing_app.access.own_sessions import end_other_sessions, end_own_session
from billing_app.access.permissions import Permission, Role, may
from billing_app.access.sessions import find_session, step_up
from billing_app.config import Secret
from billing_app.kernel.audience import Audience
from billing_app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, StepUpNeeded
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.session_header import hashed
from billing_app.models.outbox import Job, Letter
from billing_app.reads import admin, letters, member, people
from billing_app.reads.landing import look_at_link
from billing_app.services import contacting, granting, inviting
from billing_app.services.introducing import rename_me
from tests.rules import rule
from tests.servers import LINK_KEY
from tests.world import Person, World

BROWSER = Browser(replacing=None, device="Firefox on Linux", address="192.0.2.1")
HASH = Secret("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA")
OTHER_HASH = Secret("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$b3RoZXI")


@pytest.fixture
def world(world: World) -> World:
    """Everybody is there from the start: these tests say who sees whom."""
    return world.everybody()


def letters_to(world: World, email: str) -> list[str]:
    """The kinds of the letters to an address, each with its job, in order."""
    with Session(world.database.engine) as session:
        letters = session.exec(
            select(Letter).where(Letter.recipient == email).order_by(Letter.id)
        ).all()
        owed = {job.subject for job in session.exec(select(Job))}
        assert {letter.shown_id for letter in letters} <= owed
        return [letter.kind for letter in letters]


def acts_in(world: World) -> list[tuple[str, str, str]]:
    return [(line.who, line.deed, line.about) for line in world.ada.does(admin.activity)]


def accept(world: World, name: str = "nia", token: str = "") -> Entered:
    said = token or world.token_for(world.email(name), Purpose.INVITATION)
    return world.at_the_door(
        lambda work: credentials.accept_invitation(
            work, said, BROWSER, name=name.capitalize(), password=HASH
        ),
    )


def sign_in(world: World, name: str) -> Entered:
    """Come in with the password that was set by ``accept``."""
    person = world.at_the_door(lambda work: entering.person_at(work, world.email(name)))
    return world.at_the_door(
        lambda work: entering.come_in_by_password(
            work, person.identity_id, BROWSER, proven=HASH, stronger=None
        )
    )


def actor_of(world: World, entered: Entered):
    found = world.at_the_door(lambda work: find_session(work, hashed(entered.token)))
    return found.actor if found else None


def standing_of(world: World, membership_id: str) -> str:
    return next(row.standing for row in world.ada.does(people.admins) if row.id == membership_id)


# Roles


def test_each_role_holds_what_the_one_table_says():
    held = {
        role: {permission for permission in Permission if may(role, permission)} for role in Role
    }

    assert held[Role.OWNER] == set(Permission)
    assert held[Role.MANAGER] == set(Permission) - {Permission.MANAGE_USERS}
    assert held[Role.BOOKKEEPER] == {
        Permission.LOOK,
        Permission.KEEP_CUSTOMERS,
        Permission.SEE_LETTERS,
        Permission.KEEP_INVOICES,
        Permission.TAKE_PAYMENTS,
    }
    assert held[Role.VIEWER] == {Permission.LOOK}


@pytest.mark.parametrize("who", ["grace", "vic"])
def test_only_an_owner_keeps_the_users(world: World, who: str):
    person = getattr(world, who)
    mine = show("mem", person.actor.membership_id)

    for act in (
        lambda work: inviting.change_role(work, mine, role="owner"),
        lambda work: inviting.suspend_admin(work, mine),
        lambda work: inviting.restore_admin(work, mine),
        lambda work: inviting.invite_admin(work, name="X", email="x@w.example", role="owner"),
        people.admins,
    ):
        with pytest.raises(NotAllowed):
            person.does(act)


def test_a_role_that_was_lowered_holds_from_the_next_event(world: World):
    membership = world.invite()
    nia = accept(world)
    assert actor_of(world, nia).role == Role.MANAGER

    world.ada.does(lambda work: inviting.change_role(work, membership, role="viewer"))

    assert actor_of(world, nia).role == Role.VIEWER


def test_suspending_ends_open_sessions_and_restoring_brings_the_role_back(world: World):
    membership = world.invite()
    nia = accept(world)

    world.ada.does(lambda work: inviting.suspend_admin(work, membership))
    assert actor_of(world, nia) is None
    assert standing_of(world, membership) == "Suspended"

    world.ada.does(lambda work: inviting.restore_admin(work, membership))
    assert standing_of(world, membership) == "Active"
    assert actor_of(world, nia) is None
    assert actor_of(world, sign_in(world, "nia")).role == Role.MANAGER


@pytest.mark.parametrize("act", ["change_role", "suspend_admin"])
def test_the_last_owner_stays(world: World, act: str):
    mine = show("mem", world.ada.actor.membership_id)
    more = {"role": "viewer"} if act == "change_role" else {}

    with pytest.raises(Conflict, match="Somebody has to own the workspace"):
        world.ada.does(lambda work: getattr(inviting, act)(work, mine, **more))


def test_an_owner_who_has_not_come_yet_does_not_count_as_one(world: World):
    world.invite(role="owner")

    with pytest.raises(Conflict):
        world.ada.does(
            lambda work: inviting.suspend_admin(work, show("mem", world.ada.actor.membership_id))
        )


@pytest.mark.parametrize("round_", range(4))
def test_of_two_owners_who_suspend_each_other_at_once_one_stays(world: World, round_: int):
    first = show("mem", world.ada.actor.membership_id)
    second = world.invite("second", "owner")
    actor = actor_of(world, accept(world, "second"))

    together = Barrier(2)

    def suspend(who, whom: str) -> bool:
        together.wait()
        try:
            work_now(who, world.database, lambda work: inviting.suspend_admin(work, whom))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(suspend, (world.ada.actor, actor), (second, first)))

    assert sum(done) == 1


# Invitations


def test_an_invitation_is_a_letter_and_opens_nothing_until_it_is_accepted(world: World):
    membership = world.invite()

    assert letters_to(world, world.email("nia")) == ["invitation"]
    assert standing_of(world, membership) == "Invited"
    with pytest.raises(NotFound):
        Person(world.database, world.email("nia"), Audience.ADMIN)


def test_accepting_sets_name_and_password_and_comes_in_with_the_role_that_was_offered(
    world: World,
):
    membership = world.invite(role="bookkeeper")

    actor = actor_of(world, accept(world))

    assert (actor.role, actor.proven_by) == (Role.BOOKKEEPER, PASSWORD)
    assert standing_of(world, membership) == "Active"
    assert world.at_the_door(lambda work: entering.person_at(work, world.email("nia"))).password
    assert ("Nia", "accepted an invitation", "Nia") in acts_in(world)


def test_sixteen_acceptances_of_one_invitation_are_one(world: World):
    world.invite()
    token = world.token_for(world.email("nia"), Purpose.INVITATION)

    def race(_: int) -> bool:
        try:
            accept(world, token=token)
        except LinkGone:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(race, range(16))) == 1


def test_an_invitation_ends_after_three_days(world: World, wait):
    membership = world.invite()
    wait(timedelta(hours=72, minutes=1))

    assert standing_of(world, membership) == "Invitation expired"
    with pytest.raises(LinkGone):
        accept(world)


def test_inviting_again_replaces_the_letter_and_the_role(world: World):
    first = world.invite()
    earlier = world.token_for(world.email("nia"), Purpose.INVITATION)
    assert world.invite(role="viewer") == first

    with pytest.raises(LinkGone):
        accept(world, token=earlier)
    assert actor_of(world, accept(world)).role == Role.VIEWER


def test_a_withdrawn_invitation_opens_nothing_and_is_not_restored(world: World):
    membership = world.invite()
    token = world.token_for(world.email("nia"), Purpose.INVITATION)
    world.ada.does(lambda work: inviting.suspend_admin(work, membership))

    with pytest.raises(LinkGone):
        accept(world, token=token)
    with pytest.raises(Conflict):
        world.ada.does(lambda work: inviting.restore_admin(work, membership))


def test_a_colleague_is_not_invited_twice(world: World):
    with pytest.raises(Conflict):
        world.invite("grace")


@pytest.mark.parametrize("role", ["", "Owner", "admin", "customer", "owner "])
def test_a_role_that_does_not_exist_is_refused(world: World, role: str):
    with pytest.raises(Invalid):
        world.invite(role=role)


def test_an_invitation_does_not_set_the_password_of_somebody_who_has_one(world: World):
    """It lives three days in a mailbox; a password that is known must not fall to it."""
    world.invite()
    accept(world)
    world.invite(by=world.otto)

    with pytest.raises(LinkGone):
        accept(world)
    with pytest.raises(NotFound):
        world.ada.does(
            lambda work: inviting.suspend_admin(work, show("mem", world.otto.actor.membership_id))
        )


def test_whoever_types_an_address_learns_no_name_before_the_person_accepts(world: World):
    """Nia is known at Harbour under her own name, and nobody knows Zed."""
    world.invite()
    accept(world)

    for name in ("nia", "zed"):
        world.otto.does(
            lambda work, name=name: inviting.invite_admin(
                work, name="Typed Here", email=world.email(name), role="viewer"
            )
        )

    rows = [row for row in world.otto.does(people.admins) if row.id in invited_by(world.otto)]
    assert [(row.name, row.email) for row in rows] == [
        ("Typed Here", world.email("nia")),
        ("Typed Here", world.email("zed")),
    ]
    assert {line.about for line in world.otto.does(admin.activity)} >= {"Typed Here"}
    assert "Nia" not in repr(world.otto.does(admin.activity))


def invited_by(owner: Person) -> set[str]:
    return {row.id for row in owner.does(people.admins) if row.is_invited}


def test_whoever_accepts_is_called_what_they_call_themselves(world: World):
    membership = world.ada.does(
        lambda work: inviting.invite_admin(
            work, name="Typed Here", email=world.email("nia"), role="viewer"
        )
    )

    accept(world)

    assert {row.id: row.name for row in world.ada.does(people.admins)}[membership] == "Nia"


# Passwords


def test_a_reset_is_sent_to_admins_and_to_nobody_else(world: World):
    for person in (world.grace, world.cleo):
        world.at_the_door(lambda work, who=person: credentials.ask_for_reset(work, who.email))
    world.at_the_door(lambda work: credentials.ask_for_reset(work, "nobody@nowhere.example"))

    assert letters_to(world, world.grace.email) == ["reset"]
    assert "reset" not in letters_to(world, world.cleo.email)


def reset(world: World, person: Person, token: str, password: Secret = HASH) -> None:
    world.at_the_door(
        lambda work: credentials.reset_password(work, token, password, address="192.0.2.1"),
    )


def test_a_reset_sets_the_password_ends_all_sessions_and_is_told_by_letter(world: World):
    world.at_the_door(lambda work: credentials.ask_for_reset(work, world.grace.email))
    token = world.token_for(world.grace.email, Purpose.RESET)

    reset(world, world.grace, token)

    assert world.at_the_door(lambda work: find_session(work, hashed(world.grace.token))) is None
    assert letters_to(world, world.grace.email) == ["reset", "password_changed"]
    with pytest.raises(LinkGone):
        reset(world, world.grace, token)


def test_a_reset_ends_after_half_an_hour_and_when_a_newer_one_is_sent(world: World, wait):
    world.at_the_door(lambda work: credentials.ask_for_reset(work, world.grace.email))
    first = world.token_for(world.grace.email, Purpose.RESET)
    world.at_the_door(lambda work: credentials.ask_for_reset(work, world.grace.email))
    second = world.token_for(world.grace.email, Purpose.RESET)

    with pytest.raises(LinkGone):
        reset(world, world.grace, first)
    wait(timedelta(minutes=31))
    with pytest.raises(LinkGone):
        reset(world, world.grace, second)


def test_changing_the_password_ends_the_other_sessions_and_open_resets(world: World):
    elsewhere = Person(world.database, world.ada.email, Audience.ADMIN)
    world.at_the_door(lambda work: credentials.ask_for_reset(work, world.ada.email))
    token = world.token_for(world.ada.email, Purpose.RESET)

    world.give_password(world.ada, OTHER_HASH)

    world.at_the_door(
        lambda work: credentials.change_password(
            work, hashed(world.ada.token), HASH, proven=OTHER_HASH
        )
    )

    assert world.at_the_door(lambda work: find_session(work, hashed(world.ada.token)))
    assert world.at_the_door(lambda work: find_session(work, hashed(elsewhere.token))) is None
    assert letters_to(world, world.ada.email) == ["reset", "password_changed"]
    assert ("Ada", "changed their password", "Ada") in acts_in(world)
    with pytest.raises(LinkGone):
        reset(world, world.ada, token)


# Contacts


def test_adding_a_contact_lets_nobody_in_and_granting_does(world: World):
    contact = world.add_contact(world.ada, world.marsh, "mia")
    with pytest.raises(NotFound):
        Person(world.database, world.email("mia"), Audience.CUSTOMER)

    world.ada.does(lambda work: granting.grant_access(work, contact))

    assert Person(world.database, world.email("mia"), Audience.CUSTOMER)
    assert letters_to(world, world.email("mia")) == ["access_granted"]
    assert acts_in(world)[:2] == [
        ("Ada", "granted access to a contact", "Mia"),
        ("Ada", "added a contact", "Mia"),
    ]


def test_revoking_ends_open_sessions_and_granting_again_opens(world: World):
    for _ in range(2):
        world.ada.does(lambda work: granting.revoke_access(work, world.cleo.contact_id))
    assert world.at_the_door(lambda work: find_session(work, hashed(world.cleo.token))) is None
    assert letters_to(world, world.cleo.email) == ["access_granted", "access_revoked"]

    for _ in range(2):
        world.ada.does(lambda work: granting.grant_access(work, world.cleo.contact_id))

    assert letters_to(world, world.cleo.email)[2:] == ["access_granted"]
    assert Person(world.database, world.cleo.email, Audience.CUSTOMER)


def test_the_list_of_contacts_says_who_can_sign_in(world: World):
    world.add_contact(world.ada, world.marsh, "mia")
    world.ada.does(lambda work: granting.revoke_access(work, world.cleo.contact_id))

    rows = world.ada.does(lambda work: people.contacts(work, world.marsh))

    assert [(row.name, row.standing, row.has_access) for row in rows] == [
        ("Cleo", "Revoked", False),
        ("Mia", "No access", False),
    ]
    assert rows[0].last_used != "Never"
    assert rows[1].last_used == "Never"


def test_the_same_form_sent_twice_adds_one_contact_and_another_is_refused(world: World):
    drawn = show("con", new_id())

    def add(contact_id: str = drawn, name: str = "Mia") -> str:
        return world.ada.does(
            lambda work: contacting.add_contact(
                work, contact_id, party_id=world.marsh, name=name, email=world.email("mia")
            )
        )

    assert add() == add() == drawn
    with pytest.raises(Conflict):
        add(show("con", new_id()))
    with pytest.raises(Conflict):
        add(name="Other")
    assert len(world.ada.does(lambda work: people.contacts(work, world.marsh))) == 2


def test_sixteen_forms_for_one_address_add_one_contact(world: World):
    def add(_: int) -> bool:
        try:
            world.add_contact(world.ada, world.marsh, "mia")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(add, range(16))) == 1


def test_removing_a_contact_ends_their_access_and_adding_again_gives_none(world: World):
    world.ada.does(lambda work: contacting.remove_contact(work, world.cleo.contact_id))

    assert world.at_the_door(lambda work: find_session(work, hashed(world.cleo.token))) is None
    with pytest.raises(Conflict):
        world.ada.does(lambda work: granting.grant_access(work, world.cleo.contact_id))
    assert world.add_contact(world.ada, world.marsh, "cleo") == world.cleo.contact_id
    (row,) = world.ada.does(lambda work: people.contacts(work, world.marsh))
    assert row.standing == "Revoked"


def test_a_contact_is_called_what_the_organization_wrote_down(world: World):
    """In its activity and in its letters, whatever they are called elsewhere."""
    contact = world.otto.does(
        lambda work: contacting.add_contact(
            work,
            show("con", new_id()),
            party_id=world.brandt,
            name="C. M.",
            email=world.cleo.email,
        )
    )
    world.otto.does(lambda work: granting.grant_access(work, contact))
    cleo = next(
        row
        for row in work_now(world.cleo.actor, world.database, member.memberships)
        if not row.current
    )
    entered = choose(world, Entered(world.cleo.token, Audience.CUSTOMER, has_choice=False), cleo.id)
    work_now(actor_of(world, entered), world.database, partial(rename_me, name="Cleopatra"))
    ask_for_link(world, world.cleo.email)

    assert names_on_letters(world, world.cleo.email) == [
        ("Harbour", "Cleo"),
        ("Kiln", "C. M."),
        ("Kiln", "C. M."),
    ]
    assert world.otto.does(admin.activity)[0].who == "C. M."


def names_on_letters(world: World, email: str) -> list[tuple[str, str]]:
    """From which business each letter to an address comes, and how it calls its reader."""
    with Session(world.database.engine) as session:
        written = session.exec(
            select(Letter).where(Letter.recipient == email).order_by(Letter.id)
        ).all()
    facts = [
        work_now(
            RunnerActor(),
            world.database,
            partial(letters.letter, letter_id=one.shown_id, public_url="https://pay.example"),
        )
        for one in written
    ]
    return [(one.organization.split()[0], one.name) for one in facts]


def test_a_bookkeeper_removes_whose_access_has_ended_and_takes_none_away(world: World):
    with pytest.raises(NotAllowed):
        world.grace.does(lambda work: contacting.remove_contact(work, world.cleo.contact_id))
    world.ada.does(lambda work: granting.revoke_access(work, world.cleo.contact_id))

    world.grace.does(lambda work: contacting.remove_contact(work, world.cleo.contact_id))

    assert world.ada.does(lambda work: people.contacts(work, world.marsh)) == []


def test_nobody_reaches_contacts_next_door(world: World):
    with pytest.raises(NotFound):
        world.ada.does(lambda work: people.contacts(work, world.brandt))
    with pytest.raises(NotFound):
        world.add_contact(world.ada, world.brandt, "mia")
    with pytest.raises(NotFound):
        world.otto.does(lambda work: granting.revoke_access(work, world.cleo.contact_id))


def test_a_bookkeeper_adds_contacts_of_customers_and_not_of_partners(world: World):
    contact = world.add_contact(world.grace, world.marsh, "mia")

    with pytest.raises(NotAllowed):
        world.add_contact(world.grace, world.northside, "mia")
    with pytest.raises(NotAllowed):
        world.grace.does(lambda work: granting.grant_access(work, contact))


# Links


def ask_for_link(world: World, email: str) -> None:
    world.at_the_door(lambda work: entering.ask_for_link(work, email))


def come_in(world: World, email: str) -> Entered:
    token = world.token_for(email, Purpose.SIGN_IN)
    return world.at_the_door(lambda work: entering.come_in_by_link(work, token, BROWSER))


def test_a_link_lets_a_contact_in_once(world: World):
    ask_for_link(world, world.cleo.email)

    assert actor_of(world, come_in(world, world.cleo.email)).audience == Audience.CUSTOMER
    assert letters_to(world, world.cleo.email) == ["access_granted", "sign_in"]
    with pytest.raises(LinkGone):
        come_in(world, world.cleo.email)


def test_looking_at_a_link_uses_nothing_up(world: World):
    ask_for_link(world, world.cleo.email)
    token = world.token_for(world.cleo.email, Purpose.SIGN_IN)

    def look(purpose: Purpose) -> bool:
        return world.at_the_door(lambda work: look_at_link(work, purpose, token)).live

    assert [look(Purpose.SIGN_IN) for _ in range(3)] == [True] * 3
    assert not look(Purpose.RESET)
    assert come_in(world, world.cleo.email)


def test_a_link_ends_after_half_an_hour_and_with_the_next_one(world: World, wait):
    ask_for_link(world, world.cleo.email)
    first = world.token_for(world.cleo.email, Purpose.SIGN_IN)
    ask_for_link(world, world.cleo.email)

    with pytest.raises(LinkGone):
        world.at_the_door(lambda work: entering.come_in_by_link(work, first, BROWSER))
    wait(timedelta(minutes=31))
    with pytest.raises(LinkGone):
        come_in(world, world.cleo.email)


def test_sixteen_browsers_with_one_link_open_one_session(world: World):
    ask_for_link(world, world.cleo.email)
    before = len(world.cleo.does(member.sessions))

    def race(_: int) -> bool:
        try:
            come_in(world, world.cleo.email)
        except LinkGone:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(race, range(16))) == 1
    assert len(world.cleo.does(member.sessions)) == before + 1


def test_admins_and_strangers_get_no_link(world: World):
    for email in (world.ada.email, "nobody@nowhere.example", "", "x\x00y"):
        ask_for_link(world, email)

    assert letters_to(world, world.ada.email) == []


def test_a_link_never_opens_the_admins_door(world: World):
    """An admin who is also a contact comes in as the contact, and cannot choose otherwise."""
    contact = world.add_contact(world.otto, world.brandt, "ada")
    world.otto.does(lambda work: granting.grant_access(work, contact))
    ask_for_link(world, world.ada.email)

    entered = come_in(world, world.ada.email)
    actor = actor_of(world, entered)

    assert (actor.audience, actor.proven_by) == (Audience.CUSTOMER, LINK)
    rows = work_now(actor, world.database, member.memberships)
    assert [row.standing for row in rows] == ["ZZCANARY Brandt"]
    with pytest.raises(NotFound):
        choose(world, entered, show("mem", world.ada.actor.membership_id))


def test_a_link_of_somebody_whose_access_ended_meanwhile_opens_nothing(world: World):
    ask_for_link(world, world.cleo.email)
    world.ada.does(lambda work: granting.revoke_access(work, world.cleo.contact_id))

    with pytest.raises(LinkGone):
        come_in(world, world.cleo.email)


# 'Client Login'


@rule(44)
def test_closing_the_customers_door_refuses_them_at_the_next_event(world: World):
    ask_for_link(world, world.carl.email)
    world.ada.does(lambda work: granting.set_client_login(work, on=False))

    assert not world.ada.does(people.client_login)
    assert world.at_the_door(lambda work: find_session(work, hashed(world.cleo.token))) is None
    assert world.at_the_door(lambda work: find_session(work, hashed(world.pat.token)))
    ask_for_link(world, world.cleo.email)
    assert letters_to(world, world.cleo.email) == ["access_granted"]
    with pytest.raises(NothingOpen):
        come_in(world, world.carl.email)

    world.ada.does(lambda work: granting.set_client_login(work, on=True))
    assert world.at_the_door(lambda work: find_session(work, hashed(world.cleo.token)))
    assert come_in(world, world.carl.email)


def test_the_door_next_door_stays_as_it_is_and_a_bookkeeper_closes_none(world: World):
    world.otto.does(lambda work: granting.set_client_login(work, on=False))

    assert world.ada.does(people.client_login)
    with pytest.raises(NotAllowed):
        world.grace.does(lambda work: granting.set_client_login(work, on=False))


# Several memberships


def choose(world: World, entered: Entered, membership_id: str) -> Entered:
    return world.at_the_door(
        lambda work: entering.come_in_as(work, hashed(entered.token), membership_id, BROWSER),
    )


def test_somebody_with_two_memberships_comes_in_as_the_latest_and_can_choose(world: World, wait):
    for who, party in ((world.ada, world.marsh), (world.otto, world.brandt)):
        contact = world.add_contact(who, party, "mia")
        who.does(lambda work, it=contact: granting.grant_access(work, it))
    wait(timedelta(minutes=1))
    ask_for_link(world, world.email("mia"))

    entered = come_in(world, world.email("mia"))
    rows = work_now(actor_of(world, entered), world.database, member.memberships)
    other = next(row for row in rows if not row.current)

    assert entered.has_choice
    assert {row.standing for row in rows} == {"Marsh Design", "ZZCANARY Brandt"}
    wait(timedelta(minutes=1))
    chosen = choose(world, entered, other.id)
    assert actor_of(world, entered) is None
    assert show("mem", actor_of(world, chosen).membership_id) == other.id

    wait(timedelta(minutes=1))
    ask_for_link(world, world.email("mia"))
    again = come_in(world, world.email("mia"))
    assert show("mem", actor_of(world, again).membership_id) == other.id


def test_who_grants_access_later_does_not_lead_a_person_away(world: World, wait):
    """Neither from where they are used to be, nor from what they were first given."""
    first = world.add_contact(world.ada, world.bellweather, "mia")
    world.ada.does(lambda work: granting.grant_access(work, first))
    for name in ("cleo", "mia"):
        wait(timedelta(minutes=1))
        later = world.add_contact(world.otto, world.brandt, name)
        world.otto.does(lambda work, it=later: granting.grant_access(work, it))

        ask_for_link(world, world.email(name))

        entered = actor_of(world, come_in(world, world.email(name)))
        assert entered.organization_id == world.ada.actor.organization_id
        assert [business for business, _ in names_on_letters(world, world.email(name))] == [
            "Harbour",
            "Kiln",
            "Harbour",
        ]


def test_going_back_and_forth_does_not_prolong_a_day(world: World, wait):
    mine = show("mem", world.cleo.actor.membership_id)
    entered = Entered(world.cleo.token, Audience.CUSTOMER, has_choice=False)
    for _ in range(25):
        wait(timedelta(minutes=29))
        entered = choose(world, entered, mine) if actor_of(world, entered) else entered

    assert actor_of(world, entered) is None


def test_nobody_chooses_what_is_another_persons(world: World):
    entered = Entered(world.cleo.token, Audience.CUSTOMER, has_choice=False)

    for other in (world.carl, world.ada, world.otto):
        with pytest.raises(NotFound):
            choose(world, entered, show("mem", other.actor.membership_id))
    assert actor_of(world, entered)


# Sessions


def test_everybody_sees_their_own_sessions_and_ends_them(world: World):
    second = Person(world.database, world.cleo.email, Audience.CUSTOMER)
    rows = world.cleo.does(member.sessions)
    (mine,) = [row for row in rows if row.this_one]
    (other,) = [row for row in rows if not row.this_one]

    ended_here = world.at_the_door(
        lambda work: end_own_session(work, hashed(world.cleo.token), other.id)
    )

    assert not ended_here
    assert world.at_the_door(lambda work: find_session(work, hashed(second.token))) is None
    assert world.cleo.does(member.sessions) == [mine]
    assert world.at_the_door(lambda work: end_own_session(work, hashed(world.cleo.token), mine.id))
    assert world.at_the_door(lambda work: find_session(work, hashed(world.cleo.token))) is None


def test_nobody_ends_a_session_of_somebody_else(world: World):
    (row,) = world.ada.does(member.sessions)

    for thief in (world.cleo, world.grace, world.otto):
        with pytest.raises(NotFound):
            world.at_the_door(
                lambda work, who=thief: end_own_session(work, hashed(who.token), row.id)
            )
    assert world.at_the_door(lambda work: find_session(work, hashed(world.ada.token)))


def test_signing_out_everywhere_spares_this_browser_and_other_people(world: World):
    others = [Person(world.database, world.ada.email, Audience.ADMIN) for _ in range(3)]

    world.at_the_door(lambda work: end_other_sessions(work, hashed(world.ada.token)))

    alive = [
        world.at_the_door(lambda work, p=p: find_session(work, hashed(p.token))) for p in others
    ]
    assert alive == [None] * 3
    assert world.at_the_door(lambda work: find_session(work, hashed(world.ada.token)))
    assert world.at_the_door(lambda work: find_session(work, hashed(world.cleo.token)))


def ada_by_password(world: World) -> str:
    """The token of a session that Ada just opened with her password."""
    world.give_password(world.ada, HASH)
    return world.at_the_door(
        lambda work: entering.come_in_by_password(
            work, world.ada.actor.identity_id, BROWSER, proven=HASH, stronger=None
        )
    ).token


def actor_behind(world: World, token: str) -> AdminActor:
    found = world.at_the_door(lambda work: find_session(work, hashed(token)))
    assert found is not None
    assert isinstance(found.actor, AdminActor)
    return found.actor


def test_a_password_holds_for_five_minutes_and_so_does_giving_it_again(world: World, wait):
    token = ada_by_password(world)
    assert actor_behind(world, token).stepped_up
    wait(timedelta(minutes=5, seconds=1))
    assert not actor_behind(world, token).stepped_up
    world.at_the_door(lambda work: step_up(work, hashed(token), proven=HASH))
    assert actor_behind(world, token).stepped_up
    wait(timedelta(minutes=5, seconds=1))
    assert not actor_behind(world, token).stepped_up


@pytest.mark.parametrize(
    "act",
    [
        inviting.suspend_admin,
        inviting.restore_admin,
        inviting.invite_again,
        partial(inviting.change_role, role="owner"),
        lambda work, _: inviting.invite_admin(work, name="Nia", email="n@w.example", role="owner"),
    ],
)
def test_a_screen_left_open_does_not_decide_who_else_comes_in(world: World, wait, act):
    token, grace = ada_by_password(world), show("mem", world.grace.actor.membership_id)
    wait(timedelta(minutes=6))
    before = world.ada.does(people.admins)

    with pytest.raises(StepUpNeeded):
        work_now(actor_behind(world, token), world.database, lambda work: act(work, grace))

    assert world.ada.does(people.admins) == before


def test_a_screen_left_open_may_still_look_who_works_here(world: World, wait):
    token = ada_by_password(world)
    wait(timedelta(minutes=6))

    assert work_now(actor_behind(world, token), world.database, people.admins)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like"
            " Gecko) Version/18.0 Safari/605.1.15",
            "Safari on Mac",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML,"
            " like Gecko) CriOS/130.0 Mobile/15E148 Safari/604.1",
            "Chrome on iPhone",
        ),
        ("", "A browser"),
        ("<script>alert(1)</script>" * 500, "A browser"),
    ],
)
def test_a_browser_is_named_in_two_words_of_our_own(sent: str, words: str):
    assert device_words(sent) == words


def test_an_admin_of_one_business_is_nobody_in_another(world: World):
    assert isinstance(world.ada.actor, AdminActor)
    names = {row.email for row in world.ada.does(people.admins)}

    assert world.otto.email not in names
    assert names == {world.ada.email, world.grace.email, world.vic.email}


# The terminal


def test_the_terminal_prints_an_address_by_which_the_first_owner_comes_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # The installation of the other tests is there again afterwards.
    monkeypatch.setattr(installation, "_installation", [])
    settings = config.load(
        {
            "QUITTANCE_HOME": str(tmp_path),
            "LINK_KEY": LINK_KEY,
            "PUBLIC_URL": "https://pay.harbour.example",
        }
    )

    def create(role: str = "owner") -> str:
        return installing.create_admin(
            settings,
            organization="Harbour",
            name="Ada",
            email="Ada@Harbour.example",
            role=role,
            time_zone="Australia/Sydney",
            currency="AUD",
        )

    first, second = create(), create("viewer")
    database = install(settings).database

    def come_in(told: str) -> Entered:
        token = re.search(r"https://pay\.harbour\.example/invite/([\w-]{43})\n", told).group(1)
        return work_now(
            DoorActor(),
            database,
            lambda work: credentials.accept_invitation(
                work, token, BROWSER, name="Ada Okafor", password=HASH
            ),
        )

    with pytest.raises(LinkGone):
        come_in(first)
    entered = come_in(second)
    found = work_now(DoorActor(), database, lambda work: find_session(work, hashed(entered.token)))
    assert found.actor.role == Role.OWNER
    assert "have a password already" in create()
    with Session(database.engine) as session:
        assert session.exec(select(Letter)).all() == []
    database.close()
