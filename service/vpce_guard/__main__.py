"""`python -m vpce_guard` is the vpce-guard command."""

from vpce_guard.surfaces.cli import main

main()
