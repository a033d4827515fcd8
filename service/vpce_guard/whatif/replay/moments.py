"""Whether it matters when a proposal is judged, and between which moments it does not.

The rules of the product do nothing with the time but see whether a moment that org data name has come. Where all that
a bundle holds is theirs, or plainly does not look at the time, two proposals that differ in their time only and lie
between the same moments have the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from vpce_guard.bundle.bundle import PACKAGED, Bundle, open_bundle
from vpce_guard.decision_log.scalars import scalars
from vpce_guard.org.data import EffectiveOrg
from vpce_guard.whatif.replay.texts import code_only, packages

_TIME = re.compile(r"\.(?:time|instant|now)\b|\btime\s*\.")
_WHOLE = re.compile(r"\binput\b(?!\s*\.\s*[a-z])|\binput\s*\.\s*context\b(?!\s*\.\s*[A-Za-z])")  # then anything is read
_ONLY_UNKNOWN = re.compile(r"\bendpoint\.unknown_members\(\s*input\s*,")  # a function of the product, of input.unknown
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def only_compares(bundle: Bundle) -> bool:
    """Whether a bundle does nothing with the time but compare it with the moments of org data."""
    return not set(looking(bundle))


def looking(bundle: Bundle) -> Iterator[str]:
    """The packages of a bundle that may do something else with the time."""
    own = _own()
    found = packages(bundle)
    same_endpoint = found.get("vpce.lib.endpoint") == own["vpce.lib.endpoint"]
    for package, text in found.items():
        code = code_only(text)
        if same_endpoint:
            code = _ONLY_UNKNOWN.sub(" ", code)
        if text != own.get(package) and (_TIME.search(code) or _WHOLE.search(code) or '"time"' in text):
            yield package


def moments(*effective: EffectiveOrg) -> tuple[str, ...]:
    """The moments that org data name, in their order."""
    return tuple(sorted({text for one in effective for text in scalars(one.rules) if _MOMENT.fullmatch(text)}))


@cache
def _own() -> Mapping[str, str]:
    return packages(open_bundle(PACKAGED))
