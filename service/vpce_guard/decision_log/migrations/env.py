"""Run by Alembic, on the connection that database.py gives."""

from alembic import context

from vpce_guard.decision_log.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
