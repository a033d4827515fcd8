"""What was compiled is kept where only this user can write, and used again."""

from __future__ import annotations

from pathlib import Path

import pytest
import wasmtime

from vpce_guard.engines import compiling
from vpce_guard.errors import BundleError

EMPTY = wasmtime.wat2wasm("(module)")


def compile_it(folder: Path | None) -> wasmtime.Module:
    return compiling.compile_module(wasmtime.Engine(), bytes(EMPTY), folder, kind="policy")


def test_it_is_kept(tmp_path: Path) -> None:
    compile_it(tmp_path)
    (kept,) = tmp_path.glob("policy-*.cwasm")
    before = kept.stat().st_ino
    compile_it(tmp_path)
    assert [file.stat().st_ino for file in tmp_path.glob("*.cwasm")] == [before]


def test_a_folder_that_others_can_write_to_is_not_trusted(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    compile_it(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_a_cache_it_is_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "cache_folder", lambda: None)
    assert isinstance(compile_it(None), wasmtime.Module)


def test_what_is_no_module_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="cannot be compiled"):
        compiling.compile_module(wasmtime.Engine(), b"no module", tmp_path, kind="policy")
