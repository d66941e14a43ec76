"""Books that travel: beancount accepts the journal, and its sums are ours."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from billing_app import exporting, installing
from billing_app.access.database import Database
from billing_app.documents.journal import beancount, table
from billing_app.kernel.errors import ConfigurationError
from billing_app.kernel.money import Money
from billing_app.ledger.accounts import Code
from billing_app.reads import journal
from billing_app.reads.journal import Business, JournalEntry
from billing_app.services import adjusting, enrolling, identifying, voiding
from billing_app.services.note_planning import Excess
from tests.billing import aud, drawn
from tests.shop import Shop
from tests.stripes import open_stripes
from tests.till import Till
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
BEAN_CHECK = Path(sys.executable).parent / "bean-check"
NASTY = '=1+1 "quoted\\" שלום'


@pytest.fixture
def till(world: World) -> Till:
    """Books in which a bit of everything happened, in two currencies."""
    till = Till(world)
    invoice = till.issue(till.draft(till.line(200_00, till.tax())), on=till.days(-30))
    payment = till.pay(250_00, invoice, received_on=till.days(-20))
    till.refund(payment, 20_00)
    till.note(invoice, 33_00, excess=Excess(to_credit=aud(33_00)))
    till.pay(1, amount=Money(500, "JPY"))
    till.invoice(0)
    voided = till.invoice(70_00)
    till.does(lambda work: voiding.void_invoice(work, voided, reason="Sent twice"))
    till.does(
        lambda work: adjusting.raise_credit(
            work, drawn("adj"), customer_id=world.marsh, amount=aud(5_00), reason=NASTY
        )
    )
    return till


@pytest.fixture
def exported(till: Till, tmp_path: Path) -> tuple[Path, Path]:
    book, sheet = tmp_path / "books.beancount", tmp_path / "books.csv"
    exporting._write(till.world.database, till.world.harbour, book, sheet)
    return book, sheet


def checked(book: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BEAN_CHECK, "--no-cache", book], check=False, capture_output=True, text=True, timeout=60
    )


def test_the_real_bean_check_accepts_the_journal_and_our_balances_in_it(
    exported: tuple[Path, Path],
):
    said = checked(exported[0])

    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_bean_check_refuses_the_journal_when_one_cent_of_it_moved(exported: tuple[Path, Path]):
    book = exported[0]
    there = book.read_text()
    assert there.count("  250.00 AUD\n") == 0
    moved = there.replace("  20.00 AUD\n", "  20.01 AUD\n", 1).replace(
        "  -20.00 AUD\n", "  -20.01 AUD\n", 1
    )
    assert moved != there
    book.write_text(moved)

    said = checked(book)

    assert said.returncode == 1
    assert "Balance failed" in said.stderr


def test_every_account_has_the_balance_of_our_ledger_by_beancounts_own_reckoning(
    till: Till, exported: tuple[Path, Path]
):
    from beancount import loader
    from beancount.core import inventory, realization

    found, errors, _ = loader.load_file(str(exported[0]))
    assert errors == []
    theirs = {}
    for account in realization.iter_children(realization.realize(found)):
        held = account.balance if isinstance(account.balance, inventory.Inventory) else ()
        for position in held:
            theirs[account.account, position.units.currency] = str(position.units.number)
    ours = till.world.operator(
        lambda work: {
            (beancount.account_name(code), currency): beancount.decimal(money)
            for (code, currency), money in journal.account_balances(
                work, till.world.harbour
            ).items()
            if money
        }
    )

    assert theirs == ours
    assert len(ours) >= 6
    bank = till.balance(Code.BANK).minor
    assert ours["Assets:1000-Bank", "AUD"] == f"{bank // 100}.{bank % 100:02d}"
    assert ours["Assets:1000-Bank", "JPY"] == "500"


def test_fees_and_money_of_nobody_known_have_a_payee_too(world: World, tmp_path: Path):
    with open_stripes(tmp_path) as stripes:
        shop = Shop(world, stripes)
        shop.pays_by_card(shop.invoice(110_00))
    shop.does(
        lambda work: identifying.record_unidentified(
            work, drawn("unr"), amount=aud(7_00), kind="bank_transfer"
        )
    )

    payees = world.operator(
        lambda work: {each.event: each.party for each in journal.entries(work, world.harbour)}
    )

    assert payees["gateway_fee"] == "The payment provider"
    assert payees["payment_unidentified"] == "Nobody known"
    assert payees["payment_received"] == "Marsh Design"


def test_every_transaction_links_to_its_act_and_to_what_it_is_about(
    till: Till, exported: tuple[Path, Path]
):
    from beancount import loader
    from beancount.core.data import Transaction

    found, _, _ = loader.load_file(str(exported[0]))

    links = {
        each.meta["event"]: {link.partition("_")[0] for link in each.links}
        for each in found
        if isinstance(each, Transaction) and each.postings
    }
    assert links == {
        "invoice_issued": {"inv"},
        "payment_received": {"pay", "lot"},
        "refund_still_owed": {"ref", "lot"},
        "credit_note_issued": {"crn", "inv", "lot"},
        "invoice_voided": {"inv"},
        "adjustment": {"adj", "lot"},
    }
    with exported[1].open(newline="") as file:
        sources = {row["source"].partition("_")[0] for row in csv.DictReader(file)}
    assert sources == {"inv", "pay", "ref", "crn", "adj"}


def test_the_table_has_a_row_for_each_posting_and_no_cell_that_is_a_formula(
    till: Till, exported: tuple[Path, Path]
):
    with exported[1].open(newline="") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) == len(till.postings())
    assert tuple(rows[0]) == table.HEADINGS
    assert not [cell for row in rows for cell in row.values() if re.match(r"[=+@-]", cell)]
    assert [row["reason"] for row in rows if "שלום" in row["reason"]] == [f"'{NASTY}"]
    yen = [row for row in rows if row["currency"] == "JPY"]
    assert [(row["debit account"], row["credit account"], row["amount"]) for row in yen] == [
        ("1000", "2000", "500")
    ]


def test_the_journal_of_one_organization_knows_nothing_of_another(till: Till, tmp_path: Path):
    otto = Till(till.world, till.world.otto)
    otto.invoice(99_99, party_id=till.world.brandt)
    book, sheet = tmp_path / "a.beancount", tmp_path / "a.csv"

    exporting._write(till.world.database, till.world.harbour, book, sheet)

    assert "ZZCANARY" not in book.read_text() + sheet.read_text()
    assert "99.99" not in book.read_text() + sheet.read_text()


def test_empty_books_are_a_journal_too(world: World, tmp_path: Path):
    book, sheet = tmp_path / "empty.beancount", tmp_path / "empty.csv"

    assert exporting._write(world.database, world.kiln, book, sheet) == 0

    assert checked(book).returncode == 0
    assert sheet.read_text().splitlines() == [",".join(table.HEADINGS)]


def test_entries_are_read_in_batches_without_gap_or_repeat(
    till: Till, monkeypatch: pytest.MonkeyPatch
):
    def read() -> list[JournalEntry]:
        return till.world.operator(lambda work: list(journal.entries(work, till.world.harbour)))

    whole = read()
    monkeypatch.setattr(journal, "AT_ONCE", 2)

    assert read() == whole
    assert len({entry.id for entry in whole}) == len(whole) == 9


def test_what_cannot_be_written_leaves_the_old_file_and_no_rest(
    world: World, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    book, sheet = tmp_path / "books.beancount", tmp_path / "books.csv"
    book.write_text("the old one")
    monkeypatch.setattr(beancount, "beginning", _full_disk)

    with pytest.raises(ConfigurationError, match="cannot be written: No space left on device"):
        exporting._write(database, world.kiln, book, sheet)

    assert book.read_text() == "the old one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["books.beancount"]


def _full_disk(_: Business, __: date) -> Iterator[str]:
    raise OSError(28, "No space left on device")


def test_a_folder_that_is_not_there_is_named(world: World, database: Database, tmp_path: Path):
    gone = tmp_path / "gone" / "books.beancount"

    with pytest.raises(ConfigurationError, match="No such file or directory"):
        exporting._write(database, world.kiln, gone, gone.with_suffix(".csv"))


def test_exporting_seals_what_was_not_under_a_seal(till: Till):
    exporting._seal(till.world.database, till.world.harbour)

    with till.world.database.engine.connect() as connection:
        unsealed = connection.scalar(
            text(
                "SELECT count(*) FROM posting WHERE organization_id = :own AND NOT EXISTS"
                " (SELECT 1 FROM sealed_row WHERE kind = 'posting' AND row_id = posting.id)"
            ),
            {"own": _stored(till)},
        )
    assert unsealed == 0


def _stored(till: Till) -> object:
    own = till.world.ada.actor.organization_id
    return own.hex if till.world.database.is_sqlite else own


def test_names_in_any_script_stay_one_quoted_line(world: World, tmp_path: Path):
    till = Till(world)
    named = till.does(
        lambda work: enrolling.add_customer(
            work, drawn("cus"), name=NASTY, email=world.email("x"), due_days="14"
        )
    )
    till.invoice(10_00, party_id=named)
    book, sheet = tmp_path / "a.beancount", tmp_path / "a.csv"

    exporting._write(world.database, world.harbour, book, sheet)

    assert checked(book).returncode == 0
    assert '"=1+1 \\"quoted\\\\\\" שלום"' in book.read_text()
    rows = list(csv.DictReader(io.StringIO(sheet.read_text())))
    assert rows[0]["party"] == f"'{NASTY}"


@pytest.mark.parametrize(
    ("known", "asked", "words"),
    [
        ({}, "", "There is no organization here yet."),
        ({"Harbour": "org_1"}, "Kiln", "There is no organization called Kiln here."),
        (
            {"Kiln": "org_2", "Harbour": "org_1"},
            "",
            "Name one of the organizations with --organization: Harbour, Kiln.",
        ),
    ],
)
def test_whose_journal_it_is_has_to_be_clear(known: dict[str, str], asked: str, words: str):
    with pytest.raises(ConfigurationError, match=re.escape(words)):
        installing.chosen(known, asked)


def at_the_terminal(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "billing_app", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "QUITTANCE_HOME": str(home), "LINK_KEY": "k" * 32},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_journal_is_written_at_the_terminal_for_its_owner_alone(tmp_path: Path):
    home, book = tmp_path / "home", tmp_path / "books.beancount"
    ada = ("--organization", "Harbour", "--name", "Ada", "--email", "ada@harbour.example")
    at_the_terminal(home, "create-admin", *ada)

    said = at_the_terminal(home, "journal", "--out", str(book))

    sheet = book.with_suffix(".csv")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == f"0 entries are in {book}, and as a table in {sheet}.\n"
    assert [path.stat().st_mode & 0o777 for path in (book, sheet)] == [0o600, 0o600]
    assert checked(book).returncode == 0
    again = at_the_terminal(home, "journal", "--out", str(sheet))
    assert (again.returncode, again.stderr) == (
        2,
        "The journal is no CSV: name a file such as books.beancount.\n",
    )


def test_the_journal_is_no_stream(tmp_path: Path):
    said = at_the_terminal(tmp_path / "home", "journal", "--out", "-")

    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr == (
        "The journal is two files and not one stream: name a file such as books.beancount.\n"
    )


def test_books_of_an_older_shape_are_not_exported(tmp_path: Path):
    said = at_the_terminal(tmp_path / "home", "journal", "--out", str(tmp_path / "b.beancount"))

    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr == "The database has an older shape. Run migrate first.\n"
