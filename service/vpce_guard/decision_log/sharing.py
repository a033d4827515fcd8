"""The inputs of one request without what they have in common: their context and each other are kept once, by hash.

What is kept of such an input is its text with pieces cut out, and where which part goes. Put together again it is the
text that it was, byte for byte.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from vpce_guard.decision_log.packing import encode, pack, unpack_text
from vpce_guard.model import Json

_MARK = b"p"  # what is kept otherwise begins with { or as zlib does
_LEAST = 256  # bytes that are worth a part
Range = tuple[int, int]


class Cut(NamedTuple):
    """What was cut out at a place: ranges of a part, with commas between them."""

    at: int
    part: str
    ranges: list[Range]


class SharedInputs:
    """The inputs of one request as they are kept, and their parts by hash; made once, by whoever asks first."""

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
    """One of them: a call gives it as it is kept."""

    __slots__ = ("_all", "_number")

    def __init__(self, all_: SharedInputs, number: int) -> None:
        self._all = all_
        self._number = number

    def __call__(self) -> bytes:
        """The input as it is kept."""
        return self._all.make()[0][self._number]

    @property
    def parts(self) -> Mapping[str, bytes]:
        """The parts of all of them, by hash."""
        return self._all.make()[1]


class _Parts:
    """What the inputs of a request have in common."""

    def __init__(self, contents: Sequence[Json]) -> None:
        self.by_hash: dict[str, bytes] = {}
        self._texts: dict[int, bytes] = {}  # by identity: a reader hands the same object to every neighbour
        self._places: dict[bytes, Range] = {}
        joined, size = [], 0
        for peer in (peer for content in contents for peer in content.get("peers") or ()):
            text = self._text(peer)
            if text not in self._places:
                self._places[text] = (size, size + len(text))
                size += len(text) + 1
                joined.append(text)
        self._peers = b",".join(joined)
        self._hash_of_peers = self._keep(self._peers) if len(self._peers) >= _LEAST else None

    def cut(self, content: Json) -> bytes:
        """An input as it is kept."""
        text = bytearray(b"{")
        cuts: list[Cut] = []
        for name, value in content.items():
            text += (b"," if len(text) > 1 else b"") + encode(name) + b":"
            if name == "context":
                self._cut_members(value, text, cuts)
            elif name == "peers" and value and self._hash_of_peers is not None:
                cuts.append(Cut(len(text) + 1, self._hash_of_peers, self._find_ranges(value)))
                text += b"[]"
            else:
                text += encode(value)
        text += b"}"
        if not cuts:
            return pack(bytes(text))
        return _MARK + pack(to_json(cuts) + b"\n" + bytes(text))

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

    def _find_ranges(self, peers: Iterable[Any]) -> list[Range]:
        found: list[Range] = []
        for peer in peers:
            start, end = self._places[self._text(peer)]
            if found and found[-1][1] + 1 == start:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        return found

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


def part_names(kept: bytes) -> set[str]:
    """The parts that a kept input needs; none for one that is whole."""
    return {cut.part for cut in _split(kept)[0]} if kept.startswith(_MARK) else set()


def join(kept: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The whole text of a kept input. Raises KeyError for a part that there is not."""
    if not kept.startswith(_MARK):
        return unpack_text(kept)
    cuts, text = _split(kept)
    pieces, at = [], 0
    for cut in cuts:
        part = parts[cut.part]
        pieces += [text[at : cut.at], b",".join(part[start:end] for start, end in cut.ranges)]
        at = cut.at
    return b"".join([*pieces, text[at:]])


def _split(kept: bytes) -> tuple[list[Cut], bytes]:
    packed = kept[len(_MARK) :]
    cuts, _, text = (packed if packed.startswith(b"[") else zlib.decompress(packed)).partition(b"\n")
    return [Cut(*cut) for cut in from_json(cuts)], text
