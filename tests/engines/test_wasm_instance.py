"""One instance: what it reads once, and the memory that it takes."""

from __future__ import annotations

import weakref

import pytest
import wasmtime
from pydantic_core import from_json, to_json

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.engines.compiling import compile_module
from vpce_guard.engines.wasm_instance import MOST_ORGS, WasmInstance, compile_caller
from vpce_guard.formats import read

REQUEST = {"VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.kms"}
DOCUMENT = to_json(read(REQUEST)[0].as_input("aws-current"))


@pytest.fixture
def instance() -> WasmInstance:
    return make_instance()


def make_instance() -> WasmInstance:
    bundle, config = open_bundle(), wasmtime.Config()
    config.epoch_interruption = True
    engine = wasmtime.Engine(config)
    module = compile_module(engine, bundle.wasm, None, kind="policy")
    caller = compile_caller(engine)
    static = len(bundle.wasm)
    return WasmInstance(engine, module, bundle.all_data, caller=caller, static=static, memory_limit=256 << 20)


def size(instance: WasmInstance) -> int:
    return instance._memory.data_len(instance._store)


def test_memory_does_not_grow_with_calls(instance: WasmInstance) -> None:
    told = instance.evaluate("vpce/main/result", DOCUMENT, None, ticks=1 << 30)
    assert from_json(told)[0]["result"]["violations"]
    before = size(instance)
    for _ in range(40):
        assert instance.evaluate("vpce/main/result", DOCUMENT, None, ticks=1 << 30) == told
    assert size(instance) == before
    assert not instance.is_grown


def test_it_is_given_up_once_it_has_read_much_org_data(instance: WasmInstance) -> None:
    orgs = [{"org_ids": [f"o-{number:010}"]} for number in range(MOST_ORGS + 1)]
    for org in orgs[:-1]:
        instance.evaluate("vpce/main/result", DOCUMENT, org, ticks=1 << 30)
    assert not instance.is_grown
    instance.evaluate("vpce/main/result", DOCUMENT, orgs[-1], ticks=1 << 30)
    assert instance.is_grown


def test_one_that_nobody_refers_to_is_gone_with_its_memory() -> None:
    left = weakref.ref(make_instance())
    assert left() is None
