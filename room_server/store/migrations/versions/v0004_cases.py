"""Organisations, memberships and grants; what a case consists of; one root organisation for what is there."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROOT = "o_root"
_GAP = "a history entry must follow the last one"
_FIXED = "the history is append-only"
_SQLITE_TRIGGERS = (
    f"""
    CREATE TRIGGER case_event_follows BEFORE INSERT ON case_event
    WHEN NEW.seq IS NOT 1 + (SELECT coalesce(max(seq), 0) FROM case_event WHERE case_id = NEW.case_id)
    BEGIN SELECT RAISE(ABORT, '{_GAP}'); END
    """,
    f"""
    CREATE TRIGGER case_event_is_not_updated BEFORE UPDATE ON case_event
    BEGIN SELECT RAISE(ABORT, '{_FIXED}'); END
    """,
    f"""
    CREATE TRIGGER case_event_is_not_deleted BEFORE DELETE ON case_event
    BEGIN SELECT RAISE(ABORT, '{_FIXED}'); END
    """,
)
_POSTGRESQL_TRIGGERS = (
    f"""
    CREATE FUNCTION case_event_follows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.seq <> 1 + (SELECT coalesce(max(seq), 0) FROM case_event WHERE case_id = NEW.case_id) THEN
        RAISE integrity_constraint_violation USING MESSAGE = '{_GAP}';
      END IF;
      RETURN NEW;
    END $$
    """,
    f"""
    CREATE FUNCTION case_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE integrity_constraint_violation USING MESSAGE = '{_FIXED}'; END $$
    """,
    "CREATE TRIGGER case_event_follows BEFORE INSERT ON case_event FOR EACH ROW "
    "EXECUTE FUNCTION case_event_follows()",
    """
    CREATE TRIGGER case_event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_event
    FOR EACH STATEMENT EXECUTE FUNCTION case_event_is_append_only()
    """,
)


def upgrade() -> None:
    """Make the tables, then put everybody and everything that is there into the root organisation."""
    _organisations()
    _case()
    _people()
    _papers()
    _numbers()
    _seats()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in _SQLITE_TRIGGERS if sqlite else _POSTGRESQL_TRIGGERS:
        op.execute(trigger)
    _bring_in()


def _text(name: str, nullable: bool = False, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable, server_default=default)


def _time(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _of(name: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{table}.id"])


def _sealed() -> tuple[sa.Column[bytes], sa.Column[str]]:
    return sa.Column("id_number_sealed", sa.LargeBinary(), nullable=True), _text("id_number_digest", True)


def _organisations() -> None:
    op.create_table(
        "organisation",
        *(_text(name) for name in ("id", "name", "short_name", "level")),
        _text("parent", nullable=True),
        _text("path"),
        _time("created_at"),
        _time("disabled_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        _of("parent", "organisation"),
        sa.UniqueConstraint("path"),
    )
    op.create_index("ix_organisation_parent", "organisation", ["parent"])
    op.create_table(
        "membership",
        *(_text(name) for name in ("account", "organisation", "role")),
        _time("since"),
        sa.PrimaryKeyConstraint("account", "organisation", "role"),
        _of("account", "staff_account"),
        _of("organisation", "organisation"),
    )
    op.create_index("ix_membership_organisation", "membership", ["organisation"])


def _case() -> None:
    # In plain SQL: SQLite adds a column with its reference only so, without making the table anew.
    reference = "ALTER TABLE {} ADD COLUMN {} VARCHAR REFERENCES {} (id)"
    for name, default in (
        ("cause", ""),
        ("route", "mediate_org"),
        ("procedure", "mediation"),
        ("outcome", ""),
    ):
        op.add_column("dispute_case", _text(name, default=default))
    op.add_column("dispute_case", sa.Column("summary", sa.Text(), nullable=False, server_default=""))
    false = sa.false() if op.get_bind().dialect.name != "sqlite" else sa.text("0")
    op.add_column("dispute_case", sa.Column("is_group", sa.Boolean(), nullable=False, server_default=false))
    for name, table in (
        ("organisation", "organisation"),
        ("origin", "dispute_case"),
        ("created_by", "staff_account"),
    ):
        op.execute(reference.format("dispute_case", name, table))
    op.create_index("ix_dispute_case_organisation", "dispute_case", ["organisation"])
    op.create_index("ix_dispute_case_origin", "dispute_case", ["origin"])
    op.create_table(
        "case_grant",
        _text("id"),
        _text("case_id"),
        _text("account", nullable=True),
        _text("organisation", nullable=True),
        sa.Column("work", sa.Boolean(), nullable=False),
        _text("reason"),
        _text("given_by"),
        _time("given_at"),
        _time("expires_at", nullable=True),
        _time("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        _of("case_id", "dispute_case"),
        _of("account", "staff_account"),
        _of("organisation", "organisation"),
        _of("given_by", "staff_account"),
    )
    for name in ("case_id", "account", "organisation"):
        op.create_index(f"ix_case_grant_{name}", "case_grant", [name])


def _people() -> None:
    op.create_table(
        "case_party",
        _text("id"),
        _text("case_id"),
        _whole("position"),
        *(_text(name) for name in ("side", "kind", "name")),
        *_sealed(),
        *(_text(name) for name in ("credit_code", "legal_representative", "legal_representative_post")),
        *(_text(name) for name in ("employer", "occupation", "phone", "address", "service_address")),
        _text("electronic_address"),
        sa.Column("representative", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        _of("case_id", "dispute_case"),
    )
    op.create_table(
        "case_agent",
        _text("id"),
        _text("case_id"),
        _text("party"),
        _whole("position"),
        *(_text(name) for name in ("kind", "name", "power", "scope", "firm", "licence", "papers", "phone")),
        *_sealed(),
        sa.PrimaryKeyConstraint("id"),
        _of("case_id", "dispute_case"),
        _of("party", "case_party"),
    )
    op.create_table(
        "roster_entry",
        _text("id"),
        _text("case_id"),
        _whole("position"),
        _text("name"),
        *_sealed(),
        _text("phone"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("representative", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        _of("case_id", "dispute_case"),
    )
    for table in ("case_party", "case_agent", "roster_entry"):
        op.create_index(f"ix_{table}_case_id", table, ["case_id"])
        op.create_index(f"ix_{table}_id_number_digest", table, ["id_number_digest"])
    op.create_index("ix_case_party_credit_code", "case_party", ["credit_code"])
    op.create_index("ix_case_agent_party", "case_agent", ["party"])


def _papers() -> None:
    op.create_table(
        "case_claim",
        _text("id"),
        _text("case_id"),
        _whole("position"),
        _text("kind"),
        _text("text"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        _text("period_from"),
        _text("period_to"),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("counter", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        _of("case_id", "dispute_case"),
    )
    op.create_table(
        "case_exhibit",
        _text("id"),
        _text("case_id"),
        _whole("position"),
        *(_text(name) for name in ("side", "name", "source")),
        sa.Column("proves", sa.Text(), nullable=False),
        sa.Column("original", sa.Boolean(), nullable=False),
        _text("reference"),
        sa.PrimaryKeyConstraint("id"),
        _of("case_id", "dispute_case"),
    )
    op.create_table(
        "case_event",
        _text("case_id"),
        _whole("seq"),
        _time("at"),
        *(_text(name) for name in ("actor", "what", "fact", "day", "until")),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq"),
        _of("case_id", "dispute_case"),
    )
    for table in ("case_claim", "case_exhibit"):
        op.create_index(f"ix_{table}_case_id", table, ["case_id"])


def _numbers() -> None:
    op.create_table(
        "number_counter",
        _text("organisation"),
        _whole("year"),
        _text("kind"),
        _whole("value"),
        sa.PrimaryKeyConstraint("organisation", "year", "kind"),
        _of("organisation", "organisation"),
    )
    op.create_table(
        "given_number",
        *(_text(name) for name in ("number", "case_id", "organisation", "kind")),
        _whole("year"),
        _whole("value"),
        _text("title"),
        _text("given_by"),
        _time("given_at"),
        sa.PrimaryKeyConstraint("number"),
        _of("case_id", "dispute_case"),
        _of("organisation", "organisation"),
    )
    op.create_index("ix_given_number_case_id", "given_number", ["case_id"])


def _seats() -> None:
    for name in ("party", "agent"):
        op.execute(f"ALTER TABLE seat ADD COLUMN {name} VARCHAR REFERENCES case_{name} (id)")
        op.create_index(f"ix_seat_{name}", "seat", [name])


def _bring_in() -> None:
    connection = op.get_bind()
    connection.execute(
        sa.text(
            "INSERT INTO organisation (id, name, short_name, level, parent, path, created_at) "
            "VALUES (:id, '', '', 'province_city', NULL, :path, 0)"
        ),
        {"id": ROOT, "path": f"/{ROOT}/"},
    )
    connection.execute(
        sa.text(
            "INSERT INTO membership (account, organisation, role, since) "
            "SELECT id, :root, role, created_at FROM staff_account"
        ),
        {"root": ROOT},
    )
    connection.execute(sa.text("UPDATE dispute_case SET organisation = :root"), {"root": ROOT})
    connection.execute(
        sa.text(
            "UPDATE dispute_case SET route = 'arbitrate', procedure = 'arbitration' WHERE id IN "
            "(SELECT case_id FROM hearing WHERE kind = 'arbitration')"
        )
    )
