"""Secrets of a known form are found by line; what only looks like one is not."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

SECRETS = [
    ("AKIA" + "A" * 16, "an AWS access key"),
    ("-----BEGIN EC " + "PRIVATE KEY-----\n" + "A" * 64, "a private key"),
    ("ghp_" + "a" * 36, "a GitHub token"),
    ("xoxb-" + "1" * 24, "a Slack token"),
    ("AIza" + "a" * 35, "a Google API key"),
    ("sk_live_" + "a" * 24, "a Stripe key"),
    ("eyJ" + "a" * 20 + ".eyJ" + "a" * 20 + "." + "a" * 43, "a signed token"),
]


@pytest.fixture(scope="module")
def find_secrets(root: Path) -> Any:
    return runpy.run_path(str(root / "tools/secret_scan.py"))["find_secrets"]


@pytest.mark.parametrize(("secret", "kind"), SECRETS)
def test_a_secret_is_found_with_its_line(secret: str, kind: str, find_secrets: Any) -> None:
    assert list(find_secrets(f"a line\n{secret}\n".encode())) == [(2, kind)]


@pytest.mark.parametrize(
    "text", ["AKIA" + "IOSFODNN7EXAMPLE", "-----BEGIN PRIVATE KEY-----", "ghp_short", "eyJhbGciOi"]
)
def test_what_only_looks_like_one_is_none(text: str, find_secrets: Any) -> None:
    assert list(find_secrets(text.encode())) == []
