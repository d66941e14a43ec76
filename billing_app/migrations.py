"""Bringing a database to the shape that this code expects, and proving that it is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from billing_app.access.database import Database
from billing_app.kernel.errors import ConfigurationError
from billing_app.models.append_only import triggers_in_force
from billing_app.models.every import tables

if TYPE_CHECKING:
    from alembic.config import Config

_ROOT = Path(__file__).resolve().parent.parent
_VERSIONS = _ROOT / "alembic" / "versions"

# Tables name each other in their keys, so all of them must be known before one is used.
assert list(tables())


def newest_revision() -> str:
    """The last migration, read from the file names: they begin with their number."""
    return max(path.name for path in _VERSIONS.glob("[0-9]*.py")).split("_")[0]


def is_current(database: Database) -> bool:
    """Whether the database needs no migration. One row is read; Alembic is not loaded."""
    return database.revision() == newest_revision()


def migrate(database: Database) -> None:
    """Bring the database to the newest shape, whole or not at all."""
    from alembic import command

    stands = database.revision()
    if stands is not None and not list(_VERSIONS.glob(f"{stands}_*.py")):
        raise ConfigurationError(
            f"The database stands at {stands}, which this version does not know. Run the version"
            " that brought it there, or a newer one."
        )
    with database.changing_shape() as connection:
        command.upgrade(_configuration(connection), "head")
    missing = missing_triggers(database)
    if missing:
        raise RuntimeError(f"Append-only triggers are missing: {', '.join(missing)}.")


def missing_triggers(database: Database) -> list[str]:
    """The append-only triggers that are not there, are switched off, or say something else."""
    found = database.triggers()
    wanted = triggers_in_force(database.engine.dialect.name)
    return sorted(name for name, said in wanted.items() if said not in found)


def differences(database: Database) -> list[str]:
    """What the models say that no migration has made yet; empty when all is migrated."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from billing_app.models.organization import Organization

    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return [str(found) for found in compare_metadata(context, Organization.metadata)]


def _configuration(connection: Connection) -> Config:
    from alembic.config import Config

    configuration = Config(str(_ROOT / "alembic.ini"))
    configuration.attributes["connection"] = connection
    return configuration
