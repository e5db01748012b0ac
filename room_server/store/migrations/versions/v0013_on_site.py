"""Hearings that go on at a place: where, and which sitting they continue."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No hearing has gone on at a place so far."""
    op.add_column("hearing", sa.Column("place", sa.Text(), nullable=False, server_default=""))
    op.add_column("hearing", sa.Column("continues", sa.String(), nullable=False, server_default=""))
