"""Where the console is."""

from __future__ import annotations

ROOT = "/console"
SIGN_IN = f"{ROOT}/sign-in"
PROVIDER = f"{SIGN_IN}/provider"
CALLBACK = f"{SIGN_IN}/callback"
STATIC = f"{ROOT}/static/"
