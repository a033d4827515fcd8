"""Signed bundles: what holds is opened, everything else is refused with a reason, and OPA refuses it too."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import io
import json
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.support.waiting import until
from vpce_guard.bundle.archive import pack, unpack
from vpce_guard.bundle.bundle import PACKAGED, open_bundle
from vpce_guard.bundle.derived import packaged_file
from vpce_guard.bundle.signing import PrivateKey, load_keys, open_signed, sign
from vpce_guard.errors import BundleError, SettingsError

MAKERS: dict[str, Callable[[], PrivateKey]] = {
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}


def written(folder: Path, name: str, key: PrivateKey) -> Path:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}.pem").write_bytes(pem)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / f"{name}.pub").write_bytes(public)
    return folder / f"{name}.pem"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for algorithm, make in MAKERS.items():
        written(folder, algorithm, make())
    (folder / "keys.json").write_text(json.dumps({"prod": "ES256.pub", "rsa": (folder / "RS256.pub").read_text()}))
    return folder


@pytest.fixture(scope="module")
def archive(folder: Path, opa: str) -> bytes:
    return sign(open_bundle(PACKAGED), key=folder / "ES256.pem", key_id="prod", version=7, opa=opa)


def resigned(folder: Path, files: dict[str, bytes], /, **changes: object) -> bytes:
    """An archive of the files under a signature that holds, of what `changes` says."""
    key = (folder / "ES256.pem").read_bytes()
    said = [{"name": name, "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()]
    payload = {"files": said, "revision": open_bundle().revision, "version": 7, "iat": 1, **changes}
    headers = {"kid": "prod", "typ": "vpce-guard-bundle"}
    token = jwt.PyJWS().encode(json.dumps(payload).encode(), key, algorithm="ES256", headers=headers)
    return pack({"signature.jws": token.encode(), **files})


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_signed_bundle_opens_and_says_who_signed_what(folder: Path, opa: str, algorithm: str, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps({"team/a": (folder / f"{algorithm}.pub").read_text()}))
    archive = sign(open_bundle(PACKAGED), key=folder / f"{algorithm}.pem", key_id="team/a", version=12, opa=opa)
    opened = open_signed(archive, load_keys(tmp_path / "keys.json"))
    assert (opened.key_id, opened.algorithm, opened.version) == ("team/a", algorithm, 12)
    assert opened.revision == open_bundle().revision
    opened.write(tmp_path / "bundle")
    assert open_bundle(tmp_path / "bundle").catalogue == open_bundle().catalogue
    assert (tmp_path / "bundle/policy.wasm").read_bytes() == (PACKAGED / "policy.wasm").read_bytes()


def test_the_version_is_the_time_of_signing_unless_given(folder: Path, opa: str) -> None:
    before = int(time.time())
    opened = open_signed(
        sign(open_bundle(PACKAGED), key=folder / "ES256.pem", key_id="prod", opa=opa), load_keys(folder / "keys.json")
    )
    assert before <= opened.version <= int(time.time())


def test_the_same_bundle_signed_the_same_way_differs_in_the_signatures_only(
    folder: Path, opa: str, archive: bytes
) -> None:
    again = unpack(sign(open_bundle(PACKAGED), key=folder / "ES256.pem", key_id="prod", version=7, opa=opa))
    once = unpack(archive)
    assert list(again) == list(once)
    assert {name for name in once if again[name] != once[name]} <= {"signature.jws", "vpce.tar.gz"}


def test_one_changed_byte_of_any_file_is_refused(folder: Path, archive: bytes) -> None:
    keys = load_keys(folder / "keys.json")
    whole = unpack(archive)
    for name in ("vpce.tar.gz", "policy.wasm", "catalogue.json", "examples.json", "testing.json", "coverage.json"):
        changed = whole[name][:-1] + bytes([whole[name][-1] ^ 1])
        with pytest.raises(BundleError, match=f"{name} differs from what was signed"):
            open_signed(pack({**whole, name: changed}), keys)


def test_an_unsigned_archive_is_refused(folder: Path, archive: bytes) -> None:
    files = unpack(archive)
    del files["signature.jws"]
    with pytest.raises(BundleError, match="is not signed"):
        open_signed(pack(files), load_keys(folder / "keys.json"))


def test_a_key_that_is_not_known_is_refused(folder: Path, archive: bytes) -> None:
    keys = load_keys(folder / "keys.json")
    with pytest.raises(BundleError, match="The key 'prod' is unknown"):
        open_signed(archive, {"rsa": keys["rsa"]})


def test_another_key_under_the_same_id_is_refused(archive: bytes) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(BundleError, match="The signature by prod does not hold"):
        open_signed(archive, {"prod": other})


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_the_algorithm_is_the_one_of_the_key_whatever_the_signature_says(
    folder: Path, archive: bytes, algorithm: str
) -> None:
    files = unpack(archive)
    payload = files.pop("signature.jws").split(b".")[1]
    header = json.dumps({"alg": algorithm, "kid": "prod", "typ": "vpce-guard-bundle"}).encode()
    signed = base64.urlsafe_b64encode(header).rstrip(b"=") + b"." + payload
    mac = hmac.new((folder / "ES256.pub").read_bytes(), signed, hashlib.sha256).digest()
    signature = b"" if algorithm == "none" else base64.urlsafe_b64encode(mac).rstrip(b"=")
    with pytest.raises(BundleError, match="The signature by prod does not hold"):
        open_signed(pack({"signature.jws": signed + b"." + signature, **files}), load_keys(folder / "keys.json"))


def test_another_thing_signed_by_the_same_key_is_no_bundle(folder: Path, archive: bytes) -> None:
    files = unpack(archive)
    del files["signature.jws"]
    token = jwt.encode({"sub": "x"}, (folder / "ES256.pem").read_bytes(), algorithm="ES256", headers={"kid": "prod"})
    with pytest.raises(BundleError, match="a signature of something else"):
        open_signed(pack({"signature.jws": token.encode(), **files}), load_keys(folder / "keys.json"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"revision": "0" * 64}, r"catalogue\.json is of another revision than was signed"),
        ({"version": "8"}, "is not of this version"),
        ({"version": -1}, "is not of this version"),
        ({"scope": "read"}, "is not of this version"),
        ({"files": []}, "does not hold exactly what was signed"),
    ],
)
def test_a_signature_of_something_that_is_not_a_bundle_of_this_kind_is_refused(
    folder: Path, archive: bytes, changes: dict[str, object], message: str
) -> None:
    files = unpack(archive)
    del files["signature.jws"]
    with pytest.raises(BundleError, match=message):
        open_signed(resigned(folder, files, **changes), load_keys(folder / "keys.json"))


@pytest.mark.parametrize("change", ["a file less", "a file more", "an unsafe name"])
def test_the_files_are_exactly_those_of_a_bundle(folder: Path, archive: bytes, change: str) -> None:
    files = unpack(archive)
    del files["signature.jws"]
    if change == "a file less":
        del files["policy.wasm"]
    else:
        files["extra.txt" if change == "a file more" else "../explain.json"] = b"x"
    with pytest.raises(BundleError, match="does not hold exactly a bundle"):
        open_signed(resigned(folder, files), load_keys(folder / "keys.json"))


def test_what_explains_decisions_is_signed_along(folder: Path, opa: str, tmp_path: Path) -> None:
    shutil.copytree(PACKAGED, tmp_path / "bundle")
    (tmp_path / "bundle/explain.wasm").write_bytes(b"more")
    signed = sign(open_bundle(tmp_path / "bundle"), key=folder / "ES256.pem", key_id="prod", opa=opa)
    assert open_signed(signed, load_keys(folder / "keys.json")).files["explain.wasm"] == b"more"


def tarred(*entries: tuple[str, bytes, bytes]) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, kind, content in entries:
            entry = tarfile.TarInfo(name)
            entry.type, entry.size, entry.linkname = kind, len(content), "/etc/passwd" if not content else ""
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(plain.getvalue())


@pytest.mark.parametrize(
    ("hostile", "message"),
    [
        (b"not an archive", "is not a gzip file"),
        (b"", "is truncated"),
        (gzip.compress(b"not a tar" * 100), "cannot be read"),
        (tarred(("a", tarfile.SYMTYPE, b"")), "not a regular file"),
        (tarred(("a", tarfile.LNKTYPE, b"")), "not a regular file"),
        (tarred(("a", tarfile.CHRTYPE, b"")), "not a regular file"),
        (tarred(("a", tarfile.DIRTYPE, b"")), "not a regular file"),
        (tarred(("a", tarfile.REGTYPE, b"1"), ("a", tarfile.REGTYPE, b"2")), "holds 'a' twice"),
        (tarred(*((f"{n}", tarfile.REGTYPE, b"1") for n in range(17))), "more than 16 files"),
        (tarred(("a", tarfile.REGTYPE, b"1")) + b"more", "has data after its end"),
        (gzip.compress(gzip.decompress(tarred(("a", tarfile.REGTYPE, b"1"))) + b"more"), "has data after its end"),
        (tarred(("a", tarfile.REGTYPE, b"1" * 9000))[:-30], "is truncated"),
        (
            gzip.compress(gzip.decompress(tarred(("a", tarfile.REGTYPE, b"1" * 9000)))[:5000]),
            "unexpected end of data",
        ),
        (gzip.compress(bytes((256 << 20) + 1), 1), "holds more than"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_archive_is_refused_before_anything_is_used(folder: Path, hostile: bytes, message: str) -> None:
    with pytest.raises(BundleError, match=message):
        open_signed(hostile, load_keys(folder / "keys.json"))


def test_every_cut_of_the_archive_is_refused(folder: Path, archive: bytes) -> None:
    keys = load_keys(folder / "keys.json")
    for length in range(0, len(archive), 20_011):
        with pytest.raises(BundleError):
            open_signed(archive[:length], keys)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot be read"),
        ("{}", "There are no keys in the keys file"),
        ("[1]", "There are no keys in the keys file"),
        ('{"a": "absent.pem"}', "'a' of .* cannot be used"),
        ('{"a b": "ES256.pub"}', "must map a key id to text"),
        ('{"a": 1}', "must map a key id to text"),
        ('{"a": "ES256.pem"}', "Give the PEM of a public key"),
        ('{"a": "weak.pub"}', "This kind of key is not supported"),
        ('{"a": "P-384.pub"}', "This kind of key is not supported"),
    ],
)
def test_a_keys_file_that_cannot_be_used_is_refused_with_the_reason(folder: Path, content: str, message: str) -> None:
    written(folder, "weak", rsa.generate_private_key(65537, 1024))  # noqa: S505 - to be refused
    written(folder, "P-384", ec.generate_private_key(ec.SECP384R1()))
    (folder / "other.json").write_text(content)
    with pytest.raises(SettingsError, match=message):
        load_keys(folder / "other.json")


def test_signing_refuses_what_could_not_be_verified(folder: Path, opa: str, tmp_path: Path) -> None:
    weak = written(folder, "weak", rsa.generate_private_key(65537, 1024))  # noqa: S505 - to be refused
    with pytest.raises(SettingsError, match="This kind of key is not supported"):
        sign(open_bundle(PACKAGED), key=weak, key_id="prod", opa=opa)
    with pytest.raises(SettingsError, match="is not a valid key id"):
        sign(open_bundle(PACKAGED), key=folder / "ES256.pem", key_id="", opa=opa)
    with pytest.raises(SettingsError, match="cannot be read"):
        sign(open_bundle(PACKAGED), key=folder / "ES256.pub", key_id="prod", opa=opa)
    shutil.copytree(PACKAGED, tmp_path / "mixed")
    catalogue = json.loads((tmp_path / "mixed/catalogue.json").read_text())
    (tmp_path / "mixed/catalogue.json").write_text(json.dumps({**catalogue, "revision": "other"}))
    with pytest.raises(BundleError, match="of another revision"):
        sign(open_bundle(tmp_path / "mixed"), key=folder / "ES256.pem", key_id="prod", opa=opa)
    (tmp_path / "mixed/vpce.tar.gz").unlink()
    with pytest.raises(BundleError, match=r"vpce\.tar\.gz cannot be read"):
        sign(open_bundle(tmp_path / "mixed"), key=folder / "ES256.pem", key_id="prod", opa=opa)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def verifying_opa(folder: Path, opa: str) -> Iterator[Callable[[bytes, str], tuple[bool, str]]]:
    """Whether an OPA told to verify serves an archive, and what it says."""
    running: list[subprocess.Popen[str]] = []

    def ask(archive: bytes, key: str) -> tuple[bool, str]:
        (folder / "for-opa.tar.gz").write_bytes(archive)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [opa, "run", "-s", "-a", f"127.0.0.1:{port}", "-l", "error", "--signing-alg", "ES256"]
        command += ["--verification-key", str(folder / key), "--verification-key-id", "prod"]
        process = subprocess.Popen(
            [*command, "-b", str(folder / "for-opa.tar.gz")], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        until(lambda: process.poll() is not None or listens(port))
        return (True, "") if process.poll() is None else (False, "".join(process.communicate()))

    yield ask
    for process in running:
        process.kill()
        process.communicate()


def test_opa_verifies_the_archive_for_it_by_itself(
    archive: bytes, verifying_opa: Callable[[bytes, str], tuple[bool, str]]
) -> None:
    inner = unpack(archive)["vpce.tar.gz"]
    assert verifying_opa(inner, "ES256.pub") == (True, "")


def test_opa_refuses_an_archive_signed_by_another_key(
    folder: Path, archive: bytes, verifying_opa: Callable[[bytes, str], tuple[bool, str]]
) -> None:
    written(folder, "other", ec.generate_private_key(ec.SECP256R1()))
    served, said = verifying_opa(unpack(archive)["vpce.tar.gz"], "other.pub")
    assert not served
    assert "verif" in said


def test_opa_refuses_an_archive_with_a_changed_rule(
    archive: bytes, verifying_opa: Callable[[bytes, str], tuple[bool, str]]
) -> None:
    inner = unpack(unpack(archive)["vpce.tar.gz"], members=10_000)
    inner["/vpce/main/main.rego"] += b"\n# harmless\n"
    served, said = verifying_opa(pack(inner), "ES256.pub")
    assert not served
    assert "main.rego" in said


def test_opa_refuses_an_archive_without_its_signature(
    verifying_opa: Callable[[bytes, str], tuple[bool, str]],
) -> None:
    served, said = verifying_opa(packaged_file("vpce.tar.gz").read_bytes(), "ES256.pub")
    assert not served
    assert "signature" in said
