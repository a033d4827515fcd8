"""A timestamp authority (RFC 3161) on this machine, which stamps whatever it is asked about, in DER made here."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.support.place import Answer, Place

SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SHA256, ECDSA_SHA256, POLICY = "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2", "1.3.6.1.4.1.99999.1"


class StampingAuthority(Place):
    """Answers at `url`; `ca` is the PEM file of its CA. `answers` are given in turn instead of stamps."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._ca_key, self._key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.ca = folder / "authority.pem"
        root = _certificate("CA of the authority", self._ca_key, "CA of the authority", self._ca_key)
        self.ca.write_bytes(root.public_bytes(Encoding.PEM))
        self._certificate = _certificate("authority", self._key, "CA of the authority", self._ca_key)
        self.now = datetime.now(UTC)

    def take(self, body: bytes) -> Answer:
        return Answer(200, self.stamp(body))

    def stamp(self, request: bytes) -> bytes:
        """The answer to a TimeStampReq: that its hash was there `now`."""
        _, imprint, *others = _members(request)
        nonce = next((other for other in others if other[0] == 0x02), b"")
        moment = _der(0x18, self.now.strftime("%Y%m%d%H%M%SZ").encode())
        info = _sequence(_integer(1), _oid(POLICY), imprint, _integer(7), moment, nonce)
        digest = _der(0x04, hashlib.sha256(info).digest())
        attributes = sorted([_attribute(CONTENT_TYPE, _oid(TST_INFO)), _attribute(MESSAGE_DIGEST, digest)])
        signature = self._key.sign(_der(0x31, *attributes), ec.ECDSA(hashes.SHA256()))
        certificate = self._certificate
        who = _sequence(certificate.issuer.public_bytes(), _integer(certificate.serial_number))
        signer = _sequence(
            _integer(1), who, _sequence(_oid(SHA256)), _der(0xA0, *attributes), _sequence(_oid(ECDSA_SHA256)),
            _der(0x04, signature),
        )  # fmt: skip
        signed = _sequence(
            _integer(3), _der(0x31, _sequence(_oid(SHA256))), _sequence(_oid(TST_INFO), _der(0xA0, _der(0x04, info))),
            _der(0xA0, certificate.public_bytes(Encoding.DER)), _der(0x31, signer),
        )  # fmt: skip
        token = _sequence(_oid(SIGNED_DATA), _der(0xA0, signed))
        return _sequence(_sequence(_integer(0)), token)


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, issuer_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    subject, by = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, issuer))
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(by).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=2)).not_valid_after(now + timedelta(days=2))
    if name == issuer:
        builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
    else:
        use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(use, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _sequence(*parts: bytes) -> bytes:
    return _der(0x30, *parts)


def _integer(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _oid(dotted: str) -> bytes:
    first, second, *others = map(int, dotted.split("."))
    content = bytes([40 * first + second])
    for number in others:
        septets = [number & 0x7F]
        while number := number >> 7:
            septets.append(0x80 | number & 0x7F)
        content += bytes(reversed(septets))
    return _der(0x06, content)


def _attribute(name: str, value: bytes) -> bytes:
    return _sequence(_oid(name), _der(0x31, value))


def _members(data: bytes) -> list[bytes]:
    """The values that a sequence holds, each with its tag and length."""
    data = data[_start(data) :]
    found = []
    while data:
        found.append(data[: _end(data)])
        data = data[_end(data) :]
    return found


def _start(data: bytes) -> int:
    return 2 + (data[1] & 0x7F if data[1] & 0x80 else 0)


def _end(data: bytes) -> int:
    start = _start(data)
    return start + (int.from_bytes(data[2:start], "big") if data[1] & 0x80 else data[1])
