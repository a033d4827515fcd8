"""`vpce-guard policy sign`, and what `policy show --bundle` tells."""

from __future__ import annotations

import os
from pathlib import Path

import click

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.errors import BundleError
from vpce_guard.model import Json
from vpce_guard.surfaces.cli.opa_option import opa_option


@click.command("sign")
@click.option(
    "--bundle",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="A built bundle: a folder, or an archive, which gets the signature in place of its own. [default: packaged]",
)
@click.option(
    "--key", type=click.Path(path_type=Path), required=True, help="PEM of an RSA, P-256 or Ed25519 private key."
)
@click.option("--key-id", required=True, help="What the service calls the public key.")
@click.option("--version", type=click.IntRange(min=0), help="Number that orders bundles. [default: seconds since 1970]")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The archive that is written.")
@opa_option()
def sign_command(bundle: Path | None, key: Path, key_id: str, version: int | None, output: Path, opa: str) -> int:
    """Sign a built bundle: one archive that a service and OPA verify before they use it."""
    from vpce_guard.bundle.open_any import open_any
    from vpce_guard.bundle.signing import algorithm_of_file, sign

    archive = sign(open_any(bundle, None), key=key, key_id=key_id, version=version, opa=opa)
    partial = output.with_name(f".{output.name}.new")
    try:
        partial.write_bytes(archive)
        os.replace(partial, output)
    except OSError as error:
        raise click.UsageError(f"{output} cannot be written: {error.strerror}.") from None
    click.echo(str(output))
    if algorithm_of_file(key) == "EdDSA":
        click.echo("vpce-guard: warning: an OPA that polls does not verify Ed25519; sign with P-256 or RSA.", err=True)
    return 0


def describe_bundle(path: Path, keys_file: Path | None) -> tuple[Json, bool]:
    """What a bundle is, and whether it may be trusted: a directory as it is, an archive if its signature holds."""
    from vpce_guard.bundle.open_any import open_any
    from vpce_guard.bundle.signing import read_claims

    if path.is_dir():
        bundle = open_any(path, keys_file)
        return {
            "revision": bundle.revision,
            "rules": len(bundle.catalogue.rules),
            "signature": "none",
            **_describe_ground(bundle),
        }, True
    try:
        archive = path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path} cannot be read: {error.strerror}.") from None
    shown = read_claims(archive)
    if keys_file is None:
        return {**shown, "signature": "not verified: set bundle_keys_file or give --keys"}, False
    try:
        bundle = open_any(path, keys_file)
    except BundleError as error:
        return {**shown, "signature": f"does not hold: {error}"}, False
    return {**shown, "signature": "holds", **_describe_ground(bundle)}, True


def _describe_ground(bundle: Bundle) -> Json:
    """The built-in rules that own ones stand on, and what is to be done where others are installed."""
    from vpce_guard.bundle.standing import why_outdated

    beneath, outdated = bundle.catalogue.built_in, why_outdated(bundle)
    said = {"built_in": f"{beneath.version} ({beneath.revision[:12]})"} if beneath is not None else {}
    return {**said, **({"outdated": outdated} if outdated is not None else {})}
