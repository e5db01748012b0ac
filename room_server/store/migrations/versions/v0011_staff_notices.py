"""How staff want to be told of their hearings."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has set anything yet: nobody of the staff is told."""
    op.create_table(
        "staff_notice",
        sa.Column("account", sa.String(), sa.ForeignKey("staff_account.id"), primary_key=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by_email", sa.Boolean(), nullable=False),
        sa.Column("by_message", sa.Boolean(), nullable=False),
        sa.Column("reminders", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
    )
