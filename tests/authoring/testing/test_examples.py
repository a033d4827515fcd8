"""Examples beside rules: read as proposals, and a malformed one is told with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.support.rego import FOLDER, edit
from vpce_guard.errors import SourceError


def test_a_malformed_example_is_told_with_its_line(run_policy_test: Callable[..., Result], rego: Path) -> None:
    edit(rego, "examples.yaml", "- name: and one more", "- name: and one more\n    colour: red")
    with pytest.raises(SourceError, match=rf"{FOLDER}/examples.yaml:5: pass example 2 is wrong: colour"):
        raise run_policy_test().exception or AssertionError
