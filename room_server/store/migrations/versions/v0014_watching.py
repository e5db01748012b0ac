"""Seats of staff who watch a hearing from outside."""

from alembic import op

revision = "0014"
down_revision = "0015b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has watched so far but by a link."""
    op.execute("ALTER TABLE seat ADD COLUMN watcher VARCHAR REFERENCES staff_account (id)")
    op.create_index("ix_seat_watcher", "seat", ["watcher"])
