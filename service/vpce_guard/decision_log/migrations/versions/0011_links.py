"""What came to be of decisions, beside the log."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, empty."""
    op.create_table(
        "decision_links",
        sa.Column("decision_id", sa.String(36), primary_key=True),
        sa.Column("is_certain", sa.Boolean, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Take it away: links can be found again."""
    op.drop_table("decision_links")
