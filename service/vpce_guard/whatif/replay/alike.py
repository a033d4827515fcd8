"""Proposals that differ from one judged before in their time only, as pipelines plan a change again and again.

Nothing is taken for granted that is not known: only where both bundles compare the time with moments of org data and do
nothing else with it, only between the same moments, and only where what was recorded is what came of the other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from msgspec import DecodeError, Raw
from msgspec.json import Decoder

from vpce_guard.model import Json
from vpce_guard.whatif.compare import Outcome
from vpce_guard.whatif.replay.sources import ParsedRecord

_MEMBERS = Decoder(dict[str, Raw])
_TEXT = Decoder(str)
_MOST = 4000  # proposals kept at hand


class ProposalKey(NamedTuple):
    """What is the same in two records that are alike: the input but for its time, and what it was judged under."""

    content: bytes
    bundle: str
    org: str
    strict: bool


class OutcomePair(NamedTuple):
    """What came of a proposal as it was recorded, and under the candidate."""

    before: Outcome
    after: Outcome


@dataclass(frozen=True)
class _SeenProposal:
    """A proposal: what of it reports group by, the moments that matter, and what came of it between which of them."""

    grouped: Json
    moments: tuple[str, ...]
    outcomes: dict[int, OutcomePair] = field(default_factory=dict)


@dataclass
class SeenProposals:
    """What came of the last proposals."""

    _known: OrderedDict[ProposalKey, _SeenProposal] = field(default_factory=OrderedDict)

    def find(self, key: ProposalKey, instant: str) -> tuple[Json, OutcomePair] | None:
        """What came of one that is alike, and what of its input reports group by; None where there was none."""
        known = self._known.get(key)
        if known is None:
            return None
        found = known.outcomes.get(bisect_right(known.moments, instant))
        return (known.grouped, found) if found is not None else None

    def keep(
        self, key: ProposalKey, instant: str, both: OutcomePair, *, moments: tuple[str, ...], grouped: Json
    ) -> None:
        """Keep what came of one at an instant."""
        known = self._known.setdefault(key, _SeenProposal(grouped, moments))
        known.outcomes[bisect_right(known.moments, instant)] = both
        self._known.move_to_end(key)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)


def key_of(read: ParsedRecord) -> tuple[ProposalKey, str] | None:
    """The key and the instant of a record; None where it has no time, is no decision or has lost something.

    The order of the members of the input does not matter.
    """
    result = read.result
    if read.erased or result.get("error") is not None:
        return None
    try:
        given = _MEMBERS.decode(read.text)
        context = _MEMBERS.decode(given.pop("context"))
        instant = _TEXT.decode(given.pop("instant"))
        _TEXT.decode(context.pop("time"))
    except (DecodeError, KeyError):
        return None
    content = blake2b(digest_size=20)
    for members in (given, context):
        for name in sorted(members):
            content.update(b"%d %s:%d " % (len(name), name.encode(), len(members[name])))
            content.update(members[name])
        content.update(b".")
    org = (result["org"] or {"revision": ""})["revision"]
    return ProposalKey(content.digest(), result["bundle"]["revision"], org, result.get("strict", False)), instant
