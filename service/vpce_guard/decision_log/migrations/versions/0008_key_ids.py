"""Hashes that name the key that made them."""

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
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, columns in _HASHES.items():
        for column in columns:
            op.alter_column(table, column, type_=sa.String(97))


def downgrade() -> None:
    """Nothing: what names a key would be cut off, and the version before reads columns of this length."""
