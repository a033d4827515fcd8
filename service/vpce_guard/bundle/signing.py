"""Signed bundles: the build results in one archive under a signature with a key id, and nothing used before it holds.

The archive holds the build results and `signature.jws`, a compact JWS over their SHA-256 hashes, the revision and the
version that orders bundles. Its vpce.tar.gz carries OPA's own signature by the same key, so that an OPA verifies what
it loads by itself. Which keys count is for the caller to say: see `load_keys`.
Import this only where it is used: cryptography takes its time.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from pydantic import Field, ValidationError
from pydantic_core import from_json, to_json

from vpce_guard.bundle.archive import pack, unpack
from vpce_guard.bundle.bundle import RESULTS, Bundle, CatalogueFile, is_bundle_file
from vpce_guard.errors import BundleError, SettingsError
from vpce_guard.folders import make_temporary_folder
from vpce_guard.model import FrozenModel, Json

PublicKey: TypeAlias = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
Algorithm = Literal["RS256", "ES256", "EdDSA"]

SIGNATURE = "signature.jws"
TYPE = "vpce-guard-bundle"  # so that nothing else signed by the same key passes for a bundle
_KEY_ID = re.compile(r"[A-Za-z0-9._:@/-]{1,128}")
_MIN_RSA_BITS = 2048
_MAX_REGO = 10_000


class SignedFile(FrozenModel):
    """One file of a signed archive and the SHA-256 of its content in hex."""

    name: str
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Statement(FrozenModel):
    """What is signed. A bundle whose `version` is lower than another's is older; `iat` is in seconds since 1970."""

    files: tuple[SignedFile, ...]
    revision: str
    version: Annotated[int, Field(strict=True, ge=0)]
    iat: Annotated[int, Field(strict=True, ge=0)]


@dataclass(frozen=True)
class SignedBundle:
    """A signed archive whose signature holds: who signed it, what it says, and its files by name."""

    key_id: str
    algorithm: Algorithm
    statement: Statement
    files: Mapping[str, bytes]

    @property
    def revision(self) -> str:
        """The content hash of everything that decides."""
        return self.statement.revision

    @property
    def version(self) -> int:
        """What orders bundles: a lower one is a downgrade."""
        return self.statement.version

    def write(self, directory: Path) -> None:
        """Write the files into a directory, which is then a bundle as `open_bundle` takes it."""
        directory.mkdir(parents=True, exist_ok=True)
        for name, content in self.files.items():
            (directory / name).write_bytes(content)


def sign(bundle: Bundle, *, key: Path, key_id: str, version: int | None = None, opa: str = "opa") -> bytes:
    """A signed archive of a bundle; `key` is the PEM file of an RSA, P-256 or Ed25519 private key.

    The version is the seconds since 1970 unless given. Raises BundleError for a bundle that is not whole or not of one
    revision, and SettingsError for a key or key id that cannot be used.
    """
    if not _KEY_ID.fullmatch(key_id):
        raise SettingsError(
            f"{key_id!r} is not a valid key id.", advice="Use up to 128 letters, digits and the marks ._:@/-."
        )
    private = _private_key(key)
    algorithm = algorithm_of(private.public_key())
    contents = _contents(bundle)
    revision = bundle.revision
    if _opa_revision(contents["vpce.tar.gz"]) != revision:
        raise BundleError("vpce.tar.gz is of another revision than catalogue.json.", advice="Build both again.")
    contents["vpce.tar.gz"] = _with_opa_signature(
        contents["vpce.tar.gz"], key=key, key_id=key_id, algorithm=algorithm, opa=opa
    )
    now = int(time.time())
    statement = Statement(
        files=tuple(SignedFile(name=name, sha256=_sha256(content)) for name, content in contents.items()),
        revision=revision,
        version=now if version is None else version,
        iat=now,
    )
    token = jwt.PyJWS().encode(
        to_json(statement), private, algorithm=algorithm, headers={"kid": key_id, "typ": TYPE}, sort_headers=True
    )
    return pack({SIGNATURE: token.encode(), **contents})


