"""A WebAssembly module with its functions and texts called by name instead of by number, and back.

The compiler numbers functions and texts through, so that one more rule changes nearly every instruction that mentions
one: two versions of a module have little in common as bytes. With names in the place of numbers they differ only where
the policies do, and a repository keeps the difference. Nothing runs such a file;
`number_module` gives the module again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from struct import unpack_from

from vpce_guard.errors import BundleError

_MAGIC = b"vpce-guard named wasm 1\n"
_CUSTOM, _CODE, _DATA = 0, 10, 11
_NAMED_NAMES = 0xFF  # no kind of section
_NAMES = b"\x04name"
_CALL, _CONST = 0x10, 0x41
_NAMED_CALL, _NAMED_CONST = 0x06, 0x07  # no instructions of the modules we read
_CHANGING = frozenset((_CALL, _CONST, _NAMED_CALL, _NAMED_CONST))
_BLOCKS, _END = (0x02, 0x03, 0x04), 0x0B
_NONE, _ONE, _TWO, _LABELS, _FOUR, _EIGHT = 0, 1, 2, 3, 4, 8  # after an instruction: numbers, labels or bytes
_SYMBOL = 4  # bytes
_STRING = b"\x08\0\0\0"


def _operands() -> dict[int, int]:
    kinds = dict.fromkeys((0x00, 0x01, 0x05, _END, 0x0F, 0x1A, 0x1B, *range(0x45, 0xC5)), _NONE)
    kinds |= dict.fromkeys((*_BLOCKS, 0x0C, 0x0D, _CALL, *range(0x20, 0x27), 0x3F, 0x40, _CONST, 0x42), _ONE)
    kinds |= dict.fromkeys((0x11, *range(0x28, 0x3F)), _TWO)
    return {**kinds, 0x0E: _LABELS, 0x43: _FOUR, 0x44: _EIGHT, _NAMED_CALL: _FOUR, _NAMED_CONST: _FOUR}


_OPERANDS = _operands()


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

    def name(self, instruction: int, raw: bytes) -> bytes | None:
        """The named form of a call or a constant; None where it stays as it is."""
        if instruction not in (_CALL, _CONST):
            return None
        number, _ = _number(raw, 0, signed=instruction == _CONST)
        symbol = self._symbols[instruction].get(number)
        if symbol is None or raw != _ENCODE[instruction](number):
            return None
        return bytes([_NAMED_CALL if instruction == _CALL else _NAMED_CONST]) + symbol

    def number(self, instruction: int, raw: bytes) -> bytes | None:
        """The instruction a named form stands for; None where it is none."""
        if instruction not in (_NAMED_CALL, _NAMED_CONST):
            return None
        kind = _CALL if instruction == _NAMED_CALL else _CONST
        return bytes([kind]) + _ENCODE[kind](self._numbers[kind][raw])


def _rewrite(payload: bytes, change: Callable[[int, bytes], bytes | None], *, named: bool) -> bytes:
    """The code section with instructions changed; the named form has no sizes of functions."""
    count, at = _number(payload, 0)
    out = bytearray(_encode_unsigned(count))
    for _ in range(count):
        start = at if named else _number(payload, at)[1]
        groups, at = _number(payload, start)
        for _ in range(groups):
            at = _number(payload, at)[1] + 1
        body = bytearray(payload[start:at])
        at = _rewrite_body(payload, at, body, change)
        out += (_encode_unsigned(len(body)) if named else b"") + body
    return bytes(out)


def _rewrite_body(payload: bytes, at: int, out: bytearray, change: Callable[[int, bytes], bytes | None]) -> int:
    """Add the instructions of one function to `out`; where the next function begins."""
    depth, copied = 1, at
    while depth:
        instruction, start = payload[at], at
        at = _skip_operand(payload, at + 1, _OPERANDS[instruction])
        if instruction in _CHANGING and (new := change(instruction, payload[start + 1 : at])) is not None:
            out += payload[copied:start] + new
            copied = at
        elif instruction in _BLOCKS:
            depth += 1
        elif instruction == _END:
            depth -= 1
    out += payload[copied:at]
    return at


def _skip_operand(payload: bytes, at: int, kind: int) -> int:
    """Where the operands of an instruction end."""
    if kind == _NONE:
        return at
    if kind in (_FOUR, _EIGHT):
        return at + kind
    numbers = kind
    if kind == _LABELS:
        count, at = _number(payload, at)
        numbers = count + 1
    for _ in range(numbers):
        while payload[at] > 0x7F:
            at += 1
        at += 1
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
