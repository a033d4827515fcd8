"""Synthesise the CDK app of the examples again: `make cdk-app`. Needs Node.js and npm.

The packages go into a folder that is thrown away. What is kept of the cloud assembly is what tells of stacks: manifests
and templates.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

APP = Path(__file__).resolve().parent.parent / "examples/cdk"
KEPT = ("type", "environment", "properties", "displayName")
STACK_PROPERTIES = ("templateFile", "stackName", "parameters", "directoryName")


def main() -> int:
    npm, node = (shutil.which(name) for name in ("npm", "node"))
    if npm is None or node is None:
        print("Node.js and npm are not here.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name in ("package.json", "app.js"):
            shutil.copy(APP / name, place / name)
        subprocess.run([npm, "install", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=place, check=True)
        subprocess.run([node, "app.js", "cdk.out"], cwd=place, check=True)
        keep(place / "cdk.out", APP / "cdk.out")
    return 0


def keep(assembly: Path, target: Path) -> None:
    """Write what is kept of a cloud assembly."""
    shutil.rmtree(target, ignore_errors=True)
    for path in sorted(assembly.rglob("*.json")):
        if path.name != "manifest.json" and not path.name.endswith(".template.json"):
            continue
        value = json.loads(path.read_text())
        kept = trim(value) if path.name == "manifest.json" else value
        (place := target / path.relative_to(assembly)).parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(kept, indent=1) + "\n")


def trim(manifest: dict[str, Any]) -> dict[str, Any]:
    """A manifest with its stacks and stages, and of each what a reader needs."""
    artifacts = {}
    for name, artifact in manifest["artifacts"].items():
        if artifact["type"] in ("aws:cloudformation:stack", "cdk:cloud-assembly"):
            kept = {member: artifact[member] for member in KEPT if member in artifact}
            properties = {p: v for p, v in artifact["properties"].items() if p in STACK_PROPERTIES}
            artifacts[name] = {**kept, "properties": properties}
    return {"version": manifest["version"], "artifacts": artifacts}


if __name__ == "__main__":
    sys.exit(main())
