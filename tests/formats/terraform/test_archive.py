"""Archives of Terraform source: what is taken out of them, and what of a hostile one is not."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from vpce_guard.errors import TooLargeError, UnreadableError
from vpce_guard.formats.terraform.archive import unpack
from vpce_guard.formats.terraform.hcl import Configuration

LIMIT = 1 << 20


def member(name: str, kind: bytes = tarfile.REGTYPE, *, size: int = 0, to: str = "") -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.size, found.linkname = kind, size, to
    return found


def archive(members: Iterable[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    """A gzipped tar of members, each with its content."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    return gzip.compress(stream.getvalue(), compresslevel=1)


def files(**contents: bytes) -> bytes:
    named = ((name.replace("__", "/").replace("_", "."), content) for name, content in contents.items())
    return archive((member(name, size=len(content)), content) for name, content in named)


def unpacked(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def test_source_is_taken_and_nothing_else(tmp_path: Path) -> None:
    content = files(main_tf=b"a", net__inner_tofu=b"b", secrets_tfvars=b"c", net__run_sh=b"d", plan_json=b"e")
    unpack(content, tmp_path, limit=LIMIT)
    assert unpacked(tmp_path) == ["main.tf", "net/inner.tofu"]
    assert (tmp_path / "main.tf").read_bytes() == b"a"


def test_the_list_of_installed_modules_is_taken(tmp_path: Path) -> None:
    name = ".terraform/modules/modules.json"
    unpack(archive([(member(name, size=2), b"{}")]), tmp_path, limit=LIMIT)
    assert unpacked(tmp_path) == [name]


def test_a_tar_that_is_not_compressed_is_read(tmp_path: Path) -> None:
    unpack(gzip.decompress(files(main_tf=b"a")), tmp_path, limit=LIMIT)
    assert unpacked(tmp_path) == ["main.tf"]


@pytest.mark.parametrize("name", ["../main.tf", "/main.tf", "a/../../main.tf", "..", "a/.."])
def test_a_path_that_leads_out_spoils_the_archive(tmp_path: Path, name: str) -> None:
    (tmp_path / "inner").mkdir()
    with pytest.raises(UnreadableError, match="leads out of it"):
        unpack(archive([(member(name, size=1), b"a")]), tmp_path / "inner", limit=LIMIT)
    assert unpacked(tmp_path) == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_passed_over(tmp_path: Path, kind: bytes) -> None:
    unpack(archive([(member("main.tf", kind, to="/etc/passwd"), b"")]), tmp_path, limit=LIMIT)
    assert unpacked(tmp_path) == []


def test_a_folder_that_is_a_link_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    link = (member("net", tarfile.SYMTYPE, to=".."), b"")
    unpack(archive([link, (member("net/main.tf", size=1), b"a")]), tmp_path / "inner", limit=LIMIT)
    assert unpacked(tmp_path) == ["inner/net/main.tf"]


def test_a_file_that_is_a_folder_too_spoils_the_archive(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        unpack(files(main_tf=b"a", main_tf__more_tf=b"b"), tmp_path, limit=LIMIT)


def test_what_unpacks_to_more_than_may_be_is_refused_before_it_is_all_there(tmp_path: Path) -> None:
    bomb = archive([(member("zeros.bin", size=4 * LIMIT), bytes(4 * LIMIT))])
    assert len(bomb) < LIMIT // 10
    with pytest.raises(TooLargeError, match="more than 1048576 bytes"):
        unpack(bomb, tmp_path, limit=LIMIT)


def test_a_file_that_claims_to_be_huge_is_not_believed(tmp_path: Path) -> None:
    header = member("main.tf", size=1 << 40).tobuf()
    with pytest.raises(TooLargeError):
        unpack(gzip.compress(header), tmp_path, limit=LIMIT)


def test_a_sparse_file_is_passed_over(tmp_path: Path) -> None:
    info = member("main.tf", size=1)
    info.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.map": "0,0", "GNU.sparse.size": "4096"}
    unpack(archive([(info, b"a")]), tmp_path, limit=LIMIT)
    assert unpacked(tmp_path) == []


def test_more_files_than_anybody_writes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TooLargeError, match="too many files"):
        unpack(archive((member(f"{n}.tf"), b"") for n in range(5_001)), tmp_path, limit=16 << 20)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x1f\x8bno gzip", files(main_tf=b"a")[:40], b"x" * 2000])
def test_what_is_no_archive_is_told(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnreadableError, match="cannot be read"):
        unpack(data, tmp_path, limit=LIMIT)


def test_modules_outside_of_the_folder_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/main.tf").write_text('resource "aws_vpc" "main" {}\n')
    inside = tmp_path / "inside/net"
    (inside / ".terraform/modules").mkdir(parents=True)
    (inside / "main.tf").write_text(
        'module "a" {\n  source = "../../outside"\n}\nmodule "b" {\n  source = "x/y/z"\n}\n'
        'module "c" {\n  source = "../shared"\n}\n'
    )
    listed = f'{{"Modules": [{{"Key": "b", "Dir": "{tmp_path}/outside"}}]}}'
    (inside / ".terraform/modules/modules.json").write_text(listed)
    (tmp_path / "inside/shared").mkdir()
    (tmp_path / "inside/shared/main.tf").write_text('resource "aws_vpc" "main" {}\n')
    configuration = Configuration(inside, within=tmp_path / "inside")
    assert configuration.module(("a",)) is None
    assert configuration.module(("b",)) is None
    shared = configuration.resource(("c",), "aws_vpc", "main")
    assert shared is not None
    assert shared.location.file == "shared/main.tf"
