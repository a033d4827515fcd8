"""A user without a home, with an id that nobody knows, on a read-only file system: all works, or says what to set."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

# The user is another only by name, so that it can read an interpreter that lies in somebody's home.
COMMANDS = """
    import contextlib, io, os, runpy, sys

    os.setresuid(54321, 0, 0)
    from vpce_guard.surfaces.cli import main

    for line in sys.stdin.read().splitlines():
        sys.argv = ["vpce-guard", *line.split()]
        said = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
            try:
                main()
            except SystemExit as end:
                code = end.code
        print(code, said.getvalue().replace(chr(10), " "))
"""
READ_ONLY = """
    mount --make-rprivate / && mount -o remount,bind,ro / || exit 77
    for place in /tmp /var/tmp /dev/shm; do
        mount --bind $place $place 2>/dev/null && mount -o remount,bind,ro $place
    done
    touch /tmp/vpce-guard-test 2>/dev/null && exit 77
    exec "$@"
"""
SAYS = {
    "check {root}/examples/requests/proposal.json": (0, ""),
    "rules": (0, ""),
    "explain {root}/examples/requests/proposal.json": (0, ""),
    "advise --service sqs --region us-east-1 --vpc vpc-0a000001": (0, ""),
    "policy schema": (0, ""),
    "services": (0, ""),
    "log verify": (2, "Set VPCE_GUARD_DATABASE_URL"),
    "serve --port 0": (2, "Set VPCE_GUARD_DATABASE_URL"),
    "policy lint --opa {opa} --source {root}/rego": (2, "Set TMPDIR"),
    "policy test --opa {opa} --source {root}/rego gw": (2, "Set TMPDIR"),
    "policy build --check --opa {opa} --source {root}/rego": (2, "Set TMPDIR"),
}


def test_every_command_works_or_says_what_to_set(root: Path, opa: str) -> None:
    if os.name == "nt" or os.getuid() != 0:
        pytest.skip("making the file system read-only needs root")
    lines = [words.format(root=root, opa=opa) for words in SAYS]
    program = [sys.executable, "-c", textwrap.dedent(COMMANDS)]
    run = subprocess.run(
        ["unshare", "-m", "sh", "-c", textwrap.dedent(READ_ONLY), "sh", *program],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(root / "service"), "PYTHONDONTWRITEBYTECODE": "1"},
        input="\n".join(lines),
        cwd="/",
        capture_output=True,
        text=True,
    )
    if run.returncode == 77 or "unshare" in run.stderr:
        pytest.skip("the file system cannot be made read-only here")
    said = run.stdout.splitlines()
    assert len(said) == len(lines), run.stderr
    for line, told, (code, words) in zip(lines, said, SAYS.values(), strict=True):
        assert told.startswith(f"{code} "), (line, told)
        assert words in told, (line, told)
        assert "internal failure" not in told
