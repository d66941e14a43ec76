"""Charging by itself: its settings, a customer's wish, and what is planned."""

import sqlalchemy as sa

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _settings()
    op.add_column(
        "customer",
        sa.Column("prefers_transfer", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _planned_charges()
    op.create_index(
        op.f("ix_letter_organization_id_subject"), "letter", ["organization_id", "subject"]
    )


def _settings() -> None:
    for switch in ("charge_invoices", "charge_requests"):
        op.add_column(
            "accounting_settings",
            sa.Column(switch, sa.Boolean(), server_default=sa.false(), nullable=False),
        )
    op.add_column(
        "accounting_settings",
        sa.Column("charge_after_days", sa.Integer(), server_default="3", nullable=False),
    )
    op.add_column(
        "accounting_settings",
        sa.Column("retry_after_days", sa.String(length=20), server_default="3,5,7", nullable=False),
    )


def _planned_charges() -> None:
    op.create_table(
        "planned_charge",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("credit_request_id", sa.Uuid(), nullable=True),
        sa.Column("charge_on", sa.Date(), nullable=False),
        sa.Column("retry_of_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(invoice_id IS NULL) <> (credit_request_id IS NULL)",
            name=op.f("ck_planned_charge_one_document"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_planned_charge_organization_id"),
        ),
        *(_points_at(*pair) for pair in _POINTS_AT),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_planned_charge")),
        sa.UniqueConstraint(
            "organization_id",
            "retry_of_id",
            name=op.f("uq_planned_charge_organization_id_retry_of_id"),
        ),
    )
    for column in ("invoice_id", "credit_request_id"):
        op.create_index(
            op.f(f"ix_planned_charge_organization_id_{column}"),
            "planned_charge",
            ["organization_id", column],
        )


_POINTS_AT = (
    ("customer_id", "customer"),
    ("invoice_id", "invoice"),
    ("credit_request_id", "credit_request"),
    ("retry_of_id", "payment_attempt"),
)


def _points_at(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id", column],
        [f"{table}.organization_id", f"{table}.id"],
        name=op.f(f"fk_planned_charge_organization_id_{column}"),
    )
