"""How migrations reach the database: over the connection that ``migrate`` hands in."""

from sqlalchemy import Connection

from alembic import context
from billing_app.models.every import tables
from billing_app.models.organization import Organization

assert list(tables())


def run_on(connection: Connection) -> None:
    """Bring the database behind ``connection`` to the newest shape, in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Organization.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run_on(context.config.attributes["connection"])
