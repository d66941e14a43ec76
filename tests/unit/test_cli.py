"""The commands at the terminal, each in a process of its own, as an operator runs them."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from billing_app.cli import main
from tests.mail_server import Clerk, mail_server
from tests.servers import Warmed, free_port

ROOT = Path(__file__).resolve().parents[2]
KEY = "a-key-of-thirty-two-characters-or-more"
ADA = ("--organization", "Harbour", "--name", "Ada", "--email", "ada@harbour.example")


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str


class Terminal:
    """A terminal at a machine whose data folder is ``home``."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *words: str, **environ: str) -> Said:
        here = {"PATH": os.environ["PATH"], "QUITTANCE_HOME": str(self.home), "LINK_KEY": KEY}
        with tempfile.TemporaryDirectory() as screen:
            out, err = Path(screen, "out"), Path(screen, "err")
            code = Warmed([*words], here | environ, out, errors=err).wait(60)
            return Said(code, out.read_text(), err.read_text())

    def rows(self, query: str) -> list[tuple]:
        connection = sqlite3.connect(self.home / "quittance.db")
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


@dataclass(frozen=True)
class Begun:
    """A data folder as its first command left it: what that said, and when it had ended.

    Most commands are about a machine at which something is there already. A test that changes
    it has a copy of its own.
    """

    terminal: Terminal
    said: Said
    at: datetime

    def copied(self, folder: Path) -> Terminal:
        """The same in a folder of the test's own."""
        shutil.copytree(self.terminal.home, folder / "home")
        return Terminal(folder / "home")


def begun(folder: Path, *words: str, **environ: str) -> Begun:
    """Run the first command in a data folder."""
    terminal = Terminal(folder / "home")
    said = terminal.run(*words, **environ)
    return Begun(terminal, said, datetime.now(UTC))


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "home")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    return begun(tmp_path_factory.mktemp("migrated"), "migrate")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    return begun(tmp_path_factory.mktemp("real"), "create-admin", *ADA)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    return begun(tmp_path_factory.mktemp("demo"), "seed-demo", DEMO="1", LINK_KEY="")


def assert_refused(said: Said, words: str) -> None:
    assert said.code == 2
    assert said.out == ""
    assert words in said.err
    assert said.err.count("\n") == 1, "one sentence and no traceback"


def test_create_admin_prepares_an_empty_database_and_founds_the_organization(terminal: Terminal):
    said = terminal.run("create-admin", *ADA, "--time-zone", "Australia/Sydney")

    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Ada is now owner of Harbour.\n")
    assert terminal.rows("SELECT name, time_zone, currency FROM organization") == [
        ("Harbour", "Australia/Sydney", "AUD")
    ]
    assert terminal.rows("SELECT audience, role, email FROM membership, identity") == [
        ("admin", "owner", "ada@harbour.example")
    ]


def test_a_second_admin_joins_the_organization_that_is_there(real: Begun, tmp_path: Path):
    terminal = real.copied(tmp_path)
    grace = ("--name", "Grace", "--email", "grace@harbour.example", "--role", "bookkeeper")

    said = terminal.run("create-admin", "--organization", " Harbour ", *grace)

    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Grace is now bookkeeper of")
    assert terminal.rows("SELECT name FROM organization") == [("Harbour",)]
    assert terminal.rows("SELECT role FROM membership ORDER BY id") == [("owner",), ("bookkeeper",)]


def test_naming_the_same_admin_twice_prints_another_way_in_and_makes_nobody(
    real: Begun, tmp_path: Path
):
    terminal = real.copied(tmp_path)

    second = terminal.run("create-admin", *ADA)

    assert second.out.startswith("ada@harbour.example is an admin of Harbour already.\n")
    assert way_in(real.said) != way_in(second)
    assert terminal.rows("SELECT email FROM identity") == [("ada@harbour.example",)]
    assert terminal.rows("SELECT role FROM membership") == [("owner",)]


def way_in(said: Said) -> str:
    """The address that the terminal printed."""
    return next(line for line in said.out.splitlines() if "/invite/" in line)


