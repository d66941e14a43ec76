"""The environment is read once; what cannot be right stops the start with a sentence."""

from __future__ import annotations

import dataclasses
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from billing_app import config
from billing_app.config import Secret, Settings
from billing_app.kernel.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[2]
KEY = "a-key-of-thirty-two-characters-or-more"
LIVE, TEST = "sk_live_51Harbour", "sk_test_51Harbour"


def loaded(**environ: str) -> Settings:
    return config.load({"LINK_KEY": KEY} | environ)


def refusal(**environ: str) -> str:
    with pytest.raises(ConfigurationError) as refused:
        loaded(**environ)
    return str(refused.value)


def test_with_nothing_but_a_key_it_answers_this_machine_only():
    settings = config.load({"LINK_KEY": KEY})

    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.home == Path("data").resolve()
    assert settings.database_url.reveal() == f"sqlite:///{settings.home / 'quittance.db'}"
    assert settings.trusted_proxy_hops == 0
    assert not settings.demo
    assert not settings.uses_tls


def test_settings_cannot_be_changed_afterwards():
    with pytest.raises(dataclasses.FrozenInstanceError):
        loaded().port = 80  # type: ignore[misc]


def test_an_empty_value_is_the_same_as_none():
    names = [name for name in _names() if name != "LINK_KEY"]

    said, left_out = loaded(**dict.fromkeys(names, "  ")), loaded()

    assert _plain(said) == _plain(left_out)


@pytest.mark.parametrize("said", ["1", "yes", "true", " TRUE "])
def test_a_demo_can_be_asked_for_in_several_words(said: str):
    assert loaded(DEMO=said).demo


