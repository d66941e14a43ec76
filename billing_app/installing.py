"""Making an installation ready: its database, its first admin, its demo."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from billing_app import migrations
from billing_app.access.actors import OperatorActor, SystemActor
from billing_app.access.database import Database, connect
from billing_app.access.installation import install, work_now
from billing_app.access.permissions import Role
from billing_app.access.work import Work
from billing_app.config import Secret, Settings
from billing_app.kernel.entries import read_name
from billing_app.kernel.errors import ConfigurationError, Conflict
from billing_app.models.organization import Organization
from billing_app.services import founding, trying


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The installation's database, with its connections given back at the end.

    Every command comes in here, so none of them works on a demo's data without DEMO=1, or on
    real data with it. A worker, which lies below, asks the same question.
    """
    database = install(settings).database
    try:
        if database.revision() is not None:
            refuse = partial(founding.refuse_other_data, demo=settings.demo)
            work_now(OperatorActor(), database, refuse)
        yield database
    finally:
        database.close()


def prepare(settings: Settings) -> None:
    """Bring an installation to where it can be served, doing nothing twice."""
    with opened(settings) as database:
        if not migrations.is_current(database):
            print("Preparing the database…", flush=True)
            migrations.migrate(database)
        if settings.demo and not _organizations(database):
            _seed(database)


def let_the_demo_live() -> str:
    """Have the demo's customers pay, now that its pages answer; returns the links that are left.

    They are said when all of it has happened, so that whoever follows one finds it so.
    """
    from billing_app.access.installation import installation
    from billing_app.demo.paying import everybody_pays

    left = everybody_pays(installation())
    lines = "".join(f"    {each.words}:\n      {each.url}\n" for each in left)
    return f"  Pay as a customer, without signing in:\n{lines}" if left else ""


def migrate_if_needed(settings: Settings) -> None:
    """Bring the database to the newest shape."""
    with opened(settings) as database:
        if not migrations.is_current(database):
            migrations.migrate(database)


def check_migrations() -> int:
    """Say what the models have and no migration makes; 0 when there is nothing."""
    with tempfile.TemporaryDirectory() as folder:
        database = connect(Secret(f"sqlite:///{Path(folder) / 'empty.db'}"))
        migrations.migrate(database)
        found = migrations.differences(database)
        database.close()
    for difference in found:
        print(f"No migration makes this: {difference}")
    print("Every table has its migration." if not found else "Run alembic revision.")
    return 1 if found else 0


def create_admin(
    settings: Settings,
    *,
    organization: str,
    name: str,
    email: str,
    role: str,
    time_zone: str,
    currency: str,
) -> str:
    """Make a person an admin, founding the organization if its name is new.

    What is returned ends with the address by which a person without a password comes in.
    """
    with opened(settings) as database:
        if not migrations.is_current(database):
            migrations.migrate(database)
        known = _organizations(database)

        told: list[str] = []

        def appoint(work: Work[OperatorActor]) -> str:
            organization_id = known.get(read_name(organization)) or founding.found_organization(
                work, name=organization, time_zone=time_zone, currency=currency
            )
            try:
                founding.name_admin(work, organization_id, name=name, email=email, role=Role(role))
                told.append(f"{read_name(name)} is now {role} of {read_name(organization)}.")
            except Conflict:
                told.append(f"{email} is an admin of {read_name(organization)} already.")
            return founding.way_in(work, organization_id, email=email)

        token = work_now(OperatorActor(), database, appoint)
    if not token:
        return f"{told[-1]} They have a password already."
    return (
        f"{told[-1]}\n"
        "This address lets them choose a password and come in. It works once, within 72 hours;\n"
        "give it to nobody else:\n\n"
        f"    {settings.public_url}/invite/{token}\n"
    )


def try_payment(
    settings: Settings, *, amount: str, currency: str, email: str, organization: str = ""
) -> str:
    """Ask for a payment to try, and say where it can be made."""
    with opened(settings) as database:
        if not settings.stripe_secret_key:
            raise ConfigurationError("STRIPE_SECRET_KEY is not set, so nothing can be paid here.")
        if not migrations.is_current(database):
            raise ConfigurationError("The database has an older shape. Run migrate first.")
        whose = Organization.read_id(chosen(_organizations(database), organization))
        path = work_now(
            SystemActor(organization_id=whose),
            database,
            lambda work: trying.ask_for_trial(work, amount=amount, currency=currency, email=email),
        )
    return (
        "A Credit Request to the customer “Test payment” asks for it. While the server runs, it is"
        f" paid at:\n\n    {settings.public_url}{path}\n"
    )


def chosen(known: dict[str, str], name: str) -> str:
    """The id of the organization of that name, or of the only one there is."""
    if name in known:
        return known[name]
    if not known:
        raise ConfigurationError("There is no organization here yet.")
    if name:
        raise ConfigurationError(f"There is no organization called {name} here.")
    if len(known) > 1:
        raise ConfigurationError(
            f"Name one of the organizations with --organization: {', '.join(sorted(known))}."
        )
    return next(iter(known.values()))


def seed_demo(settings: Settings) -> str:
    """Fill an empty demo with its people."""
    if not settings.demo:
        raise ConfigurationError("DEMO=1 is not set: made-up people belong into a demo only.")
    migrate_if_needed(settings)
    with opened(settings) as database:
        if _organizations(database):
            return "The demo already has its people. Nothing was changed."
        _seed(database)
    return "The demo has its people."


def _organizations(database: Database) -> dict[str, str]:
    return work_now(OperatorActor(), database, founding.organizations)


def _seed(database: Database) -> None:
    from billing_app.demo.story import tell

    print("Inviting the demo's people…", flush=True)
    tell(database)