def open_signed(archive: bytes, keys: Mapping[str, PublicKey]) -> SignedBundle:
    """The bundle in a signed archive, once its signature by one of `keys` (by key id) and every hash hold.

    Raises BundleError that says which of them does not, for a file too many or missing, and for an archive that is no
    archive of this kind.
    """
    contents = unpack(archive)
    token = contents.pop(SIGNATURE, None)
    if token is None:
        raise BundleError("The archive is not signed.", advice="Sign it with `vpce-guard policy sign`.")
    key_id, algorithm, statement = _verify(token, keys)
    said = {file.name: file.sha256 for file in statement.files}
    if len(said) != len(statement.files):
        raise BundleError("The signature names a file twice.")
    if wrong := contents.keys() ^ said.keys():
        raise BundleError(f"The archive does not hold exactly what was signed: {', '.join(sorted(wrong))}.")
    if wrong := {name for name in contents if not is_bundle_file(name)} | set(RESULTS) - contents.keys():
        raise BundleError(f"The archive does not hold exactly a bundle: {', '.join(sorted(wrong))}.")
    for name, content in contents.items():
        if _sha256(content) != said[name]:
            raise BundleError(
                f"{name} differs from what was signed.", advice="Fetch the archive again from its author."
            )
    if _revision(contents["catalogue.json"]) != statement.revision:
        raise BundleError("catalogue.json is of another revision than was signed.")
    return SignedBundle(key_id=key_id, algorithm=algorithm, statement=statement, files=contents)


def algorithm_of_file(key: Path) -> Algorithm:
    """The algorithm that goes with the PEM file of a private key. Raises SettingsError, BundleError."""
    return algorithm_of(_private_key(key).public_key())


def has_same_content(one: bytes, other: bytes) -> bool:
    """Whether two signed archives hold the same bundle, whoever signed it and when. Raises BundleError."""
    return _content_of(one) == _content_of(other)


def _content_of(archive: bytes) -> dict[str, object]:
    contents = unpack(archive)
    rego = unpack(contents.pop("vpce.tar.gz"), members=_MAX_REGO)
    contents.pop(SIGNATURE, None)
    rego.pop("/.signatures.json", None)
    return {**contents, "rego": rego}


def read_claims(archive: bytes) -> Json:
    """What a signed archive says of itself, for people to read: nothing of it is verified."""
    contents = unpack(archive)
    if SIGNATURE not in contents:
        return {"signed": False}
    try:
        token = jwt.PyJWS().decode_complete(contents[SIGNATURE], options={"verify_signature": False})
        statement = Statement.model_validate_json(token["payload"])
        rules = len(CatalogueFile.model_validate_json(contents["catalogue.json"]).rules)
    except (jwt.PyJWTError, ValidationError, KeyError) as error:
        raise BundleError(f"The archive is not a signed bundle: {type(error).__name__}.") from None
    return {
        "signed": True,
        "revision": statement.revision,
        "version": statement.version,
        "key_id": token["header"].get("kid"),
        "signed_at": datetime.fromtimestamp(statement.iat, UTC).isoformat(),
        "rules": rules,
    }


def load_keys(path: Path) -> dict[str, PublicKey]:
    """The public keys of a JSON file `{"key-id": "PEM, or the path of a PEM file beside this one"}`.

    Raises SettingsError that names what is wrong with which key.
    """
    try:
        content = from_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SettingsError(f"The keys file {path} cannot be read: {error}.") from None
    if not isinstance(content, dict) or not content:
        raise SettingsError(
            f"There are no keys in the keys file {path}.", advice='Write {"key-id": "PEM or its path"}.'
        )
    return {key_id: _public_key(path, key_id, value) for key_id, value in content.items()}


def algorithm_of(key: PublicKey) -> Algorithm:
    """The one algorithm that a key is used with, whatever a signature says. Raises SettingsError for other keys."""
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _MIN_RSA_BITS:
        return "RS256"
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return "ES256"
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "EdDSA"
    raise SettingsError(
        "This kind of key is not supported.", advice="Use RSA of 2048 bits or more, EC P-256, or Ed25519."
    )


