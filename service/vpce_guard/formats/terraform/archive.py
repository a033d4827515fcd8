"""Terraform source out of an archive that somebody else made, such as a configuration version of HCP Terraform.

Only what the reader of source reads is written, as plain files under one folder. Links, devices and whatever else an
archive can hold are passed over; a path that leads elsewhere, or more than anybody writes, spoils the whole archive.
Source: HashiCorp, Configuration Versions API (a gzipped tar of the configuration, without .git and .terraform but with
.terraform/modules).
"""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Iterator
from gzip import GzipFile
from pathlib import Path, PurePosixPath

from vpce_guard.errors import TooLargeError, UnreadableError
from vpce_guard.formats.terraform.hcl import INSTALLED_MODULES, MAX_BYTES, is_source

_MAX_MEMBERS = 20_000
_MAX_FILES = 5_000
_ADVICE = "Nothing of it is used."


def unpack(archive: bytes, folder: Path, *, limit: int) -> None:
    """Write the Terraform source of a tar, gzipped or not, into an empty folder.

    At most `limit` bytes are unpacked, and as many written. Raises TooLargeError for more, also of files, and
    UnreadableError for what is no archive or has a path that leads out of it; the folder may have files by then.
    """
    plain = io.BytesIO(archive)
    stream = GzipFile(fileobj=plain) if archive.startswith(b"\x1f\x8b") else plain
    try:
        with tarfile.open(fileobj=_BoundedStream(stream, limit), mode="r|") as members:
            for path, content in _source_files(members, limit):
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
    except (tarfile.TarError, EOFError, OSError, ValueError, zlib.error) as error:
        raise UnreadableError(f"The archive cannot be read: {error}.", advice=_ADVICE) from None


def _source_files(members: tarfile.TarFile, limit: int) -> Iterator[tuple[PurePosixPath, bytes]]:
    count = 0
    for number, member in enumerate(members, start=1):
        if member.size > limit:  # of which there may be nothing, and tarfile would look for it for hours
            raise _too_large(limit)
        path = PurePosixPath(member.name)
        if path.is_absolute() or ".." in path.parts:
            raise UnreadableError("The archive has a path that leads out of it.", advice=_ADVICE)
        is_plain = member.isreg() and not member.issparse()
        if is_plain and member.size <= MAX_BYTES and _is_read(path) and (file := members.extractfile(member)):
            count += 1
            yield path, file.read()
        if number > _MAX_MEMBERS or count > _MAX_FILES:
            raise TooLargeError(f"The archive has too many files: {count} of {number}.", advice=_ADVICE)


def _is_read(path: PurePosixPath) -> bool:
    return is_source(path.name) or str(path).endswith(INSTALLED_MODULES)


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError(f"The archive holds more than {limit} bytes.", advice="Raise VPCE_GUARD_MAX_BODY.")


class _BoundedStream(io.RawIOBase):
    """A stream that gives at most `limit` bytes."""

    def __init__(self, stream: io.BytesIO | GzipFile, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._left = limit

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises TooLargeError where there are more than may be."""
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise _too_large(self._limit)
        return data
