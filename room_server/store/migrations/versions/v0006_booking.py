"""Chambers, the plan of a hearing, addresses, notices to be sent, and consents."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_FIXED = "consents are append-only"
_SQLITE_TRIGGERS = (
    f"""
    CREATE TRIGGER consent_is_not_updated BEFORE UPDATE ON consent
    BEGIN SELECT RAISE(ABORT, '{_FIXED}'); END
    """,
    f"""
    CREATE TRIGGER consent_is_not_deleted BEFORE DELETE ON consent
    BEGIN SELECT RAISE(ABORT, '{_FIXED}'); END
    """,
)
_POSTGRESQL_TRIGGERS = (
    f"""
    CREATE FUNCTION consent_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE integrity_constraint_violation USING MESSAGE = '{_FIXED}'; END $$
    """,
    """
    CREATE TRIGGER consent_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consent
    FOR EACH STATEMENT EXECUTE FUNCTION consent_is_append_only()
    """,
)


def upgrade() -> None:
    """Hearings that are there already are online and take an hour, in no chamber."""
    op.create_table(
        "chamber",
        *(_text(name) for name in ("id", "organisation", "name", "place")),
        sa.Column("seats", sa.Integer(), nullable=False),
        _big("created_at"),
        _big("disabled_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
        sa.UniqueConstraint("organisation", "name"),
    )
    _plan()
    _notices()
    _consents()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in _SQLITE_TRIGGERS if sqlite else _POSTGRESQL_TRIGGERS:
        op.execute(trigger)


def _plan() -> None:
    op.add_column("hearing", sa.Column("minutes", sa.Integer(), nullable=False, server_default="60"))
    op.add_column("hearing", sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
    for name, default in (("variant", ""), ("form", "online")):
        op.add_column("hearing", sa.Column(name, sa.String(), nullable=False, server_default=default))
    # In plain SQL: SQLite adds a column with its reference only so, without making the table anew.
    op.execute("ALTER TABLE hearing ADD COLUMN chamber VARCHAR REFERENCES chamber (id)")
    op.create_index("ix_hearing_chamber", "hearing", ["chamber"])
    for name in ("email_sealed", "phone_sealed"):
        op.add_column("seat", sa.Column(name, sa.LargeBinary(), nullable=True))
    op.create_index("ix_seat_account", "seat", ["account"])


def _notices() -> None:
    op.create_table(
        "notice",
        *(_text(name) for name in ("id", "case_id", "hearing", "seat", "moment", "channel")),
        *(_text(name) for name in ("template", "version", "state", "cause", "sha256")),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("sequence", "tries")),
        *(_big(name) for name in ("created_at", "due_at")),
        *(_big(name, nullable=True) for name in ("sent_at", "delivered_at")),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["case_id"], ["dispute_case.id"]),
        sa.ForeignKeyConstraint(["hearing"], ["hearing.id"]),
        sa.ForeignKeyConstraint(["seat"], ["seat.id"]),
        sa.UniqueConstraint("seat", "moment", "sequence", "channel"),
    )
    op.create_index("ix_notice_hearing", "notice", ["hearing"])
    op.create_index("ix_notice_state_due_at", "notice", ["state", "due_at"])


def _consents() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        *(_text(name) for name in ("case_id", "hearing", "seat")),
        sa.Column("party", sa.String(), nullable=True),
        *(_text(name) for name in ("item", "version", "sha256", "language", "act")),
        _big("at"),
        _text("actor"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["case_id"], ["dispute_case.id"]),
        sa.ForeignKeyConstraint(["hearing"], ["hearing.id"]),
        sa.ForeignKeyConstraint(["seat"], ["seat.id"]),
        sa.ForeignKeyConstraint(["party"], ["case_party.id"]),
    )
    for name in ("hearing", "seat"):
        op.create_index(f"ix_consent_{name}", "consent", [name])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _big(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)
