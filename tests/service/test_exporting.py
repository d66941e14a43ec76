"""Exports: all of a list, in one pass, and no more than whoever asks may see."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from billing_app.documents.tables import as_csv
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Invalid, NotFound
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import Money
from billing_app.reads import exports, statement_rows
from billing_app.reads.exports import LISTS, Rows, Wanted
from billing_app.services import enrolling
from tests.post import Post
from tests.world import Person, World

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", " =1", "＝1", "%0", "|x"]


@pytest.fixture
def post(world: World) -> Post:
    return Post(world)


def read(headings: tuple[str, ...], pages: list[Rows]) -> list[dict[str, str]]:
    """The file as a spreadsheet reads it."""
    text = b"".join([as_csv([headings]), *(as_csv(page.rows) for page in pages)]).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def walked(page: Callable[[str], Rows]) -> list[Rows]:
    pages = [page("")]
    while pages[-1].after:
        pages.append(page(pages[-1].after))
    return pages


def exported(person: Person, name: str, **wanted: Any) -> list[dict[str, str]]:
    return read(
        LISTS[name].headings,
        walked(
            lambda after: person.does(
                lambda work: exports.exported(work, name, Wanted(**wanted), after=after)
            )
        ),
    )


def mine(person: Person, name: str) -> list[dict[str, str]]:
    return read(
        LISTS[name].headings,
        walked(
            lambda after: person.does(lambda work: exports.my_exported(work, name, after=after))
        ),
    )


def statement(post: Post, **wanted: Any) -> list[dict[str, str]]:
    said = Wanted(**({"party_id": post.world.marsh, "currency": "AUD"} | wanted))
    return read(
        statement_rows.STATEMENT,
        walked(
            lambda after: post.acts(
                lambda work: statement_rows.statement_rows(work, said, after=after)
            )
        ),
    )


def test_an_invoice_is_written_with_plain_days_and_amounts(post: Post):
    tax = post.tax()
    invoice = post.issue(post.draft(post.line(1234_50, tax), due_on=date(2030, 3, 5)))

    (row,) = exported(post.by, "invoices")

    assert row["id"] == invoice
    assert (row["due on"], row["currency"], row["status"]) == ("2030-03-05", "AUD", "Unpaid")
    assert [row[name] for name in ("net", "tax", "total", "still to pay")] == [
        "1234.50",
        "123.45",
        "1357.95",
        "1357.95",
    ]


def test_every_list_has_what_its_headings_say(post: Post):
    invoice = post.invoice(100_00)
    payment = post.pay(100_00, invoice)
    post.request(50_00)
    post.refund(payment, 10_00)
    post.note(invoice, 10_00)

    for name in LISTS:
        (row,) = exported(post.by, name)
        assert None not in row, f"{name} has more cells than headings"
        assert None not in row.values(), f"{name} has fewer cells than headings"
        assert row["id"], name


def test_a_long_list_comes_whole_and_each_row_once(post: Post, monkeypatch: pytest.MonkeyPatch):
    made = [post.invoice() for _ in range(7)]
    monkeypatch.setattr(exports, "AT_ONCE", 3)

    assert [row["id"] for row in exported(post.by, "invoices")] == made


@pytest.mark.parametrize("evil", FORMULAS)
def test_at54_no_cell_is_a_formula(evil: str):
    (cells,) = csv.reader(io.StringIO(as_csv([[evil, Money(-12_30, "AUD")]]).decode(), newline=""))

    assert cells == [f"'{evil}", "-12.30"]


def test_at54_names_that_people_typed_are_no_formulas(post: Post):
    drawn = show("cus", new_id())
    post.does(
        lambda work: enrolling.add_customer(
            work, drawn, name="=cmd|'/c calc'!A1", email="x@evil.example", due_days="14"
        )
    )

    names = {row["name"] for row in exported(post.by, "customers")}

    assert names == {"Marsh Design", "'=cmd|'/c calc'!A1"}


def test_a_list_is_narrowed_as_on_its_screen(post: Post):
    post.draft(post.line())
    paid, open_ = post.invoice(), post.invoice()
    other = post.invoice(party_id=post.world.bellweather)
    post.pay(100_00, paid)

    def ids(**wanted: Any) -> list[str]:
        return [row["id"] for row in exported(post.by, "invoices", **wanted)]

    assert ids(standing="to pay") == [open_, other]
    assert ids(standing="settled") == [paid]
    assert ids(party_id=post.world.bellweather) == [other]
    assert ids(search="bell") == [other]
    assert ids(search="nobody") == []
    assert ids(since=post.days(1)) == []
    assert ids(since=post.days(0), until=post.days(0)) == [paid, open_, other]


def test_payments_are_found_by_their_payer(post: Post):
    post.pay(100_00, post.invoice())
    theirs = post.pay(50_00, party_id=post.world.bellweather)

    assert [row["id"] for row in exported(post.by, "payments", search="bell")] == [theirs]
    assert exported(post.by, "payments", search="nobody") == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("refunds", {"search": "x"}),
        ("customers", {"currency": "AUD"}),
        ("invoices", {"standing": "all of them"}),
        ("credit-requests", {"standing": "overdue"}),
        ("payments", {"currency": "dollars"}),
    ],
)
def test_what_a_list_cannot_be_narrowed_by_is_refused(
    post: Post, name: str, wanted: dict[str, str]
):
    with pytest.raises(Invalid):
        exported(post.by, name, **wanted)


def test_a_customer_has_their_own_lists_and_nobody_elses(post: Post):
    own = post.invoice()
    post.draft(post.line())
    post.pay(100_00, own)
    theirs = post.invoice(party_id=post.world.bellweather)
    post.refund(post.pay(100_00, theirs, party_id=post.world.bellweather), 5_00)

    cleo = post.world.cleo

    assert [row["id"] for row in mine(cleo, "invoices")] == [own]
    assert len(mine(cleo, "payments")) == 1
    assert mine(cleo, "refunds") == []


def test_why_money_went_back_is_for_admins(post: Post):
    invoice = post.invoice()
    post.refund(post.pay(100_00, invoice), 5_00, reason="ZZCANARY insolvent")

    assert exported(post.by, "refunds")[0]["reason"] == "ZZCANARY insolvent"
    assert mine(post.world.cleo, "refunds")[0]["reason"] == ""


def test_a_day_in_a_list_is_the_organizations_own(world: World, wait: Callable[[timedelta], None]):
    until_evening = timedelta(hours=(20 - clock.now().hour) % 24)
    wait(until_evening)
    post = Post(world)

    # In Sydney the next day has begun by then.
    assert post.today() != clock.now().date()
    post.does(lambda work: enrolling.archive_customer(work, world.marsh))
    days = {row["id"]: row["archived on"] for row in exported(post.by, "customers")}
    assert days[world.marsh] == post.today().isoformat()


def test_lists_are_for_the_audience_they_are_made_for(post: Post):
    for person in (post.world.cleo, post.world.pat):
        with pytest.raises(NotFound):
            exported(person, "invoices")
    for person in (post.world.ada, post.world.pat):
        with pytest.raises(NotFound):
            mine(person, "invoices")
    with pytest.raises(NotFound):
        mine(post.world.cleo, "customers")
    with pytest.raises(NotFound):
        post.does(lambda work: exports.exported(work, "passwords", Wanted()))


def test_a_statement_begins_with_one_balance_and_ends_with_the_other(post: Post):
    post.turn_on()
    invoice = post.invoice(100_00)
    post.pay(130_00, invoice, reference="=HYPERLINK(1)")

    rows = statement(post)

    assert [row["balance"] for row in rows] == ["0.00", "-100.00", "30.00", "30.00"]
    assert [row["amount"] for row in rows] == ["", "-100.00", "130.00", ""]
    assert (rows[0]["what"], rows[-1]["what"]) == ("Opening balance", "Closing balance")
    assert rows[1]["on"] == post.today().isoformat()


def test_a_statement_does_not_tell_that_a_debt_was_given_up(post: Post):
    post.lose(post.invoice(100_00))

    said = [row["what"] for row in statement(post)]

    assert said[2] == f"{said[1]} closed"


def test_a_long_statement_carries_its_balance_from_page_to_page(
    post: Post, monkeypatch: pytest.MonkeyPatch
):
    for cents in range(1, 6):
        post.pay(cents, post.invoice(cents))
    monkeypatch.setattr(statement_rows, "AT_ONCE", 3)

    rows = statement(post)

    running = [each for cents in range(1, 6) for each in (f"-0.0{cents}", "0.00")]
    assert [row["balance"] for row in rows] == ["0.00", *running, "0.00"]


def test_a_statement_of_days_before_anything_happened_is_two_balances(post: Post):
    post.invoice()

    rows = statement(post, since=post.days(-9), until=post.days(-1))

    assert [row["balance"] for row in rows] == ["0.00", "0.00"]


def test_a_statement_of_a_stranger_is_not_there(post: Post):
    with pytest.raises(NotFound):
        statement(post, party_id=post.world.brandt)
