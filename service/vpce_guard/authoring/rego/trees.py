"""The syntax trees of Rego files, without locations: what a policy says, however it is laid out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic_core import from_json, to_json

from vpce_guard.authoring.rego.opa import run
from vpce_guard.bundle.source_folders import Sources
from vpce_guard.folders import make_temporary_folder
from vpce_guard.model import Json


def parse_trees(texts: Mapping[str, str], *, source: Path | Sources, opa: str) -> dict[str, Json]:
    """The tree of each text that parses, by its name, in one call of opa."""
    with make_temporary_folder() as work:
        file = Path(work) / "texts.json"
        file.write_bytes(to_json(texts))
        query = "{path: tree | some path, text in input; tree := rego.parse_module(path, text)}"
        said = run([opa, "eval", "-f", "json", "-i", str(file), query], source=source)
    trees: dict[str, Json] = from_json(said)["result"][0]["expressions"][0]["value"]
    return trees
