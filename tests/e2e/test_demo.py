"""What `make demo` runs, the first thing anybody does, goes on working."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_demo_prints_the_decisions_of_its_examples_and_stops_its_service(root: Path) -> None:
    done = subprocess.run([sys.executable, root / "examples/demo.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("\n== ") == 3
    assert "DENIED   create module.endpoints.aws_vpc_endpoint.this[" in done.stdout
    assert "\x1b" not in done.stdout
    assert "The service is stopped." in done.stdout
