"""Bundles to activate: built from changed sources and signed, once for all tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.rego import copy_rego
from vpce_guard.authoring.rego.build import build
from vpce_guard.bundle.archive import unpack
from vpce_guard.bundle.bundle import PACKAGED, bundle_of, open_bundle
from vpce_guard.bundle.signing import sign

KMS = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.kms", "RouteTableIds": ["rtb-0a000001"]}
RULE = "vpce/rules/gw/gateway_service/gateway_service.rego"
RULES = (
    "gw/gateway_service",
    "gw/dns_record_type",
    "gw/route_tables_named",
    "common/type_offered",
)  # a few, which build quickly


@dataclass(frozen=True)
class Keys:
    """A private key, the file of public keys that has it, and the PEM of the public key."""

    private: Path
    known: Path
    public: Path


def make_keys(folder: Path) -> Keys:
    key = ec.generate_private_key(ec.SECP256R1())
    private, public, known = folder / "key.pem", folder / "public.pem", folder / "keys.json"
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    public.write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    known.write_text(json.dumps({"team": "public.pem"}))
    return Keys(private, known, public)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory, opa: str) -> Callable[..., Path]:
    """Builds a few rules, or those that are named, with one text in a file replaced by another; the bundle's folder."""
    work = tmp_path_factory.mktemp("built")
    done: dict[tuple[str, str, str, Collection[str]], Path] = {}

    def of(file: str, old: str, new: str, rules: Collection[str] = RULES) -> Path:
        if (file, old, new, rules) not in done:
            source = copy_rego(root, work / f"rego-{len(done)}", rules=rules)
            path = source / file
            assert old in path.read_text()
            path.write_text(path.read_text().replace(old, new))
            target = work / f"bundle-{len(done)}"
            build(source, target, opa=opa, explained=False)
            done[file, old, new, rules] = target
        return done[file, old, new, rules]

    return of


def revision_of(archive: bytes) -> str:
    return bundle_of(unpack(archive)).revision


@pytest.fixture(scope="session")
def packaged(keys: Keys, opa: str) -> bytes:
    """The packaged bundle, signed as version 1."""
    return sign(open_bundle(PACKAGED), key=keys.private, key_id="team", version=1, opa=opa)


@pytest.fixture(scope="session")
def warning(built: Callable[..., Path], keys: Keys, opa: str) -> bytes:
    """Version 2: what was denied for KMS gateway endpoints is only warned of."""
    directory = built(RULE, "enforcement_action: deny", "enforcement_action: warn")
    return sign(open_bundle(directory), key=keys.private, key_id="team", version=2, opa=opa)


@pytest.fixture(scope="session")
def warning_with_all_rules(built: Callable[..., Path], keys: Keys, opa: str) -> bytes:
    """Version 2 with all rules, which differs from the packaged bundle in that one alone."""
    directory = built(RULE, "enforcement_action: deny", "enforcement_action: warn", rules=("*/*",))
    return sign(open_bundle(directory), key=keys.private, key_id="team", version=2, opa=opa)


@pytest.fixture(scope="session")
def failing(built: Callable[..., Path], keys: Keys, opa: str) -> bytes:
    """Version 3, which its own examples speak against."""
    directory = built(RULE, "\tnot _offered(name)", "\t_offered(name)")
    return sign(open_bundle(directory), key=keys.private, key_id="team", version=3, opa=opa)


@pytest.fixture(scope="session")
def slow(built: Callable[..., Path], keys: Keys, opa: str) -> bytes:
    """Version 4, of which examples that fail take some tenths of a second."""
    lengthy = "\tnot _offered(name)\n\tcount({n | some n in numbers.range(1, 100000)}) > 0"
    directory = built(RULE, "\tnot _offered(name)", lengthy)
    return sign(open_bundle(directory), key=keys.private, key_id="team", version=4, opa=opa)
