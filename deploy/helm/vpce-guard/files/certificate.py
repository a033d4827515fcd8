"""Keep a certificate of the webhook in a Secret, and its CA in the webhook's configuration.

Makes a CA and a certificate of it where there is none, or where a third of its time or less is left. The key of the CA
is not kept. The CA before stays beside the new one, so that the API server trusts the pods that still show the old one.

Environment: SECRET, NAMESPACE, WEBHOOK (names), HOSTS (separated by commas), DAYS; API, the URL of the API server.
"""

from __future__ import annotations

import base64
import datetime
import json
import os
import ssl
import sys
import urllib.error
import urllib.request
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ACCOUNT = Path(os.environ.get("ACCOUNT", "/var/run/secrets/kubernetes.io/serviceaccount"))
API = os.environ.get("API", "https://kubernetes.default.svc")
NOW = datetime.datetime.now(datetime.UTC)
HOSTS = os.environ["HOSTS"].split(",")


def main() -> None:
    """Make what is missing, then register it."""
    secrets = f"/api/v1/namespaces/{os.environ['NAMESPACE']}/secrets"
    place = f"{secrets}/{os.environ['SECRET']}"
    webhook = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/" + os.environ["WEBHOOK"]
    secret = ask("GET", place)
    data = {name: base64.b64decode(text) for name, text in ((secret or {}).get("data") or {}).items()}
    if is_good(data):
        print("The certificate is good.")
    else:
        data = issue(int(os.environ["DAYS"]), before=data.get("ca.crt", b""))
        body = {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "kubernetes.io/tls",
            "metadata": (secret or {}).get("metadata") or {"name": os.environ["SECRET"]},
            "data": {name: base64.b64encode(text).decode() for name, text in data.items()},
        }
        ask("PUT" if secret else "POST", place if secret else secrets, body)
        print("A certificate was made for " + ", ".join(HOSTS) + ".")
    found = ask("GET", webhook)
    if found:  # not there yet before an install
        bundle = base64.b64encode(data["ca.crt"]).decode()
        places = [f"/webhooks/{number}/clientConfig/caBundle" for number in range(len(found["webhooks"]))]
        ask("PATCH", webhook, [{"op": "add", "path": path, "value": bundle} for path in places])
        print("The API server knows its CA.")


def is_good(data: dict[str, bytes]) -> bool:
    """Whether the certificate is for these hosts and more than a third of its time is left."""
    if not {"tls.crt", "tls.key", "ca.crt"} <= data.keys():
        return False
    certificate = x509.load_pem_x509_certificate(data["tls.crt"])
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    span = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    is_for_these = set(HOSTS) <= set(names.get_values_for_type(x509.DNSName))
    return is_for_these and certificate.not_valid_after_utc - NOW > span / 3


def issue(days: int, *, before: bytes) -> dict[str, bytes]:
    """A certificate and its CA, as PEM; `before` are the CAs until now, of which the newest stays."""
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"vpce-guard CA {NOW:%Y-%m-%d %H:%M}")])
    ca = sign(issuer, authority, issuer, authority, days, ca=True)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vpce-guard")])
    certificate = sign(subject, key, issuer, authority, days, ca=False)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    kept = [one.public_bytes(pem) for one in x509.load_pem_x509_certificates(before)[:1]] if before else []
    authorities = ca.public_bytes(pem) + b"".join(kept)
    return {"tls.crt": certificate.public_bytes(pem), "tls.key": private, "ca.crt": authorities}


def sign(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    authority: ec.EllipticCurvePrivateKey,
    days: int,
    *,
    ca: bool,
) -> x509.Certificate:
    """A certificate of a CA, or for the hosts."""
    start = NOW - datetime.timedelta(minutes=5)
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(start).not_valid_after(start + datetime.timedelta(days=days))
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    of_issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    builder = builder.add_extension(of_issuer, critical=False)
    if ca:
        flags = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False)
        flags |= {"encipher_only": False, "decipher_only": False}
        usage = x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, **flags)
        builder = builder.add_extension(usage, critical=True)
    else:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS])
        builder = builder.add_extension(names, critical=False)
        server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(server, critical=False)
    return builder.sign(authority, hashes.SHA256())


def ask(method: str, path: str, body: object = None) -> dict | None:
    """What the API server answers; None where there is no such object. Ends the program where it refuses."""
    kind = "application/json-patch+json" if method == "PATCH" else "application/json"
    headers = {"Authorization": "Bearer " + (ACCOUNT / "token").read_text().strip(), "Content-Type": kind}
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(API + path, data, headers, method=method)
    trust = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt")) if API.startswith("https:") else None
    try:
        with urllib.request.urlopen(request, timeout=20, context=trust) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 404 and method == "GET":
            return None
        sys.exit(f"The API server refuses {method} {path}: {error.read().decode(errors='replace')}")


main()
