"""Why a Credit Request was voided."""

import sqlalchemy as sa

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "credit_request",
        sa.Column("void_reason", sa.String(length=300), server_default="", nullable=False),
    )
