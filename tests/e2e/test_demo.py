"""What `make demo` and `make console` run, the first things anybody does, goes on working."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx2

from tests.support.waiting import LONGEST


def test_the_demo_prints_the_decisions_of_its_examples_and_stops_its_service(root: Path) -> None:
    done = subprocess.run([sys.executable, root / "examples/demo.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("\n== ") == 3
    assert "DENIED   create module.endpoints.aws_vpc_endpoint.this[" in done.stdout
    assert "\x1b" not in done.stdout
    assert "The service is stopped." in done.stdout


def test_the_console_is_where_it_says_with_the_examples_until_it_is_interrupted(root: Path) -> None:
    command = [sys.executable, root / "examples/console.py"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as started:
        assert started.stdout is not None
        address, key, _ = (started.stdout.readline().strip().rpartition(": ")[2] for _ in range(3))
        headers = {"authorization": f"Bearer {key}"}
        page = httpx2.get(f"{address}/decisions", headers=headers, timeout=LONGEST)
        assert page.status_code == 200
        assert re.search(r'aria-label="Decisions over time: [^"]*denied', page.text)
        assert httpx2.get(f"{address}/decisions", timeout=LONGEST).status_code in (303, 401)
        os.killpg(started.pid, signal.SIGINT)  # as a terminal does
        assert started.wait(LONGEST) == 0
        assert "The service is stopped." in started.stdout.read()
