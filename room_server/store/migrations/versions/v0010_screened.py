"""Seats: who must never be at the same place."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody was kept apart so far."""
    op.add_column("seat", sa.Column("screened", sa.Text(), nullable=False, server_default=""))
