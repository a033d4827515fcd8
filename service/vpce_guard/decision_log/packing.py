"""JSON as it is kept: compressed, unless it is short. Inputs are made into text while the engine still judges them."""

from __future__ import annotations

import queue
import threading
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from pydantic_core import from_json, to_json

_LEVEL = 1  # input is mostly text that repeats itself; higher levels cost more than they save
_SHORT = 2048  # bytes that are not worth compressing
Packing = Callable[[], bytes]


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


_encoder = msgspec.json.Encoder(enc_hook=_as_list)


def pack(plain: bytes) -> bytes:
    """JSON text of an object as it is kept."""
    return plain if len(plain) <= _SHORT else zlib.compress(plain, _LEVEL)


def unpack_part(kept: bytes) -> bytes:
    """What pack() was given, where that is any JSON."""
    return zlib.decompress(kept) if kept[:1] == b"x" else kept  # as zlib begins, and no JSON


def unpack_text(kept: bytes) -> bytes:
    """What pack() was given."""
    return kept if kept.startswith(b"{") else zlib.decompress(kept)


def unpack(kept: bytes) -> Any:
    """The same, parsed."""
    return from_json(unpack_text(kept))


def encode(content: Any) -> bytes:
    """JSON text."""
    try:
        return _encoder.encode(content)  # in half the time of pydantic's, which takes numbers of any size
    except (OverflowError, TypeError):
        return to_json(content, fallback=_as_list)


class Packer:
    """A thread that packs ahead. What it has not come to is packed by who needs it."""

    def __init__(self) -> None:
        self._ahead: queue.SimpleQueue[Sequence[Packing] | None] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="decision-packing", daemon=True).start()

    def begin(self, packings: Sequence[Packing]) -> Sequence[Packing]:
        """Begin to pack, and return at once."""
        if packings:
            self._ahead.put(packings)
        return packings

    def close(self) -> None:
        """End the thread."""
        self._ahead.put(None)

    def _run(self) -> None:
        while (packings := self._ahead.get()) is not None:
            for packing in packings:
                try:
                    packing()
                except Exception:  # noqa: S112 - who needs it meets it again, and can tell
                    continue
