"""Panels: of which level an expert is, and opinions given after the others' were read."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of nobody it is known so far; every opinion given until now counts as its author's own."""
    op.add_column("seat", sa.Column("level", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "review_opinion",
        sa.Column("after_reading", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