@pytest.mark.parametrize(
    ("option", "typed", "words"),
    [
        ("--email", "ada at harbour", "Enter an e-mail address, such as name@example.com."),
        ("--name", " \u200b ", "Enter a name."),
        ("--organization", "", "Enter a name."),
        ("--currency", "aud", "A currency is three capital letters, such as AUD."),
        ("--currency", "A1B", "A currency is three capital letters, such as AUD."),
        ("--time-zone", "Australia", "A time zone looks like Australia/Sydney."),
        ("--time-zone", "../../etc/passwd", "A time zone looks like Australia/Sydney."),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_kept(
    migrated: Begun, tmp_path: Path, option: str, typed: str, words: str
):
    terminal = migrated.copied(tmp_path)

    said = terminal.run("create-admin", *ADA, option, typed)

    assert_refused(said, words)
    assert_nobody_is_kept(terminal)


def test_what_cannot_be_used_is_refused_by_an_empty_machine_as_well(terminal: Terminal):
    said = terminal.run("create-admin", *ADA, "--email", "ada at harbour")

    assert_refused(said, "Enter an e-mail address, such as name@example.com.")
    assert_nobody_is_kept(terminal)


def assert_nobody_is_kept(terminal: Terminal) -> None:
    for table in ("organization", "identity", "membership"):
        assert terminal.rows(f"SELECT count(*) FROM {table}") == [(0,)]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("create-admin", *ADA, "--role", "king"), "argument --role: invalid choice: 'king'"),
        (("create-admin", "--name", "Ada"), "arguments are required: --organization, --email"),
        (("refund",), "invalid choice: 'refund'"),
        ((), "the following arguments are required: COMMAND"),
        (("migrate", "--downgrade"), "unrecognized arguments: --downgrade"),
    ],
)
def test_a_command_that_is_mistyped_is_told_its_usage(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], named: str
):
    with pytest.raises(SystemExit) as ended:
        main(words)

    said = capsys.readouterr()
    assert ended.value.code == 2
    assert said.err.startswith("usage: python -m billing_app")
    assert named in said.err.splitlines()[-1]


