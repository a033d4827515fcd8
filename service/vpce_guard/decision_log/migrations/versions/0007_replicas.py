"""What services on one database share: replays, org data and keys, and how often each caller asked."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, empty."""
    op.create_table(
        "replays",
        sa.Column("replay_id", sa.String(36), primary_key=True),
        sa.Column("started", sa.String(24), nullable=False),
        sa.Column("updated", sa.String(24), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "shared_contents",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("seal", sa.String(64)),
        sa.Column("added", sa.String(24), nullable=False),
    )
    op.create_table(
        "caller_counts",
        sa.Column("process", sa.String(32), primary_key=True),
        sa.Column("caller", sa.String(200), primary_key=True),
        sa.Column("taken", sa.BigInteger, nullable=False),
        sa.Column("updated", sa.String(24), nullable=False),
    )


def downgrade() -> None:
    """Take them away."""
    for name in ("replays", "shared_contents", "caller_counts"):
        op.drop_table(name)
