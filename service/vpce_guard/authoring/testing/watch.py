"""Watch a rego folder: test what an edit concerns, say what is wrong with one that does not compile, and go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path
from threading import Event

from vpce_guard.authoring.testing.checks import Result
from vpce_guard.authoring.testing.test import RuleTestOptions, run_tests
from vpce_guard.bundle.source_folders import Sources, open_sources
from vpce_guard.errors import VpceGuardError

Tell = Callable[["list[Result] | VpceGuardError", "frozenset[str] | None", float], None]
_WATCHED = (".rego", ".yaml", ".json")
_PAUSE = 100  # milliseconds without an edit after which the watch gives a sign of life


def watch_folder(asked: RuleTestOptions, tell: Tell, *, stop: Event | None = None) -> None:
    """Test once, and after each edit what it concerns, until `stop` is set.

    `tell` gets the results, or the error that kept them from being made, the rules they are of (None for all) and the
    seconds it took.
    """
    from watchfiles import watch as changes

    sources = open_sources(asked.source)
    edits_of_folder = changes(
        *dict.fromkeys((sources.built_in, *sources.folders)),
        stop_event=stop,
        debounce=200,
        step=20,
        rust_timeout=_PAUSE,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    next(edits_of_folder, None)  # from here on no edit is missed, not even one made while the first tests run
    _test_once(asked, tell)
    for edits in edits_of_folder:
        edited = [Path(path) for _, path in edits if Path(path).suffix in _WATCHED]
        if edited:
            _test_once(replace(asked, names=rules_concerned(sources, edited, asked.names)), tell)


def rules_concerned(
    source: Path | Sources, edited: Iterable[Path], names: Collection[str] | None
) -> frozenset[str] | None:
    """The rules that edits concern: those whose folders they are in, or `names`, where one is outside such a folder."""
    folders = {folder.resolve(): name for name, folder in open_sources(source).rule_folders().items()}
    found = set()
    for path in edited:
        concerned = next((folders[parent] for parent in path.resolve().parents if parent in folders), None)
        if concerned is None:
            return None if names is None else frozenset(names)
        found.add(concerned)
    return frozenset(found)


def _test_once(asked: RuleTestOptions, tell: Tell) -> None:
    started = time.monotonic()
    names = frozenset(asked.names) if asked.names is not None else None
    try:
        told: list[Result] | VpceGuardError = run_tests(asked)
    except VpceGuardError as error:
        told = error
    tell(told, names, time.monotonic() - started)
