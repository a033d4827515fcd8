"""Archives of a few files: made so that the same contents give the same bytes, opened without trusting anything."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Mapping

from vpce_guard.errors import BundleError

MAX_ARCHIVE = 32 << 20
MAX_CONTENTS = 256 << 20
MAX_MEMBERS = 16
_LEVEL = 6  # half the time of the best, and half a percent more bytes


def pack(contents: Mapping[str, bytes], *, level: int = _LEVEL) -> bytes:
    """A gzipped tar of the contents by member name, in their order, without times and owners."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in contents.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), level, mtime=0)


def unpack(archive: bytes, *, members: int = MAX_MEMBERS, size: int = MAX_CONTENTS) -> dict[str, bytes]:
    """The contents of a gzipped tar by member name, from a source that is not trusted.

    Only plain files count. Raises BundleError for anything else, for a name twice, for more than `members` files or
    `size` bytes once unpacked, and for an archive that is cut off or has something after its end.
    """
    plain = _unzip(archive, size)
    contents: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as tar:
            while (entry := tar.next()) is not None:
                if entry.type != tarfile.REGTYPE or entry.pax_headers:
                    raise BundleError(f"The archive holds {entry.name!r}, which is not a regular file.")
                if entry.name in contents:
                    raise BundleError(f"The archive holds {entry.name!r} twice.")
                if len(contents) == members:
                    raise BundleError(f"The archive holds more than {members} files.")
                reader = tar.extractfile(entry)
                contents[entry.name] = reader.read() if reader else b""
                if len(contents[entry.name]) != entry.size:
                    raise BundleError("The archive is truncated.")
            if any(plain[tar.offset :]):
                raise BundleError("The archive has data after its end.")
    except (tarfile.TarError, ValueError, OverflowError, EOFError) as error:
        raise BundleError(f"The archive cannot be read: {error}.") from None
    return contents


def _unzip(archive: bytes, size: int) -> bytes:
    if len(archive) > MAX_ARCHIVE:
        raise BundleError(f"The archive is larger than {MAX_ARCHIVE} bytes.")
    unzip = zlib.decompressobj(wbits=31)
    try:
        plain = unzip.decompress(archive, size + 1)
    except zlib.error as error:
        raise BundleError(f"The archive is not a gzip file: {error}.") from None
    if len(plain) > size:
        raise BundleError(f"The archive holds more than {size} bytes.")
    if not unzip.eof:
        raise BundleError("The archive is truncated.")
    if unzip.unused_data:
        raise BundleError("The archive has data after its end.")
    return plain
