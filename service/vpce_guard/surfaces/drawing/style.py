"""The colours of drawings, for files that stand alone and for the console: two style sheets beside this file."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent
COLOURS = (_FOLDER / "colours.css").read_text(encoding="utf-8")
DRAWING = (_FOLDER / "drawing.css").read_text(encoding="utf-8")
STYLE = COLOURS + DRAWING
