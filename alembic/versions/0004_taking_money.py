"""Taking money: attempts and what they claim, what the gateway keeps and tells, pay links."""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op
from billing_app.models.append_only import replace_statements, trigger_statements

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NEW_PAYMENT_RULES = {
    "ck_payment_method": "method IN ('external', 'gateway')",
    "ck_payment_gateway_attempt": "(method = 'gateway') = (attempt_id IS NOT NULL)",
}

_KEPT_OF_PAYMENTS = (
    "organization_id",
    "id",
    "customer_id",
    "partner_id",
    "receipt_id",
    "amount_minor",
    "currency",
    "method",
    "external_kind",
    "reference",
    "received_on",
    "recorded_at",
    "number",
)


_NEW_REFUND_RULE = "method IN ('outside', 'gateway')"

_KEPT_OF_REFUNDS = (
    "organization_id",
    "id",
    "payment_id",
    "customer_id",
    "amount_minor",
    "currency",
    "choice",
    "credit_note_id",
    "method",
    "reference",
    "refunded_on",
    "recorded_at",
    "reason",
)


def upgrade() -> None:
    _gateway()
    _pay_links()
    _attempts()
    _messages()
    if op.get_bind().dialect.name == "sqlite":
        _payments_anew()
    else:
        _payments()
    _refunds()
    _refund_attempts()
    _disputes()
    _append_only("attempt_message")


def _append_only(table: str) -> None:
    dialect = op.get_bind().dialect.name
    for statement in (*trigger_statements(table, dialect), *replace_statements(table, dialect)):
        op.execute(statement)


def _payments() -> None:
    op.add_column("payment", sa.Column("attempt_id", sa.Uuid(), nullable=True))
    op.create_unique_constraint(
        op.f("uq_payment_organization_id_attempt_id"), "payment", ["organization_id", "attempt_id"]
    )
    op.create_foreign_key(
        op.f("fk_payment_organization_id_attempt_id"),
        "payment",
        "payment_attempt",
        ["organization_id", "attempt_id"],
        ["organization_id", "id"],
    )
    op.drop_constraint(op.f("ck_payment_method"), "payment", type_="check")
    for name, rule in _NEW_PAYMENT_RULES.items():
        op.create_check_constraint(op.f(name), "payment", rule)


def _anew(table: str, kept: Sequence[str], *shape: sa.schema.SchemaItem) -> None:
    """SQLite changes no rule of a table: the rows move into a new one of the same name."""
    wanted = sa.text(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table"
        " AND sql IS NOT NULL ORDER BY name"
    )
    indexes = op.get_bind().execute(wanted, {"table": table}).scalars().all()
    op.create_table(f"{table}_anew", *shape)
    columns = ", ".join(kept)
    op.execute(f"INSERT INTO {table}_anew ({columns}) SELECT {columns} FROM {table}")
    op.drop_table(table)
    op.rename_table(f"{table}_anew", table)
    for index in indexes:
        op.execute(index)
    _append_only(table)


def _payments_anew() -> None:
    _anew(
        "payment",
        _KEPT_OF_PAYMENTS,
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("external_kind", sa.String(length=20), nullable=True),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "external_kind IN ('cash', 'cheque', 'bank_transfer', 'other')",
            name=op.f("ck_payment_external_kind"),
        ),
        *(sa.CheckConstraint(rule, name=op.f(name)) for name, rule in _NEW_PAYMENT_RULES.items()),
        sa.CheckConstraint(
            "(customer_id IS NULL) <> (partner_id IS NULL)", name=op.f("ck_payment_one_party")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_payment_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "partner_id"],
            ["partner.organization_id", "partner.id"],
            name=op.f("fk_payment_organization_id_partner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "receipt_id"],
            ["unidentified_receipt.organization_id", "unidentified_receipt.id"],
            name=op.f("fk_payment_organization_id_receipt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_payment_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_payment")),
        sa.UniqueConstraint(
            "organization_id", "number", name=op.f("uq_payment_organization_id_number")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "attempt_id"],
            ["payment_attempt.organization_id", "payment_attempt.id"],
            name=op.f("fk_payment_organization_id_attempt_id"),
        ),
        sa.UniqueConstraint(
            "organization_id", "attempt_id", name=op.f("uq_payment_organization_id_attempt_id")
        ),
    )


