"""Telephones and addresses of a case's people move under the key: out of their columns, to wait for it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0009"
branch_labels = None
depends_on = None

FIELDS = {
    "case_party": ("phone", "address", "service_address", "electronic_address"),
    "case_agent": ("phone",),
    "roster_entry": ("phone",),
}


def upgrade() -> None:
    """A migration has no key: the server seals what waits in `plain_text` before it serves anybody."""
    op.create_table(
        "plain_text",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("of", sa.String(), nullable=False),
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    for table, fields in FIELDS.items():
        for field in fields:
            op.add_column(table, sa.Column(f"{field}_sealed", sa.LargeBinary(), nullable=True))
            op.execute(
                f'INSERT INTO plain_text ("of", "row", field, text) '
                f"SELECT '{table}', id, '{field}', {field} FROM {table} WHERE {field} <> ''"
            )
            # In plain SQL: SQLite drops a column only so without making the table anew.
            op.execute(f"ALTER TABLE {table} DROP COLUMN {field}")
    op.execute(
        "INSERT INTO installation (name, value) "
        "SELECT 'plain_text_sweep', 'due' WHERE EXISTS (SELECT 1 FROM plain_text)"
    )
