"""Evidence of a case, and an append-only history of what was done to it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER evidence_act_is_not_updated BEFORE UPDATE ON evidence_act
    BEGIN SELECT RAISE(ABORT, 'the history of evidence is append-only'); END
    """,
    """
    CREATE TRIGGER evidence_act_is_not_deleted BEFORE DELETE ON evidence_act
    BEGIN SELECT RAISE(ABORT, 'the history of evidence is append-only'); END
    """,
)
_POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION evidence_act_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE integrity_constraint_violation USING MESSAGE = 'the history of evidence is append-only';
    END $$
    """,
    """
    CREATE TRIGGER evidence_act_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence_act
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_act_is_append_only()
    """,
)


def upgrade() -> None:
    """Cases that are there already have no evidence."""
    op.create_table(
        "evidence",
        *(_text(name) for name in ("id", "case_id", "hearing", "side")),
        sa.Column("number", sa.Integer(), nullable=True),
        *(_text(name) for name in ("state", "word", "title", "purpose", "file")),
        _big("size"),
        *(_text(name) for name in ("format", "kind")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("pages", "seconds")),
        sa.Column("active", sa.Boolean(), nullable=False),
        *(_text(name) for name in ("sha256", "actor", "by")),
        _big("created_at"),
        *(_big(name, nullable=True) for name in ("received_at", "submitted_at", "withdrawn_at")),
        _text("reason"),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["case_id"], ["dispute_case.id"]),
        sa.ForeignKeyConstraint(["hearing"], ["hearing.id"]),
        sa.UniqueConstraint("case_id", "side", "number"),
    )
    op.create_index("ix_evidence_case_id", "evidence", ["case_id"])
    op.create_table(
        "evidence_act",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("evidence"),
        _big("at"),
        _text("actor"),
        _text("act"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["evidence"], ["evidence.id"]),
    )
    op.create_index("ix_evidence_act_evidence", "evidence_act", ["evidence"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in _SQLITE_TRIGGERS if sqlite else _POSTGRESQL_TRIGGERS:
        op.execute(trigger)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _big(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)
