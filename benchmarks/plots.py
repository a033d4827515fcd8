"""Draws docs/images/performance.svg from results/: what was measured last against its gate, with its range.

Each value is a part of its gate, so that a line ends left of 1 where the gate holds, whatever is measured.
"""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from gates import RESULTS, THRESHOLDS, gates

TARGET = Path(__file__).parents[1] / "docs/images/performance.svg"
ROW, LEFT, WIDTH, MOST = 22, 400, 420, 2.0  # px of a row, of the names, of the drawing; and the largest part drawn
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#333}.head{font-weight:600}.bar{fill:#4878a8}.past{fill:#c0504d}"
    ".range{stroke:#222;stroke-width:1.5}.gate{stroke:#888;stroke-dasharray:4 3}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.range{stroke:#eee}}"
)


def main() -> None:
    """Write the drawing."""
    TARGET.write_text(draw(), encoding="utf-8")
    print(TARGET)


def draw() -> str:
    """The drawing as SVG."""
    rows: list[str] = []
    height = ROW
    for benchmark, thresholds in json.loads(THRESHOLDS.read_text()).items():
        path = RESULTS / f"{benchmark}.json"
        if not path.exists():
            continue
        measured = json.loads(path.read_text())["measured"]
        rows.append(f'<text class="head" x="4" y="{height + 15}">{escape(benchmark)}</text>')
        height += ROW
        for name, gate in thresholds.items():
            if name in measured:
                rows.append(_row(height, name, gates(benchmark)[name], measured[name]["rounds"], gate))
                height += ROW
    at_gate = LEFT + WIDTH / MOST
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 180} {height + 8}" role="img">'
        f"<title>What was measured against its gate</title><style>{STYLE}</style>"
        f'<line class="gate" x1="{at_gate}" x2="{at_gate}" y1="{ROW}" y2="{height}"/>'
        f'<text x="{at_gate - 14}" y="15">gate</text>{"".join(rows)}</svg>\n'
    )


def _row(top: int, name: str, gate: str, rounds: list[float], limits: dict[str, float]) -> str:
    ordered = sorted(rounds)
    middle, low, high = (_part(value, limits) for value in (ordered[len(ordered) // 2], ordered[0], ordered[-1]))
    label = f"{ordered[len(ordered) // 2]:.3g} ({gate})"
    y = top + ROW / 2
    line = f'<line class="range" x1="{_x(low)}" x2="{_x(high)}" y1="{y}" y2="{y}"/>' if low != high else ""
    return (
        f'<text x="16" y="{top + 15}">{escape(name)}</text>'
        f'<rect class="{"bar" if middle <= 1 else "past"}" x="{LEFT}" y="{top + 5}" width="{_x(middle) - LEFT:.1f}" '
        f'height="{ROW - 10}"/>{line}<text x="{LEFT + WIDTH + 8}" y="{top + 15}">{escape(label)}</text>'
    )


def _part(value: float, limits: dict[str, float]) -> float:
    """A value as a part of its gate; how many times more it is than the least, turned round."""
    if "least" in limits:
        return limits["least"] / value if value else MOST
    return value / limits["most"] if limits["most"] else 2 * float(value > 0)


def _x(part: float) -> float:
    return LEFT + WIDTH * min(part, MOST) / MOST


if __name__ == "__main__":
    main()
