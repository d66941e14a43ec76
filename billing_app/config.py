"""The environment, read once into a frozen object.

Everything that differs between the demo and production is here and nowhere else. A
value that is missing or contradicts another stops the start with a sentence.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from billing_app.kernel.entries import read_email
from billing_app.kernel.errors import ConfigurationError, Invalid
from billing_app.kernel.secret import Secret as Secret

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_SHORTEST_KEY = 32
_NO_GATEWAY = "none"
_SIMULATED_KEY = "sk_test_simulated"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f.]*:[0-9a-f:.]+")
_SERVER = re.compile(r"([^@]*@)?(\[[^\]]*\]|[^/:?@]*)(:\d*)?([/?].*)?")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What this installation is. The README's table explains each name."""

    host: str
    port: int
    home: Path
    public_url: str
    database_url: Secret
    smtp_url: Secret
    mail_from: str
    link_key: Secret = field(repr=False)
    stripe_secret_key: Secret
    stripe_webhook_secret: Secret
    stripe_api_base: str
    trusted_proxy_hops: int
    demo: bool
    failpoint: str = ""
    """Where a test lets a demo die; nothing else reads it."""

    @property
    def public_host(self) -> str:
        """Host and port as a browser writes them in its Host header."""
        return urlsplit(self.public_url).netloc

    @property
    def simulates_stripe(self) -> bool:
        """Whether this is a demo that speaks to the Stripe it brings along."""
        return self.demo and self.stripe_api_base == _simulated_base(self.public_url)

    @property
    def uses_tls(self) -> bool:
        """Whether browsers reach us encrypted, so that cookies can demand it."""
        return self.public_url.startswith("https://")


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the environment, or say in one sentence why that is not possible."""
    demo = _flag(environ, "DEMO")
    host = _text(environ, "HOST") or "127.0.0.1"
    port = _number(environ, "PORT", default=8000, lowest=1, highest=65535)
    home = _home(environ, demo=demo)
    public_url = _public_url(environ, host, port)
    link_key = _link_key(environ, home, demo=demo)
    key, webhook_secret, base = _stripe(environ, public_url, link_key, demo=demo)
    settings = Settings(
        host=host,
        port=port,
        home=home,
        public_url=public_url,
        database_url=Secret(_database_url(environ, home)),
        smtp_url=Secret(_smtp_url(environ)),
        mail_from=_mail_from(environ),
        link_key=Secret(link_key),
        stripe_secret_key=Secret(key),
        stripe_webhook_secret=Secret(webhook_secret),
        stripe_api_base=base,
        trusted_proxy_hops=_number(environ, "TRUSTED_PROXY_HOPS", default=0, lowest=0, highest=5),
        demo=demo,
        failpoint=_text(environ, "FAILPOINT") if demo else "",
    )
    _refuse_contradictions(settings)
    return settings


def _text(environ: Mapping[str, str], name: str) -> str:
    """A value without the blanks that copying leaves around it; empty means not set."""
    return environ.get(name, "").strip()


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = _text(environ, name).lower()
    if value in {"", "0", "no", "false"}:
        return False
    if value in {"1", "yes", "true"}:
        return True
    raise ConfigurationError(f"{name} must be 1 or 0, not “{value}”.")


def _number(
    environ: Mapping[str, str], name: str, *, default: int, lowest: int, highest: int
) -> int:
    value = _text(environ, name) or str(default)
    # Python refuses to read a number of thousands of digits.
    is_number = value.isascii() and value.isdigit() and len(value) < 10
    if not is_number or not lowest <= int(value) <= highest:
        raise ConfigurationError(f"{name} must be a whole number from {lowest} to {highest}.")
    return int(value)


def _home(environ: Mapping[str, str], *, demo: bool) -> Path:
    """The data folder, or a place where it can be made.

    A demo has one of its own, so that its people never turn up in a real installation.

    In the database's address a question mark would end its path.
    """
    home = Path(_text(environ, "QUITTANCE_HOME") or ("data-demo" if demo else "data"))
    with suppress(OSError, RuntimeError, ValueError):
        home = home.expanduser().resolve()
        nearest = next(path for path in (home, *home.parents) if path.exists())
        if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK) and "?" not in str(home):
            return home
    raise ConfigurationError(f"QUITTANCE_HOME must be a folder to write to; {home} is none.")


def _parts(address: str) -> SplitResult | None:
    """The parts of an address whose host and port can be one; None for any other text."""
    try:
        parts = urlsplit(address)
        is_host = _HOST.fullmatch(parts.hostname or "")
        return parts if is_host and parts.port != 0 else None
    except ValueError:
        return None


def _public_url(environ: Mapping[str, str], host: str, port: int) -> str:
    """The origin exactly as browsers write it, because Reflex compares letter by letter."""
    shown = f"[{host}]" if ":" in host else host
    value = (_text(environ, "PUBLIC_URL") or f"http://{shown}:{port}").lower().removesuffix("/")
    parts = _parts(value)
    if (
        parts is None
        or parts.scheme not in _DEFAULT_PORTS
        or value != f"{parts.scheme}://{parts.netloc}"
        or "@" in value
    ):
        raise ConfigurationError(
            "PUBLIC_URL must be the address that people type, such as https://pay.example.com,"
            " without a path."
        )
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ConfigurationError(
            "PUBLIC_URL must start with https:// unless it is this machine, because sign-in"
            " cookies would travel in the open."
        )
    implied = parts.port == _DEFAULT_PORTS[parts.scheme]
    return value.rpartition(":")[0] if implied else value.removesuffix(":")


def _database_url(environ: Mapping[str, str], home: Path) -> str:
    value = _text(environ, "DATABASE_URL")
    if not value:
        return f"sqlite:///{home / 'quittance.db'}"
    scheme, separator, rest = value.partition("://")
    postgresql = scheme in {"postgresql", "postgres", "postgresql+psycopg"}
    if separator and postgresql and _SERVER.fullmatch(rest):
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("/") and rest not in {"/", "/:memory:"}:
        return value
    raise ConfigurationError(
        "DATABASE_URL must be postgresql://… or sqlite:///… with a file; leave it out for SQLite"
        " in QUITTANCE_HOME."
    )


def _smtp_url(environ: Mapping[str, str]) -> str:
    value = _text(environ, "SMTP_URL")
    parts = _parts(value)
    if not value:
        return ""
    if parts is None or parts.scheme not in {"smtp", "smtps", "smtp+starttls"}:
        raise ConfigurationError(
            "SMTP_URL must start with smtp://, smtp+starttls:// or smtps:// and name a host."
        )
    if bool(parts.username) != bool(parts.password) or not value.isascii():
        raise ConfigurationError(
            "SMTP_URL needs a user and a password, or neither; anything but plain letters in them"
            " is written as in addresses, such as %40 for @."
        )
    if parts.password and parts.scheme == "smtp" and parts.hostname not in _LOOPBACK:
        raise ConfigurationError(
            "SMTP_URL must be smtps:// or smtp+starttls:// when it has a password, because that"
            " would travel in the open."
        )
    return value


def _mail_from(environ: Mapping[str, str]) -> str:
    """The address that letters come from, of its own or at the end of SMTP_URL."""
    smtp_url = _text(environ, "SMTP_URL")
    in_url = parse_qs(urlsplit(smtp_url).query).get("from", [""])[0]
    value = _text(environ, "MAIL_FROM") or in_url
    if not value and not smtp_url:
        return ""
    with suppress(Invalid):
        if value.isascii():
            return read_email(value)
    raise ConfigurationError(
        "MAIL_FROM must be the address that letters come from, such as billing@example.com;"
        " SMTP_URL is of no use without it."
    )


def _stripe(
    environ: Mapping[str, str], public_url: str, link_key: str, *, demo: bool
) -> tuple[str, str, str]:
    """Key, webhook secret and address. A demo in which nothing is said brings its own Stripe."""
    key = _text(environ, "STRIPE_SECRET_KEY")
    secret = _text(environ, "STRIPE_WEBHOOK_SECRET")
    base = _stripe_api_base(environ)
    if demo and not key and not base:
        key, base = _SIMULATED_KEY, _simulated_base(public_url)
    if demo and not secret and base == _simulated_base(public_url):
        sealed = hmac.new(link_key.encode(), b"simulated stripe", hashlib.sha256)
        secret = f"whsec_{sealed.hexdigest()}"
    return "" if key == _NO_GATEWAY else key, secret, base


def _simulated_base(public_url: str) -> str:
    """Where a demo's own Stripe answers: on the same port."""
    return f"{public_url}/_stripe"


