"""What a statement finds, whichever way it is sent: as text, or through a session."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import BigInteger, Row, bindparam, func, literal, tuple_
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from billing_app.access import scope
from billing_app.access.actors import AdminActor
from billing_app.access.forms import form_of
from billing_app.access.guard import admin_read
from billing_app.access.kept import by_id, one_of, one_of_these
from billing_app.access.prepared import prepared
from billing_app.access.work import Work
from billing_app.kernel.ids import new_id
from billing_app.models.invoice import Invoice, InvoiceLine
from billing_app.models.party import Customer, Partner
from billing_app.models.people import Identity, Membership
from tests.billing import Desk
from tests.plans import listening
from tests.world import Person, World

DAY = date(2026, 11, 20)


@pytest.fixture
def world(world: World) -> World:
    """Everybody is there, and one customer has an invoice of two lines."""
    world = world.everybody()
    Desk(world).invoice(80_00, 20_50)
    return world


def both_ways(person: Person, statement, **given) -> list[list]:
    """What this person finds with a statement sent as text, and through their session."""

    def look(work: Work):
        work.begin(writes=False)
        who = scope.who(work.actor)
        sent = list(work.exec(statement, params=given))
        held = list(Session.exec(work._session, statement, params={**given, **who}))
        return [[plainly(each) for each in found] for found in (sent, held)]

    return person.does(look)


def plainly(found):
    if isinstance(found, Customer | Partner | Membership | Invoice | InvoiceLine):
        held = {name: value for name, value in vars(found).items() if name[0] != "_"}
        return type(found), held
    return [plainly(each) for each in found] if isinstance(found, tuple | Row) else found


OTHER = aliased(Customer)
FORMS = {
    "rows": lambda: (select(Customer).order_by(Customer.id), {}),
    "one row": lambda: (select(Customer).where(Customer.sort_name == "marsh design"), {}),
    "one column": lambda: (select(Customer.name).order_by(Customer.id), {}),
    "columns of every type": lambda: (
        select(Invoice.id, Invoice.issued_on, Invoice.issued_at, Invoice.total_minor),
        {},
    ),
    "rows beside columns": lambda: (
        select(Customer, Invoice.number, Invoice)
        .outerjoin(Invoice, Invoice.customer_id == Customer.id)
        .order_by(Customer.id),
        {},
    ),
    "an alias": lambda: (select(OTHER, OTHER.name).order_by(OTHER.id), {}),
    "a count": lambda: (select(func.count()).select_from(Customer), {}),
    "sums in groups": lambda: (
        select(InvoiceLine.invoice_id, func.sum(InvoiceLine.gross_minor)).group_by(
            InvoiceLine.invoice_id
        ),
        {},
    ),
    "a sum of nothing": lambda: (
        select(func.sum(Invoice.total_minor)).where(Invoice.total_minor < 0),
        {},
    ),
    "a list": lambda: (
        select(Customer.name).where(col(Customer.sort_name).in_(["marsh design", "x"])),
        {},
    ),
    "an empty list": lambda: (select(Customer.name).where(col(Customer.name).in_([])), {}),
    "a long list": lambda: (
        select(Customer.name).where(col(Customer.name).in_([str(each) for each in range(40)])),
        {},
    ),
    "a list that is given": lambda: (
        select(Customer.name).where(one_of(Customer.sort_name, "names")),
        {"names": ["marsh design", "no, “nobody”"]},
    ),
    "a list of these": lambda: (
        select(Customer.name).where(
            one_of_these(Customer.sort_name, ["bellweather books", "marsh design"])
        ),
        {},
    ),
    "not one of these": lambda: (
        select(Customer.name).where(~one_of_these(Customer.sort_name, ["marsh design"])),
        {},
    ),
    "a list that is given and empty": lambda: (
        select(Customer.name).where(one_of(Customer.id)),
        {"ids": []},
    ),
    "a value written out": lambda: (
        select(Invoice.number).where(col(Invoice.total_minor) > literal(0, literal_execute=True)),
        {},
    ),
    "values in a tuple": lambda: (
        select(Invoice.number).where(
            tuple_(col(Invoice.total_minor), col(Invoice.issued_on)) > (1, DAY)
        ),
        {},
    ),
    "a moment that is given": lambda: (
        select(Invoice.number).where(col(Invoice.issued_at) > bindparam("since")),
        {"since": datetime(2020, 1, 1, tzinfo=UTC)},
    ),
    "a statement in a statement": lambda: (
        select(Customer.name).where(
            or_(
                select(Invoice.id).where(Invoice.customer_id == Customer.id).exists(),
                col(Customer.id).in_(select(Membership.customer_id)),
            )
        ),
        {},
    ),
    "a part of what is there": lambda: (
        select(Customer).order_by(col(Customer.name).desc()).limit(1).offset(1),
        {},
    ),
    "signs that mean something to a driver": lambda: (
        select(Customer.name).where(col(Customer.name).like("%M%") | (Customer.name == "?:%s")),
        {},
    ),
    "two statements in one": lambda: (
        select(Customer.name).union(select(Partner.name)).order_by("name"),
        {},
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_sent_as_text_finds_what_a_session_finds(world: World, form: str):
    statement, given = FORMS[form]()

    for person in (world.ada, world.cleo, world.pat, world.otto):
        sent, held = both_ways(person, statement, **given)
        assert sent == held


def test_statements_of_one_form_find_each_what_its_own_values_say(world: World):
    def named(*names: str):
        return [each for name in names for each in both_ways(world.ada, by_name(name))[0]]

    def by_name(name: str):
        return select(Customer.name).where(Customer.sort_name == name, Customer.due_days >= 0)

    assert form_of(by_name("marsh design")) == form_of(by_name("bellweather"))
    assert named("marsh design", "nobody", "marsh design") == ["Marsh Design"] * 2


@pytest.mark.parametrize("length", [0, 1, 2, 8, 9, 200])
def test_a_list_may_be_as_long_as_it_likes(world: World, length: int):
    ids = [new_id() for _ in range(length)] + [Customer.read_id(world.marsh)]
    one_by_one = select(Customer.name).where(col(Customer.id).in_(ids))
    given = select(Customer.name).where(one_of(Customer.id))
    these = select(Customer.name).where(one_of_these(Customer.id, ids))

    assert both_ways(world.ada, one_by_one) == [["Marsh Design"]] * 2
    assert both_ways(world.ada, these) == [["Marsh Design"]] * 2
    assert both_ways(world.ada, given, ids=ids) == [["Marsh Design"]] * 2


def test_a_value_that_stands_in_the_text_belongs_to_the_form(world: World):
    def above(minor: int):
        return select(Invoice.total_minor).where(
            col(Invoice.total_minor) > literal(minor, literal_execute=True)
        )

    assert form_of(above(0)) != form_of(above(1_000_000))
    assert [both_ways(world.ada, above(minor))[0] for minor in (0, 1_000_000, 0)] == [
        [10_050],
        [],
        [10_050],
    ]


def test_a_statement_that_looks_across_shares_nothing_with_one_that_does_not(world: World):
    def known(**more):
        wanted = select(Identity.name).where(Identity.email == world.otto.email)
        return wanted.execution_options(**more)

    for _ in range(2):
        assert both_ways(world.ada, known(**{scope.ACROSS: True})) == [["Otto"]] * 2
        assert both_ways(world.ada, known()) == [[], []]


@pytest.mark.parametrize("named", ["AUDITED", "AUDXXX", "AU", ""])
def test_a_longer_value_in_a_list_is_not_a_shorter_one(world: World, named: str):
    of_one = select(Invoice.currency).where(one_of_these(Invoice.currency, [named]))

    assert both_ways(world.ada, of_one) == [[], []]


def test_a_value_for_the_text_that_is_only_said_later_is_not_taken_from_an_earlier_time(
    world: World,
):
    least = iter([0, 10**6, 0, 10**6])
    later = bindparam(None, callable_=lambda: next(least), literal_execute=True, type_=BigInteger())
    above = select(Invoice.total_minor).where(col(Invoice.total_minor) > later)

    def look(work: Work):
        work.begin(writes=False)
        return [list(work.exec(above)) for _ in range(4)]

    assert world.ada.does(look) == [[10_050], [], [10_050], []]


def test_a_text_is_made_once_for_all_of_a_kind_and_for_no_other(world: World):
    kept = select(Customer.name)
    ada, grace, cleo, carl, pat = (
        prepared(type(who.actor), kept, form_of(kept), is_sqlite=True)
        for who in (world.ada, world.grace, world.cleo, world.carl, world.pat)
    )

    assert ada is grace
    assert cleo is carl
    assert len({ada, cleo, pat}) == 3


def test_what_somebody_sees_depends_on_nothing_but_who_they_are(world: World):
    nobody = new_id()
    stranger = replace(world.ada.actor, session_id=nobody, membership_id=nobody, stepped_up=True)

    assert scope.who(stranger).keys() == scope.who(world.ada.actor).keys()
    with pytest.raises(AttributeError):
        scope.anybody(AdminActor).role  # noqa: B018


def test_nobody_can_say_that_they_are_somebody_else(world: World):
    theirs = scope.who(world.otto.actor)

    def look(work: Work):
        work.begin(writes=False)
        return [
            *work.exec(select(Customer.name), params=theirs),
            *work.exec(by_id(Customer), params={**theirs, "id": Customer.read_id(world.brandt)}),
        ]

    found = world.ada.does(look)

    assert "Marsh Design" in found
    assert "ZZCANARY" not in repr(found)


def test_a_row_that_a_read_found_cannot_be_written(world: World):
    marsh = Customer.read_id(world.marsh)

    @admin_read()
    def sly(work: Work) -> None:
        work.get(Customer, marsh).name = "Changed while reading"

    with pytest.raises(AttributeError):
        world.ada.does(sly)
    assert both_ways(world.ada, by_id(Customer), id=marsh)[0][0][1]["name"] == "Marsh Design"


def test_a_command_holds_the_rows_that_it_will_write(world: World):
    def rename(work: Work):
        work.begin(writes=True)
        first, again = (work.exec(select(Customer).order_by(Customer.id)).first() for _ in "12")
        assert first is again
        first.due_days = 3
        work.flush()
        assert work.exec(select(Customer.due_days).order_by(Customer.id)).first() == 3

    world.ada.does(rename)


@pytest.mark.parametrize("said", ["one", "one_or_none", "first", "all"])
@pytest.mark.parametrize("which", ["nobody", "marsh design", "bellweather", ""])
def test_an_answer_is_taken_as_that_of_a_session_is(world: World, said: str, which: str):
    named = select(Customer.name).where(Customer.sort_name >= which).order_by(Customer.sort_name)

    def taken(work: Work, look) -> object:
        try:
            return getattr(look(work), said)()
        except InvalidRequestError as refused:
            return type(refused)

    def look(work: Work) -> list:
        work.begin(writes=False)
        held = named.params(scope.who(work.actor))
        return [
            taken(work, lambda work: work.exec(named)),
            taken(work, lambda work: Session.exec(work._session, held)),
        ]

    sent, held = world.ada.does(look)

    assert sent == held


def test_what_the_driver_refuses_is_told_as_the_library_tells_it(world: World):
    lowest = -(2**63)
    overflowing = select(Customer.id).where(func.abs(bindparam("it", type_=BigInteger)) > 0)

    @admin_read()
    def look(work: Work) -> None:
        work.exec(overflowing, params={"it": lowest}).all()

    with pytest.raises(DBAPIError) as told:
        world.ada.does(look)
    assert str(lowest) not in str(told.value)
    assert "SELECT customer.id" in str(told.value)


def test_a_read_asks_once_for_what_it_needs_twice(world: World):
    unknown, marsh = new_id(), Customer.read_id(world.marsh)

    @admin_read()
    def look(work: Work) -> list[set]:
        return [set(work.get_all(Customer, [unknown, marsh])) for _ in "123"]

    with listening(world.database) as sent:
        assert world.ada.does(look) == [{marsh}] * 3
    assert len(sent) == 1


def test_what_a_read_asked_once_is_told_again_for_the_same_words_only(world: World):
    asked = []

    def ask(_work: Work, *words: str) -> tuple[str, ...]:
        asked.append(words)
        return words

    @admin_read()
    def look(work: Work) -> list:
        return [work.once(ask, *words) for words in ("ab", "ab", "ba")]

    assert world.ada.does(look) == [("a", "b"), ("a", "b"), ("b", "a")]
    assert asked == [("a", "b"), ("b", "a")]


def test_a_command_asks_anew_each_time(world: World):
    asked = []

    def ask(_work: Work) -> None:
        asked.append("anew")

    def act(work: Work) -> None:
        work.begin(writes=True)
        work.once(ask)
        work.once(ask)

    world.ada.does(act)

    assert asked == ["anew", "anew"]
