"""Decisions that are found by the same as the one before them; rules and labels are kept once, in their order."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_LEADS = sa.column("leads") == sa.true()
_DENIED = sa.column("allowed") == sa.false()
_INDEXES: Mapping[str, tuple[list[str], Any, Any]] = {  # columns, the rows there were in it and the rows there are
    "decisions_by_time": (["timestamp"], None, _LEADS),
    "decisions_denied": (["timestamp"], _DENIED, sa.and_(_LEADS, _DENIED)),
    "decisions_by_request": (["req_id", "timestamp"], None, _LEADS),
    "decisions_by_vpc": (["vpc_id", "timestamp"], None, _LEADS),
    "decisions_by_service": (["service_name", "timestamp"], None, None),
    **{
        f"decisions_by_{name}": (
            [name, "timestamp"],
            sa.column(name).is_not(None),
            sa.and_(_LEADS, sa.column(name).is_not(None)),
        )
        for name in ("account_id", "requested_by")
    },
}
_TABLES = {
    "decision_rules": ("decision_rules_by_rule", {"rule_id": 40}),
    "decision_labels": ("decision_labels_by_value", {"name": 200, "value": 500}),
}


def upgrade() -> None:
    """Make the indexes smaller, and the tables of rules and labels, whose rows are copied."""
    op.add_column("decisions", sa.Column("leads", sa.Boolean, nullable=False, server_default=sa.true()))
    op.add_column("decisions", sa.Column("followers", sa.Integer, nullable=False, server_default="0"))
    for name, (columns, _, rows) in _INDEXES.items():
        op.drop_index(name, "decisions")
        op.create_index(name, "decisions", columns, sqlite_where=rows, postgresql_where=rows)
    for table, (index, lengths) in _TABLES.items():
        op.drop_index(index, table)
        made = {**lengths, "timestamp": 24, "decision_id": 36}
        key = [sa.Column(name, sa.String(length), primary_key=True) for name, length in made.items()]
        names = ", ".join(made)
        _replace(table, key, f"({names}) SELECT {names} FROM before", sqlite_with_rowid=False)  # noqa: S608


def downgrade() -> None:
    """Put every decision into each index again. Texts that were packed with a dictionary need this version to read."""
    for table, (index, lengths) in _TABLES.items():
        keys = ("decision_id", "rule_id", "name")
        made = [
            sa.Column(name, sa.String(length), primary_key=name in keys, nullable=False)
            for name, length in {"decision_id": 36, **lengths, "timestamp": 24}.items()
        ]
        names = ", ".join((*lengths, "timestamp"))
        told = ", ".join(f"before.{name}" for name in (*lengths, "timestamp"))
        followers = (
            f"(decision_id, {names}) SELECT d.decision_id, {told} FROM before"  # noqa: S608
            " JOIN decisions head ON head.decision_id = before.decision_id"
            " JOIN decisions d ON d.chain = head.chain"
            " AND d.number BETWEEN head.number AND head.number + head.followers"
        )
        _replace(table, made, followers)
        op.create_index(index, table, [*lengths, "timestamp", "decision_id"])
    for name, (columns, rows, _) in _INDEXES.items():
        op.drop_index(name, "decisions")
        op.create_index(name, "decisions", [*columns, "decision_id"], sqlite_where=rows, postgresql_where=rows)
    for column in ("followers", "leads"):
        op.drop_column("decisions", column)


def _replace(table: str, columns: list[sa.Column[Any]], filled: str, **options: Any) -> None:
    """Make a table anew, filled out of itself as `before`."""
    op.rename_table(table, "before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER INDEX {table}_pkey RENAME TO before_pkey")
    op.create_table(table, *columns, **options)
    op.execute(f"INSERT INTO {table} {filled}")
    op.drop_table("before")