def _stripe_api_base(environ: Mapping[str, str]) -> str:
    value = _text(environ, "STRIPE_API_BASE")
    parts = _parts(value)
    if value and (parts is None or parts.scheme not in _DEFAULT_PORTS):
        raise ConfigurationError(
            "STRIPE_API_BASE must start with https:// or http:// and name a host."
        )
    return value.removesuffix("/")


def _link_key(environ: Mapping[str, str], home: Path, *, demo: bool) -> str:
    """The key that seals links. A demo makes its own and keeps it beside its data."""
    value = environ.get("LINK_KEY", "").strip()
    if value:
        if len(value) < _SHORTEST_KEY:
            raise ConfigurationError(f"LINK_KEY must have at least {_SHORTEST_KEY} characters.")
        return value
    if not demo:
        raise ConfigurationError(
            "LINK_KEY is missing: it seals sign-in links. Make one with"
            " `python -c 'import secrets; print(secrets.token_urlsafe(32))'` and keep it."
        )
    try:
        return _kept_key(home)
    except OSError as error:
        raise ConfigurationError(f"The demo's key cannot be kept in {home}: {error}.") from error


def _kept_key(home: Path) -> str:
    """The key beside the data. It gets its name when it is complete, so it is never half one."""
    kept = home / "link.key"
    if not kept.exists() or len(kept.read_text().strip()) < _SHORTEST_KEY:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = home / f"link.key.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(_SHORTEST_KEY))
        fresh.replace(kept)
    return kept.read_text().strip()


