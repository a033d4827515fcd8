"""How far something is that takes long."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click


@contextmanager
def show_progress(label: str) -> Iterator[Callable[[int, int | None], None] | None]:
    """What is told how many are done, of how many: a bar on stderr. None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    bar: Any = click.progressbar(length=1, label=label, file=sys.stderr, show_pos=True)

    def show(done: int, total: int | None) -> None:
        bar.length = max(total or done, 1)
        bar.update(done - bar.pos)

    with bar:
        yield show
