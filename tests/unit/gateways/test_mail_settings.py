"""How a mail server is named in the settings, and what stops the start."""

from __future__ import annotations

import pytest

from billing_app.config import Settings, load
from billing_app.gateways.mail import MailServer, server_at, server_in_words
from billing_app.kernel.errors import ConfigurationError


def settings(**environ: str) -> Settings:
    return load({"QUITTANCE_HOME": "/nowhere", "LINK_KEY": "k" * 32, **environ})


def server(smtp_url: str, **environ: str) -> MailServer:
    return server_at(settings(SMTP_URL=smtp_url, **{"MAIL_FROM": "a@b.example"} | environ))


@pytest.mark.parametrize(
    ("smtp_url", "expected"),
    [
        ("smtp://relay", ("smtp", "relay", 25, "", "")),
        ("smtp://127.0.0.1:1025", ("smtp", "127.0.0.1", 1025, "", "")),
        ("smtp://me:pw@localhost", ("smtp", "localhost", 25, "me", "pw")),
        ("smtp://[::1]:1025", ("smtp", "::1", 1025, "", "")),
        ("smtps://me:p%40ss%2F@mail.example", ("smtps", "mail.example", 465, "me", "p@ss/")),
        (
            "smtp+starttls://me%40b.example:p@w@mail.example:2525/?from=x@b.example",
            ("smtp+starttls", "mail.example", 2525, "me@b.example", "p@w"),
        ),
    ],
)
def test_a_server_is_named_by_an_address(smtp_url: str, expected: tuple[str, str, int, str, str]):
    named = server(smtp_url)

    said = (named.scheme, named.host, named.port, named.user, named.password.reveal())
    assert said == expected


@pytest.mark.parametrize(
    ("environ", "sender"),
    [
        ({"MAIL_FROM": "Bills@Harbour.example"}, "bills@harbour.example"),
        ({"SMTP_URL": "smtp://relay?from=x@b.example"}, "x@b.example"),
        ({"SMTP_URL": "smtp://relay/?from=x%2By@b.example"}, "x+y@b.example"),
        ({"SMTP_URL": "smtp://relay?from=x@b.example", "MAIL_FROM": "m@b.example"}, "m@b.example"),
        ({}, ""),
    ],
)
def test_letters_come_from_one_address(environ: dict[str, str], sender: str):
    assert settings(**environ).mail_from == sender


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"SMTP_URL": "smtp://relay"}, "MAIL_FROM"),
        ({"SMTP_URL": "smtp://relay", "MAIL_FROM": "nobody"}, "MAIL_FROM"),
        ({"SMTP_URL": "smtp://relay", "MAIL_FROM": "zoë@b.example"}, "MAIL_FROM"),
        ({"SMTP_URL": "smtp://relay", "MAIL_FROM": "a@b.example\nBcc: x@y.example"}, "MAIL_FROM"),
        ({"SMTP_URL": "mail.example"}, "must start with"),
        ({"SMTP_URL": "http://mail.example"}, "must start with"),
        ({"SMTP_URL": "smtp://"}, "must start with"),
        ({"SMTP_URL": "smtp://relay:0"}, "must start with"),
        ({"SMTP_URL": "smtps://me@mail.example"}, "a user and a password"),
        ({"SMTP_URL": "smtps://:pw@mail.example"}, "a user and a password"),
        ({"SMTP_URL": "smtps://me:pässword@mail.example"}, "a user and a password"),
        ({"SMTP_URL": "smtp://me:pw@mail.example"}, "in the open"),
    ],
)
def test_what_is_missing_or_contradicts_stops_the_start(environ: dict[str, str], words: str):
    with pytest.raises(ConfigurationError, match=words) as refusal:
        settings(**environ)

    assert "pw" not in str(refusal.value)


def test_the_password_is_in_no_repr():
    named = server("smtps://me:hunter2@mail.example")

    assert "hunter2" not in repr(named)
    assert "hunter2" not in repr(settings(SMTP_URL="smtps://me:hunter2@m?from=a@b.example"))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("", ""),
        ("smtps://ada:secret@mail.harbour.example:465", "mail.harbour.example, encrypted"),
        ("smtp://127.0.0.1:1025", "127.0.0.1, not encrypted"),
    ],
)
def test_the_mail_server_is_named_without_its_secrets(url: str, shown: str):
    assert server_in_words(settings(SMTP_URL=url, MAIL_FROM="a@b.example")) == shown
