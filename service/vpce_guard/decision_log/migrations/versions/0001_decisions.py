"""The first tables: decisions with their rules and labels, and the chains that link them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.String(36), primary_key=True),
        sa.Column("chain", sa.String(32), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("req_id", sa.String(200), nullable=False),
        sa.Column("timestamp", sa.String(24), nullable=False),
        sa.Column("path", sa.String(100), nullable=False),
        sa.Column("requested_by", sa.String(200)),
        sa.Column("bundles", sa.Text, nullable=False),
        sa.Column("labels", sa.Text, nullable=False),
        sa.Column("input", sa.LargeBinary, nullable=False),
        sa.Column("result", sa.LargeBinary, nullable=False),
        sa.Column("erased", sa.Text, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("allowed", sa.Boolean, nullable=False),
        sa.Column("vpc_id", sa.String(200)),
        sa.Column("service_name", sa.String(500)),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("decisions_by_chain", "decisions", ["chain", "number"], unique=True)
    op.create_index("decisions_by_time", "decisions", ["timestamp", "decision_id"])
    for name, column in (("request", "req_id"), ("vpc", "vpc_id"), ("service", "service_name"), ("verdict", "allowed")):
        op.create_index(f"decisions_by_{name}", "decisions", [column, "timestamp", "decision_id"])
    op.create_table(
        "decision_rules",
        sa.Column("decision_id", sa.String(36), primary_key=True),
        sa.Column("rule_id", sa.String(40), primary_key=True),
        sa.Column("timestamp", sa.String(24), nullable=False),
    )
    op.create_index("decision_rules_by_rule", "decision_rules", ["rule_id", "timestamp", "decision_id"])
    op.create_table(
        "decision_labels",
        sa.Column("decision_id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("value", sa.String(500), nullable=False),
        sa.Column("timestamp", sa.String(24), nullable=False),
    )
    op.create_index("decision_labels_by_value", "decision_labels", ["name", "value", "timestamp", "decision_id"])
    op.create_table(
        "decision_chains",
        sa.Column("chain", sa.String(32), primary_key=True),
        sa.Column("started", sa.String(24), nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("first_previous", sa.String(64), nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("decision_chains", "decision_labels", "decision_rules", "decisions"):
        op.drop_table(table)
