"""Accounts, callers and refusals found by index, what was masked, and how far each sink has been sent the log."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_PARTIAL = {
    "decisions_denied": (["timestamp", "decision_id"], sa.column("allowed") == sa.false()),
    "decisions_by_account_id": (["account_id", "timestamp", "decision_id"], sa.column("account_id").is_not(None)),
    "decisions_by_requested_by": (["requested_by", "timestamp", "decision_id"], sa.column("requested_by").is_not(None)),
}


def upgrade() -> None:
    """Add them. Records that are there keep their hashes, and so have no account."""
    op.add_column("decisions", sa.Column("account_id", sa.String(200)))
    op.add_column("decisions", sa.Column("masked", sa.Text))
    for name, (columns, rows) in _PARTIAL.items():
        op.create_index(name, "decisions", columns, sqlite_where=rows, postgresql_where=rows)
    op.drop_index("decisions_by_verdict", "decisions")
    op.create_table(
        "decision_cursors",
        sa.Column("sink", sa.String(500), primary_key=True),
        sa.Column("chain", sa.String(32), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Take them away; records written meanwhile no longer verify."""
    op.drop_table("decision_cursors")
    op.create_index("decisions_by_verdict", "decisions", ["allowed", "timestamp", "decision_id"])
    for name in _PARTIAL:
        op.drop_index(name, "decisions")
    for column in ("masked", "account_id"):
        op.drop_column("decisions", column)
