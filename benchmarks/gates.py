"""The gates of thresholds.json: a benchmark says what it measured, keeps it, and exits with 1 where a gate is missed.

What is measured in rounds is a list with a value for each: its median counts, and its range is shown beside.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

Measured = Mapping[str, float | Sequence[float]]

THRESHOLDS = Path(__file__).with_name("thresholds.json")
RESULTS = Path(__file__).with_name("results")


def gates(benchmark: str) -> dict[str, str]:
    """The gates of a benchmark, in words."""
    found = json.loads(THRESHOLDS.read_text())[benchmark]
    return {name: " ".join(f"at {kind} {value:g}" for kind, value in gate.items()) for name, gate in found.items()}


def missed(benchmark: str, measured: Measured, *, optional: frozenset[str] = frozenset()) -> list[str]:
    """What is past its gate, or was not measured though it has one and is not optional; a sentence each."""
    wrong = []
    for name, gate in sorted(json.loads(THRESHOLDS.read_text())[benchmark].items()):
        if name not in measured:
            wrong += [f"{name} was not measured"] if name not in optional else []
            continue
        value = _middle(measured[name])
        if not gate.get("least", value) <= value <= gate.get("most", value):
            wrong.append(f"{name} is {value:.3g} and should be {gates(benchmark)[name]}")
    return wrong


def hold(benchmark: str, measured: Measured, *, optional: frozenset[str] = frozenset()) -> None:
    """Print each value with its range and gate, keep them in results/, and exit with 1 where a gate is missed."""
    told = gates(benchmark)
    print(f"\n{benchmark:<52}{'median':>9}{'from':>9}{'to':>9}  gate")
    for name, values in measured.items():
        low, high = min(_rounds(values)), max(_rounds(values))
        print(f"{name:<52}{_middle(values):>9.3g}{low:>9.3g}{high:>9.3g}  {told.get(name, '')}")
    _keep(benchmark, measured)
    wrong = missed(benchmark, measured, optional=optional)
    for sentence in wrong:
        print(f"{benchmark}: {sentence}", file=sys.stderr)
    if wrong:
        sys.exit(1)


def _keep(benchmark: str, measured: Measured) -> None:
    """One file for each benchmark, of its last run."""
    rows = {
        name: {"median": _middle(values), "rounds": [float(f"{value:.4g}") for value in _rounds(values)]}
        for name, values in measured.items()
    }
    content = {
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
        "measured": rows,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{benchmark}.json").write_text(json.dumps(content, indent=1) + "\n")


def _middle(values: float | Sequence[float]) -> float:
    return float(f"{statistics.median(_rounds(values)):.4g}")


def _rounds(values: float | Sequence[float]) -> Sequence[float]:
    return [values] if isinstance(values, int | float) else values
