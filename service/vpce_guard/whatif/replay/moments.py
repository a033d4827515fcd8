"""Whether it matters when a proposal is judged, and between which moments it does not.

The rules of the product do nothing with the time but see whether a moment that org data name has come. Where all that
a bundle holds is theirs, or does not read the time, two proposals that differ in their time only and lie between the
same moments have the same answer. The build tells what a package reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from vpce_guard.bundle.bundle import PACKAGED, Bundle, Package, open_bundle
from vpce_guard.decision_log.scalars import scalars
from vpce_guard.org.data import EffectiveOrg

_ENDPOINT = "vpce.lib.endpoint"  # rules hand all of the input to it, as they may while it is that of the product
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def only_compares(bundle: Bundle) -> bool:
    """Whether a bundle does nothing with the time but compare it with the moments of org data."""
    packages = bundle.catalogue.packages  # none in bundles that were built before the build told
    return packages.get(_ENDPOINT) == _own_packages()[_ENDPOINT] and not any(time_readers(packages))


def time_readers(packages: Mapping[str, Package]) -> Iterator[str]:
    """The packages that may do something else with the time."""
    own = _own_packages()
    return (name for name, package in packages.items() if package.reads_time and package != own.get(name))


def moments(*effective: EffectiveOrg) -> tuple[str, ...]:
    """The moments that org data name, in their order."""
    return tuple(sorted({text for one in effective for text in scalars(one.rules) if _MOMENT.fullmatch(text)}))


@cache
def _own_packages() -> Mapping[str, Package]:
    return open_bundle(PACKAGED).catalogue.packages
