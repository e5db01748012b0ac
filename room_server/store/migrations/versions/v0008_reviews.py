"""Panel reviews: materials, opinions, conclusions, and a log of who read what."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007p"
branch_labels = None
depends_on = None

_KEPT = ("review_opinion", "review_conclusion", "review_act")


def upgrade() -> None:
    """No panel has been asked anything yet."""
    _create_review()
    _create_opinions()
    _create_conclusions()
    op.create_table(
        "review_act",
        _count("id"),
        _text("hearing"),
        _big("at"),
        *(_text(name) for name in ("actor", "act")),
        _long("body"),
        sa.PrimaryKeyConstraint("id"),
        _of_hearing(),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _KEPT:
        op.create_index(f"ix_{table}_hearing", table, ["hearing"])
        for trigger in _sqlite(table) if sqlite else _postgresql(table):
            op.execute(trigger)


def _create_review() -> None:
    op.create_table(
        "review",
        _text("hearing"),
        _long("question"),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        _big("due_at", nullable=True),
        _text("asked_by"),
        _big("asked_at"),
        _big("opened_at", nullable=True),
        sa.PrimaryKeyConstraint("hearing"),
        _of_hearing(),
    )
    op.create_table(
        "review_material",
        *(_text(name) for name in ("id", "hearing", "kind", "ref", "opened_by")),
        _big("opened_at"),
        _big("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        _of_hearing(),
    )
    op.create_index("ix_review_material_hearing", "review_material", ["hearing"])


def _create_opinions() -> None:
    op.create_table(
        "review_opinion",
        _count("id"),
        *(_text(name) for name in ("hearing", "participant")),
        _count("version"),
        _big("at"),
        *(_long(name) for name in ("issue", "view", "basis")),
        _text("confidence"),
        sa.PrimaryKeyConstraint("id"),
        _of_hearing(),
        sa.ForeignKeyConstraint(["participant"], ["seat.id"]),
        sa.UniqueConstraint("hearing", "participant", "version"),
    )


def _create_conclusions() -> None:
    op.create_table(
        "review_conclusion",
        _count("id"),
        _text("hearing"),
        _count("version"),
        _big("at"),
        _text("by"),
        *(_long(name) for name in ("text", "majority", "opinions")),
        *(_text(name) for name in ("number", "file")),
        _big("bytes"),
        _text("sha256"),
        sa.PrimaryKeyConstraint("id"),
        _of_hearing(),
        sa.UniqueConstraint("hearing", "version"),
    )


def _sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_is_not_{done} BEFORE {what} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for what, done in (("UPDATE", "updated"), ("DELETE", "deleted"))
    ]


def _postgresql(table: str) -> list[str]:
    return [
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE integrity_constraint_violation USING MESSAGE = '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()",
    ]


def _of_hearing() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["hearing"], ["hearing.id"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _long(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _big(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)
