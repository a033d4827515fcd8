"""Adds to a wheel what Python alone makes of rego/, and rego/ itself, over which organisations put rules of their own.

The repository holds the build results that need opa, and no others.
"""

from __future__ import annotations

import atexit
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DerivedFiles(BuildHookInterface):  # type: ignore[type-arg]
    """The build hook. An editable install needs none of it: there the files are made when they are first asked for."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the files and name them as parts of the wheel."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "service"))
        from vpce_guard.bundle import derived

        made = tempfile.TemporaryDirectory()
        atexit.register(made.cleanup)
        for name in derived.DERIVED:
            file = Path(made.name, name)
            file.write_bytes(derived.derive(name))
            build_data["force_include"][str(file)] = f"vpce_guard/policy/{name}"
        for file in sorted((root / "rego").rglob("*")):
            is_test = file.name.endswith("_test.rego") and file.parent.name != "testing"
            if file.is_file() and not is_test and file.suffix != ".json":
                build_data["force_include"][str(file)] = f"vpce_guard/policy/{file.relative_to(root).as_posix()}"