def _refuse_contradictions(settings: Settings) -> None:
    live = settings.stripe_secret_key.reveal().startswith(("sk_live_", "rk_live_"))
    if live and settings.demo:
        raise ConfigurationError(
            "DEMO=1 with a live STRIPE_SECRET_KEY: a demo must never move real money."
        )
    if live and not _is_stripe(settings.stripe_api_base):
        raise ConfigurationError(
            "STRIPE_API_BASE is not Stripe's while STRIPE_SECRET_KEY is live; live keys only ever"
            " go to Stripe."
        )
    if settings.stripe_secret_key.reveal() == _SIMULATED_KEY and not settings.simulates_stripe:
        raise ConfigurationError(
            "STRIPE_SECRET_KEY is the demo's own key, which no other Stripe knows; leave it out."
        )
    if settings.stripe_webhook_secret and not settings.stripe_secret_key:
        raise ConfigurationError(
            "STRIPE_WEBHOOK_SECRET is set without STRIPE_SECRET_KEY: messages would arrive that"
            " nothing can check at the source."
        )
    if settings.demo and urlsplit(settings.public_url).hostname not in _LOOPBACK:
        raise ConfigurationError(
            "DEMO=1 opens every door with one click, so PUBLIC_URL must be this machine."
        )
    if settings.demo and settings.host not in _LOOPBACK:
        raise ConfigurationError(
            "DEMO=1 opens every door with one click, so HOST must be 127.0.0.1."
        )


def _is_stripe(api_base: str) -> bool:
    parts = urlsplit(api_base or "https://api.stripe.com")
    return parts.scheme == "https" and parts.hostname == "api.stripe.com"
