"""A mail server that fails in every way, and a sender that dies at every step."""

from __future__ import annotations

import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from billing_app import config
from billing_app.documents.letters.message import message_of
from billing_app.gateways.mail import NotNow, Refused, greet, hand_over, server_at
from billing_app.jobs.trouble import GiveUp, TryLater
from tests.letters import FACTS
from tests.mail_server import Clerk, mail_server, odd_server
from tests.posting import FROM, kept, place, send, write
from tests.servers import LINK_KEY, ROOT
from tests.world import World

# aiosmtpd warns of what only a test would do: asking for a password in the open.
WITHOUT_TLS = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


def offer(smtp_url: str, *, step_s: float = 5, whole_s: float = 10, to: str = "") -> None:
    """Offer one letter to the server, with less patience than in real life."""
    recipient = to or FACTS.recipient
    letter = message_of(
        replace(FACTS, recipient=recipient), sender=FROM, public_url="https://pay.example.com"
    )
    hand_over(server(smtp_url, step_s, whole_s), letter, recipient=recipient)


def server(smtp_url: str, step_s: float = 5, whole_s: float = 10):
    environ = {"QUITTANCE_HOME": "/nowhere", "LINK_KEY": LINK_KEY, "MAIL_FROM": FROM}
    settings = config.load(environ | {"SMTP_URL": smtp_url})
    return replace(server_at(settings), step_s=step_s, whole_s=whole_s)


def test_a_server_that_says_250_has_the_letter():
    clerk = Clerk()
    with mail_server(clerk) as host:
        offer(f"smtp://{host}")

    assert clerk.envelopes == [(FROM, ["cleo@marsh.example"])]


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("code", ["421", "450", "451", "452"])
def test_a_400_is_not_now(step: str, code: str):
    clerk = Clerk({step: f"{code} secret words"})
    with mail_server(clerk) as host, pytest.raises(NotNow, match=code) as trouble:
        offer(f"smtp://{host}")

    assert "secret" not in str(trouble.value)
    assert trouble.value.__suppress_context__
    assert clerk.taken == []


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
@pytest.mark.parametrize("code", ["500", "550", "552", "554"])
def test_a_500_about_the_letter_is_final(step: str, code: str):
    clerk = Clerk({step: f"{code} secret words"})
    with mail_server(clerk) as host, pytest.raises(Refused, match=rf"\({code}\)") as refusal:
        offer(f"smtp://{host}")

    assert "secret" not in str(refusal.value)
    assert clerk.taken == []


def test_a_500_about_our_own_address_is_ours_to_mend_so_letters_wait():
    with (
        mail_server(Clerk({"MAIL": "550 not you"})) as host,
        pytest.raises(NotNow, match=r"MAIL_FROM \(550\)"),
    ):
        offer(f"smtp://{host}")


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_up_does_not_have_the_letter(step: str):
    clerk = Clerk(hangs_up_at=step)
    with mail_server(clerk) as host, pytest.raises(NotNow, match="hung up"):
        offer(f"smtp://{host}")


def test_a_slow_server_is_waited_for():
    clerk = Clerk(slow_s=0.4)
    with mail_server(clerk) as host:
        offer(f"smtp://{host}", step_s=1)

    assert len(clerk.taken) == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_falls_silent_is_left(step: str):
    with (
        mail_server(Clerk(hold=step)) as host,
        pytest.raises(NotNow, match="did not answer in time"),
    ):
        offer(f"smtp://{host}", step_s=0.3)


@pytest.mark.parametrize(
    ("says", "every_s"), [(b"", 0), (b"220 hi\r\n", 0.05), (b"220-" + b"x" * 50, 0.05)]
)
def test_a_server_that_never_gets_anywhere_is_left(says: bytes, every_s: float):
    began = time.monotonic()
    with odd_server(says, every_s) as host, pytest.raises(NotNow, match="in time"):
        offer(f"smtp://{host}", step_s=0.4, whole_s=1)

    assert time.monotonic() - began < 5


def test_many_slow_answers_do_not_add_up_beyond_the_whole_time():
    began = time.monotonic()
    with mail_server(Clerk(slow_s=0.5)) as host, pytest.raises(NotNow, match="in time"):
        offer(f"smtp://{host}", step_s=2, whole_s=0.8)

    assert time.monotonic() - began < 3


