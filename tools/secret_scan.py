"""Looks for secrets in the files that git knows: python tools/secret_scan.py

It finds what has a form of its own: keys of AWS, GitHub, Slack, Google and Stripe, private keys and signed tokens. It
prints where each is, never what it is, and ends with 1 where there is one. AWS's own examples end in EXAMPLE.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
KINDS = {
    "an AWS access key": rb"\b(?:AKIA|ASIA)[0-9A-Z]{9}(?!EXAMPLE)[0-9A-Z]{7}\b",
    "a private key": rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{40}",
    "a GitHub token": rb"\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_[A-Za-z0-9_]{60}",
    "a Slack token": rb"\bxox[abeprs]-[A-Za-z0-9-]{20}",
    "a Google API key": rb"\bAIza[A-Za-z0-9_-]{35}\b",
    "a Stripe key": rb"\b[rs]k_live_[A-Za-z0-9]{20}",
    "a signed token": rb"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}",
}
_FORMS = {kind: re.compile(form) for kind, form in KINDS.items()}


def find_secrets(content: bytes) -> Iterator[tuple[int, str]]:
    """The line and kind of each secret."""
    for kind, form in _FORMS.items():
        for found in form.finditer(content):
            yield content.count(b"\n", 0, found.start()) + 1, kind


def main() -> None:
    """Look through every file."""
    listing = ["git", "ls-files", "-z"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout
    found = [
        f"{name}:{line}: {kind}"
        for name in names.decode().split("\0")
        if name and (ROOT / name).is_file()
        for line, kind in find_secrets((ROOT / name).read_bytes())
    ]
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
