"""Devices of chambers, calls between them, and the seat of a chamber in a hearing."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No chamber has a device yet, and none has a seat anywhere."""
    op.create_table(
        "chamber_endpoint",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("id", "chamber", "label", "created_by")),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("code_digest", "credential_digest")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("code_expires_at", "created_at")),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("paired_at", "revoked_at")),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["chamber"], ["chamber.id"]),
        sa.ForeignKeyConstraint(["created_by"], ["staff_account.id"]),
        sa.UniqueConstraint("code_digest"),
    )
    op.create_index("ix_chamber_endpoint_chamber", "chamber_endpoint", ["chamber"])
    op.create_table(
        "chamber_call",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("id", "callee", "state", "reason")),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("caller", "account", "hearing")),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("answered_at", "ended_at")),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["caller"], ["chamber.id"]),
        sa.ForeignKeyConstraint(["callee"], ["chamber.id"]),
        sa.ForeignKeyConstraint(["account"], ["staff_account.id"]),
        sa.ForeignKeyConstraint(["hearing"], ["hearing.id"]),
    )
    for name in ("caller", "callee", "hearing", "state"):
        op.create_index(f"ix_chamber_call_{name}", "chamber_call", [name])
    # In plain SQL: SQLite adds a column with its reference only so, without making the table anew.
    op.execute("ALTER TABLE seat ADD COLUMN chamber VARCHAR REFERENCES chamber (id)")
    op.create_index("ix_seat_chamber", "seat", ["chamber"])