def test_patience_for_one_answer_ends_with_the_whole_time():
    began = time.monotonic()
    with mail_server(Clerk(hold="DATA")) as host, pytest.raises(NotNow, match="in time"):
        offer(f"smtp://{host}", step_s=6, whole_s=0.8)

    assert time.monotonic() - began < 4


def test_a_server_that_speaks_something_else_is_no_mail_server():
    with odd_server(b"HTTP/1.1 400 Bad Request\r\n\r\n", 0) as host, pytest.raises(NotNow):
        offer(f"smtp://{host}", step_s=0.5)


def test_no_server_at_all():
    with pytest.raises(NotNow, match="could not be reached"):
        offer("smtp://127.0.0.1:1")


@WITHOUT_TLS
def test_the_right_password_is_needed_and_enough():
    clerk = Clerk()
    with mail_server(clerk, password="p@ss") as host:
        offer(f"smtp://bills:p%40ss@{host}")
        with pytest.raises(NotNow, match=r"refused our sign-in \(535\)") as trouble:
            offer(f"smtp://bills:wrong@{host}")
        with pytest.raises(NotNow, match="530"):
            offer(f"smtp://{host}")

    assert len(clerk.taken) == 1
    assert "wrong" not in str(trouble.value)


def test_an_international_address_goes_as_it_is():
    clerk = Clerk()
    with mail_server(clerk) as host:
        offer(f"smtp://{host}", to="zoë@marsh.example")

    assert clerk.envelopes == [(FROM, ["zoë@marsh.example"])]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody has vouched for, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the test's certificate")
    made = tmp_path_factory.mktemp("tls") / "localhost.pem"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
        f" -addext subjectAltName=DNS:localhost -keyout {made}.key -out {made}",
        shell=True,
        check=True,
        capture_output=True,
    )
    return made


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, f"{certificate}.key")
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator who vouches for the certificate as OpenSSL lets one."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_letters_travel_encrypted(scheme: str, tls: ssl.SSLContext):
    clerk = Clerk()
    with mail_server(clerk, **{"tls" if scheme == "smtps" else "starttls": tls}) as host:
        offer(f"{scheme}://{host}")

    assert len(clerk.taken) == 1


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_certificate_that_nobody_vouches_for_gets_no_letter(scheme: str, tls: ssl.SSLContext):
    clerk = Clerk()
    with (
        mail_server(clerk, **{"tls" if scheme == "smtps" else "starttls": tls}) as host,
        pytest.raises(NotNow, match="certificate is not trusted"),
    ):
        offer(f"{scheme}://{host}")

    assert clerk.taken == []


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_name_gets_no_letter(tls: ssl.SSLContext):
    clerk = Clerk()
    with mail_server(clerk, tls=tls) as host, pytest.raises(NotNow, match="not trusted"):
        offer(f"smtps://{host.replace('localhost', '127.0.0.1')}")

    assert clerk.taken == []


def test_a_server_that_cannot_encrypt_gets_no_letter_and_no_password():
    clerk = Clerk()
    with mail_server(clerk) as host, pytest.raises(NotNow, match="lacks TLS"):
        offer(f"smtp+starttls://bills:p%40ss@{host}")

    assert clerk.taken == []


@WITHOUT_TLS
def test_the_doctor_can_ask_without_sending():
    clerk = Clerk()
    with mail_server(clerk, password="p@ss") as host:
        assert greet(server(f"smtp://bills:p%40ss@{host}")) == ""
        assert "535" in greet(server(f"smtp://bills:wrong@{host}"))

    assert "could not be reached" in greet(server("smtp://127.0.0.1:1"))
    assert clerk.taken == []


def test_trouble_leaves_the_letter_waiting_and_the_repeat_has_the_same_id(world: World):
    letter_id = write(world, "sign_in", world.cleo)
    for clerk in (Clerk({"DATA": "451 later"}), Clerk(hangs_up_at="DATA")):
        with mail_server(clerk) as host, pytest.raises(TryLater):
            send(place(world, host), letter_id)
        assert kept(world, letter_id).sent_at is None

    clerk = Clerk()
    with mail_server(clerk) as host:
        send(place(world, host), letter_id)

    assert clerk.ids == [f"<{letter_id}@pay.example.com>"]


