"""What the service and its process for large requests say to each other beside the requests of callers."""

from __future__ import annotations

import base64

from pydantic_core import from_json, to_json

from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http.callers import Caller

REVISION, ORG = "x-vpce-guard-revision", "x-vpce-guard-org"  # headers: the policy in force in the service
CLIENT = "x-vpce-guard-client"  # where the request comes from, for log lines
COUNTS = "/counts"  # what was counted since the last time this was asked
LOG_COUNTS = ("written", "lost", "commits", "failures")  # of a Writer


def encode_caller(caller: Caller) -> str:
    """A caller as a token that only that process takes."""
    return base64.urlsafe_b64encode(to_json([caller.name, sorted(caller.scopes)])).decode()


class KnownCallers:
    """The callers that the service has let in: a token says who it is."""

    async def caller(self, token: str) -> Caller | None:
        """Who the service says it is."""
        name, scopes = from_json(base64.urlsafe_b64decode(token))
        return Caller(name, frozenset(scopes))


def large_settings(settings: Settings) -> Settings:
    """The settings of that process: those of the service, without what only that does."""
    return settings.model_copy(
        update={
            "api_keys_file": None,
            "oidc_issuer": None,
            "oidc_audience": None,
            "oidc_jwks_url": None,
            "oidc_client_id": None,
            "oidc_client_secret": None,
            "caller_rate": None,
            "log_days": None,
            "log_sink_url": None,
            "log_anchor_url": None,
            "log_timestamp_url": None,
            "log_client": False,
            "cors_origins": (),
            "access_log": "off",
            "large_process": False,
        }
    )
