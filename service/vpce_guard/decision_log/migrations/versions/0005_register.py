"""The register of the log: which chains, bundles, org data and steps there are."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it, empty: who first writes to it has the key, and enters what is there."""
    op.create_table(
        "log_register",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("timestamp", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("place", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("log_register")
