"""Letters about documents: which one, at most once; reminders; the language of a person."""

import sqlalchemy as sa

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _letters()
    op.add_column("contact", _text("locale", 20))
    op.add_column("accounting_settings", _text("reminder_days", 40))


def _letters() -> None:
    op.add_column("letter", _text("detail", 60))
    op.add_column(
        "letter", sa.Column("once", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    # In which language somebody reads is looked up when the letter leaves.
    op.drop_column("letter", "locale")
    for column in ("subject", "recipient"):
        op.create_index(
            op.f(f"ix_letter_organization_id_{column}_id"),
            "letter",
            ["organization_id", column, "id"],
        )
    op.create_index(
        "uq_letter_once",
        "letter",
        ["organization_id", "kind", "subject", "detail"],
        unique=True,
        sqlite_where=sa.text("once"),
        postgresql_where=sa.text("once"),
    )


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), server_default="", nullable=False)