def test_help_names_every_command_with_what_it_does(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    told = capsys.readouterr().out
    assert ended.value.code == 0
    for command in ("serve", "worker", "migrate", "create-admin", "seed-demo", "doctor"):
        assert re.search(rf"^    {command}\s+\w+ ", told, re.MULTILINE)


def test_migrate_brings_the_newest_shape_and_changes_nothing_the_second_time(terminal: Terminal):
    first = terminal.run("migrate")
    shape = terminal.rows("SELECT sql FROM sqlite_master ORDER BY name")
    second = terminal.run("migrate")

    assert first == second == Said(0, "The database has the newest shape.\n", "")
    assert terminal.rows("SELECT sql FROM sqlite_master ORDER BY name") == shape
    assert ("audit_entry_refuses_delete",) in terminal.rows(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )


def test_migrate_check_needs_no_settings_and_touches_no_database(terminal: Terminal):
    said = terminal.run("migrate", "--check", LINK_KEY="", PORT="none")

    assert said == Said(0, "Every table has its migration.\n", "")
    assert not terminal.home.exists()


def test_a_database_of_a_newer_version_is_left_alone(migrated: Begun, tmp_path: Path):
    terminal = migrated.copied(tmp_path)
    connection = sqlite3.connect(terminal.home / "quittance.db")
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    said = terminal.run("migrate")

    assert_refused(said, "9999")
    assert terminal.rows("SELECT version_num FROM alembic_version") == [("9999",)]


def test_doctor_finds_a_sound_installation_well(real: Begun, tmp_path: Path):
    terminal = real.copied(tmp_path)

    with mail_server(Clerk()) as host:
        said = terminal.run(
            "doctor", SMTP_URL=f"smtp://{host}", MAIL_FROM="billing@harbour.example"
        )

    assert (said.code, said.err) == (0, "")
    assert [line[:5] for line in said.out.splitlines()] == ["ok   "] * 9


def test_doctor_says_that_letters_cannot_leave_without_a_mail_server(real: Begun, tmp_path: Path):
    terminal = real.copied(tmp_path)

    said = terminal.run("doctor")

    assert (said.code, said.err) == (1, "")
    assert "WRONG Letters can leave" in said.out


def test_doctor_names_what_is_wrong(real: Begun, tmp_path: Path):
    terminal = real.copied(tmp_path)
    terminal.home.chmod(0o755)
    connection = sqlite3.connect(terminal.home / "quittance.db")
    with connection:
        connection.execute("DROP TRIGGER audit_entry_refuses_delete")
        connection.execute("UPDATE membership SET identity_id = 'nobody'")
    connection.close()

    said = terminal.run("doctor")

    assert (said.code, said.err) == (1, "")
    assert "the trigger audit_entry_refuses_delete is missing" in said.out
    assert "of membership points nowhere" in said.out
    assert f"{terminal.home} has mode 755, expected 700" in said.out


def test_doctor_says_that_an_empty_database_is_empty(terminal: Terminal):
    empty = Said(1, "This database is empty: run `python -m billing_app migrate` first.\n", "")

    assert terminal.run("doctor") == empty
    assert not terminal.home.exists()

    terminal.home.mkdir()
    (terminal.home / "quittance.db").touch()
    assert terminal.run("doctor") == empty


def test_doctor_says_where_the_letters_of_a_demo_stay(demo: Begun, tmp_path: Path):
    terminal = demo.copied(tmp_path)
    terminal.run("worker", "--once", DEMO="1")

    said = terminal.run("doctor", DEMO="1")

    assert (said.code, said.err) == (0, "")
    assert "ok    Stripe is simulated\n" in said.out
    assert said.out.endswith("ok    Letters stay in the demo's mailbox\n")


def test_a_payment_to_try_is_asked_for_by_a_link_of_its_own(real: Begun, tmp_path: Path):
    terminal = real.copied(tmp_path)
    asked = ("try-payment", "--email", "me@harbour.example", "--amount")

    without_key = terminal.run(*asked, "10.00")
    not_read = terminal.run(*asked, "a lot", STRIPE_SECRET_KEY="sk_test_1")
    first = terminal.run(*asked, "10.00", STRIPE_SECRET_KEY="sk_test_1")
    second = terminal.run(*asked, "7.50", "--currency", "EUR", STRIPE_SECRET_KEY="sk_test_1")

    assert_refused(without_key, "STRIPE_SECRET_KEY is not set")
    assert_refused(not_read, "amount in AUD")
    assert (first.code, second.code) == (0, 0)
    addresses = re.findall(r"http://127\.0\.0\.1:8000/pay/\S{43}", first.out + second.out)
    assert len(set(addresses)) == 2
    assert terminal.rows(
        "SELECT name, email, currency, total_minor, still_to_pay_minor, state"
        " FROM (SELECT name, email, id AS whose FROM customer)"
        " JOIN credit_request ON customer_id = whose ORDER BY number"
    ) == [
        ("Test payment", "me@harbour.example", "AUD", 10_00, 10_00, "raised"),
        ("Test payment", "me@harbour.example", "EUR", 7_50, 7_50, "raised"),
    ]


def test_doctor_says_whether_stripe_answers_where_there_is_a_key(real: Begun, tmp_path: Path):
    terminal = real.copied(tmp_path)
    nobody = {"STRIPE_API_BASE": f"http://127.0.0.1:{free_port()}"}

    without = terminal.run("doctor")
    unanswered = terminal.run("doctor", STRIPE_SECRET_KEY="sk_test_1", **nobody)

    assert "Stripe" not in without.out
    assert (unanswered.code, unanswered.err) == (1, "")
    assert "WRONG Stripe answers and takes the key\n      Stripe gives no answer." in unanswered.out


def test_the_demo_is_seeded_once(demo: Begun, tmp_path: Path):
    first, terminal = demo.said, demo.copied(tmp_path)
    people = terminal.rows("SELECT id, name FROM identity ORDER BY id")
    second = terminal.run("seed-demo", DEMO="1", LINK_KEY="")

    assert (first.code, first.err) == (0, "")
    assert first.out.endswith("The demo has its people.\n")
    assert second == Said(0, "The demo already has its people. Nothing was changed.\n", "")
    assert {"Ada Okafor", "Cleo Marsh", "Pat Lindqvist"} <= {name for _, name in people}
    assert terminal.rows("SELECT id, name FROM identity ORDER BY id") == people


def test_a_fresh_demo_ends_at_this_moment(demo: Begun):
    """Nothing in it lies ahead, and what was asked last still can be answered in full."""
    terminal, now = demo.terminal, demo.at

    moments = {
        f"{table}.{column}": max(moment(at) for (at,) in kept)
        for table, column, kind in terminal.rows(
            "SELECT kept.name, shape.name, shape.type FROM sqlite_master AS kept,"
            " pragma_table_info(kept.name) AS shape WHERE kept.type = 'table'"
        )
        if kind == "DATETIME" and column != "expires_at"
        if (kept := terminal.rows(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"))
    }
    [(runs_out,)] = terminal.rows(
        "SELECT expires_at FROM capability JOIN identity ON identity.id = identity_id"
        " WHERE identity.email = 'vic@harbour.example'"
    )

    assert len(moments) > 10
    assert {name: at for name, at in moments.items() if at > now} == {}
    assert timedelta(hours=71, minutes=59) < moment(runs_out) - now <= timedelta(hours=72)


def moment(kept: str) -> datetime:
    return datetime.fromisoformat(kept).replace(tzinfo=UTC)


def test_made_up_people_never_enter_a_real_installation(terminal: Terminal):
    said = terminal.run("seed-demo")

    assert_refused(said, "DEMO=1 is not set: made-up people belong into a demo only.")
    assert not terminal.home.exists()


# All commands that come near the data, as typed by somebody who forgot or added DEMO=1.
NEAR_THE_DATA = {
    "serve": (),
    "worker": ("--once",),
    "migrate": (),
    "create-admin": ADA,
    "seed-demo": (),
    "journal": ("--organization", "Harbour Tutoring", "--out", "books.beancount"),
    "try-payment": ("--amount", "10.00", "--email", "me@harbour.example"),
    "doctor": (),
}


def test_every_command_is_among_those_that_must_refuse_the_wrong_data(
    capsys: pytest.CaptureFixture[str],
):
    with pytest.raises(SystemExit):
        main(["--help"])

    offered = re.findall(r"^    ([a-z-]+)\s+\w+ ", capsys.readouterr().out, re.MULTILINE)
    assert sorted(offered) == sorted(NEAR_THE_DATA)


@pytest.mark.parametrize("command", sorted(NEAR_THE_DATA.keys() - {"seed-demo"}))
def test_no_command_of_a_real_installation_works_on_the_data_of_a_demo(demo: Begun, command: str):
    said = demo.terminal.run(command, *NEAR_THE_DATA[command])

    assert_refused(said, "This database holds the demo's people, whose password is public.")
    assert demo.terminal.rows("SELECT name FROM organization ORDER BY name") == [
        ("Harbour Tutoring",),
        ("Kiln Works",),
    ]


@pytest.mark.parametrize("command", NEAR_THE_DATA)
def test_no_command_of_a_demo_works_on_real_data(real: Begun, command: str):
    said = real.terminal.run(command, *NEAR_THE_DATA[command], DEMO="1")

    assert_refused(said, "This database holds an organization that is not the demo's")
    assert real.terminal.rows("SELECT name FROM organization") == [("Harbour",)]
    assert real.terminal.rows("SELECT name FROM identity") == [("Ada",)]


def test_a_demo_of_an_older_shape_is_refused_before_it_is_migrated(demo: Begun, tmp_path: Path):
    terminal = demo.copied(tmp_path)
    connection = sqlite3.connect(terminal.home / "quittance.db")
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()

    said = terminal.run("migrate")

    assert_refused(said, "This database holds the demo's people, whose password is public.")


AWAY = {
    "nobody listens": "postgresql://ada:canary-pw@127.0.0.1:1/quittance",
    "no such host": "postgresql://ada:canary-pw@nowhere.invalid/quittance",
    "password among the options": "postgresql://127.0.0.1:1/quittance?password=canary-pw",
    "a folder instead of a file": "sqlite:////",
    "a place that cannot be made": "sqlite:////proc/quittance/q.db",
}


@pytest.mark.parametrize(
    ("command", "how"),
    [("doctor", "nobody listens"), ("create-admin", "nobody listens")]
    + [("migrate", how) for how in AWAY],
)
def test_a_database_that_is_away_is_one_sentence(terminal: Terminal, command: str, how: str):
    said = terminal.run(
        command, *(ADA if command == "create-admin" else ()), DATABASE_URL=AWAY[how]
    )

    assert_refused(said, "does not answer. Is it running?")
    assert "canary" not in said.err


def test_a_file_that_is_no_database_is_one_sentence(terminal: Terminal):
    terminal.home.mkdir()
    (terminal.home / "quittance.db").write_text("Dear Cleo, please find enclosed")

    assert_refused(terminal.run("migrate"), "does not answer. Is it running?")


def test_a_python_without_the_packages_is_told_which_one_to_use():
    ran = subprocess.run(
        [sys.executable, "-S", "-m", "billing_app", "doctor"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert_refused(
        Said(ran.returncode, ran.stdout, ran.stderr), "Run `.venv/bin/python -m billing_app`"
    )


@pytest.mark.parametrize(
    "words",
    [("serve",), ("worker",), ("migrate",), ("create-admin", *ADA), ("seed-demo",), ("doctor",)],
)
def test_every_command_refuses_settings_that_cannot_be_right(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PORT", "http")

    code = main(words)

    said = capsys.readouterr()
    assert_refused(Said(code, said.out, said.err), "PORT must be a whole number from 1 to 65535.")
