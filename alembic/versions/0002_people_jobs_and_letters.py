"""People, jobs and letters: contacts, passwords, secret addresses, the outbox."""

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("name", name=op.f("uq_schedule_name")),
    )
    op.create_table(
        "sign_in_try",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_try")),
        sa.UniqueConstraint("account", "number", name=op.f("uq_sign_in_try_account_number")),
    )
    op.create_index(
        "ix_sign_in_try_address_tried_at", "sign_in_try", ["address", "tried_at"], unique=False
    )
    op.create_index("ix_sign_in_try_tried_at", "sign_in_try", ["tried_at"], unique=False)

    op.create_table(
        "job",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.String(length=60), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_job_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_job")),
        sa.UniqueConstraint(
            "organization_id",
            "kind",
            "subject",
            "key",
            name=op.f("uq_job_organization_id_kind_subject_key"),
        ),
    )
    op.create_index(
        "ix_job_owed",
        "job",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )

    op.create_table(
        "capability",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(purpose = 'invitation') = (membership_id IS NOT NULL)",
            name=op.f("ck_capability_invitation_to_what"),
        ),
        sa.CheckConstraint(
            "purpose IN ('sign_in', 'invitation', 'reset')", name=op.f("ck_capability_purpose")
        ),
        sa.CheckConstraint(
            "(organization_id IS NULL) = (membership_id IS NULL)",
            name=op.f("ck_capability_whole_membership"),
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_capability_identity_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "membership_id"],
            ["membership.organization_id", "membership.id"],
            name=op.f("fk_capability_organization_id_membership_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capability")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_capability_token_hash")),
    )
    op.create_index("ix_capability_identity_id", "capability", ["identity_id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(customer_id IS NULL) <> (partner_id IS NULL)", name=op.f("ck_contact_one_party")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_contact_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "membership_id"],
            ["membership.organization_id", "membership.id"],
            name=op.f("fk_contact_organization_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "partner_id"],
            ["partner.organization_id", "partner.id"],
            name=op.f("fk_contact_organization_id_partner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_contact_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_contact")),
        sa.UniqueConstraint(
            "organization_id",
            "customer_id",
            "email",
            name=op.f("uq_contact_organization_id_customer_id_email"),
        ),
        sa.UniqueConstraint(
            "organization_id",
            "partner_id",
            "email",
            name=op.f("uq_contact_organization_id_partner_id_email"),
        ),
        sa.UniqueConstraint(
            "organization_id",
            "membership_id",
            name=op.f("uq_contact_organization_id_membership_id"),
        ),
    )
    op.create_table(
        "letter",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("capability_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["capability_id"], ["capability.id"], name=op.f("fk_letter_capability_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "membership_id"],
            ["membership.organization_id", "membership.id"],
            name=op.f("fk_letter_organization_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_letter_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_letter")),
    )
    op.create_index(
        "ix_letter_organization_id_written_at_id",
        "letter",
        ["organization_id", "written_at", "id"],
        unique=False,
    )
    op.create_index("ix_letter_id", "letter", ["id"], unique=False)
    op.create_index("ix_letter_capability_id", "letter", ["capability_id"], unique=False)

    op.add_column("identity", sa.Column("password_hash", sa.String(length=200), nullable=True))
    op.add_column(
        "identity", sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True)
    )

    op.add_column(
        "web_session", sa.Column("stepped_up_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("web_session", sa.Column("device", sa.String(length=60), nullable=True))
    op.add_column("web_session", sa.Column("proven_by", sa.String(length=20), nullable=True))

    op.add_column("membership", sa.Column("invited_as", sa.String(length=200), nullable=True))
    op.add_column("membership", sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE membership SET accepted_at = granted_at")
    op.add_column(
        "organization",
        sa.Column("client_login", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
