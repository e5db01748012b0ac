"""Subscriptions of other systems, and the messages for them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has subscribed to anything yet."""
    op.create_table(
        "webhook",
        *(_text(name) for name in ("id", "organisation", "url", "kinds", "note")),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("old_secret_sealed", sa.LargeBinary(), nullable=True),
        _big("old_secret_until", nullable=True),
        _text("created_by"),
        _big("created_at"),
        _big("disabled_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["created_by"], ["staff_account.id"]),
    )
    op.create_index("ix_webhook_organisation", "webhook", ["organisation"])
    op.create_table(
        "webhook_message",
        sa.Column("seq", sa.Integer(), nullable=False),
        *(_text(name) for name in ("id", "webhook", "kind")),
        sa.Column("body", sa.Text(), nullable=False),
        _text("state"),
        sa.Column("tries", sa.Integer(), nullable=False),
        _big("created_at"),
        *(_big(name, nullable=True) for name in ("due_at", "settled_at")),
        sa.Column("status", sa.Integer(), nullable=True),
        _text("word"),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
        sa.ForeignKeyConstraint(["webhook"], ["webhook.id"]),
    )
    op.create_index("ix_webhook_message_webhook", "webhook_message", ["webhook"])
    op.create_index("ix_webhook_message_due_at", "webhook_message", ["due_at"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _big(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)
