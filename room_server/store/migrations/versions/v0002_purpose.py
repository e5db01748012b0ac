"""Why somebody watches a hearing: a purpose per seat."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Seats that are there already have no purpose written down."""
    op.add_column("seat", sa.Column("purpose", sa.String(), nullable=False, server_default=""))
