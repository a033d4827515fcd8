"""The inventory: what was read of accounts, by VPC, and the runs that read it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, empty."""
    op.create_table(
        "inventory_slices",
        sa.Column("vpc_id", sa.String(200), primary_key=True),
        sa.Column("account", sa.String(12), primary_key=True),
        sa.Column("region", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("snapshot", sa.String(24), primary_key=True),
        sa.Column("taken", sa.String(24), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("things", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("inventory_slices_by_place", "inventory_slices", ["account", "region", "kind", "snapshot"])
    op.create_table(
        "inventory_syncs",
        sa.Column("snapshot", sa.String(24), primary_key=True),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("ended", sa.String(24)),
    )


def downgrade() -> None:
    """Take them away: they can be read again."""
    for name in ("inventory_slices", "inventory_syncs"):
        op.drop_table(name)