@pytest.mark.parametrize(
    ("typed", "as_browsers_write_it"),
    [
        ("https://pay.harbour.example", "https://pay.harbour.example"),
        ("https://pay.harbour.example/", "https://pay.harbour.example"),
        ("HTTPS://Pay.Harbour.Example", "https://pay.harbour.example"),
        ("https://pay.harbour.example:443", "https://pay.harbour.example"),
        ("https://pay.harbour.example:8443", "https://pay.harbour.example:8443"),
        ("https://pay.harbour.example:", "https://pay.harbour.example"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_public_address_is_kept_as_browsers_write_it(typed: str, as_browsers_write_it: str):
    settings = loaded(PUBLIC_URL=typed)

    assert settings.public_url == as_browsers_write_it
    assert settings.public_host == as_browsers_write_it.partition("://")[2]
    assert settings.uses_tls == as_browsers_write_it.startswith("https:")


def test_a_host_that_is_an_ipv6_address_gets_its_brackets():
    assert loaded(HOST="::1", PORT="8001").public_url == "http://[::1]:8001"


@pytest.mark.parametrize(
    "typed",
    [
        "pay.harbour.example",
        "ftp://pay.harbour.example",
        "https://",
        "https://pay.harbour.example/portal",
        "https://pay.harbour.example?",
        "https://pay.harbour.example#top",
        "https://ada@pay.harbour.example",
        "https://:secret@pay.harbour.example",
        "https://pay harbour.example",
        "https://pay.harbour.example:port",
        "https://pay.harbour.example:99999",
        "https://pay.har\nbour.example",
        "http://[bad",
        "https://büro.example",
    ],
)
def test_a_public_address_that_is_no_origin_is_refused(typed: str):
    assert refusal(PUBLIC_URL=typed) == (
        "PUBLIC_URL must be the address that people type, such as https://pay.example.com,"
        " without a path."
    )


@pytest.mark.parametrize(
    "environ",
    [
        {"PUBLIC_URL": "http://pay.harbour.example"},
        {"HOST": "0.0.0.0"},
    ],
)
def test_cookies_never_travel_in_the_open(environ: dict[str, str]):
    assert refusal(**environ).startswith("PUBLIC_URL must start with https:// unless")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("postgresql://db/quittance", "postgresql+psycopg://db/quittance"),
        ("postgres://ada:pw@db:5432/q", "postgresql+psycopg://ada:pw@db:5432/q"),
        ("postgresql+psycopg://db/q?sslmode=require", "postgresql+psycopg://db/q?sslmode=require"),
        (
            "postgresql://postgres:@/q?host=/run/pg",
            "postgresql+psycopg://postgres:@/q?host=/run/pg",
        ),
        ("postgresql://ada@[::1]:5432/q", "postgresql+psycopg://ada@[::1]:5432/q"),
        ("sqlite:////srv/quittance/q.db", "sqlite:////srv/quittance/q.db"),
    ],
)
def test_both_databases_are_understood(typed: str, kept: str):
    assert loaded(DATABASE_URL=typed).database_url.reveal() == kept


@pytest.mark.parametrize(
    "typed",
    [
        "mysql://db/quittance",
        "postgresql",
        "postgresql://ada:canary-pw@db:port/q",
        "postgresql://[::1/q",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://server/q.db",
        "/srv/quittance/q.db",
    ],
)
def test_any_other_database_is_refused_without_repeating_its_address(typed: str):
    said = refusal(DATABASE_URL=typed)

    assert said.startswith("DATABASE_URL must be postgresql://… or sqlite:///… with a file")
    assert "canary" not in said


@pytest.mark.parametrize(
    ("name", "typed", "bounds"),
    [
        ("PORT", "0", "1 to 65535"),
        ("PORT", "65536", "1 to 65535"),
        ("PORT", "-1", "1 to 65535"),
        ("PORT", "8e3", "1 to 65535"),
        ("PORT", "٨٠٠٠", "1 to 65535"),
        ("PORT", "9" * 5_000, "1 to 65535"),
        ("TRUSTED_PROXY_HOPS", "6", "0 to 5"),
        ("TRUSTED_PROXY_HOPS", "all", "0 to 5"),
    ],
)
def test_a_number_outside_its_bounds_is_refused(name: str, typed: str, bounds: str):
    assert refusal(**{name: typed}) == f"{name} must be a whole number from {bounds}."


def test_a_demo_is_asked_for_clearly_or_refused():
    assert refusal(DEMO="maybe") == "DEMO must be 1 or 0, not “maybe”."


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        (
            {"LINK_KEY": "short"},
            "LINK_KEY must have at least 32 characters.",
        ),
        (
            {"LINK_KEY": ""},
            "LINK_KEY is missing: it seals sign-in links. Make one with"
            " `python -c 'import secrets; print(secrets.token_urlsafe(32))'` and keep it.",
        ),
        (
            {"SMTP_URL": "mail.harbour.example"},
            "SMTP_URL must start with smtp://, smtp+starttls:// or smtps:// and name a host.",
        ),
        (
            {"SMTP_URL": "smtp://[bad"},
            "SMTP_URL must start with smtp://, smtp+starttls:// or smtps:// and name a host.",
        ),
        (
            {"STRIPE_API_BASE": "api.stripe.com"},
            "STRIPE_API_BASE must start with https:// or http:// and name a host.",
        ),
        (
            {"DEMO": "1", "STRIPE_SECRET_KEY": f" {LIVE}"},
            "DEMO=1 with a live STRIPE_SECRET_KEY: a demo must never move real money.",
        ),
        (
            {"STRIPE_SECRET_KEY": LIVE, "STRIPE_API_BASE": "http://127.0.0.1:12111"},
            "STRIPE_API_BASE is not Stripe's while STRIPE_SECRET_KEY is live; live keys only ever"
            " go to Stripe.",
        ),
        (
            {"STRIPE_SECRET_KEY": "rk_live_51", "STRIPE_API_BASE": "https://stripe.evil.example"},
            "STRIPE_API_BASE is not Stripe's while STRIPE_SECRET_KEY is live; live keys only ever"
            " go to Stripe.",
        ),
        (
            {"STRIPE_SECRET_KEY": LIVE, "STRIPE_API_BASE": "http://api.stripe.com"},
            "STRIPE_API_BASE is not Stripe's while STRIPE_SECRET_KEY is live; live keys only ever"
            " go to Stripe.",
        ),
        (
            {"STRIPE_WEBHOOK_SECRET": "whsec_1"},
            "STRIPE_WEBHOOK_SECRET is set without STRIPE_SECRET_KEY: messages would arrive that"
            " nothing can check at the source.",
        ),
        (
            {"DEMO": "1", "PUBLIC_URL": "https://pay.harbour.example"},
            "DEMO=1 opens every door with one click, so PUBLIC_URL must be this machine.",
        ),
        (
            {"DEMO": "1", "HOST": "0.0.0.0", "PUBLIC_URL": "http://127.0.0.1:8000"},
            "DEMO=1 opens every door with one click, so HOST must be 127.0.0.1.",
        ),
    ],
)
def test_every_contradiction_has_its_sentence(environ: dict[str, str], said: str):
    assert refusal(**environ) == said


def test_a_demo_in_which_nothing_is_said_brings_its_own_stripe():
    settings = loaded(DEMO="1", PORT="8123")

    assert settings.simulates_stripe
    assert settings.stripe_api_base == "http://127.0.0.1:8123/_stripe"
    assert settings.stripe_secret_key.reveal().startswith("sk_test_")
    assert settings.stripe_webhook_secret.reveal().startswith("whsec_")
    other = loaded(DEMO="1", LINK_KEY=KEY[::-1])
    assert other.stripe_webhook_secret.reveal() != settings.stripe_webhook_secret.reveal()


