"""Finding invoices by when they are due, by their amount, and by their party's e-mail."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_INDEXES = (
    ("invoice", ["organization_id", "due_on", "id"]),
    ("invoice", ["organization_id", "total_minor", "id"]),
    ("customer", ["organization_id", "email"]),
    ("partner", ["organization_id", "email"]),
)


def upgrade() -> None:
    for table, columns in _INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, unique=False)
