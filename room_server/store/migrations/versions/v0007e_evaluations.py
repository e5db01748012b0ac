"""What the parties thought of a hearing: given once, append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0007e"
down_revision = "0007"
branch_labels = None
depends_on = None

_SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER evaluation_is_not_updated BEFORE UPDATE ON evaluation
    BEGIN SELECT RAISE(ABORT, 'an evaluation is given once'); END
    """,
    """
    CREATE TRIGGER evaluation_is_not_deleted BEFORE DELETE ON evaluation
    BEGIN SELECT RAISE(ABORT, 'an evaluation is given once'); END
    """,
)
_POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION evaluation_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE integrity_constraint_violation USING MESSAGE = 'an evaluation is given once';
    END $$
    """,
    """
    CREATE TRIGGER evaluation_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evaluation
    FOR EACH STATEMENT EXECUTE FUNCTION evaluation_is_append_only()
    """,
)


def upgrade() -> None:
    """Nobody has been asked yet."""
    op.create_table(
        "evaluation",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("hearing", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("process", "result", "mediator")),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("participant"),
        sa.ForeignKeyConstraint(["participant"], ["seat.id"]),
        sa.ForeignKeyConstraint(["hearing"], ["hearing.id"]),
    )
    op.create_index("ix_evaluation_hearing", "evaluation", ["hearing"])
    op.create_index("ix_evaluation_at", "evaluation", ["at"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in _SQLITE_TRIGGERS if sqlite else _POSTGRESQL_TRIGGERS:
        op.execute(trigger)