def _refunds_anew() -> None:
    _anew(
        "refund",
        _KEPT_OF_REFUNDS,
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("choice", sa.String(length=20), nullable=False),
        sa.Column("credit_note_id", sa.Uuid(), nullable=True),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("refunded_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "choice IN ('still_owes', 'no_longer_owes', 'from_credit')",
            name=op.f("ck_refund_choice"),
        ),
        sa.CheckConstraint(_NEW_REFUND_RULE, name=op.f("ck_refund_method")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["organization_id", "credit_note_id"],
            ["credit_note.organization_id", "credit_note.id"],
            name=op.f("fk_refund_organization_id_credit_note_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_refund_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "payment_id"],
            ["payment.organization_id", "payment.id"],
            name=op.f("fk_refund_organization_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_refund_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_refund")),
    )


def _refunds() -> None:
    """Money can go back through the gateway, which is attempted before it is done."""
    if op.get_bind().dialect.name == "sqlite":
        _refunds_anew()
    else:
        op.drop_constraint(op.f("ck_refund_method"), "refund", type_="check")
        op.create_check_constraint(op.f("ck_refund_method"), "refund", _NEW_REFUND_RULE)


def _gateway() -> None:
    op.create_table(
        "gateway_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=255), nullable=False),
        sa.Column("payment", sa.String(length=255), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_gateway_event_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_event")),
        sa.UniqueConstraint("reference", name=op.f("uq_gateway_event_reference")),
    )
    op.create_index(
        op.f("ix_gateway_event_organization_id_received_at"),
        "gateway_event",
        ["organization_id", "received_at"],
        unique=False,
    )
    op.create_table(
        "gateway_customer",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_gateway_customer_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_gateway_customer_organization_id"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_gateway_customer")),
        sa.UniqueConstraint(
            "organization_id",
            "customer_id",
            name=op.f("uq_gateway_customer_organization_id_customer_id"),
        ),
        sa.UniqueConstraint("reference", name=op.f("uq_gateway_customer_reference")),
    )
    op.create_table(
        "payment_method",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=60), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detached_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('card', 'direct_debit')", name=op.f("ck_payment_method_kind")),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_payment_method_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_payment_method_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_payment_method")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_method_reference")),
    )
    op.create_index(
        "ix_payment_method_default",
        "payment_method",
        ["organization_id", "customer_id"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    op.create_index(
        op.f("ix_payment_method_organization_id_customer_id_id"),
        "payment_method",
        ["organization_id", "customer_id", "id"],
        unique=False,
    )


def _pay_links() -> None:
    op.create_table(
        "pay_link",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("credit_request_id", sa.Uuid(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(invoice_id IS NULL) <> (credit_request_id IS NULL)",
            name=op.f("ck_pay_link_one_document"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "credit_request_id"],
            ["credit_request.organization_id", "credit_request.id"],
            name=op.f("fk_pay_link_organization_id_credit_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_pay_link_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "invoice_id"],
            ["invoice.organization_id", "invoice.id"],
            name=op.f("fk_pay_link_organization_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_pay_link_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_pay_link")),
        sa.UniqueConstraint(
            "organization_id",
            "credit_request_id",
            name=op.f("uq_pay_link_organization_id_credit_request_id"),
        ),
        sa.UniqueConstraint(
            "organization_id", "invoice_id", name=op.f("uq_pay_link_organization_id_invoice_id")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_pay_link_token_hash")),
    )


def _attempts() -> None:
    op.create_table(
        "payment_attempt",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("payment_method_id", sa.Uuid(), nullable=True),
        sa.Column("saves_method", sa.Boolean(), nullable=False),
        sa.Column("retry_of_id", sa.Uuid(), nullable=True),
        sa.Column("begun_by", sa.String(length=20), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("gateway_session", sa.String(length=255), nullable=True),
        sa.Column("gateway_payment", sa.String(length=255), nullable=True),
        sa.Column("submitted", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.String(length=60), nullable=False),
        sa.Column("failure_code", sa.String(length=60), nullable=False),
        sa.Column("failure", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(how = 'saved') = (payment_method_id IS NOT NULL)",
            name=op.f("ck_payment_attempt_saved_method"),
        ),
        sa.CheckConstraint(
            "begun_by IN ('payer', 'contact', 'admin', 'organization')",
            name=op.f("ck_payment_attempt_begun_by"),
        ),
        sa.CheckConstraint("how IN ('page', 'saved')", name=op.f("ck_payment_attempt_how")),
        sa.CheckConstraint(
            "method IN ('card', 'bank_transfer', 'direct_debit')",
            name=op.f("ck_payment_attempt_method"),
        ),
        sa.CheckConstraint(
            "state IN ('created', 'requires_action', 'processing', 'unknown', 'succeeded', 'failed', 'canceled', 'reversed')",
            name=op.f("ck_payment_attempt_state"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_attempt_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_payment_attempt_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "membership_id"],
            ["membership.organization_id", "membership.id"],
            name=op.f("fk_payment_attempt_organization_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "payment_method_id"],
            ["payment_method.organization_id", "payment_method.id"],
            name=op.f("fk_payment_attempt_organization_id_payment_method_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "retry_of_id"],
            ["payment_attempt.organization_id", "payment_attempt.id"],
            name=op.f("fk_payment_attempt_organization_id_retry_of_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_payment_attempt_organization_id"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_payment_attempt")),
        sa.UniqueConstraint("gateway_payment", name=op.f("uq_payment_attempt_gateway_payment")),
        sa.UniqueConstraint("gateway_session", name=op.f("uq_payment_attempt_gateway_session")),
        sa.UniqueConstraint(
            "organization_id",
            "id",
            "state",
            name=op.f("uq_payment_attempt_organization_id_id_state"),
        ),
    )
    op.create_index(
        op.f("ix_payment_attempt_organization_id_customer_id_id"),
        "payment_attempt",
        ["organization_id", "customer_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_payment_attempt_state_changed_at"),
        "payment_attempt",
        ["state", "changed_at"],
        unique=False,
    )
    op.create_table(
        "attempt_claim",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_state", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("credit_request_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(invoice_id IS NULL) <> (credit_request_id IS NULL)",
            name=op.f("ck_attempt_claim_one_document"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_attempt_claim_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["organization_id", "attempt_id", "attempt_state"],
            ["payment_attempt.organization_id", "payment_attempt.id", "payment_attempt.state"],
            name=op.f("fk_attempt_claim_organization_id_attempt_id_attempt_state"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "credit_request_id"],
            ["credit_request.organization_id", "credit_request.id"],
            name=op.f("fk_attempt_claim_organization_id_credit_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "invoice_id"],
            ["invoice.organization_id", "invoice.id"],
            name=op.f("fk_attempt_claim_organization_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_attempt_claim_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_attempt_claim")),
    )
    op.create_index(
        "ix_attempt_claim_holds_invoice",
        "attempt_claim",
        ["organization_id", "invoice_id"],
        unique=True,
        sqlite_where=sa.text("attempt_state IN ('created', 'requires_action', 'unknown')"),
        postgresql_where=sa.text("attempt_state IN ('created', 'requires_action', 'unknown')"),
    )
    op.create_index(
        "ix_attempt_claim_holds_request",
        "attempt_claim",
        ["organization_id", "credit_request_id"],
        unique=True,
        sqlite_where=sa.text("attempt_state IN ('created', 'requires_action', 'unknown')"),
        postgresql_where=sa.text("attempt_state IN ('created', 'requires_action', 'unknown')"),
    )
    op.create_index(
        op.f("ix_attempt_claim_organization_id_attempt_id_attempt_state"),
        "attempt_claim",
        ["organization_id", "attempt_id", "attempt_state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_attempt_claim_organization_id_credit_request_id"),
        "attempt_claim",
        ["organization_id", "credit_request_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_attempt_claim_organization_id_invoice_id"),
        "attempt_claim",
        ["organization_id", "invoice_id"],
        unique=False,
    )


def _messages() -> None:
    op.create_table(
        "attempt_message",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("said", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "source IN ('submission', 'return', 'webhook', 'reconciler')",
            name=op.f("ck_attempt_message_source"),
        ),
        sa.CheckConstraint(
            "verdict IN ('applied', 'known', 'late', 'noted', 'quarantined')",
            name=op.f("ck_attempt_message_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "attempt_id"],
            ["payment_attempt.organization_id", "payment_attempt.id"],
            name=op.f("fk_attempt_message_organization_id_attempt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_attempt_message_organization_id"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_attempt_message")),
    )
    op.create_index(
        op.f("ix_attempt_message_organization_id_attempt_id_id"),
        "attempt_message",
        ["organization_id", "attempt_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_attempt_message_organization_id_verdict_id"),
        "attempt_message",
        ["organization_id", "verdict", "id"],
        unique=False,
    )


def _refund_attempts() -> None:
    op.create_table(
        "refund_attempt",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("choice", sa.String(length=20), nullable=False),
        sa.Column("arguments", sa.String(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("gateway_refund", sa.String(length=255), nullable=True),
        sa.Column("failure", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "choice IN ('still_owes', 'no_longer_owes', 'from_credit')",
            name=op.f("ck_refund_attempt_choice"),
        ),
        sa.CheckConstraint(
            "state IN ('created', 'unknown', 'pending', 'succeeded', 'failed', 'canceled')",
            name=op.f("ck_refund_attempt_state"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_attempt_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["organization_id", "payment_id"],
            ["payment.organization_id", "payment.id"],
            name=op.f("fk_refund_attempt_organization_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_refund_attempt_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "membership_id"],
            ["membership.organization_id", "membership.id"],
            name=op.f("fk_refund_attempt_organization_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_refund_attempt_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_refund_attempt")),
        sa.UniqueConstraint("gateway_refund", name=op.f("uq_refund_attempt_gateway_refund")),
    )
    op.create_index(
        op.f("ix_refund_attempt_organization_id_payment_id"),
        "refund_attempt",
        ["organization_id", "payment_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_refund_attempt_state_changed_at"),
        "refund_attempt",
        ["state", "changed_at"],
        unique=False,
    )


def _disputes() -> None:
    op.create_table(
        "dispute",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("gateway_dispute", sa.String(length=255), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('warning', 'open', 'won', 'lost')", name=op.f("ck_dispute_state")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_dispute_amount_is_positive")),
        sa.CheckConstraint("fee_minor >= 0", name=op.f("ck_dispute_fee_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["organization_id", "payment_id"],
            ["payment.organization_id", "payment.id"],
            name=op.f("fk_dispute_organization_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_dispute_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("gateway_dispute", name=op.f("uq_dispute_gateway_dispute")),
    )
    op.create_index(
        op.f("ix_dispute_organization_id_payment_id"),
        "dispute",
        ["organization_id", "payment_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_dispute_organization_id_state"),
        "dispute",
        ["organization_id", "state"],
        unique=False,
    )