def test_a_refusal_is_kept_with_its_number(world: World):
    letter_id = write(world, "sign_in", world.cleo)
    with mail_server(Clerk({"RCPT": "550 no such person"})) as host, pytest.raises(GiveUp):
        send(place(world, host), letter_id)

    row = kept(world, letter_id)
    assert row.bounced_at is not None
    assert row.answer == "The mail server refused the letter (550)."


_SENDER = """
import sys, time
from types import SimpleNamespace
from billing_app import config
from billing_app.access.installation import install
from billing_app.jobs.send_letter import send_letter
send_letter(install(config.load()), SimpleNamespace(subject=sys.argv[1]))
print("noted", flush=True)
time.sleep(60)
"""


@contextmanager
def sender(world: World, host: str, letter_id: str) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that sends the letter; it is killed -9 at the end of the block."""
    url = world.database.engine.url.render_as_string(hide_password=False)
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "QUITTANCE_HOME": "/nowhere",
        "LINK_KEY": LINK_KEY,
        "PUBLIC_URL": "https://pay.example.com",
        "DATABASE_URL": url.replace("postgresql+psycopg", "postgresql"),
        "SMTP_URL": f"smtp://{host}",
        "MAIL_FROM": FROM,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", _SENDER, letter_id],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@contextmanager
def nothing_can_be_noted(world: World) -> Iterator[None]:
    """Hold the letters' table, as a slow disk would, so that no note gets through."""
    url = world.database.engine.url
    if url.get_backend_name() == "sqlite":
        import sqlite3

        held = sqlite3.connect(str(url.database), isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
    else:
        address = url.render_as_string(hide_password=False).replace("+psycopg", "")
        held = psycopg.connect(address)  # type: ignore[assignment]
        held.execute("LOCK TABLE letter IN SHARE MODE")
    try:
        yield
    finally:
        held.rollback()
        held.close()


def send_what_is_left(world: World, host: str, letter_id: str) -> None:
    """What the next runner does."""
    send(place(world, host), letter_id)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_killed_before_the_250_nothing_is_lost(world: World, step: str):
    letter_id = write(world, "sign_in", world.cleo)
    clerk = Clerk(hold=step)
    with mail_server(clerk) as host:
        with sender(world, host, letter_id):
            assert clerk.reached.wait(30)
        assert kept(world, letter_id).sent_at is None
        clerk.let_go()
        send_what_is_left(world, host, letter_id)

    assert kept(world, letter_id).sent_at is not None
    # A server that has read the whole letter may keep it although nobody heard its answer.
    assert len(clerk.ids) in ({1, 2} if step == "DATA" else {1})
    assert set(clerk.ids) == {f"<{letter_id}@pay.example.com>"}


@pytest.mark.parametrize("moment", ["at the 250", "after the goodbye"])
def test_killed_between_the_250_and_the_note_the_letter_repeats_under_its_id(
    world: World, moment: str
):
    letter_id = write(world, "sign_in", world.cleo)
    clerk = Clerk(hold="DATA")
    with mail_server(clerk) as host:
        with sender(world, host, letter_id) as process:
            assert clerk.reached.wait(30)
            with nothing_can_be_noted(world):
                clerk.let_go()
                if moment == "after the goodbye":
                    assert clerk.said_goodbye.wait(10)
                while not clerk.taken:
                    time.sleep(0.001)
                process.send_signal(signal.SIGKILL)
                process.wait()
        send_what_is_left(world, host, letter_id)

    assert kept(world, letter_id).sent_at is not None
    assert clerk.ids == [f"<{letter_id}@pay.example.com>"] * 2
    assert clerk.taken[0].as_bytes() == clerk.taken[1].as_bytes()


def test_killed_after_the_note_the_letter_goes_once(world: World):
    letter_id = write(world, "sign_in", world.cleo)
    clerk = Clerk()
    with mail_server(clerk) as host:
        with sender(world, host, letter_id) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "noted\n"
        send_what_is_left(world, host, letter_id)

    assert clerk.ids == [f"<{letter_id}@pay.example.com>"]
