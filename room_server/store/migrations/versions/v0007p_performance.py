"""What was promised or awarded, and an append-only history of asking whether it was done."""

import sqlalchemy as sa
from alembic import op

revision = "0007p"
down_revision = "0007e"
branch_labels = None
depends_on = None

_SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER follow_up_is_not_updated BEFORE UPDATE ON follow_up
    BEGIN SELECT RAISE(ABORT, 'the follow-up is append-only'); END
    """,
    """
    CREATE TRIGGER follow_up_is_not_deleted BEFORE DELETE ON follow_up
    BEGIN SELECT RAISE(ABORT, 'the follow-up is append-only'); END
    """,
)
_POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION follow_up_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE integrity_constraint_violation USING MESSAGE = 'the follow-up is append-only';
    END $$
    """,
    """
    CREATE TRIGGER follow_up_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON follow_up
    FOR EACH STATEMENT EXECUTE FUNCTION follow_up_is_append_only()
    """,
)


def upgrade() -> None:
    """Nothing is followed up yet."""
    op.create_table(
        "promise",
        _text("id"),
        _text("case_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("item"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        _text("due"),
        _text("created_by"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _text("kept_on"),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["case_id"], ["dispute_case.id"]),
    )
    op.create_index("ix_promise_case_id", "promise", ["case_id"])
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("promise"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _text("by"),
        _text("day"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        _text("proof"),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["promise"], ["promise.id"]),
    )
    op.create_index("ix_follow_up_promise", "follow_up", ["promise"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in _SQLITE_TRIGGERS if sqlite else _POSTGRESQL_TRIGGERS:
        op.execute(trigger)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)
