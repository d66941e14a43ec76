"""Bank transfers that arrived at the gateway."""

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OLD_HOW = "how IN ('page', 'saved')"
_NEW_HOW = "how IN ('page', 'saved', 'transfer')"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _attempts_anew()
    else:
        op.drop_constraint(op.f("ck_payment_attempt_how"), "payment_attempt", type_="check")
        op.create_check_constraint(op.f("ck_payment_attempt_how"), "payment_attempt", _NEW_HOW)
    payer = sa.Column("gateway_payer", sa.String(length=255), nullable=True)
    op.add_column("payment_attempt", payer)
    op.create_index(op.f("ix_payment_attempt_gateway_payer"), "payment_attempt", ["gateway_payer"])
    op.add_column("gateway_event", sa.Column("payer", sa.String(length=255), nullable=True))
    _arrived_transfers()


def _attempts_anew() -> None:
    """SQLite changes no rule of a table: the rows move into a new one of the same name."""
    wanted = sa.text(
        "SELECT type, sql FROM sqlite_master"
        " WHERE tbl_name = 'payment_attempt' AND sql IS NOT NULL ORDER BY name"
    )
    made = op.get_bind().execute(wanted).all()
    [table] = [sql for kind, sql in made if kind == "table"]
    assert _OLD_HOW in table
    _, columns = table.replace(_OLD_HOW, _NEW_HOW).split("(", 1)
    op.execute(f"CREATE TABLE payment_attempt_anew ({columns}")
    op.execute("INSERT INTO payment_attempt_anew SELECT * FROM payment_attempt")
    op.drop_table("payment_attempt")
    op.rename_table("payment_attempt_anew", "payment_attempt")
    for kind, sql in made:
        if kind != "table":
            op.execute(sql)


def _arrived_transfers() -> None:
    op.create_table(
        "arrived_transfer",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gateway_reference", sa.String(length=255), nullable=False),
        sa.Column("payer", sa.String(length=255), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("written", sa.String(length=200), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_arrived_transfer_amount_is_positive")),
        sa.CheckConstraint(
            "attempt_id IS NULL OR customer_id IS NOT NULL",
            name=op.f("ck_arrived_transfer_taken_of_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "attempt_id"],
            ["payment_attempt.organization_id", "payment_attempt.id"],
            name=op.f("fk_arrived_transfer_organization_id_attempt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_arrived_transfer_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_arrived_transfer_organization_id"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_arrived_transfer")),
        sa.UniqueConstraint(
            "gateway_reference", name=op.f("uq_arrived_transfer_gateway_reference")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "attempt_id",
            name=op.f("uq_arrived_transfer_organization_id_attempt_id"),
        ),
    )
    for columns in (["organization_id", "customer_id", "id"], ["attempt_id", "kept_at"]):
        name = "ix_arrived_transfer_" + "_".join(columns)
        op.create_index(op.f(name), "arrived_transfer", columns)
