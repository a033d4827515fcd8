"""What the inputs of one request have in common, and somewhere to write to, to see whether the log can be written."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "decision_parts",
        sa.Column("chain", sa.String(32), primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("decision_parts_by_hash", "decision_parts", ["chain", "hash"])
    op.create_table(
        "decision_probes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("written", sa.String(24), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Take them away; inputs that have parts can no longer be read."""
    op.drop_table("decision_probes")
    op.drop_table("decision_parts")
