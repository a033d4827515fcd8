"""The IAM prefixes of each name in the service catalogue, for proofs about policies to bound actions by.

python tools/services/endpoints.py     # after an edit of the catalogue by hand; `make services` does it, too
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import catalogue

_CATALOGUE = Path("rego/vpce/services/data.yaml")
_FILE = Path("service/vpce_guard/formats/aws/iam/endpoints.json")


def text(known: dict[str, Any]) -> str:
    """The content of the file: prefixes by name, and the names that AWS numbers by cell."""
    services = known["services"]
    lines = [f'"{name}":{json.dumps(facts["iam"])}' for name, facts in sorted(services.items()) if facts.get("iam")]
    cells = json.dumps(sorted(name for name, facts in services.items() if facts.get("cells")))
    head = f'{{"source": "{_CATALOGUE} of {known["date"]}","cells":{cells},"prefixes":{{\n'
    return head + ",\n".join(lines) + "\n}}\n"


def write(known: dict[str, Any]) -> None:
    """Write the file of a catalogue."""
    _FILE.write_text(text(known), encoding="utf-8")


if __name__ == "__main__":
    write(catalogue.read(_CATALOGUE)[1])
