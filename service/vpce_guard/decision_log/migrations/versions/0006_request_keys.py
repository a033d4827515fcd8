"""Keys of requests that are answered once: which decisions were made under each."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, empty."""
    op.create_table(
        "request_keys",
        sa.Column("caller", sa.String(200), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("timestamp", sa.String(24), nullable=False),
        sa.Column("body", sa.String(64), nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("request_keys_by_time", "request_keys", ["timestamp"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("request_keys")
