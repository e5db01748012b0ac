"""Which listed material an item of evidence is, and who handed it in where staff brought it."""

import sqlalchemy as sa
from alembic import op

revision = "0015b"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is there was listed nowhere and brought by whoever it says."""
    # In plain SQL: SQLite adds a column with its reference only so, without making the table anew.
    op.execute("ALTER TABLE evidence ADD COLUMN exhibit VARCHAR REFERENCES case_exhibit (id)")
    op.create_index("ix_evidence_exhibit", "evidence", ["exhibit"])
    op.add_column("evidence", sa.Column("received_from", sa.String(), nullable=False, server_default=""))
