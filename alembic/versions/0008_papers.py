"""Documents as they were issued."""

import sqlalchemy as sa

from alembic import op
from billing_app.models.append_only import replace_statements, trigger_statements

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OF = ("invoice", "credit_request", "credit_note", "payment")


def upgrade() -> None:
    there = " + ".join(f"(CASE WHEN {kind}_id IS NULL THEN 0 ELSE 1 END)" for kind in _OF)
    op.create_table(
        "issued_print",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(f"{kind}_id", sa.Uuid(), nullable=True) for kind in _OF),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_with", sa.String(length=40), nullable=False),
        sa.CheckConstraint(f"{there} = 1", name=op.f("ck_issued_print_one_document")),
        *(
            sa.ForeignKeyConstraint(
                ["organization_id", f"{kind}_id"],
                [f"{kind}.organization_id", f"{kind}.id"],
                name=op.f(f"fk_issued_print_organization_id_{kind}_id"),
            )
            for kind in _OF
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_issued_print_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_issued_print")),
        *(
            sa.UniqueConstraint(
                "organization_id",
                f"{kind}_id",
                name=op.f(f"uq_issued_print_organization_id_{kind}_id"),
            )
            for kind in _OF
        ),
    )
    dialect = op.get_bind().dialect.name
    for statement in (
        *trigger_statements("issued_print", dialect),
        *replace_statements("issued_print", dialect),
    ):
        op.execute(statement)
