"""The inputs of one request without what they have in common: their context and each other are kept once, by hash.

The text of such an input has pieces cut out, and says where which part goes. Put together again it is the
text that it was, byte for byte.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from vpce_guard.decision_log.packing import encode, unpack_text
from vpce_guard.formats.neighbours import Peers, as_ranges
from vpce_guard.model import Json

_MARKS = b"p", b"["  # a text with pieces cut out, as it stands in a record without a dictionary, and by itself
_LEAST = 256  # bytes that are worth a part
Range = tuple[int, int]


class Cut(NamedTuple):
    """What was cut out at a place: ranges of a part, with commas between them."""

    at: int
    part: str
    ranges: list[Range]


class SharedInputs:
    """The texts of the inputs of one request, and their parts by hash; made once, by whoever asks first."""

    def __init__(self, contents: Sequence[Json]) -> None:
        self._contents = contents
        self._made: tuple[list[bytes], dict[str, bytes]] | None = None

    def make(self) -> tuple[list[bytes], dict[str, bytes]]:
        """Both. Two threads that ask at once may both make them, and make the same."""
        if self._made is None:
            parts = _Parts(self._contents)
            self._made = [parts.cut(content) for content in self._contents], parts.by_hash
        return self._made


class SharedInput:
    """One of them: a call gives its text."""

    __slots__ = ("_all", "_number")

    def __init__(self, all_: SharedInputs, number: int) -> None:
        self._all = all_
        self._number = number

    def __call__(self) -> bytes:
        """The text of the input, with its parts cut out."""
        return self._all.make()[0][self._number]

    @property
    def parts(self) -> Mapping[str, bytes]:
        """The parts of all of them, by hash."""
        return self._all.make()[1]


class _ListedPeers(NamedTuple):
    """Endpoints of one document, as a part: its name, and where each stands in it, by number and by its text."""

    part: str
    places: Sequence[Range]
    by_text: Mapping[bytes, int]


class _Parts:
    """What the inputs of a request have in common."""

    def __init__(self, contents: Sequence[Json]) -> None:
        self.by_hash: dict[str, bytes] = {}
        self._texts: dict[int, bytes] = {}  # by identity: a reader hands the same object to every neighbour
        self._listed: dict[int, _ListedPeers | None] = {}  # by identity of what lists them, and 0 for all others
        others: dict[bytes, Json] = {}
        for peers in (content.get("peers") or () for content in contents):
            if not isinstance(peers, Peers):
                others |= {self._text(peer): peer for peer in peers}
            elif id(peers.neighbours) not in self._listed:
                self._listed[id(peers.neighbours)] = self._list(peers.neighbours.all)
        self._listed[0] = self._list(list(others.values()))

    def cut(self, content: Json) -> bytes:
        """The text of an input: of where which part was cut out, a line before it says so."""
        text = bytearray(b"{")
        cuts: list[Cut] = []
        for name, value in content.items():
            text += (b"," if len(text) > 1 else b"") + encode(name) + b":"
            if name == "context":
                self._cut_members(value, text, cuts)
            elif name == "peers" and value and (found := self._find(value)) is not None:
                cuts.append(Cut(len(text) + 1, *found))
                text += b"[]"
            else:
                text += encode(value)
        text += b"}"
        return to_json(cuts) + b"\n" + bytes(text) if cuts else bytes(text)

    def _cut_members(self, context: Json, text: bytearray, cuts: list[Cut]) -> None:
        text += b"{"
        for number, (name, value) in enumerate(context.items()):
            text += (b"," if number else b"") + encode(name) + b":"
            member = self._text(value)
            if len(member) < _LEAST:
                text += member
            else:
                cuts.append(Cut(len(text), self._keep(member), [(0, len(member))]))
        text += b"}"

    def _list(self, peers: Sequence[Json]) -> _ListedPeers | None:
        """The endpoints of a document as a part; None where they are too short to be one."""
        texts = [self._text(peer) for peer in peers]
        joined = b",".join(texts)
        if len(joined) < _LEAST:
            return None
        ends = list(accumulate(len(text) + 1 for text in texts))
        places = [(end - 1 - len(text), end - 1) for text, end in zip(texts, ends, strict=True)]
        return _ListedPeers(self._keep(joined), places, {text: number for number, text in enumerate(texts)})

    def _find(self, peers: Sequence[Json]) -> tuple[str, list[Range]] | None:
        """The part that peers stand in, and where; None where there is none."""
        listed = self._listed[id(peers.neighbours) if isinstance(peers, Peers) else 0]
        if listed is None:
            return None
        if isinstance(peers, Peers):
            runs = peers.runs()
        else:
            runs = iter(as_ranges(listed.by_text[self._text(peer)] for peer in peers))
        return listed.part, [(listed.places[run.start][0], listed.places[run.stop - 1][1]) for run in runs]

    def _text(self, value: Any) -> bytes:
        if id(value) not in self._texts:
            self._texts[id(value)] = encode(value)
        return self._texts[id(value)]

    def _keep(self, text: bytes) -> str:
        name = hash_of(text)
        self.by_hash[name] = text
        return name


def hash_of(text: bytes) -> str:
    """The name of a part."""
    return hashlib.sha256(text).hexdigest()


def is_named(text: bytes, name: str) -> bool:
    """Whether that is the name of a part, which may be the beginning of its hash."""
    return bool(name) and hash_of(text).startswith(name)


def part_names(kept: bytes) -> set[str]:
    """The parts that a kept input needs; none for one that is whole."""
    return {cut.part for cut in _split(kept)[0]} if kept.startswith(_MARKS) else set()


def join(kept: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The whole text of a kept input. Raises KeyError for a part that there is not."""
    if not kept.startswith(_MARKS):
        return unpack_text(kept)
    cuts, text = _split(kept)
    pieces, at = [], 0
    for cut in cuts:
        part = parts[cut.part]
        pieces += [text[at : cut.at], b",".join(part[start:end] for start, end in cut.ranges)]
        at = cut.at
    return b"".join([*pieces, text[at:]])


def _split(kept: bytes) -> tuple[list[Cut], bytes]:
    packed = kept[1:] if kept.startswith(b"p") else kept
    cuts, _, text = (packed if packed.startswith(b"[") else zlib.decompress(packed)).partition(b"\n")
    return [Cut(*cut) for cut in from_json(cuts)], text