def test_a_real_installation_in_which_nothing_is_said_has_no_gateway():
    settings = loaded()

    assert not settings.simulates_stripe
    assert not settings.stripe_secret_key
    assert (settings.stripe_api_base, bool(settings.stripe_webhook_secret)) == ("", False)


def test_a_demo_can_go_without_a_gateway_and_to_stripes_own_test_mode():
    without = loaded(DEMO="1", STRIPE_SECRET_KEY="none")
    assert not without.stripe_secret_key
    assert not without.simulates_stripe

    real = loaded(DEMO="1", STRIPE_SECRET_KEY=TEST)
    assert (real.stripe_secret_key.reveal(), real.stripe_api_base) == (TEST, "")
    assert not real.simulates_stripe


def test_a_demo_may_be_told_what_it_would_do_anyway():
    base = "http://127.0.0.1:8000/_stripe/"
    settings = loaded(
        DEMO="1", STRIPE_SECRET_KEY=TEST, STRIPE_API_BASE=base, STRIPE_WEBHOOK_SECRET="whsec_1"
    )

    assert settings.simulates_stripe
    assert settings.stripe_webhook_secret.reveal() == "whsec_1"


def test_the_demos_own_key_goes_nowhere_else():
    said = refusal(DEMO="1", STRIPE_SECRET_KEY="sk_test_simulated")

    assert said == (
        "STRIPE_SECRET_KEY is the demo's own key, which no other Stripe knows; leave it out."
    )


def test_a_test_key_may_go_to_a_simulated_stripe():
    settings = loaded(DEMO="1", STRIPE_SECRET_KEY=TEST, STRIPE_API_BASE="http://127.0.0.1:12111")

    assert settings.stripe_api_base == "http://127.0.0.1:12111"


def test_a_live_key_goes_to_stripe():
    assert loaded(STRIPE_SECRET_KEY=LIVE, STRIPE_API_BASE="https://api.stripe.com")
    assert loaded(STRIPE_SECRET_KEY=LIVE).stripe_api_base == ""


@pytest.mark.parametrize("typed", ["{file}", "{file}/below", "{folder}/what?is=this", "nul\0"])
def test_a_home_that_cannot_be_a_folder_is_refused(typed: str, tmp_path: Path):
    (tmp_path / "letter").write_text("Dear Cleo")
    (tmp_path / "letter").chmod(0o755)
    home = typed.format(file=tmp_path / "letter", folder=tmp_path)

    said = refusal(QUITTANCE_HOME=home, DEMO="1", LINK_KEY="")

    assert said.startswith("QUITTANCE_HOME must be a folder to write to;")
    assert list(tmp_path.iterdir()) == [tmp_path / "letter"]


def test_a_demo_makes_one_key_for_its_owner_only_and_keeps_it(tmp_path: Path):
    home = tmp_path / "home"

    first = config.load({"DEMO": "1", "QUITTANCE_HOME": str(home)}).link_key.reveal()
    again = config.load({"DEMO": "1", "QUITTANCE_HOME": str(home)}).link_key.reveal()

    assert first == again
    assert len(first) >= 32
    assert [path.name for path in home.iterdir()] == ["link.key"]
    assert stat.S_IMODE((home / "link.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_demo_key_that_was_cut_short_is_made_anew(tmp_path: Path):
    (tmp_path / "link.key").touch()

    key = config.load({"DEMO": "1", "QUITTANCE_HOME": str(tmp_path)}).link_key.reveal()

    assert len(key) >= 32
    assert (tmp_path / "link.key").read_text() == key


def test_a_real_installation_writes_nothing_by_reading_its_settings(tmp_path: Path):
    loaded(QUITTANCE_HOME=str(tmp_path / "home"))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"DEMO": "1", "STRIPE_SECRET_KEY": LIVE},
        {"LINK_KEY": KEY, "DATABASE_URL": "postgresql://ada:canary-pw@db:port/q"},
    ],
)
def test_serve_stops_with_one_sentence_and_code_2(environ: dict[str, str], tmp_path: Path):
    bare = {"PATH": os.environ["PATH"], "QUITTANCE_HOME": str(tmp_path)}

    ran = subprocess.run(
        [sys.executable, "-m", "billing_app", "serve"],
        cwd=ROOT,
        env=bare | environ,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert "canary" not in ran.stderr


def _names() -> list[str]:
    """The settings that config.py reads, taken from what it asks an environment for."""

    asked = set()

    class Environment(dict):
        def get(self, name, default=None):
            asked.add(name)
            return super().get(name, default)

    config.load(Environment(LINK_KEY=KEY))
    return sorted(asked)


def _plain(settings: Settings) -> dict[str, object]:
    return {
        name: value.reveal() if isinstance(value, Secret) else value
        for name, value in vars(settings).items()
    }
