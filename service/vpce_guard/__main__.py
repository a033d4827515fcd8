"""`python -m vpce_guard` is the vpce-guard command."""

from vpce_guard.cli import main

main()
