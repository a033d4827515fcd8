"""Spoiled documents of every format: an error with advice, never anything else, and never for long.

`tools/fuzz_readers.py` does the same for as long as one likes, led by coverage.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.command import run
from tests.support.seeds import seeds
from vpce_guard.errors import TooLargeError, UnreadableError, VpceGuardError
from vpce_guard.formats import proposals, read_drafts
from vpce_guard.formats.document import Extras
from vpce_guard.formats.text import read_text

SEEDS = seeds()
LIMIT = 1 << 20
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        [[], {}, [None], [[]], {"": {}}, {"Ref": "Vpc"}, {"Fn::Sub": "${"}, "{{resolve:", "*", "\ud83d\ude00"]
    ),
)


def feed(data: bytes, format_name: str) -> None:
    """Read as the command line does. Raises only VpceGuardError."""
    text = read_text(data, file="spoiled", limit=LIMIT, yaml_limit=LIMIT)
    given_ = Extras(text=text, parameters={"AWS::Region": "us-east-1"}, context={})
    document = read_drafts(text.value, format_name=format_name, given=given_)
    for draft in document.drafts:
        if draft.locations is not None:
            draft.locations.locate("/request/SubnetIds/0")
    proposals([document])


def refused(data: bytes, format_name: str) -> VpceGuardError | None:
    """The error that says why, or None where it was read."""
    try:
        feed(data, format_name)
    except VpceGuardError as error:
        return error
    return None


def spoiled(draw: st.DrawFn, value: Any, depth: int = 0) -> Any:
    """The value with one part of it replaced, dropped, doubled or put elsewhere."""
    if isinstance(value, dict) and value and (depth == 0 or draw(st.integers(0, 3))):
        name = draw(st.sampled_from(sorted(value)))
        way = draw(st.integers(0, 9))
        rest = {key: item for key, item in value.items() if key != name}
        if way == 0:
            return rest
        if way == 1:
            return {**rest, draw(st.text(max_size=6)): value[name]}
        return {**rest, name: spoiled(draw, value[name], depth + 1)}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        at = draw(st.integers(0, len(value) - 1))
        way = draw(st.integers(0, 9))
        if way == 0:
            return [*value, value[at]]
        if way == 1:
            return value[:at] + value[at + 1 :]
        return [*value[:at], spoiled(draw, value[at], depth + 1), *value[at + 1 :]]
    return draw(ODD)


@st.composite
def documents(draw: st.DrawFn, format_name: str) -> bytes:
    """A document of a format with one to three parts spoiled."""
    seed = draw(st.sampled_from(SEEDS[format_name]))
    value = read_text(seed, file="seed", limit=1 << 26, yaml_limit=LIMIT).value
    for _ in range(draw(st.integers(1, 3))):
        value = spoiled(draw, value)
    return json.dumps(value).encode()


@pytest.mark.parametrize("format_name", SEEDS)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_document_with_a_wrong_part_is_read_or_refused(format_name: str, data: st.DataObject) -> None:
    refusal = refused(data.draw(documents(format_name)), format_name)
    assert refusal is None or (refusal.exit_code == 2 and refusal.detail)


@pytest.mark.parametrize("format_name", SEEDS)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damaged_bytes_are_read_or_refused(format_name: str, data: st.DataObject) -> None:
    seed = bytearray(data.draw(st.sampled_from(SEEDS[format_name]))[:5000])
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(seed) - 1))
        seed[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    refusal = refused(bytes(seed), format_name)
    assert refusal is None or refusal.exit_code == 2


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 10)}]\n" for i in range(12)
)


@pytest.mark.parametrize(
    "data",
    [
        BOMB.encode(),
        b"a: &a [*a]\n",
        b"a: !!python/object/apply:os.system ['touch /tmp/owned']\n",
        b"!!python/name:os.system x\n",
        b"a: !Unheard of\n",
        b"a: *nobody\n",
        b"? [1, 2]\n: x\n",
        b"a: 1\na: 2\n",
        b"<<: {a: 1}\n",
        b"[" * 100_000,
        b"{" * 100_000,
        b'{"a":' * 100_000,
        b"- " * 100_000,
        b"a:\n" + b"".join(b" " * i + b"a:\n" for i in range(1, 500)),
        b"\xff\xfe{}",
        b"\x00",
        b"",
        b" \n",
        b"---\n---\n",
        b"just words\n",
        b'{"a": NaN}',
        b'"\\ud800"',
        b"[1e999]",
    ],
    ids=lambda data: repr(data[:20]),
)
def test_texts_made_to_harm_are_refused_at_once(data: bytes) -> None:
    started = time.process_time()
    with pytest.raises(VpceGuardError) as caught:
        feed(data, "auto")
    assert caught.value.exit_code == 2
    assert time.process_time() - started < 5


def test_limits_are_settings_and_say_so(tmp_path: Path) -> None:
    with pytest.raises(TooLargeError, match="VPCE_GUARD_MAX_BODY"):
        read_text(b"{" + b" " * 2000, file="x", limit=1000, yaml_limit=1000)
    with pytest.raises(TooLargeError, match="VPCE_GUARD_MAX_YAML"):
        read_text(b"a: " + b"x" * 2000, file="x", limit=10_000, yaml_limit=1000)
    with pytest.raises(UnreadableError, match=":2: "):
        read_text(b"a: 1\nb: ]\n", file="x", limit=1000, yaml_limit=1000)
    path = tmp_path / "t.yaml"
    path.write_text("a: " + "x" * 2000)
    done = run("check", str(path), VPCE_GUARD_MAX_YAML="1024")
    assert done.returncode == 2
    assert b"VPCE_GUARD_MAX_YAML" in done.stderr


@pytest.mark.parametrize("name", ["plan", "template"])
def test_ten_megabytes_are_read_or_refused_without_a_hang(tmp_path: Path, name: str) -> None:
    big: Any = {
        "Resources": {f"R{i}": {"Type": "AWS::EC2::Subnet", "Properties": {"A": "x" * 900}} for i in range(11_000)}
    }
    if name == "plan":
        changes = [{"address": f"a{i}", "type": "aws_vpc_endpoint_policy", "mode": "managed"} for i in range(130_000)]
        big = {"format_version": "1.2", "resource_changes": changes}
    path = tmp_path / "big.json"
    path.write_text(json.dumps(big))
    assert path.stat().st_size > 10_000_000
    started = os.times().children_user
    done = run("check", str(path))
    assert done.returncode in (0, 2), done.stderr
    assert b"Traceback" not in done.stderr
    assert os.times().children_user - started < 30


def test_what_reads_one_format_is_imported_with_its_first_document_alone() -> None:
    program = """
import sys
from vpce_guard.formats import FORMATS, read
read({"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "VpcEndpointType": "Gateway"})
print(*(name for name in FORMATS if f"vpce_guard.formats.{FORMATS[name].module}" in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["cloud_control", "proposal", "aws_api"]
