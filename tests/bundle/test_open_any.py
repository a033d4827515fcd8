"""A bundle in whichever form it is: a folder, an archive, a signed archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.bundles import Keys
from vpce_guard.bundle.archive import pack
from vpce_guard.bundle.bundle import RESULTS, files_in, open_bundle
from vpce_guard.bundle.derived import PACKAGED
from vpce_guard.bundle.open_any import open_any
from vpce_guard.errors import BundleError


@pytest.fixture
def unsigned(tmp_path: Path) -> Path:
    files = files_in(PACKAGED)
    (tmp_path / "plain.tar.gz").write_bytes(pack({f"./{name}": files[name] for name in RESULTS}))
    return tmp_path / "plain.tar.gz"


def test_each_form_is_the_same_bundle(unsigned: Path, packaged: bytes, keys: Keys, tmp_path: Path) -> None:
    (tmp_path / "signed.tar.gz").write_bytes(packaged)
    forms = [(None, None), (PACKAGED, None), (unsigned, None), (tmp_path / "signed.tar.gz", None)]
    forms += [(PACKAGED, keys.known), (tmp_path / "signed.tar.gz", keys.known)]
    assert {open_any(path, known).revision for path, known in forms} == {open_bundle().revision}


def test_where_there_are_keys_an_archive_must_be_signed_by_one_of_them(unsigned: Path, keys: Keys) -> None:
    with pytest.raises(BundleError, match="The archive is not signed"):
        open_any(unsigned, keys.known)


def test_an_archive_of_something_else_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "opa.tar.gz").write_bytes(files_in(PACKAGED)["vpce.tar.gz"])
    with pytest.raises(BundleError):
        open_any(tmp_path / "opa.tar.gz", None)
    (tmp_path / "half.tar.gz").write_bytes(pack({"policy.wasm": b""}))
    with pytest.raises(BundleError, match=r"it lacks catalogue\.json, coverage\.json"):
        open_any(tmp_path / "half.tar.gz", None)
    with pytest.raises(BundleError, match="cannot be read"):
        open_any(tmp_path / "none", None)
