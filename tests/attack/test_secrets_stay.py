"""AT61: whatever happens, and however it goes wrong, secrets stay where they are.

A demo and a real installation are used, refused and broken on purpose, with a mail server
that turns them away. Afterwards every secret is looked for in all that left the server, in
all that it wrote, and in what the terminal says.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

import httpx
import psutil
import pytest

from billing_app.access.capabilities import Purpose
from billing_app.kernel.session_header import hashed
from tests.attack.handlers import HANDLERS
from tests.attack.terminal import terminal
from tests.attack.test_sign_in import GOOD, OTHER, Newcomer, elsewhere, enter, link_for
from tests.mail_server import Clerk, mail_server
from tests.posting import FROM
from tests.servers import LINK_KEY, ROOT, Site, served
from tests.wire import Tab
from tests.working import wait_until

WRONG = "a canary that was never the password"
SMTP_PASSWORD = "smtp-canary/p@ss"
COMMANDS = ("serve", "worker", "migrate", "create-admin", "seed-demo", "doctor")

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@dataclass
class Story:
    """All that could be seen of an installation from outside, and its secrets by name."""

    folder: Path
    mail_host: str
    demo: str
    said_by_server: str = ""
    frames: str = ""
    answers: str = ""
    command_lines: str = ""
    secrets: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.folder.name

    def found_in(self, text: str, *, but: tuple[str, ...] = ()) -> set[str]:
        """The names of the secrets that are in ``text``, as they are or as in an address."""
        return {
            name
            for name, secret in self.secrets.items()
            if name not in but
            and any(form in text for form in (secret, quote(secret, safe=""), quote_plus(secret)))
        }

    def settings(self) -> dict[str, str]:
        """The environment of the installation, without a word about who it is for."""
        return {
            "DEMO": self.demo,
            "LINK_KEY": LINK_KEY,
            "MAIL_FROM": FROM,
            "SMTP_URL": f"smtp://bills:{quote(SMTP_PASSWORD, safe='')}@{self.mail_host}",
        }


@pytest.fixture(scope="module", params=["demo", "real"])
def story(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    """An installation at the end of a bad day."""
    folder = tmp_path_factory.mktemp(request.param)
    url = f"sqlite:///{folder / 'quittance.db'}"
    with mail_server(Clerk(), password="another one") as mail_host:
        told = Story(folder, mail_host, demo=str(int(request.param == "demo")))
        with served(folder, url, **told.settings()) as site:
            live_through(told, site)
            told.command_lines = repr(
                [process.cmdline() for process in psutil.Process(site.pid).children()]
                + [psutil.Process(site.pid).cmdline()]
            )
        told.said_by_server = site.log.read_text()
        yield told


def live_through(told: Story, site: Site) -> None:
    """Come in by every door, be refused at each, and have the database break underneath."""
    nia = Newcomer(site, by_the_door=True)
    cleo = site.world.cleo.email
    link, reset = link_for(site, cleo), nia.forgot()
    invitation = site.world.token_for(nia.email, Purpose.INVITATION)
    entered = enter(site, link)
    cookie = entered.cookies["quittance"]
    tabs = [site.tab(nia.cookie), site.tab(cookie), site.tab()]
    told.secrets |= {
        "the password": GOOD,
        "the new password": OTHER,
        "what was typed for a password": WRONG,
        "a sign-in address": link,
        "a reset address": reset,
        "an invitation": invitation,
        "a manager's cookie": nia.cookie,
        "a contact's cookie": cookie,
        "the hash of a manager's cookie": hashed(nia.cookie),
        "the hash of a contact's cookie": hashed(cookie),
        "the hash of a password": "$argon2id",
        "LINK_KEY": LINK_KEY,
        "the mail server's password": SMTP_PASSWORD,
    }
    answers = [
        entered,
        nia.signs_in(WRONG),
        nia.signs_in(),
        enter(site, link),
        nia.accepts(password=WRONG),
        *[
            site.send(path, {"token": reset, "password": password}, source=elsewhere())
            for path in ("/auth/enter", "/auth/invitation", "/auth/reset")
            for password in (WRONG, "x")
        ],
        site.send("/auth/step-up", {"password": WRONG, "next": f"/{GOOD}"}, nia.cookie),
        site.get(f"/enter/{link}?token={link}"),
        site.get(f"/reset/{reset}?password={WRONG}"),
        site.get(f"/invite/{invitation}"),
        site.get("/admin/nowhere", nia.cookie),
    ]
    wait_until(lambda: "refused our sign-in" in site.log.read_text())
    with broken(told, "sign_in_try"):
        answers += [nia.signs_in(WRONG), enter(site, link)]
    with broken(told, "customer"):
        tabs[0].ask(HANDLERS["AdminCustomersState.load"])
        tabs[0].ask("nowhere", {"password": WRONG})
    with broken(told, "web_session"):
        answers.append(site.get("/admin", nia.cookie))
    with broken(told, "letter"):
        answers.append(site.send("/auth/link", {"email": site.world.pat.email}))
    for tab in tabs:
        tab.ask(HANDLERS["ProfileState.load"])
        tab.hydrate("/admin/letters")
    form = {"current": GOOD, "new": OTHER}
    answers.append(site.send("/auth/change-password", form, nia.cookie))
    told.answers = "".join(map(without_cookie, answers))
    told.frames = repr([frames_of(tab) for tab in tabs])


@contextmanager
def broken(told: Story, table: str) -> Iterator[None]:
    """Have a table gone, as a failed upgrade would, so that errors nobody foresaw are raised."""
    with sqlite3.connect(told.folder / "quittance.db", isolation_level=None) as connection:
        connection.execute(f"ALTER TABLE {table} RENAME TO broken")
        try:
            yield
        finally:
            connection.execute(f"ALTER TABLE broken RENAME TO {table}")
    connection.close()


def without_cookie(answer: httpx.Response) -> str:
    """All of an answer but the one header that is meant to carry a cookie."""
    headers = [pair for pair in answer.headers.multi_items() if pair[0] != "set-cookie"]
    return repr((answer.status_code, headers, answer.text))


def frames_of(tab: Tab) -> list[object]:
    tab.close()
    return tab.frames


def test_at61_no_secret_is_in_the_log_or_in_a_traceback(story: Story):
    assert story.said_by_server.count("Traceback") >= 2
    assert story.found_in(story.said_by_server) == set()


def test_at61_no_secret_is_in_a_frame(story: Story):
    assert "Marsh Design" in story.frames
    assert story.found_in(story.frames) == set()


def test_at61_no_secret_is_in_an_answer_beside_its_cookie(story: Story):
    assert "said=wrong" in story.answers
    assert "(500, " in story.answers
    assert story.found_in(story.answers) == set()


def test_at61_no_secret_is_in_a_command_line(story: Story):
    assert story.found_in(story.command_lines) == set()


def test_at61_no_secret_is_in_a_file_and_the_database_holds_only_hashes(story: Story):
    kept = ("the hash of a manager's cookie", "the hash of a contact's cookie")
    files = [path for path in story.folder.rglob("*") if path.is_file()]
    databases = [path for path in files if path.name.startswith("quittance.db")]

    assert databases
    for path in files:
        but = (*kept, "the hash of a password") if path in databases else ()
        assert story.found_in(path.read_bytes().decode("latin-1"), but=but) == set(), path


def test_at61_no_state_is_pickled_anywhere(story: Story):
    """Pages' states are kept in memory; a folder of Reflex's from elsewhere holds none of ours."""
    assert list(story.folder.rglob("*.pkl")) == []
    for path in (ROOT / ".states").rglob("*"):
        assert story.found_in(path.read_bytes().decode("latin-1")) == set(), path


def told(*words: str, **settings: str) -> str:
    """What a command says to an operator whose environment that is."""
    said = terminal(*words, **settings)
    return said.out + said.err


def test_at61_the_doctor_names_no_secret(story: Story):
    database = f"sqlite:///{story.folder / 'quittance.db'}"
    home = str(story.folder / "home")
    said = told("doctor", DATABASE_URL=database, QUITTANCE_HOME=home, **story.settings())

    assert re.search(r"WRONG Letters can leave\s+The mail server refused our sign-in \(535\)", said)
    assert story.found_in(said) == set()
    assert "canary" not in said


CANARY = "canary-of-thirty-two-characters-or-more"
SET = {
    "LINK_KEY": CANARY,
    "DATABASE_URL": f"postgresql://ada:{CANARY}@127.0.0.1:1/quittance",
    "SMTP_URL": f"smtps://bills:{CANARY}@mail.harbour.example",
    "MAIL_FROM": FROM,
    "STRIPE_SECRET_KEY": f"sk_test_{CANARY}",
    "STRIPE_WEBHOOK_SECRET": f"whsec_{CANARY}",
}


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_at61_help_names_no_secret(command: str):
    said = told(*command.split(), "--help", **SET)

    assert "usage:" in said
    assert "canary" not in said


@pytest.mark.parametrize("command", ["doctor", "migrate", "worker", "serve"])
def test_at61_a_database_that_is_away_is_named_without_its_password(tmp_path: Path, command: str):
    said = told(command, QUITTANCE_HOME=str(tmp_path), **SET)

    assert "database" in said
    assert "Traceback" not in said
    assert "canary" not in said


@pytest.mark.parametrize(
    "settings",
    [
        {"DATABASE_URL": "mysql://ada:canary@db/quittance"},
        {"SMTP_URL": "smtp://bills:canary@mail.harbour.example"},
        {"SMTP_URL": "smtps://canary@mail.harbour.example"},
        {"LINK_KEY": "canary"},
        {"STRIPE_SECRET_KEY": f"sk_live_{CANARY}", "DEMO": "1"},
        {"STRIPE_SECRET_KEY": ""},
    ],
)
def test_at61_a_setting_that_cannot_be_right_is_refused_without_being_quoted(
    tmp_path: Path, settings: dict[str, str]
):
    said = told("doctor", QUITTANCE_HOME=str(tmp_path), **SET | settings)

    assert next(iter(settings)) in said
    assert "Traceback" not in said
    assert "canary" not in said
