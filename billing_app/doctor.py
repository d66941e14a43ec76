"""Looks over an installation and names what is wrong, in sentences."""

from __future__ import annotations

from collections.abc import Callable

from billing_app import installing, migrations
from billing_app.access.actors import OperatorActor
from billing_app.access.database import Database, is_made
from billing_app.access.installation import work_now
from billing_app.access.work import Work
from billing_app.config import Settings
from billing_app.gateways import mail
from billing_app.gateways.stripe.greeting import greet
from billing_app.ledger import broken_seals, numbers, proof
from billing_app.reads import letters
from billing_app.reads.letters import NO_SERVER
from billing_app.reads.open_attempts import inspect_attempts

_EMPTY = "This database is empty: run `python -m billing_app migrate` first."


def examine(settings: Settings) -> int:
    """Print a line for each thing looked at; 0 when all of them are well.

    Where nothing was made yet there is nothing to look at, and looking makes nothing.
    """
    if not is_made(settings.database_url):
        print(_EMPTY)
        return 1
    with installing.opened(settings) as database:
        if database.revision() is None:
            print(_EMPTY)
            return 1
        findings = [
            ("The database has the newest shape", _shape(database)),
            ("Every append-only table refuses changes", _triggers(database)),
            ("The database finds no damage in itself", database.damage()),
            ("The books agree with themselves", _books(database, proof.inspect_books)),
            ("Numbers of documents leave no gap", _books(database, numbers.inspect_numbers)),
            (
                "Ledger and audit log are as they were sealed",
                _books(database, broken_seals.differences),
            ),
            ("The gateway has answered every attempt", _books(database, inspect_attempts)),
            *_gateway(settings),
            ("Only its owner can read the data folder", _folder(settings)),
            (_way_of_letters(settings), _mail(settings, database)),
        ]
    for what, wrong in findings:
        print(f"{'ok   ' if not wrong else 'WRONG'} {what}")
        for line in wrong:
            print(f"      {line}")
    return 1 if any(wrong for _, wrong in findings) else 0


def _shape(database: Database) -> list[str]:
    if migrations.is_current(database):
        return []
    newest = migrations.newest_revision()
    return [f"it stands at {database.revision()}, this code expects {newest}"]


def _triggers(database: Database) -> list[str]:
    return [
        f"the trigger {name} is missing or refuses nothing"
        for name in migrations.missing_triggers(database)
    ]


def _books(database: Database, look: Callable[[Work[OperatorActor]], list[str]]) -> list[str]:
    """Books of an older shape cannot be read; the first finding says so already."""
    if not migrations.is_current(database):
        return []
    return work_now(OperatorActor(), database, look)


def _gateway(settings: Settings) -> list[tuple[str, list[str]]]:
    """Whether Stripe answers and takes the key. A demo's own answers while the demo runs."""
    if settings.simulates_stripe:
        return [("Stripe is simulated", [])]
    if not settings.stripe_secret_key:
        return []
    trouble = greet(settings)
    return [("Stripe answers and takes the key", [trouble] if trouble else [])]


def _folder(settings: Settings) -> list[str]:
    if not settings.home.exists():
        return []
    mode = settings.home.stat().st_mode & 0o777
    return [f"{settings.home} has mode {mode:o}, expected 700"] if mode & 0o077 else []


def _way_of_letters(settings: Settings) -> str:
    stays = settings.demo and not settings.smtp_url
    return "Letters stay in the demo's mailbox" if stays else "Letters can leave"


def _mail(settings: Settings, database: Database) -> list[str]:
    if settings.smtp_url:
        trouble = mail.greet(mail.server_at(settings))
        return [trouble] if trouble else []
    if settings.demo:
        return []
    found = [NO_SERVER]
    if migrations.is_current(database):
        held = work_now(OperatorActor(), database, letters.waiting)
        found += [f"letters that wait: {held}"] if held else []
    return found