def _verify(token: bytes, keys: Mapping[str, PublicKey]) -> tuple[str, Algorithm, Statement]:
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise BundleError(f"{SIGNATURE} is not a signature: {error}.") from None
    key_id = header.get("kid")
    if not isinstance(key_id, str) or (key := keys.get(key_id)) is None:
        raise BundleError(
            f"The key {key_id!r} is unknown.", advice="Add its public key to the file of `bundle_keys_file`."
        )
    if header.keys() != {"alg", "kid", "typ"} or header["typ"] != TYPE:
        raise BundleError(f"{SIGNATURE} is a signature of something else.")
    algorithm = algorithm_of(key)  # never what the header says
    try:
        payload = jwt.PyJWS().decode(token, key, algorithms=[algorithm])
    except (jwt.PyJWTError, ValueError) as error:
        raise BundleError(f"The signature by {key_id} does not hold: {error}.") from None
    try:
        return key_id, algorithm, Statement.model_validate_json(payload)
    except ValidationError as error:
        raise BundleError(f"What {key_id} signed is not of this version: {error.error_count()} errors.") from None


def _contents(bundle: Bundle) -> dict[str, bytes]:
    """The build results in a bundle, and what optional ones there are."""
    files = bundle.files
    return {name: files[name] for name in (*RESULTS, *(name for name in files if name not in RESULTS))}


def _revision(catalogue: bytes) -> str:
    try:
        return CatalogueFile.model_validate_json(catalogue).revision
    except ValidationError as error:
        raise BundleError(f"catalogue.json is not of this version: {error.error_count()} errors.") from None


def _opa_revision(archive: bytes) -> str | None:
    try:
        manifest = from_json(unpack(archive, members=_MAX_REGO)["/.manifest"])
        return str(manifest["revision"])
    except (KeyError, TypeError, ValueError):
        return None


def _with_opa_signature(archive: bytes, *, key: Path, key_id: str, algorithm: Algorithm, opa: str) -> bytes:
    """The archive for OPA with OPA's own signature of what it holds, made with `opa sign`."""
    contents = unpack(archive, members=_MAX_REGO)
    contents.pop("/.signatures.json", None)
    with make_temporary_folder() as work:
        tree, claims = Path(work) / "tree", Path(work) / "claims.json"
        for name, content in contents.items():
            file = tree / name.removeprefix("/")
            if ".." in file.parts:
                raise BundleError(f"vpce.tar.gz holds {name!r}, which is not a path inside it.")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        claims.write_bytes(to_json({"keyid": key_id}))
        command = [opa, "sign", "--bundle", ".", "--signing-key", str(key.absolute()), "--signing-alg", algorithm]
        try:  # inside the tree: names are signed as they are given
            subprocess.run(  # noqa: S603 - the binary the caller names
                [*command, "--claims-file", str(claims), "-o", work], cwd=tree, capture_output=True, check=True
            )
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", b"") or str(error).encode()
            raise BundleError(f"opa sign failed: {said.decode(errors='replace').strip()}") from None
        return pack({**contents, "/.signatures.json": (Path(work) / ".signatures.json").read_bytes()})


def _private_key(path: Path) -> PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
        algorithm_of(key.public_key())  # type: ignore[arg-type] # whatever it is, this refuses what is not used
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(
            f"The private key {path} cannot be read: {error}.", advice="Give an unencrypted PEM file."
        ) from None
    return key  # type: ignore[return-value]


def _public_key(path: Path, key_id: str, value: object) -> PublicKey:
    where = f"The key {key_id!r} of {path}"
    if not _KEY_ID.fullmatch(key_id) or not isinstance(value, str):
        raise SettingsError(f"{where} must map a key id to text.")
    try:
        pem = value.encode() if value.lstrip().startswith("-----") else (path.parent / value).read_bytes()
        key = load_pem_public_key(pem)
        algorithm_of(key)  # type: ignore[arg-type]
    except (OSError, ValueError, SettingsError) as error:
        raise SettingsError(f"{where} cannot be used: {error}", advice="Give the PEM of a public key.") from None
    return key  # type: ignore[return-value]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
