"""Dictionaries: the texts of an earlier decision, kept once as a part, so that later ones keep little but what differs.

A dictionary is what zlib calls a preset one. A record names it in its result, and its hash covers the name, which is
itself a hash. In its chain a dictionary is kept again after SPAN decisions, so that its row says when it may go.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple

from vpce_guard.decision_log.packing import encode, pack
from vpce_guard.model import Json

SPAN = 1000  # decisions of a chain that a kept dictionary is for
_MARK = b"d"  # what is kept otherwise begins with {, [, p or as zlib does
_NAME = 16  # bytes
_INPUT, _RESULT = 24_000, 8_000  # bytes of each in a dictionary: together what deflate can still look back to
_LEVEL = 3  # with a dictionary it is faster than level 1 without, and finds what level 1 passes over
_MEMORY = 5  # of deflate: it clears less before each text, which takes half as long as with the default
_MOST = 32  # dictionaries of a process: a megabyte at most
_FRESH, _COST = 40, 4  # a record takes this part of its texts with a fresh dictionary, which itself takes that part
_PATIENCE = 4  # dictionaries' worth of waste before one is replaced
Key = tuple[str | None, bool]


class Dictionary(NamedTuple):
    """A dictionary and its name."""

    name: bytes
    content: bytes


class PackedTexts(NamedTuple):
    """The input and the result of a record as they are kept, and the dictionary they need."""

    input: bytes
    result: bytes
    dictionary: Dictionary | None


class InputAhead:
    """An input that is made into text, and packed with a dictionary where there is one, before it is decided about."""

    __slots__ = ("_content", "_made", "dictionary")

    def __init__(self, content: Json, dictionary: Dictionary | None) -> None:
        self._content = content
        self._made: tuple[bytes, bytes | None] | None = None
        self.dictionary = dictionary

    def make(self) -> tuple[bytes, bytes | None]:
        """The text, and itself as deflate() gives it. Two threads that ask at once may both make them, and the same."""
        if self._made is None:
            text = encode(self._content)
            self._made = text, deflate(text, self.dictionary.content) if self.dictionary is not None else None
        return self._made

    def __call__(self) -> bytes:
        """The text."""
        return self.make()[0]


class _Account:
    """What a kind of record has cost since its dictionary was made, and how much may be wasted before the next."""

    def __init__(self, patience: int) -> None:
        self.dictionary: Dictionary | None = None
        self.kept = self.plain = self.wasted = 0
        self.before = 1.0  # what part of their texts records took with the dictionary before this one
        self.patience = patience

    def needs_another(self, kept: int, plain: int) -> bool:
        """Whether one is worth its cost after one more record; one that did not help makes the next one later."""
        self.kept, self.plain = self.kept + kept, self.plain + plain
        self.wasted += max(0, kept - plain // _FRESH)
        return self.wasted * _COST > self.patience * plain

    def begin(self, dictionary: Dictionary) -> None:
        """Go on with another dictionary."""
        part = self.kept / self.plain
        self.patience = _PATIENCE if part < 0.8 * self.before else 2 * self.patience
        self.dictionary, self.before = dictionary, part
        self.kept = self.plain = self.wasted = 0


class Dictionaries:
    """The dictionaries of a process, by what a record is about: the VPC, and whether its input has parts cut out.

    One thread notes; any may ask meanwhile.
    """

    def __init__(self) -> None:
        self._accounts: OrderedDict[Key, _Account] = OrderedDict()
        self._newest: Dictionary | None = None

    def find(self, key: Key) -> Dictionary | None:
        """The dictionary for such records, or else the newest one; None where there is none yet."""
        account = self._accounts.get(key)
        return (account.dictionary if account is not None else None) or self._newest

    def note(self, key: Key, text: bytes, result: bytes, packed: PackedTexts) -> None:
        """Take note of how a record was packed; where its like wasted more than it costs, make a dictionary of it.

        What is never alike costs little more than without: each dictionary that did not help makes the next one later.
        """
        if key not in self._accounts:
            self._accounts[key] = _Account(1 if self._newest is None else _PATIENCE)
        account = self._accounts[key]
        self._accounts.move_to_end(key)
        if len(self._accounts) > _MOST:
            self._accounts.popitem(last=False)
        if account.needs_another(len(packed.input) + len(packed.result), len(text) + len(result)):
            self._newest = make_dictionary(text, result)
            account.begin(self._newest)


def make_dictionary(text: bytes, result: bytes) -> Dictionary:
    """A dictionary of the texts of a record."""
    content = text[:_INPUT] + result[:_RESULT]
    return Dictionary(hashlib.sha256(content).digest()[:_NAME], content)


def key_of(content: Json, *, is_cut: bool) -> Key:
    """What decides which dictionary fits an input."""
    for member in ("endpoint", "request"):
        told = content.get(member)
        if isinstance(told, dict) and isinstance(told.get("VpcId"), str):
            return told["VpcId"], is_cut
    return None, is_cut


def deflate(text: bytes, dictionary: bytes) -> bytes:
    """A text as it is kept with a dictionary."""
    packing = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, _MEMORY, zdict=dictionary)
    return packing.compress(text) + packing.flush()


def pack_texts(
    text: bytes, result: bytes, decision_id: str, dictionary: Dictionary | None, ahead: bytes | None = None
) -> PackedTexts:
    """An input and a result as they are kept; `ahead` is the input as deflate() gives it, where that is known.

    The id, which stands in a column and again in the result, counts as the end of the dictionary.
    """
    if dictionary is None:
        return PackedTexts((b"p" if text.startswith(b"[") else b"") + pack(text), pack(result), None)
    kept = ahead if ahead is not None else deflate(text, dictionary.content)
    told = _MARK + dictionary.name + deflate(result, dictionary.content + decision_id.encode())
    return PackedTexts(_MARK + kept, told, dictionary)


def dictionary_name(record: Mapping[str, Any]) -> str | None:
    """The name, in hex, of the dictionary that a record needs; None where it needs none."""
    kept = record["result"]
    return kept[1 : 1 + _NAME].hex() if kept[:1] == _MARK else None


def inflate_texts(record: Json, dictionary: bytes) -> Json:
    """The record with its texts as they were. Raises zlib.error for what is no such record."""
    texts = {"result": _inflate(record["result"][1 + _NAME :], dictionary + record["decision_id"].encode())}
    if "input" in record:
        if record["input"][:1] != _MARK:
            raise zlib.error("the input has no dictionary, and the result has")
        texts["input"] = _inflate(record["input"][1:], dictionary)
    return {**record, **texts}


def _inflate(kept: bytes, dictionary: bytes) -> bytes:
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS, zdict=dictionary)
    text = unpacking.decompress(kept) + unpacking.flush()
    if not unpacking.eof or unpacking.unused_data:
        raise zlib.error("it does not end where it should")
    return text
