"""The books: documents, payments, credit, and the ledger below them."""

import sqlalchemy as sa

from alembic import op
from billing_app.models.append_only import replace_statements, trigger_statements

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "entry",
    "posting",
    "seal",
    "sealed_row",
    "unidentified_receipt",
    "payment",
    "allocation",
    "refund",
    "credit_lot",
    "adjustment",
    "credit_note",
    "credit_note_line",
    "write_off",
)


def upgrade() -> None:
    _ledger()
    _books()
    _invoices()
    _money()
    _customers()
    _search()
    _append_only()


def _append_only() -> None:
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in trigger_statements(table, dialect):
            op.execute(statement)
    for table in (*APPEND_ONLY, "audit_entry"):
        for statement in replace_statements(table, dialect):
            op.execute(statement)


def _ledger() -> None:
    op.create_table(
        "entry",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("command_key", sa.String(length=80), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "membership_id"],
            ["membership.organization_id", "membership.id"],
            name=op.f("fk_entry_organization_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "reverses_id"],
            ["entry.organization_id", "entry.id"],
            name=op.f("fk_entry_organization_id_reverses_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_entry_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_entry")),
        sa.UniqueConstraint(
            "organization_id", "reverses_id", name=op.f("uq_entry_organization_id_reverses_id")
        ),
        sa.UniqueConstraint(
            "organization_id",
            "source_id",
            "event",
            name=op.f("uq_entry_organization_id_source_id_event"),
        ),
    )
    op.create_index(
        "ix_entry_organization_id_effective_on_id",
        "entry",
        ["organization_id", "effective_on", "id"],
        unique=False,
    )

    op.create_table(
        "posting",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("debit_account", sa.String(length=4), nullable=False),
        sa.Column("debit_party_id", sa.Uuid(), nullable=True),
        sa.Column("debit_item_id", sa.Uuid(), nullable=True),
        sa.Column("credit_account", sa.String(length=4), nullable=False),
        sa.Column("credit_party_id", sa.Uuid(), nullable=True),
        sa.Column("credit_item_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_posting_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["organization_id", "entry_id"],
            ["entry.organization_id", "entry.id"],
            name=op.f("fk_posting_organization_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_posting_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_posting")),
        sa.UniqueConstraint(
            "organization_id",
            "entry_id",
            "position",
            name=op.f("uq_posting_organization_id_entry_id_position"),
        ),
    )
    op.create_index(
        "ix_posting_credit_account",
        "posting",
        ["organization_id", "credit_account", "effective_on", "id"],
        unique=False,
        sqlite_where=sa.text("credit_party_id IS NULL"),
        postgresql_where=sa.text("credit_party_id IS NULL"),
    )
    op.create_index(
        "ix_posting_credit_item",
        "posting",
        ["organization_id", "credit_item_id"],
        unique=False,
        sqlite_where=sa.text("credit_item_id IS NOT NULL"),
        postgresql_where=sa.text("credit_item_id IS NOT NULL"),
    )
    op.create_index(
        "ix_posting_credit_party",
        "posting",
        ["organization_id", "credit_party_id", "currency", "effective_on", "entry_id"],
        unique=False,
        sqlite_where=sa.text("credit_party_id IS NOT NULL"),
        postgresql_where=sa.text("credit_party_id IS NOT NULL"),
    )
    op.create_index(
        "ix_posting_unidentified",
        "posting",
        ["organization_id", "credit_item_id"],
        unique=False,
        sqlite_where=sa.text("credit_account = '2010'"),
        postgresql_where=sa.text("credit_account = '2010'"),
    )
    op.create_index(
        "ix_posting_debit_account",
        "posting",
        ["organization_id", "debit_account", "effective_on", "id"],
        unique=False,
        sqlite_where=sa.text("debit_party_id IS NULL"),
        postgresql_where=sa.text("debit_party_id IS NULL"),
    )
    op.create_index(
        "ix_posting_debit_item",
        "posting",
        ["organization_id", "debit_item_id"],
        unique=False,
        sqlite_where=sa.text("debit_item_id IS NOT NULL"),
        postgresql_where=sa.text("debit_item_id IS NOT NULL"),
    )
    op.create_index(
        "ix_posting_debit_party",
        "posting",
        ["organization_id", "debit_party_id", "currency", "effective_on", "entry_id"],
        unique=False,
        sqlite_where=sa.text("debit_party_id IS NOT NULL"),
        postgresql_where=sa.text("debit_party_id IS NOT NULL"),
    )

    op.create_table(
        "period_total",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(length=4), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("period", sa.String(length=5), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("debit_minor", sa.BigInteger(), nullable=False),
        sa.Column("credit_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("period IN ('month', 'day')", name=op.f("ck_period_total_period")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_period_total_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_period_total")),
        sa.UniqueConstraint(
            "organization_id",
            "party_id",
            "account",
            "currency",
            "period",
            "starts_on",
            name="uq_period_total_one",
        ),
    )

    op.create_table(
        "seal",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("previous_root", sa.String(length=64), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("through_id", sa.Uuid(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_seal_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_seal")),
        sa.UniqueConstraint(
            "organization_id", "number", name=op.f("uq_seal_organization_id_number")
        ),
    )

    op.create_table(
        "sealed_row",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('entry', 'posting', 'audit_entry')", name=op.f("ck_sealed_row_kind")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "seal_id"],
            ["seal.organization_id", "seal.id"],
            name=op.f("fk_sealed_row_organization_id_seal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_sealed_row_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_sealed_row")),
        sa.UniqueConstraint(
            "organization_id",
            "kind",
            "row_id",
            name=op.f("uq_sealed_row_organization_id_kind_row_id"),
        ),
        sa.UniqueConstraint(
            "organization_id",
            "seal_id",
            "position",
            name=op.f("uq_sealed_row_organization_id_seal_id_position"),
        ),
    )

    op.create_table(
        "command_key",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("arguments_hash", sa.String(length=64), nullable=False),
        sa.Column("result", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_command_key_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_command_key")),
    )


def _books() -> None:
    op.create_table(
        "series",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("number_prefix", sa.String(length=20), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('invoice', 'credit_note', 'credit_request', 'receipt')",
            name=op.f("ck_series_kind"),
        ),
        sa.CheckConstraint("next_number > 0", name=op.f("ck_series_next_number")),
        sa.ForeignKeyConstraint(
            ["organization_id", "partner_id"],
            ["partner.organization_id", "partner.id"],
            name=op.f("fk_series_organization_id_partner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_series_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_series")),
        sa.UniqueConstraint(
            "organization_id",
            "kind",
            "partner_id",
            name=op.f("uq_series_organization_id_kind_partner_id"),
        ),
    )
    op.create_index(
        "uq_series_own",
        "series",
        ["organization_id", "kind"],
        unique=True,
        sqlite_where=sa.text("partner_id IS NULL"),
        postgresql_where=sa.text("partner_id IS NULL"),
    )

    op.create_table(
        "tax_rate",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("rate_bp BETWEEN 0 AND 10000", name=op.f("ck_tax_rate_rate_bp")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_tax_rate_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_tax_rate")),
    )
    op.create_index(
        "ix_tax_rate_organization_id_name_id",
        "tax_rate",
        ["organization_id", "name", "id"],
        unique=False,
    )

    op.create_table(
        "organization_profile",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("legal_name", sa.String(length=200), nullable=False),
        sa.Column("abn", sa.String(length=20), nullable=False),
        sa.Column("tax_id", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("bank_details", sa.String(length=500), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("books_closed_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_organization_profile_organization_id"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_organization_profile")),
        sa.UniqueConstraint(
            "organization_id", name=op.f("uq_organization_profile_organization_id")
        ),
    )

    op.create_table(
        "accounting_settings",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("apply_credit_to_invoices", sa.Boolean(), nullable=False),
        sa.Column("apply_credit_to_requests", sa.Boolean(), nullable=False),
        sa.Column("tax_rounding", sa.String(length=10), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("small_balance_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "tax_rounding IN ('document', 'line')", name=op.f("ck_accounting_settings_tax_rounding")
        ),
        sa.CheckConstraint(
            "small_balance_minor >= 0", name=op.f("ck_accounting_settings_small_balance")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_accounting_settings_organization_id"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_accounting_settings")),
        sa.UniqueConstraint("organization_id", name=op.f("uq_accounting_settings_organization_id")),
    )
    # Every organization has one row of each from its founding on, so that it can be locked.
    op.execute(
        "INSERT INTO organization_profile (organization_id, id, legal_name, abn, tax_id, address,"
        " bank_details, colour, locale)"
        " SELECT id, id, '', '', '', '', '', '', 'en' FROM organization"
    )
    op.execute(
        "INSERT INTO accounting_settings (organization_id, id, apply_credit_to_invoices,"
        " apply_credit_to_requests, tax_rounding, prices_include_tax, small_balance_minor)"
        " SELECT id, id, false, false, 'document', false, 0 FROM organization"
    )


def _invoices() -> None:
    op.create_table(
        "invoice",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("tax_rounding", sa.String(length=10), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("voided_on", sa.Date(), nullable=True),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("still_to_pay_minor", sa.BigInteger(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("duplicate_of_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (number IS NULL)", name=op.f("ck_invoice_number_at_issue")
        ),
        sa.CheckConstraint("state IN ('draft', 'issued', 'void')", name=op.f("ck_invoice_state")),
        sa.CheckConstraint(
            "tax_rounding IN ('document', 'line')", name=op.f("ck_invoice_tax_rounding")
        ),
        sa.CheckConstraint(
            "(customer_id IS NULL) <> (partner_id IS NULL)", name=op.f("ck_invoice_one_party")
        ),
        sa.CheckConstraint(
            "still_to_pay_minor BETWEEN 0 AND total_minor", name=op.f("ck_invoice_still_to_pay")
        ),
        sa.CheckConstraint(
            "total_minor >= 0 AND total_minor = net_minor + tax_minor",
            name=op.f("ck_invoice_total"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_invoice_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "duplicate_of_id"],
            ["invoice.organization_id", "invoice.id"],
            name=op.f("fk_invoice_organization_id_duplicate_of_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "partner_id"],
            ["partner.organization_id", "partner.id"],
            name=op.f("fk_invoice_organization_id_partner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_invoice_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_invoice")),
        sa.UniqueConstraint(
            "organization_id", "number", name=op.f("uq_invoice_organization_id_number")
        ),
    )
    op.create_index(
        "ix_invoice_open_by_customer",
        "invoice",
        ["organization_id", "customer_id", "currency", "due_on", "still_to_pay_minor"],
        unique=False,
        sqlite_where=sa.text("still_to_pay_minor > 0"),
        postgresql_where=sa.text("still_to_pay_minor > 0"),
    )
    op.create_index(
        "ix_invoice_open_by_due_date",
        "invoice",
        ["organization_id", "due_on", "id"],
        unique=False,
        sqlite_where=sa.text("still_to_pay_minor > 0"),
        postgresql_where=sa.text("still_to_pay_minor > 0"),
    )
    op.create_index(
        "ix_invoice_organization_id_customer_id_id",
        "invoice",
        ["organization_id", "customer_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_invoice_organization_id_duplicate_of_id",
        "invoice",
        ["organization_id", "duplicate_of_id"],
        unique=False,
    )
    op.create_index(
        "ix_invoice_organization_id_issued_on_id",
        "invoice",
        ["organization_id", "issued_on", "id"],
        unique=False,
    )
    op.create_index(
        "ix_invoice_organization_id_partner_id_id",
        "invoice",
        ["organization_id", "partner_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_invoice_organization_id_state_id",
        "invoice",
        ["organization_id", "state", "id"],
        unique=False,
    )

    op.create_table(
        "invoice_line",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_bp", sa.Integer(), nullable=False),
        sa.Column("tax_rate_id", sa.Uuid(), nullable=True),
        sa.Column("tax_name", sa.String(length=60), nullable=False),
        sa.Column("tax_bp", sa.Integer(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "discount_bp BETWEEN 0 AND 10000", name=op.f("ck_invoice_line_discount_bp")
        ),
        sa.CheckConstraint(
            "gross_minor = net_minor + tax_minor", name=op.f("ck_invoice_line_gross")
        ),
        sa.CheckConstraint("tax_bp BETWEEN 0 AND 10000", name=op.f("ck_invoice_line_tax_bp")),
        sa.ForeignKeyConstraint(
            ["organization_id", "invoice_id"],
            ["invoice.organization_id", "invoice.id"],
            name=op.f("fk_invoice_line_organization_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "tax_rate_id"],
            ["tax_rate.organization_id", "tax_rate.id"],
            name=op.f("fk_invoice_line_organization_id_tax_rate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_invoice_line_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_invoice_line")),
        sa.UniqueConstraint(
            "organization_id",
            "invoice_id",
            "position",
            name=op.f("uq_invoice_line_organization_id_invoice_id_position"),
        ),
    )

    op.create_table(
        "plan_part",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_plan_part_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["organization_id", "invoice_id"],
            ["invoice.organization_id", "invoice.id"],
            name=op.f("fk_plan_part_organization_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_plan_part_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_plan_part")),
        sa.UniqueConstraint(
            "organization_id",
            "invoice_id",
            "position",
            name=op.f("uq_plan_part_organization_id_invoice_id_position"),
        ),
    )
    op.create_index(
        "ix_plan_part_organization_id_due_on_id",
        "plan_part",
        ["organization_id", "due_on", "id"],
        unique=False,
    )

    op.create_table(
        "credit_note",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("reason_code", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("lowered_minor", sa.BigInteger(), nullable=False),
        sa.Column("to_credit_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("outside_minor", sa.BigInteger(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.CheckConstraint(
            "reason_code IN ('error', 'cancelled_service', 'negotiated_discount', 'duplicate', 'write_off', 'goodwill')",
            name=op.f("ck_credit_note_reason_code"),
        ),
        sa.CheckConstraint(
            "lowered_minor >= 0 AND to_credit_minor >= 0 AND refunded_minor >= 0 AND outside_minor >= 0 AND lowered_minor + to_credit_minor + refunded_minor + outside_minor = total_minor",
            name=op.f("ck_credit_note_whole"),
        ),
        sa.CheckConstraint(
            "total_minor > 0 AND total_minor = net_minor + tax_minor",
            name=op.f("ck_credit_note_total"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "invoice_id"],
            ["invoice.organization_id", "invoice.id"],
            name=op.f("fk_credit_note_organization_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_credit_note_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_credit_note")),
        sa.UniqueConstraint(
            "organization_id", "number", name=op.f("uq_credit_note_organization_id_number")
        ),
    )
    op.create_index(
        "ix_credit_note_organization_id_invoice_id",
        "credit_note",
        ["organization_id", "invoice_id"],
        unique=False,
    )

    op.create_table(
        "credit_note_line",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("credit_note_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_line_id", sa.Uuid(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "gross_minor = net_minor + tax_minor", name=op.f("ck_credit_note_line_gross")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "credit_note_id"],
            ["credit_note.organization_id", "credit_note.id"],
            name=op.f("fk_credit_note_line_organization_id_credit_note_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "invoice_line_id"],
            ["invoice_line.organization_id", "invoice_line.id"],
            name=op.f("fk_credit_note_line_organization_id_invoice_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_credit_note_line_organization_id"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_credit_note_line")),
        sa.UniqueConstraint(
            "organization_id", "credit_note_id", "invoice_line_id", name="uq_credit_note_line_once"
        ),
    )
    op.create_index(
        "ix_credit_note_line_organization_id_invoice_line_id",
        "credit_note_line",
        ["organization_id", "invoice_line_id"],
        unique=False,
    )

    op.create_table(
        "write_off",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("written_off_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('bad_debt', 'small_balance')", name=op.f("ck_write_off_kind")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_write_off_amount_is_positive")),
        sa.CheckConstraint("tax_minor BETWEEN 0 AND amount_minor", name=op.f("ck_write_off_tax")),
        sa.ForeignKeyConstraint(
            ["organization_id", "invoice_id"],
            ["invoice.organization_id", "invoice.id"],
            name=op.f("fk_write_off_organization_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_write_off_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_write_off")),
    )
    op.create_index(
        "ix_write_off_organization_id_invoice_id",
        "write_off",
        ["organization_id", "invoice_id"],
        unique=False,
    )


def _money() -> None:
    op.create_table(
        "credit_request",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("still_to_pay_minor", sa.BigInteger(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("voided_on", sa.Date(), nullable=True),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (number IS NULL)",
            name=op.f("ck_credit_request_number_when_raised"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'raised', 'void')", name=op.f("ck_credit_request_state")
        ),
        sa.CheckConstraint(
            "still_to_pay_minor BETWEEN 0 AND total_minor",
            name=op.f("ck_credit_request_still_to_pay"),
        ),
        sa.CheckConstraint("total_minor > 0", name=op.f("ck_credit_request_total")),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_credit_request_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_credit_request_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_credit_request")),
        sa.UniqueConstraint(
            "organization_id", "number", name=op.f("uq_credit_request_organization_id_number")
        ),
    )
    op.create_index(
        "ix_credit_request_open",
        "credit_request",
        ["organization_id", "customer_id", "due_on", "id"],
        unique=False,
        sqlite_where=sa.text("still_to_pay_minor > 0"),
        postgresql_where=sa.text("still_to_pay_minor > 0"),
    )
    op.create_index(
        "ix_credit_request_organization_id_customer_id_id",
        "credit_request",
        ["organization_id", "customer_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_credit_request_organization_id_state_id",
        "credit_request",
        ["organization_id", "state", "id"],
        unique=False,
    )

    op.create_table(
        "unidentified_receipt",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("external_kind", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "amount_minor > 0", name=op.f("ck_unidentified_receipt_amount_is_positive")
        ),
        sa.CheckConstraint(
            "external_kind IN ('cash', 'cheque', 'bank_transfer', 'other')",
            name=op.f("ck_unidentified_receipt_external_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_unidentified_receipt_organization_id"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_unidentified_receipt")),
    )

    op.create_table(
        "payment",
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
        sa.CheckConstraint(
            "external_kind IN ('cash', 'cheque', 'bank_transfer', 'other')",
            name=op.f("ck_payment_external_kind"),
        ),
        sa.CheckConstraint("method IN ('external')", name=op.f("ck_payment_method")),
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
    )
    op.create_index(
        "ix_payment_organization_id_customer_id_received_on_id",
        "payment",
        ["organization_id", "customer_id", "received_on", "id"],
        unique=False,
    )
    op.create_index(
        "ix_payment_organization_id_partner_id_received_on_id",
        "payment",
        ["organization_id", "partner_id", "received_on", "id"],
        unique=False,
    )
    op.create_index(
        "ix_payment_organization_id_receipt_id",
        "payment",
        ["organization_id", "receipt_id"],
        unique=False,
    )
    op.create_index(
        "ix_payment_organization_id_received_on_id",
        "payment",
        ["organization_id", "received_on", "id"],
        unique=False,
    )

    op.create_table(
        "credit_lot",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("credit_note_id", sa.Uuid(), nullable=True),
        sa.Column("credit_request_id", sa.Uuid(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "origin IN ('credit_request', 'overpayment', 'credit_note', 'adjustment')",
            name=op.f("ck_credit_lot_origin"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_credit_lot_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["organization_id", "credit_note_id"],
            ["credit_note.organization_id", "credit_note.id"],
            name=op.f("fk_credit_lot_organization_id_credit_note_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "credit_request_id"],
            ["credit_request.organization_id", "credit_request.id"],
            name=op.f("fk_credit_lot_organization_id_credit_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_credit_lot_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "payment_id"],
            ["payment.organization_id", "payment.id"],
            name=op.f("fk_credit_lot_organization_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_credit_lot_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_credit_lot")),
    )
    op.create_index(
        "ix_credit_lot_organization_id_credit_note_id",
        "credit_lot",
        ["organization_id", "credit_note_id"],
        unique=False,
    )
    op.create_index(
        "ix_credit_lot_organization_id_credit_request_id",
        "credit_lot",
        ["organization_id", "credit_request_id"],
        unique=False,
    )
    op.create_index(
        "ix_credit_lot_organization_id_customer_id_currency_made_on_id",
        "credit_lot",
        ["organization_id", "customer_id", "currency", "made_on", "id"],
        unique=False,
    )
    op.create_index(
        "ix_credit_lot_organization_id_payment_id",
        "credit_lot",
        ["organization_id", "payment_id"],
        unique=False,
    )

    op.create_table(
        "adjustment",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("adjusted_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("direction IN ('up', 'down')", name=op.f("ck_adjustment_direction")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_adjustment_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_adjustment_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "lot_id"],
            ["credit_lot.organization_id", "credit_lot.id"],
            name=op.f("fk_adjustment_organization_id_lot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_adjustment_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_adjustment")),
    )
    op.create_index(
        "ix_adjustment_organization_id_customer_id_id",
        "adjustment",
        ["organization_id", "customer_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_adjustment_organization_id_lot_id",
        "adjustment",
        ["organization_id", "lot_id"],
        unique=False,
    )

    op.create_table(
        "allocation",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("credit_request_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(invoice_id IS NULL) <> (credit_request_id IS NULL)",
            name=op.f("ck_allocation_one_document"),
        ),
        sa.CheckConstraint(
            "(payment_id IS NULL) <> (lot_id IS NULL)", name=op.f("ck_allocation_one_source")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_allocation_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["organization_id", "credit_request_id"],
            ["credit_request.organization_id", "credit_request.id"],
            name=op.f("fk_allocation_organization_id_credit_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "invoice_id"],
            ["invoice.organization_id", "invoice.id"],
            name=op.f("fk_allocation_organization_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "lot_id"],
            ["credit_lot.organization_id", "credit_lot.id"],
            name=op.f("fk_allocation_organization_id_lot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "payment_id"],
            ["payment.organization_id", "payment.id"],
            name=op.f("fk_allocation_organization_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "reverses_id"],
            ["allocation.organization_id", "allocation.id"],
            name=op.f("fk_allocation_organization_id_reverses_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_allocation_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_allocation")),
    )
    op.create_index(
        "ix_allocation_organization_id_act_id",
        "allocation",
        ["organization_id", "act_id"],
        unique=False,
    )
    op.create_index(
        "ix_allocation_organization_id_credit_request_id",
        "allocation",
        ["organization_id", "credit_request_id"],
        unique=False,
    )
    op.create_index(
        "ix_allocation_organization_id_invoice_id",
        "allocation",
        ["organization_id", "invoice_id"],
        unique=False,
    )
    op.create_index(
        "ix_allocation_organization_id_lot_id",
        "allocation",
        ["organization_id", "lot_id"],
        unique=False,
    )
    op.create_index(
        "ix_allocation_organization_id_payment_id",
        "allocation",
        ["organization_id", "payment_id"],
        unique=False,
    )
    op.create_index(
        "ix_allocation_organization_id_reverses_id",
        "allocation",
        ["organization_id", "reverses_id"],
        unique=False,
    )

    op.create_table(
        "refund",
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
        sa.CheckConstraint("method IN ('outside')", name=op.f("ck_refund_method")),
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
    op.create_index(
        "ix_refund_organization_id_credit_note_id",
        "refund",
        ["organization_id", "credit_note_id"],
        unique=False,
    )
    op.create_index(
        "ix_refund_organization_id_customer_id_id",
        "refund",
        ["organization_id", "customer_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_refund_organization_id_payment_id",
        "refund",
        ["organization_id", "payment_id"],
        unique=False,
    )


def _customers() -> None:
    op.add_column(
        "customer",
        sa.Column(
            "legal_name", sa.String(length=200), server_default=sa.text("''"), nullable=False
        ),
    )
    op.add_column(
        "customer",
        sa.Column("address", sa.String(length=500), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "customer",
        sa.Column("tax_id", sa.String(length=40), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "customer",
        sa.Column("currency", sa.String(length=3), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "customer", sa.Column("locale", sa.String(length=20), server_default="en", nullable=False)
    )
    op.add_column(
        "customer", sa.Column("autopay", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.execute(
        "UPDATE customer SET currency = (SELECT organization.currency FROM organization"
        " WHERE organization.id = customer.organization_id)"
    )


def _search() -> None:
    """What is looked up by how it begins, and what was done with one thing."""
    op.create_index(
        "ix_audit_entry_organization_id_subject_id",
        "audit_entry",
        ["organization_id", "subject", "id"],
        unique=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, column, length in (
        ("customer", "sort_name", 400),
        ("partner", "sort_name", 400),
        ("invoice", "number", 40),
        ("credit_request", "number", 40),
    ):
        op.alter_column(table, column, type_=sa.String(length, collation="C"))
