"""What was heard of refunds and disputes."""

import sqlalchemy as sa

from alembic import op
from billing_app.models.append_only import replace_statements, trigger_statements

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MESSAGES = "money_back_message"


def upgrade() -> None:
    op.create_table(
        _MESSAGES,
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("refund_attempt_id", sa.Uuid(), nullable=True),
        sa.Column("dispute_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("said", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        *_checks(),
        *_pointers(),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f(f"pk_{_MESSAGES}")),
    )
    op.create_index(
        op.f(f"ix_{_MESSAGES}_organization_id_payment_id_id"),
        _MESSAGES,
        ["organization_id", "payment_id", "id"],
        unique=False,
    )
    dialect = op.get_bind().dialect.name
    for statement in (
        *trigger_statements(_MESSAGES, dialect),
        *replace_statements(_MESSAGES, dialect),
    ):
        op.execute(statement)


def _checks() -> list[sa.CheckConstraint]:
    rules = {
        "one_subject": "refund_attempt_id IS NULL OR dispute_id IS NULL",
        "source": "source IN ('submission', 'webhook', 'reconciler')",
        "verdict": "verdict IN ('applied', 'known', 'late', 'noted', 'quarantined')",
    }
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck_{_MESSAGES}_{name}"))
        for name, rule in rules.items()
    ]


def _pointers() -> list[sa.ForeignKeyConstraint]:
    to = {"payment_id": "payment", "refund_attempt_id": "refund_attempt", "dispute_id": "dispute"}
    inside = [
        sa.ForeignKeyConstraint(
            ["organization_id", column],
            [f"{table}.organization_id", f"{table}.id"],
            name=op.f(f"fk_{_MESSAGES}_organization_id_{column}"),
        )
        for column, table in to.items()
    ]
    owner = sa.ForeignKeyConstraint(
        ["organization_id"], ["organization.id"], name=op.f(f"fk_{_MESSAGES}_organization_id")
    )
    return [*inside, owner]
