"""`--opa`: a path holds wherever opa is run."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from vpce_guard.surfaces.cli.opa_option import opa_option


@click.command()
@opa_option()
def show(opa: str) -> None:
    click.echo(opa)


def given(*arguments: str) -> str:
    return CliRunner().invoke(show, arguments).output.strip()


def test_a_relative_path_is_one_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert given("--opa", ".tools/bin/opa") == str(tmp_path / ".tools/bin/opa")
    assert given("--opa", "./opa") == str(tmp_path / "opa")


def test_a_name_stays_one_to_look_for() -> None:
    assert given() == "opa"
    assert given("--opa", "opa-1.22") == "opa-1.22"


def test_an_absolute_path_stays() -> None:
    assert given("--opa", "/opt/opa") == "/opt/opa"
