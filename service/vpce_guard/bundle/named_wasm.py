"""A WebAssembly module with its functions and texts called by name instead of by number, and back.

The compiler numbers functions and texts through, so that one more rule changes nearly every instruction that mentions
one: two versions of a module have little in common as bytes. With names in the place of numbers they differ only where
the policies do, and a repository keeps the difference. Nothing runs such a file;
`number_module` gives the module again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from hashlib import blake2b
from struct import unpack_from
from typing import NamedTuple

from vpce_guard.errors import BundleError

_MAGIC = b"vpce-guard named wasm 1\n"
_CUSTOM, _CODE, _DATA = 0, 10, 11
_NAMED_NAMES = 0xFF  # no kind of section
_NAMES = b"\x04name"
_CALL, _CONST = 0x10, 0x41
_NAMED = {_CALL: 0x06, _CONST: 0x07}  # no instructions of the modules we read
_NUMBERED = {named: kind for kind, named in _NAMED.items()}
_BLOCKS, _END = b"\x02\x03\x04", 0x0B
_SYMBOL = 4  # bytes
_STRING = b"\x08\0\0\0"


class _Patterns(NamedTuple):
    """What finds instructions: those up to the next end or beginning of a block, and those up to the next to change."""

    in_block: re.Pattern[bytes]
    to_change: re.Pattern[bytes]


@cache
def _patterns() -> _Patterns:
    number = rb"[\x80-\xff]*+[\x00-\x7f]"
    labels = b"|".join(re.escape(bytes([n])) + b"(?:%b){%d}" % (number, n + 1) for n in range(0x80))
    changing = rb"[\x10\x41]%b|[\x06\x07].{4}" % number
    others = b"|".join(
        (
            rb"[\x20-\x26\x0c\x0d\x3f\x40\x42]%b" % number,
            rb"[\x00\x01\x05\x0f\x1a\x1b\x45-\xc4]",
            rb"[\x11\x28-\x3e](?:%b){2}" % number,
            rb"\x0e(?:%b)" % labels,
            rb"\x43.{4}|\x44.{8}",
        )
    )
    return _Patterns(
        re.compile(rb"(?:%b|%b)*+" % (others, changing), re.DOTALL),
        re.compile(rb"((?:%b|[\x02-\x04].|\x0b)*+)(%b|\Z)" % (others, changing), re.DOTALL),
    )


def name_module(wasm: bytes) -> bytes:
    """A module in the named form. Raises BundleError for one that does not come back the same."""
    sections = list(_sections(wasm[8:]))
    symbols = _Symbols(sections)
    out = bytearray(_MAGIC + wasm[:8])
    for kind, payload in sections:
        if kind == _CODE:
            payload = _rewrite(payload, symbols.name, named=False)
        elif kind == _CUSTOM and payload.startswith(_NAMES):
            kind, payload = _NAMED_NAMES, _names_alone(payload)
        out += bytes([kind]) + _encode_unsigned(len(payload)) + payload
    if number_module(bytes(out)) != wasm:
        raise BundleError("opa built a module of a kind that is not known.")
    return bytes(out)


def number_module(stored: bytes) -> bytes:
    """The module of a named form. Raises BundleError for what is none."""
    if not stored.startswith(_MAGIC):
        raise BundleError("explain.wasm.named is no module in the named form.", advice="Run `make bundle`.")
    at = len(_MAGIC)
    try:
        sections = [
            (_CUSTOM, _names_numbered(payload)) if kind == _NAMED_NAMES else (kind, payload)
            for kind, payload in _sections(stored[at + 8 :])
        ]
        symbols = _Symbols(sections)
        out = bytearray(stored[at : at + 8])
        for kind, payload in sections:
            if kind == _CODE:
                payload = _rewrite(payload, symbols.number, named=True)
            out += bytes([kind]) + _encode_unsigned(len(payload)) + payload
    except (IndexError, KeyError) as error:
        raise BundleError(f"explain.wasm.named is damaged: {error!r}.", advice="Run `make bundle`.") from None
    return bytes(out)


class _Symbols:
    """The functions by their names and the texts by their contents, as far as one stands for one thing only."""

    def __init__(self, sections: list[tuple[int, bytes]]) -> None:
        names: dict[int, bytes] = {}
        texts: dict[int, bytes] = {}
        for kind, payload in sections:
            if kind == _CUSTOM and payload.startswith(_NAMES):
                names |= _function_names(payload)[1]
            elif kind == _DATA:
                texts |= _texts(payload)
        self._symbols = {_CALL: _unique(names), _CONST: _unique(texts)}
        self._numbers = {kind: {s: n for n, s in symbols.items()} for kind, symbols in self._symbols.items()}

    def name(self, instruction: bytes) -> bytes:
        """The named form of a call or a constant that has one; else the instruction as it is."""
        kind = instruction[0]
        if kind not in _ENCODE:
            return instruction
        number, _ = _number(instruction, 1, signed=kind == _CONST)
        symbol = self._symbols[kind].get(number)
        if symbol is None or instruction[1:] != _ENCODE[kind](number):
            return instruction
        return bytes([_NAMED[kind]]) + symbol

    def number(self, instruction: bytes) -> bytes:
        """The call or the constant of a named form; any other instruction as it is."""
        kind = _NUMBERED.get(instruction[0])
        if kind is None:
            return instruction
        return bytes([kind]) + _ENCODE[kind](self._numbers[kind][instruction[1:]])


def _rewrite(payload: bytes, change: Callable[[bytes], bytes], *, named: bool) -> bytes:
    """The code section with instructions changed; the named form has no sizes of functions."""
    to_change, changed = _patterns().to_change, _Changes(change)
    count, at = _number(payload, 0)
    out = bytearray(_encode_unsigned(count))
    for _ in range(count):
        start = at if named else _number(payload, at)[1]
        groups, at = _number(payload, start)
        for _ in range(groups):
            at = _number(payload, at)[1] + 1
        end = _end_of_body(payload, at)
        body = payload[start:at] + to_change.sub(lambda found: found[1] + changed[found[2]], payload[at:end])
        out += (_encode_unsigned(len(body)) if named else b"") + body
        at = end
    return bytes(out)


class _Changes(dict[bytes, bytes]):
    """What instructions become, each asked once."""

    def __init__(self, change: Callable[[bytes], bytes]) -> None:
        super().__init__({b"": b""})
        self._change = change

    def __missing__(self, instruction: bytes) -> bytes:
        new = self[instruction] = self._change(instruction)
        return new


def _end_of_body(payload: bytes, at: int) -> int:
    """Where the instructions of a function end that begin at `at`."""
    in_block, depth = _patterns().in_block, 1
    while depth:
        if found := in_block.match(payload, at):
            at = found.end()
        if payload[at] == _END:
            depth -= 1
            at += 1
        elif payload[at] in _BLOCKS:
            depth += 1
            at += 2  # a block and the type of its result
        else:
            raise KeyError(payload[at])
    return at


def _unique(found: Mapping[int, bytes]) -> dict[int, bytes]:
    """A symbol for each text and how often it came before, where no other number has it."""
    seen: Counter[bytes] = Counter()
    symbols: dict[int, bytes] = {}
    for number, text in found.items():
        symbols[number] = blake2b(b"%d " % seen[text] + text, digest_size=_SYMBOL).digest()
        seen[text] += 1
    count = Counter(symbols.values())
    return {number: symbol for number, symbol in symbols.items() if count[symbol] == 1}


def _function_names(payload: bytes) -> tuple[bytes, dict[int, bytes]]:
    """What the section of names begins with, and the functions, which come last."""
    at = len(_NAMES)
    while at < len(payload):
        kind, (size, here) = payload[at], _number(payload, at + 1)
        if kind == 1:
            break
        at = here + size
    else:
        return payload, {}
    found: dict[int, bytes] = {}
    count, here = _number(payload, here)
    for _ in range(count):
        number, here = _number(payload, here)
        length, here = _number(payload, here)
        found[number] = payload[here : here + length]
        here += length
    return payload[:at], found


def _names_alone(payload: bytes) -> bytes:
    """The section of names without the numbers of the functions; one without a name is empty."""
    head, found = _function_names(payload)
    every = [found.get(number, b"") for number in range(max(found, default=-1) + 1)]
    return _encode_unsigned(len(head)) + head + b"\0".join(every)


def _names_numbered(payload: bytes) -> bytes:
    size, at = _number(payload, 0)
    head, names = payload[at : at + size], payload[at + size :].split(b"\0")
    entries = [_encode_unsigned(n) + _encode_unsigned(len(name)) + name for n, name in enumerate(names) if name]
    if not entries:
        return head
    content = _encode_unsigned(len(entries)) + b"".join(entries)
    return head + b"\1" + _encode_unsigned(len(content)) + content


def _texts(payload: bytes) -> dict[int, bytes]:
    """What the data section holds by its address: texts, which end with a zero, and the values made of them."""
    found: dict[int, bytes] = {}
    count, at = _number(payload, 0)
    for _ in range(count):
        _, at = _number(payload, at)  # a memory; then an address as a constant expression
        address, at = _number(payload, at + 1, signed=True)
        size, at = _number(payload, at + 1)
        here = address
        for text in payload[at : at + size].split(b"\0"):
            if text:
                found[here] = text
            here += len(text) + 1
        found |= _values(payload[at : at + size], address)
        at += size
    return found


def _values(segment: bytes, address: int) -> dict[int, bytes]:
    """The strings of Rego in a segment, each a kind, a length and an address, and the booleans before them."""
    found: dict[int, bytes] = {}
    at = segment.find(_STRING)
    while at >= 0:
        length, text = unpack_from("<II", segment, at + 4) if at + 12 <= len(segment) else (0, 0)
        start = text - address
        if start >= 0 and segment[start + length : start + length + 1] == b"\0":
            if not found:
                found |= {address + at - 4: b"true", address + at - 2: b"false"}
            found[address + at] = _STRING + segment[start : start + length]
        at = segment.find(_STRING, at + 1)
    return found


def _sections(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(content):
        kind, (size, at) = content[at], _number(content, at + 1)
        yield kind, content[at : at + size]
        at += size


def _number(content: bytes, at: int, *, signed: bool = False) -> tuple[int, int]:
    """A LEB128 number and where it ends."""
    number = shift = 0
    while True:
        byte = content[at]
        at += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return (number - (1 << shift) if signed and byte & 0x40 else number), at


def _encode_unsigned(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _encode_signed(number: int) -> bytes:
    out = bytearray()
    while not -0x40 <= number < 0x40:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number & 0x7F])


_ENCODE = {_CALL: _encode_unsigned, _CONST: _encode_signed}
