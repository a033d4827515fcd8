"""The pairs of letters of the names in the service catalogue, by which VPCE-COMMON-034 finds the nearest names.

python tools/services/letters.py     # after an edit of the catalogue by hand; `make services` does it, too
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import catalogue

_FILE = Path("rego/vpce/services/letters/data.yaml")
_COMMENT = """\
# The names of the service catalogue, how many pairs of letters each has, and the numbers of the names by pair, without
# dots and hyphens, ^ and $ for the ends of a name. Do not edit: `python tools/services/letters.py` makes it.
"""


def pairs_of(name: str) -> set[str]:
    """The pairs of letters of a name, as the rule takes them."""
    letters = f"^{name.lower().replace('.', '').replace('-', '')}$"
    return {letters[at : at + 2] for at in range(len(letters) - 1)}


def text(names: Iterable[str]) -> str:
    """The content of the file."""
    listed = sorted(names)
    pairs = [pairs_of(name) for name in listed]
    found: dict[str, list[int]] = defaultdict(list)
    for number, of_name in enumerate(pairs):
        for pair in of_name:
            found[pair].append(number)
    lines = [f"names: {json.dumps(listed)}", f"sizes: {[len(of_name) for of_name in pairs]}", "pairs:"]
    return _COMMENT + "\n".join([*lines, *(f'  "{pair}": {found[pair]}' for pair in sorted(found)), ""])


def write(names: Iterable[str]) -> None:
    """Write the file of these names."""
    _FILE.parent.mkdir(exist_ok=True)
    _FILE.write_text(text(names), encoding="utf-8")


if __name__ == "__main__":
    write(catalogue.read(Path("rego/vpce/services/data.yaml"))[1]["services"])
