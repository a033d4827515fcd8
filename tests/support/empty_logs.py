"""Logs that tests begin: copies of the first, as making the tables anew takes most of the time of a start."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlalchemy import Engine, inspect

from vpce_guard.decision_log import database


def copy_empty_logs() -> None:
    """From now on in this process, make the tables of an empty SQLite database once, and copy them into others."""
    migrate = database._migrate
    empty = sqlite3.connect(":memory:", check_same_thread=False)
    is_made = False

    def make_or_copy(log: Engine) -> None:
        nonlocal is_made
        if log.dialect.name != "sqlite" or inspect(log).get_table_names():
            migrate(log)
            return
        if not is_made:
            migrate(log)
        with closing(log.raw_connection()) as connection:
            file = connection.driver_connection
            assert isinstance(file, sqlite3.Connection)
            if is_made:
                empty.backup(file)
            else:
                file.backup(empty)
                is_made = True

    database._migrate = make_or_copy
