"""What was compiled is kept where only this user can write, and used again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import wasmtime

from tests.support.waiting import until
from vpce_guard.engines import compiling
from vpce_guard.errors import BundleError

EMPTY = wasmtime.wat2wasm("(module)")


def compile_it(folder: Path | None, *, kind: str = "policy") -> wasmtime.Module:
    return compiling.compile_module(wasmtime.Engine(), bytes(EMPTY), folder, kind=kind)


def test_it_is_kept(tmp_path: Path) -> None:
    compile_it(tmp_path)
    (kept,) = tmp_path.glob("policy-*.cwasm")
    before = kept.stat().st_ino
    compile_it(tmp_path)
    assert [file.stat().st_ino for file in tmp_path.glob("*.cwasm")] == [before]


def test_it_is_kept_for_its_user_only(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    compile_it(cache)
    (file,) = cache.glob("*.cwasm")
    assert cache.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_broken_is_compiled_again(tmp_path: Path) -> None:
    compile_it(tmp_path)
    (file,) = tmp_path.glob("*.cwasm")
    file.write_bytes(b"not a module")
    compile_it(tmp_path)
    assert file.read_bytes() != b"not a module"


def test_what_was_used_last_is_kept(tmp_path: Path) -> None:
    old = [tmp_path / f"policy-{number:02}.cwasm" for number in range(25)]
    for age, file in enumerate(reversed(old)):
        file.write_bytes(b"")
        os.utime(file, (age, age))
    compile_it(tmp_path)
    assert sorted(tmp_path.glob("policy-??.cwasm")) == old[:19]
    assert len(list(tmp_path.glob("*.cwasm"))) == 20


def test_what_is_compiled_quickly_is_kept_apart(tmp_path: Path) -> None:
    compile_it(tmp_path)
    compile_it(tmp_path, kind="quick")
    until(lambda: len(list(tmp_path.glob("quick-*.cwasm"))) == 1)
    assert len(list(tmp_path.glob("*.cwasm"))) == 2


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
