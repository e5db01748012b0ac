"""Which video codec a hearing wants first."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Hearings that are there already take the server's own order."""
    op.add_column("hearing", sa.Column("video_codec", sa.String(), nullable=False, server_default=""))
