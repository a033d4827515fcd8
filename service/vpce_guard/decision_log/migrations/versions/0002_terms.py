"""What decisions are made under: bundles, their life, and org data."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "bundles",
        sa.Column("revision", sa.String(64), primary_key=True),
        sa.Column("version", sa.BigInteger),
        sa.Column("key_id", sa.String(128)),
        sa.Column("archive", sa.LargeBinary, nullable=False),
        sa.Column("added", sa.String(24), nullable=False),
        sa.Column("added_by", sa.String(200)),
    )
    op.create_table(
        "org_data",
        sa.Column("revision", sa.String(64), primary_key=True),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("added", sa.String(24), nullable=False),
    )
    op.create_table(
        "sidecars",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("revision", sa.String(200)),
        sa.Column("seen", sa.String(24), nullable=False),
        sa.Column("error", sa.Text),
    )
    op.create_table(
        "bundle_steps",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("timestamp", sa.String(24), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("by", sa.String(200)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("after", sa.Integer, unique=True),
    )
    op.create_table(
        "shadow_tallies",
        sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("process", sa.String(32), primary_key=True),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("updated", sa.String(24), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("shadow_tallies", "bundle_steps", "sidecars", "org_data", "bundles"):
        op.drop_table(table)
