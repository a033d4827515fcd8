"""`policy sign` and `policy show --bundle`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from vpce_guard.bundle.bundle import PACKAGED, open_bundle
from vpce_guard.surfaces.cli.policy import command


@pytest.fixture
def signed(tmp_path: Path, opa: str) -> Path:
    key = ed25519.Ed25519PrivateKey.generate()
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    (tmp_path / "keys.json").write_text(json.dumps({"prod": public}))
    (tmp_path / "others.json").write_text(json.dumps({"test": public}))
    output = tmp_path / "bundle.tar.gz"
    key_options = ["--key", str(tmp_path / "key.pem"), "--key-id", "prod", "--version", "12"]
    done = run("sign", *key_options, "--output", str(output), "--opa", opa)
    assert (done.return_value, done.stdout) == (0, f"{output}\n")
    assert "an OPA that polls does not verify Ed25519" in done.stderr
    return output


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), standalone_mode=False)


def test_a_signed_bundle_is_shown_and_its_signature_holds(signed: Path, tmp_path: Path) -> None:
    done = run("show", "--bundle", str(signed), "--keys", str(tmp_path / "keys.json"), "-o", "json")
    shown = json.loads(done.output)
    del shown["signed_at"]
    assert shown == {
        "signed": True,
        "revision": open_bundle().revision,
        "version": 12,
        "key_id": "prod",
        "rules": len(open_bundle().rules),
        "signature": "holds",
    }
    assert done.return_value == 0


def test_an_archive_is_signed_again_by_another_key(signed: Path, tmp_path: Path, opa: str) -> None:
    again, key = tmp_path / "again.tar.gz", tmp_path / "key.pem"
    options = ["--key", str(key), "--key-id", "test", "--version", "12", "--output", str(again), "--opa", opa]
    assert run("sign", "--bundle", str(signed), *options).return_value == 0
    done = run("show", "--bundle", str(again), "--keys", str(tmp_path / "others.json"), "-o", "json")
    shown = json.loads(done.output)
    assert (shown["signature"], shown["key_id"], shown["revision"]) == ("holds", "test", open_bundle().revision)


def test_one_signed_by_a_key_that_is_not_known_is_shown_and_fails(signed: Path, tmp_path: Path) -> None:
    done = run("show", "--bundle", str(signed), "--keys", str(tmp_path / "others.json"))
    assert "signature: does not hold: The key 'prod' is unknown. Add its public key to the file of" in done.output
    assert done.return_value == 1


def test_without_keys_nothing_is_said_to_hold(signed: Path) -> None:
    done = run("show", "--bundle", str(signed))
    assert "signature: not verified: set bundle_keys_file or give --keys" in done.output
    assert done.return_value == 1


def test_a_directory_is_shown_without_a_signature() -> None:
    done = run("show", "--bundle", str(PACKAGED))
    assert done.output == f"revision: {open_bundle().revision}\nrules: {len(open_bundle().rules)}\nsignature: none\n"
    assert done.return_value == 0
