"""Hashes that name the key that made them, and timestamps of seals."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_HASHES = {
    "decisions": ("previous", "hash"),
    "decision_chains": ("first_previous", "head", "seal"),
    "log_register": ("digest", "previous", "hash"),
    "request_keys": ("hash",),
    "shared_contents": ("seal",),
}


def upgrade() -> None:
    """Let them be as long. SQLite limits no text; PostgreSQL changes its catalogue only and copies no row."""
    op.create_table(
        "log_timestamps",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("timestamp", sa.String(24), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("token", sa.LargeBinary, nullable=False),
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, columns in _HASHES.items():
        for column in columns:
            op.alter_column(table, column, type_=sa.String(97))


def downgrade() -> None:
    """Take the timestamps away. Hashes stay as long: they would be cut off, and the version before reads them, too."""
    op.drop_table("log_timestamps")
