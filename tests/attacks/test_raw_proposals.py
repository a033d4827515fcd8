"""A proposal that nobody read has no answer on either engine: an empty list would look like an allow."""

from __future__ import annotations

import asyncio
import json
import subprocess

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.bundle.derived import packaged_file
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.errors import EngineError
from vpce_guard.formats import read
from vpce_guard.model import Json

RAW: Json = {"operation": "create", "request": {"VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.kms"}}
READ = read(RAW)[0].as_input("aws-current")


@pytest.fixture(scope="module")
def embedded() -> EmbeddedEngine:
    return EmbeddedEngine(open_bundle(), timeout=60, memory_limit=256 << 20)


def test_the_embedded_engine_gives_none(embedded: EmbeddedEngine) -> None:
    assert asyncio.run(embedded.evaluate([READ])).evaluations[0].violations
    with pytest.raises(EngineError, match="gave no result"):
        asyncio.run(embedded.evaluate([RAW]))


@pytest.mark.parametrize(("given", "is_answered"), [(RAW, False), (READ, True)])
def test_opa_gives_none(given: Json, is_answered: bool, opa: str) -> None:
    bundle = packaged_file("vpce.tar.gz")
    command = [opa, "eval", "--bundle", str(bundle), "--stdin-input", "--format=json", "data.vpce.main.result"]
    said = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True).stdout
    assert ("result" in json.loads(said)) is is_answered
