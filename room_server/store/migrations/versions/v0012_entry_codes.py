"""Links can be typed as codes."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tickets of before get theirs when their link is next shown: only then can anybody be told it."""
    op.add_column("ticket", sa.Column("code_digest", sa.String(), nullable=True))
    op.add_column("ticket", sa.Column("code_turn", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_ticket_code_digest", "ticket", ["code_digest"], unique=True)
