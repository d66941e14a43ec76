"""Settings on screen: ways of paying, paper, the search key; and what an act changed."""

import sqlalchemy as sa

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "organization_profile",
        sa.Column(
            "customer_ways",
            sa.String(length=60),
            server_default="card,bank_transfer,direct_debit",
            nullable=False,
        ),
    )
    op.add_column(
        "organization_profile",
        sa.Column("paper", sa.String(length=10), server_default="", nullable=False),
    )
    op.add_column(
        "identity",
        sa.Column("slash_searches", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.add_column("audit_entry", sa.Column("changes", sa.String(length=2_000), nullable=True))
    op.create_index(
        op.f("ix_audit_entry_organization_id_membership_id_recorded_at"),
        "audit_entry",
        ["organization_id", "membership_id", "recorded_at"],
        unique=False,
    )
