"""What is said when something fails that nobody foresaw. Imported only then."""

from __future__ import annotations

import os
import traceback

import click


def tell(error: Exception) -> None:
    """One line on stderr; the traceback too when VPCE_GUARD_DEBUG is set."""
    click.echo(
        f"vpce-guard: internal failure: {type(error).__name__}: {error}. Nothing was allowed. "
        "Run again with VPCE_GUARD_DEBUG=1 for details and report it.",
        err=True,
    )
    if os.environ.get("VPCE_GUARD_DEBUG"):
        traceback.print_exception(error)
