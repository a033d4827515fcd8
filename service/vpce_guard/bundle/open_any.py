"""A bundle in whichever form a file system holds it: a folder, an archive of its files, or a signed archive."""

from __future__ import annotations

from pathlib import Path

from vpce_guard.bundle.archive import unpack
from vpce_guard.bundle.bundle import RESULTS, Bundle, bundle_of, open_bundle
from vpce_guard.errors import BundleError


def open_any(path: Path | None, keys_file: Path | None) -> Bundle:
    """The bundle at a path, or the packaged one. Raises BundleError that says what is wrong with it, SettingsError.

    Where there is a file of keys, an archive must be signed by one of them. Without it an archive is believed as a
    folder is, signed or not.
    """
    if path is None or not path.is_file():
        return open_bundle(path)
    from vpce_guard.bundle.signing import SIGNATURE, load_keys, open_signed  # takes a tenth of a second

    try:
        archive = path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path} cannot be read: {error.strerror}.") from None
    if keys_file is not None:
        return bundle_of(open_signed(archive, load_keys(keys_file)).files)
    files = {name.removeprefix("./"): content for name, content in unpack(archive).items() if name != SIGNATURE}
    if missing := sorted(set(RESULTS) - files.keys()):
        raise BundleError(
            f"{path} is no archive of a bundle: it lacks {', '.join(missing)}.",
            advice="Give the folder that `policy build` makes, an archive of its files, or that of `policy sign`.",
        )
    return bundle_of(files)
