"""Handing letters to a mail server.

What it answers comes back in one of three ways: it took the letter; it did not this time
(``NotNow``); it never will (``Refused``). Its own words are dropped, because a server may
quote the letter in them: only the number of its answer is kept.
"""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Any
from urllib.parse import unquote, urlsplit

from billing_app.config import Secret, Settings

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class NotNow(Exception):
    """The letter was not taken this time; the same letter may be offered again later."""


class Refused(Exception):
    """The server will never take this letter."""


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where letters are handed over, how, and how long one waits there."""

    scheme: str
    host: str
    port: int
    user: str
    password: Secret
    sender: str
    our_name: str
    step_s: float = 20.0
    whole_s: float = 60.0


def server_at(settings: Settings) -> MailServer:
    """The server that SMTP_URL names; the settings have been checked at the start."""
    parts = urlsplit(settings.smtp_url.reveal())
    return MailServer(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=Secret(unquote(parts.password or "")),
        sender=settings.mail_from,
        our_name=_our_name(settings),
    )


def server_in_words(settings: Settings) -> str:
    """Where letters leave and whether that can be read on the way, with no secret; or nothing."""
    if not settings.smtp_url:
        return ""
    server = server_at(settings)
    how = "not encrypted" if server.scheme == "smtp" else "encrypted"
    return f"{server.host}, {how}"


def hand_over(server: MailServer, letter: EmailMessage, *, recipient: str) -> None:
    """Return when the server has taken responsibility for the letter, and not before.

    There is one recipient, so a letter is taken whole or not at all. The goodbye is said
    without waiting for the answer to it: the less time passes until the caller notes that
    the letter is gone, the fewer letters go twice.
    """
    utf8 = not recipient.isascii()
    content = letter.as_bytes(policy=SMTPUTF8 if utf8 else SMTP)
    with _plainly(), _greeted(server) as connection:
        options = ["SMTPUTF8"] if utf8 else []
        connection.sendmail(server.sender, [recipient], content, options)
        with suppress(OSError, smtplib.SMTPException):
            connection.putcmd("quit")


def greet(server: MailServer) -> str:
    """What is wrong with the way to the server, as a sentence; empty if nothing is."""
    try:
        with _plainly(), _greeted(server) as connection:
            connection.noop()
    except (NotNow, Refused) as trouble:
        return str(trouble)
    return ""


class _Hurried(smtplib.SMTP):
    """A dialogue that ends after a while, however slowly the other side speaks."""

    def __init__(self, server: MailServer, **how: Any) -> None:
        self._step_s = server.step_s
        self._ends_at = time.monotonic() + server.whole_s
        super().__init__(server.host, server.port, server.our_name, timeout=server.step_s, **how)

    def getreply(self) -> tuple[int, bytes]:
        left_s = self._ends_at - time.monotonic()
        if left_s <= 0 or self.sock is None:
            self.close()
            raise smtplib.SMTPServerDisconnected from TimeoutError()
        self.sock.settimeout(min(self._step_s, left_s))
        return super().getreply()


class _HurriedTls(_Hurried, smtplib.SMTP_SSL):
    """The same inside TLS from the first byte."""


@contextmanager
def _greeted(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection that is encrypted as asked for, and signed in if there is a password."""
    # Reading the machine's certificates takes longer than the whole dialogue without TLS.
    verified = None if server.scheme == "smtp" else ssl.create_default_context()
    with_tls = server.scheme == "smtps"
    connection = _HurriedTls(server, context=verified) if with_tls else _Hurried(server)
    try:
        if server.scheme == "smtp+starttls":
            connection.starttls(context=verified)
        if server.user:
            connection.login(server.user, server.password.reveal())
        yield connection
    finally:
        connection.close()


@contextmanager
def _plainly() -> Iterator[None]:
    """Turn whatever goes wrong in a dialogue into one of our two answers.

    Only an answer to the recipient or to the letter itself can be final. A refusal at the
    greeting, the sign-in or our own address is about this installation, and is mended here.
    """
    try:
        yield
    except smtplib.SMTPRecipientsRefused as refusal:
        code, _ = next(iter(refusal.recipients.values()))
        raise _judged(code) from None
    except smtplib.SMTPDataError as refusal:
        raise _judged(refusal.smtp_code) from None
    except smtplib.SMTPAuthenticationError as refusal:
        raise NotNow(f"The mail server refused our sign-in ({refusal.smtp_code}).") from None
    except smtplib.SMTPSenderRefused as refusal:
        raise NotNow(f"The mail server refused MAIL_FROM ({refusal.smtp_code}).") from None
    except smtplib.SMTPResponseException as refusal:
        raise NotNow(f"The mail server answered {refusal.smtp_code}.") from None
    except smtplib.SMTPNotSupportedError:
        raise NotNow("The mail server lacks TLS, sign-in or international addresses.") from None
    except ssl.SSLCertVerificationError:
        raise NotNow("The mail server's certificate is not trusted here.") from None
    except (OSError, smtplib.SMTPException, UnicodeError) as trouble:
        behind = trouble.__cause__ or trouble.__context__
        if isinstance(trouble, TimeoutError) or isinstance(behind, TimeoutError):
            raise NotNow("The mail server did not answer in time.") from None
        raise NotNow("The mail server could not be reached, or hung up.") from None


def _our_name(settings: Settings) -> str:
    """How we introduce ourselves: by name, or by an address in the brackets it needs."""
    host = urlsplit(settings.public_url).hostname or ""
    if ":" in host:
        return f"[IPv6:{host}]"
    return f"[{host}]" if host.replace(".", "").isdigit() else host


def _judged(code: int) -> NotNow | Refused:
    if 500 <= code < 600:
        return Refused(f"The mail server refused the letter ({code}).")
    return NotNow(f"The mail server answered {code}.")
