"""The first tables, and the triggers that make the journal append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A row may only follow the last one of its sitting, and carry its hash.
_SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER journal_follows BEFORE INSERT ON journal
    WHEN NEW.seq IS NOT 1 + (SELECT coalesce(max(seq), 0) FROM journal WHERE sitting = NEW.sitting)
      OR NEW.prev_hash IS NOT coalesce(
        (SELECT hash FROM journal WHERE sitting = NEW.sitting AND seq = NEW.seq - 1), printf('%.64d', 0))
    BEGIN SELECT RAISE(ABORT, 'a journal entry must follow the last one'); END
    """,
    """
    CREATE TRIGGER journal_is_not_updated BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER journal_is_not_deleted BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
)
_POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION journal_follows() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE last_seq integer; last_hash text;
    BEGIN
      SELECT seq, hash INTO last_seq, last_hash FROM journal
        WHERE sitting = NEW.sitting ORDER BY seq DESC LIMIT 1;
      IF NEW.seq <> coalesce(last_seq, 0) + 1 OR NEW.prev_hash <> coalesce(last_hash, repeat('0', 64)) THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'a journal entry must follow the last one';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE integrity_constraint_violation USING MESSAGE = 'the journal is append-only'; END $$
    """,
    "CREATE TRIGGER journal_follows BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION journal_follows()",
    """
    CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
    """,
)


def upgrade() -> None:
    """Make the tables in the order in which they refer to each other."""
    _people()
    _hearings()
    _sittings()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in _SQLITE_TRIGGERS if sqlite else _POSTGRESQL_TRIGGERS:
        op.execute(trigger)


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _time(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _people() -> None:
    op.create_table("installation", _text("name"), _text("value"), sa.PrimaryKeyConstraint("name"))
    op.create_table(
        "staff_account",
        _text("id"),
        _text("name"),
        _text("person"),
        _text("role"),
        _text("password_hash"),
        _time("created_at"),
        _time("disabled_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "staff_login",
        _text("cookie_hash"),
        _text("account"),
        _time("created_at"),
        _time("expires_at"),
        sa.PrimaryKeyConstraint("cookie_hash"),
        sa.ForeignKeyConstraint(["account"], ["staff_account.id"]),
    )
    op.create_index("ix_staff_login_account", "staff_login", ["account"])


def _hearings() -> None:
    op.create_table(
        "dispute_case",
        _text("id"),
        _text("number"),
        _text("title"),
        _time("created_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_table(
        "hearing",
        _text("id"),
        _text("case_id"),
        _text("kind"),
        _text("title"),
        _time("starts_at"),
        _text("state"),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        _text("created_by", nullable=True),
        _time("created_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["case_id"], ["dispute_case.id"]),
        sa.ForeignKeyConstraint(["created_by"], ["staff_account.id"]),
    )
    op.create_index("ix_hearing_case_id", "hearing", ["case_id"])
    op.create_index("ix_hearing_starts_at", "hearing", ["starts_at"])
    op.create_table(
        "seat",
        _text("id"),
        _text("hearing"),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("name"),
        _text("role"),
        _text("side"),
        _text("account", nullable=True),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=True),
        _text("id_number_digest", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["hearing"], ["hearing.id"]),
        sa.ForeignKeyConstraint(["account"], ["staff_account.id"]),
    )
    op.create_index("ix_seat_hearing", "seat", ["hearing"])
    op.create_index("ix_seat_id_number_digest", "seat", ["id_number_digest"])
    op.create_table(
        "ticket",
        _text("id"),
        _text("hearing"),
        _text("participant"),
        _text("kind"),
        _time("issued_at"),
        _time("expires_at"),
        _time("revoked_at", nullable=True),
        _text("login", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["hearing"], ["hearing.id"]),
        sa.ForeignKeyConstraint(["participant"], ["seat.id"]),
    )
    op.create_index("ix_ticket_hearing", "ticket", ["hearing"])
    op.create_index("ix_ticket_participant", "ticket", ["participant"])
    op.create_index("ix_ticket_login", "ticket", ["login"])


def _sittings() -> None:
    op.create_table(
        "sitting",
        _text("id"),
        _text("hearing"),
        _time("created_at"),
        _time("opened_at", nullable=True),
        _time("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["hearing"], ["hearing.id"]),
    )
    op.create_index("ix_sitting_hearing", "sitting", ["hearing"])
    op.create_table(
        "journal",
        _text("sitting"),
        sa.Column("seq", sa.Integer(), nullable=False),
        _time("at"),
        _time("media_time", nullable=True),
        _text("actor"),
        _text("type"),
        sa.Column("body", sa.Text(), nullable=False),
        _text("prev_hash"),
        _text("hash"),
        sa.PrimaryKeyConstraint("sitting", "seq"),
        sa.ForeignKeyConstraint(["sitting"], ["sitting.id"]),
    )
