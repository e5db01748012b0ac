"""An append-only log of what was changed of organisations, their staff, grants and chambers' devices."""

import sqlalchemy as sa
from alembic import op

revision = "0016o"
down_revision = "0014"
branch_labels = None
depends_on = None

_TABLE = "organisation_log"


def upgrade() -> None:
    """What was changed before stands in no log."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("actor", "act", "organisation")),
        sa.Column("account", sa.String(), nullable=False, server_default=""),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
    )
    op.create_index(f"ix_{_TABLE}_organisation", _TABLE, ["organisation"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in _SQLITE if sqlite else _POSTGRESQL:
        op.execute(trigger)


_SQLITE = [
    f"CREATE TRIGGER {_TABLE}_is_not_{done} BEFORE {what} ON {_TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only'); END"
    for what, done in (("UPDATE", "updated"), ("DELETE", "deleted"))
]
_POSTGRESQL = [
    f"CREATE FUNCTION {_TABLE}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"RAISE integrity_constraint_violation USING MESSAGE = '{_TABLE} is append-only'; END $$",
    f"CREATE TRIGGER {_TABLE}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {_TABLE} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {_TABLE}_is_append_only()",
]
