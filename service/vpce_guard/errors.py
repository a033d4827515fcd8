"""Every error a person can meet, with its HTTP status, exit code and what to do about it.

Raised deep, translated once per surface (command line, REST).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:
    from pydantic import ValidationError


class Pointer(TypedDict):
    """One place in the input that is wrong; `pointer` is a JSON Pointer into it."""

    pointer: str
    code: str
    detail: str
    advice: NotRequired[str]


class VpceGuardError(Exception):
    """Something that stops a decision; `advice` tells a person what to do next."""

    code = "internal"
    title = "Internal failure"
    status = 500
    exit_code = 3

    def __init__(self, detail: str, *, advice: str = "", pointers: tuple[Pointer, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.advice = advice
        self.pointers = pointers

    def __str__(self) -> str:
        return f"{self.detail} {self.advice}".strip()


class UnreadableError(VpceGuardError):
    """The bytes are no JSON document at all."""

    code, title, status, exit_code = "unreadable", "The document cannot be read", 400, 2


class MalformedError(VpceGuardError):
    """The document is JSON but not of the shape its format asks for."""

    code, title, status, exit_code = "malformed", "The document has the wrong shape", 422, 2


def shape_error(what: str, error: ValidationError, *, advice: str, at: str = "") -> MalformedError:
    """What to raise when `what`, which stands at the JSON Pointer `at`, is not of a model's shape."""
    places = tuple(
        Pointer(pointer="/".join([at, *map(str, e["loc"])]), code=e["type"], detail=e["msg"])
        for e in error.errors(include_url=False, include_input=False)
    )
    told = "; ".join(f"{p['pointer'] or '/'}: {p['detail']}" for p in places)
    return MalformedError(f"The {what} has the wrong shape: {told}.", advice=advice, pointers=places)


class TooLargeError(VpceGuardError):
    """The document is larger than the limit."""

    code, title, status, exit_code = "too_large", "The document is too large", 413, 2


class SettingsError(VpceGuardError):
    """A setting, flag or combination of them that cannot work."""

    code, title, status, exit_code = "settings", "The configuration cannot work", 500, 2


class NotFoundError(VpceGuardError):
    """What was asked for by name does not exist."""

    code, title, status, exit_code = "not_found", "Not found", 404, 2


class ConflictError(VpceGuardError):
    """What was asked for cannot be done in the state things are in."""

    code, title, status, exit_code = "conflict", "Not possible in the current state", 409, 2


class CredentialsError(VpceGuardError):
    """The caller is not known."""

    code, title, status, exit_code = "unauthenticated", "Credentials are missing or wrong", 401, 2


class ForbiddenError(VpceGuardError):
    """The caller is known and may not do this."""

    code, title, status, exit_code = "forbidden", "The caller may not do this", 403, 2


class OverloadedError(VpceGuardError):
    """There is more to do than can be done now; `retry_after` says in how many seconds to ask again."""

    code, title, status, exit_code = "overloaded", "Overloaded", 429, 3

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail, advice=f"Try again in {retry_after} s.")
        self.retry_after = retry_after


class ProtocolError(VpceGuardError):
    """The request is not HTTP as it is spoken here."""

    code, title, status, exit_code = "protocol", "The request cannot be understood", 400, 2


class HeadError(VpceGuardError):
    """The address and headers of a request are larger than the limit."""

    code, title, status, exit_code = "head_too_large", "The request headers are too large", 431, 2


class EncodingError(VpceGuardError):
    """The body is encoded in a way that is not taken."""

    code, title, status, exit_code = "encoding", "The body is encoded", 415, 2


class SlowError(VpceGuardError):
    """The caller sends its request too slowly."""

    code, title, status, exit_code = "slow", "The request took too long to arrive", 408, 2


class OtherBundleError(VpceGuardError):
    """What was recorded was decided under another bundle or other org data than those at hand."""

    code, title, status, exit_code = "other_bundle", "Decided under another bundle", 409, 2


class ProviderError(VpceGuardError):
    """The identity provider cannot be asked, so that nobody can tell whom a token names."""

    code, title, status, exit_code = "identity_provider", "The identity provider does not answer", 503, 3


class StoppingError(VpceGuardError):
    """The service was told to stop and takes no more traffic."""

    code, title, status, exit_code = "stopping", "The service is shutting down", 503, 3


class BundleError(VpceGuardError):
    """The policy bundle cannot be opened or built."""

    code, title, status, exit_code = "bundle", "The policy bundle cannot be used", 503, 3


class SourceError(BundleError):
    """What an author wrote under rego/ is wrong; the detail names file and line."""

    code, title, status, exit_code = "source", "The policy source is wrong", 422, 2


class RefusedError(VpceGuardError):
    """A bundle that may not be put in force: its signature, its own examples or the org data speak against it."""

    code, title, status, exit_code = "bundle-refused", "The bundle is refused", 422, 2


class LogError(VpceGuardError):
    """The decision log cannot be written or read: what it must hold is not answered without it."""

    code, title, status, exit_code = "log", "The decision log cannot be used", 503, 3


class DecidedError(VpceGuardError):
    """A request with this key was decided meanwhile: what it was answered is in the log."""

    code, title, status, exit_code = "conflict", "A request with this key was decided already", 409, 2


class EngineError(VpceGuardError):
    """The engine gave no answer that can be relied on: everything it was asked about is refused."""

    code, title, status, exit_code = "engine", "The engine could not decide", 503, 3


class UnjudgeableError(EngineError):
    """The engine can never judge this document: it is the document's fault, and asking again does not help."""


class TooMuchError(UnjudgeableError):
    """The engine cannot judge so much at once, now or later: in parts it can."""

    code, title, status = TooLargeError.code, TooLargeError.title, TooLargeError.status


class UnfitError(UnjudgeableError):
    """The engine can never take a value that the document holds."""

    code, title, status = MalformedError.code, MalformedError.title, MalformedError.status


class RevisionError(EngineError):
    """The engine answered under a bundle that is not expected."""

    code = "revision"
