"""TLS of the service and of its client to the sidecar: TLS 1.2 at least, from PEM files that may be renewed."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import NamedTuple

from vpce_guard.errors import SettingsError
from vpce_guard.reloading import ReloadedFiles
from vpce_guard.settings import Settings


class Pem(NamedTuple):
    """A PEM file and the setting that names it."""

    setting: str
    path: Path


def pem(settings: Settings, name: str) -> Pem | None:
    """The file that a setting names, if it does."""
    path = getattr(settings, name)
    return Pem(name, path) if path is not None else None


def client(*, ca: Pem | None, certificate: Pem | None, key: Pem | None) -> ReloadedFiles[ssl.SSLContext]:
    """What a client shows and trusts: the CA alone where there is one, else those of the system.

    The key may be in the file of the certificate. Raises SettingsError that names the setting.
    """

    def read() -> ssl.SSLContext:
        context = ssl.create_default_context()
        if ca is not None:  # a context that trusts it and nothing else
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            _trust(context, ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if certificate is not None:
            _show(context, certificate, key)
        return context

    return ReloadedFiles(_paths(ca, certificate, key), read)


def server(*, certificate: Pem, key: Pem | None, client_ca: Pem | None) -> ssl.SSLContext:
    """What a server shows; clients need a certificate of `client_ca` where there is one.

    Renewed files count for the connections that begin after. Raises SettingsError that names the setting.
    """

    def read() -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        _show(context, certificate, key)
        if client_ca is not None:
            _trust(context, client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
            context.options |= ssl.OP_NO_TICKET  # a session that goes on would outlive the CA that let it begin
            context.num_tickets = 0
        return context

    watched = ReloadedFiles(_paths(client_ca, certificate, key), read)

    def renew(connection: ssl.SSLObject, _name: str | None, _first: ssl.SSLContext) -> None:
        connection.context = watched.current

    first = read()
    first.sni_callback = renew  # called for every connection, with a server name or without
    return first


def _paths(*files: Pem | None) -> list[Path]:
    return [file.path for file in files if file is not None]


def _trust(context: ssl.SSLContext, ca: Pem) -> None:
    _check_readable(ca)
    try:
        context.load_verify_locations(ca.path)
    except (ssl.SSLError, OSError):
        raise SettingsError(f"{ca.setting}: {ca.path} holds no CA certificate in PEM.") from None


def _show(context: ssl.SSLContext, certificate: Pem, key: Pem | None) -> None:
    _check_readable(certificate)
    if key is not None:
        _check_readable(key)
    try:
        context.load_cert_chain(certificate.path, key and key.path, password=lambda: "")  # never ask on the terminal
    except (ssl.SSLError, OSError) as error:
        reason = getattr(error, "reason", None)
        if reason == "KEY_VALUES_MISMATCH":
            told = f"is not the certificate of the key in {key.path if key else 'it'}"
        else:
            told = f"and {key.path if key else 'it'} are no certificate and its key in PEM without a pass phrase"
        raise SettingsError(
            f"{certificate.setting}: {certificate.path} {told}.", advice="Give the certificate first, then its issuers."
        ) from None


def _check_readable(file: Pem) -> None:
    try:
        file.path.open("rb").close()
    except OSError as error:
        raise SettingsError(f"{file.setting}: {file.path} cannot be read: {error.strerror}.") from None
