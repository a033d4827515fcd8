"""The gates of thresholds.json: a benchmark says what it measured, and exits with 1 where a gate is missed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

THRESHOLDS = Path(__file__).with_name("thresholds.json")


def gates(benchmark: str) -> dict[str, str]:
    """The gates of a benchmark, in words."""
    found = json.loads(THRESHOLDS.read_text())[benchmark]
    return {name: " ".join(f"at {kind} {value:g}" for kind, value in gate.items()) for name, gate in found.items()}


def missed(benchmark: str, measured: dict[str, float], *, optional: frozenset[str] = frozenset()) -> list[str]:
    """What is past its gate, or was not measured though it has one and is not optional; a sentence each."""
    wrong = []
    for name, gate in sorted(json.loads(THRESHOLDS.read_text())[benchmark].items()):
        value = measured.get(name)
        if value is None:
            wrong += [f"{name} was not measured"] if name not in optional else []
        elif not gate.get("least", value) <= value <= gate.get("most", value):
            wrong.append(f"{name} is {value:.3g} and should be {gates(benchmark)[name]}")
    return wrong


def hold(benchmark: str, measured: dict[str, float], *, optional: frozenset[str] = frozenset()) -> None:
    """Exit with 1 and say why where a gate is missed."""
    wrong = missed(benchmark, measured, optional=optional)
    for sentence in wrong:
        print(f"{benchmark}: {sentence}", file=sys.stderr)
    if wrong:
        sys.exit(1)
