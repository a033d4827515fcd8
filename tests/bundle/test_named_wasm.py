"""A module comes back from its named form, and the form does not depend on where functions and texts stand."""

from __future__ import annotations

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.bundle.derived import PACKAGED
from vpce_guard.bundle.named_wasm import name_module, number_module
from vpce_guard.errors import BundleError


def test_the_module_that_decides_comes_back() -> None:
    wasm = open_bundle().wasm
    stored = name_module(wasm)
    assert stored != wasm
    assert number_module(stored) == wasm


def module(*names: str, texts: tuple[str, ...]) -> bytes:
    """Functions without arguments: each but the last calls the last, the last one names the last text."""
    last = len(names) - 1
    address = 16 + sum(len(text) + 1 for text in texts[:-1])
    bodies = [bytes([0, 0x10, last, 0x0B])] * last + [bytes([0, 0x41, address, 0x1A, 0x0B])]
    content = b"".join(text.encode() + b"\0" for text in texts)
    sections = {
        1: b"\x01\x60\0\0",
        3: bytes([len(names), *[0] * len(names)]),
        10: bytes([len(names)]) + b"".join(bytes([len(body)]) + body for body in bodies),
        11: bytes([1, 0, 0x41, 16, 0x0B, len(content)]) + content,
    }
    entries = b"".join(bytes([n, len(name)]) + name.encode() for n, name in enumerate(names))
    entries = bytes([len(names)]) + entries
    parts = [bytes([kind, len(payload)]) + payload for kind, payload in sections.items()]
    naming = b"\x04name\x01" + bytes([len(entries)]) + entries
    return b"\0asm\x01\0\0\0" + b"".join(parts) + bytes([0, len(naming)]) + naming


def test_one_function_and_one_text_more_leave_the_code_of_the_others_as_it_is() -> None:
    before = name_module(module("a", "z", texts=("one", "two")))
    after = name_module(module("a", "b", "z", texts=("more", "one", "two")))
    code = before[before.index(b"\0\x06") : before.index(b"\x0b\x0b")]  # calls and constants with their symbols
    assert len(code) >= 10
    assert code in after
    assert number_module(after) == module("a", "b", "z", texts=("more", "one", "two"))


@pytest.mark.parametrize("content", [b"", b"\0asm\x01\0\0\0", b"vpce-guard named wasm 1\n\0asm\x01\0\0\0\x0a\x05\x01"])
def test_what_is_no_named_form_is_refused(content: bytes) -> None:
    with pytest.raises(BundleError, match=r"explain\.wasm\.named"):
        number_module(content)


def test_the_committed_module_of_explanations_is_that_of_the_bundle() -> None:
    stored = (PACKAGED / "explain.wasm.named").read_bytes()
    assert name_module(open_bundle().explain_wasm) == stored
