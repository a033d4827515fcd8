"""The command in this process, which starts nothing: what it printed and its exit code, as a pipeline sees them."""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass
from unittest import mock

from click.testing import CliRunner

from vpce_guard.surfaces.cli import main


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    returncode: int
    stdout: bytes
    stderr: bytes


def run(*arguments: str, stdin: bytes = b"", **environment: str) -> Done:
    """Run `vpce-guard` with arguments, and with environment variables besides those of the tests."""
    with CliRunner().isolation(input=stdin, env=environment) as (out, err, _):
        code = 0
        with mock.patch.object(sys, "argv", ["vpce-guard", *arguments]):
            try:
                main()
            except SystemExit as end:
                code = int(end.code or 0)
            finally:
                gc.enable()  # which `check` turns off
        return Done(code, out.getvalue(), err.getvalue())
