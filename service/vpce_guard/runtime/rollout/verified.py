"""The bundles that a service can put in force: kept ones whose signature holds, and the one it came with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Engine as Database

from vpce_guard.bundle.bundle import Bundle, bundle_of
from vpce_guard.errors import BundleError, NotFoundError
from vpce_guard.runtime.rollout import store
from vpce_guard.settings import Settings

if TYPE_CHECKING:
    from vpce_guard.bundle.signing import SignedBundle


class VersionedBundle(NamedTuple):
    """A bundle that was verified, and its signed version: 0 for the one this service came with."""

    bundle: Bundle
    version: int


@dataclass(frozen=True)
class VerifiedBundles:
    """Bundles of a database, verified each time one is asked for. Its methods block."""

    database: Database
    own: Bundle
    settings: Settings

    def find(self, revision: str) -> VersionedBundle:
        """A kept bundle whose signature holds; one that is not signed only if this service came with it.

        Raises NotFoundError, BundleError.
        """
        stored = store.find_bundle(self.database, revision)
        if revision == self.own.revision and (stored is None or stored.key_id is None):
            return VersionedBundle(self.own, 0)
        archive = store.archive_of(self.database, revision)
        if archive is None:
            raise NotFoundError(f"There is no bundle {revision}.", advice="GET /v1/bundles lists them.")
        signed = self.open(archive)
        if signed.revision != revision:
            raise BundleError(f"The stored bundle {revision[:12]} has the content of {signed.revision[:12]}.")
        return VersionedBundle(bundle_of(signed.files), signed.version)

    def open(self, archive: bytes) -> SignedBundle:
        """A signed archive that verifies; keys are read anew, so that adding or taking one back needs no restart.

        Raises BundleError.
        """
        from vpce_guard.bundle.signing import load_keys, open_signed

        if self.settings.bundle_keys_file is None:
            raise BundleError(
                "No keys to verify bundles with are configured.",
                advice="Set VPCE_GUARD_BUNDLE_KEYS_FILE to a file of public keys.",
            )
        return open_signed(archive, load_keys(self.settings.bundle_keys_file))
