"""Settings, from the environment (VPCE_GUARD_...) or a file; a flag beats the environment, which beats the file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from vpce_guard import DOCUMENTATION
from vpce_guard.errors import SettingsError
from vpce_guard.model import EngineName, ExistingAction, Profile
from vpce_guard.setting_values import NAMELESS_URL, Keys, Network, Origin, Url

PREFIX = "VPCE_GUARD_"


# of the action, the Compose file, scripts around the command, and what is read elsewhere
_NO_SETTINGS = frozenset({"ACTION", "API_KEYS", "CHECK", "DEBUG", "PUBLISH_PORT", "SETTINGS"})
# Kubernetes tells every pod of a service called vpce-guard by such variables, also VPCE_GUARD_PORT=tcp://...
_SERVICE_LINK = re.compile(r"(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)")
_SERVICE_ADDRESS = re.compile(r"(tcp|udp|sctp)://")
# Secrets, which may stand in a file that the environment names with _FILE: environments are seen and inherited.
SECRETS = (
    "database_url",
    "console_key",
    "log_key",
    "log_keys",
    "log_anchor_token",
    "log_sink_token",
    "oidc_client_secret",
    "remote_token",
    "run_task_key",
    "portal_client_secret",
)
_COMMAS = ("log_erase", "oidc_algorithms", "oidc_scopes", "cors_origins", "trusted_proxies")
_SEPARATORS = {"org_data": os.pathsep, **dict.fromkeys(_COMMAS, ",")}
Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


class Settings(BaseModel):
    """Everything that can be set. Times are in seconds, sizes in bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="Address the service binds to.")
    port: int = Field(8080, ge=0, le=65535, description="Port the service binds to.")
    workers: int = Field(1, ge=1, le=256, description="Processes that answer requests, such as one for each processor.")
    tls_cert_file: Path | None = Field(None, description="Certificate of the service, which then speaks TLS only.")
    tls_key_file: Path | None = Field(None, description="Its key, where it is not in the same file.")
    tls_client_ca_file: Path | None = Field(None, description="CA of which every client must show a certificate.")
    admission_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="Port of a listener for Kubernetes API servers: /v1/admission and health only, without a key.",
    )
    admission_host: str = Field("127.0.0.1", description="Address that listener binds to.")
    admission_tls_cert_file: Path | None = Field(None, description="Certificate of that listener.")
    admission_tls_key_file: Path | None = Field(None, description="Its key, where it is not in the same file.")
    admission_tls_client_ca_file: Path | None = Field(
        None, description="CA of which every API server must show a certificate."
    )
    drain_seconds: float = Field(
        0.0, ge=0, le=3600, description="How long it goes on answering, not ready, after it was told to stop."
    )
    shutdown_seconds: float = Field(
        20.0, gt=0, le=3600, description="Longest time after that for finishing what was accepted."
    )
    engine: EngineName = Field("embedded", description="Where policies run: in-process or in an OPA sidecar.")
    engine_fallback: Literal["none", "embedded"] = Field(
        "none", description="What answers, with the same bundle, while the OPA sidecar does not."
    )
    breaker_failures: int = Field(5, ge=1, description="Failures in a row after which calls to OPA pause.")
    breaker_pause: float = Field(0.5, gt=0, le=60, description="Longest time between two tries of an OPA that fails.")
    opa_url: Url = Field("http://127.0.0.1:8181", description="Base URL of the OPA sidecar.")
    opa_token: str | None = Field(None, min_length=1, description="Bearer token that OPA takes.", repr=False)
    opa_token_file: Path | None = Field(None, description="File of that token, read again when it changes.")
    opa_ca_file: Path | None = Field(None, description="CA that OPA's certificate must be of; the system's if unset.")
    opa_cert_file: Path | None = Field(None, description="Certificate that OPA is shown.")
    opa_key_file: Path | None = Field(None, description="Its key, where it is not in the same file.")
    profile: Profile | None = Field(
        None,
        description="Version of AWS's behaviour rules assume: aws-current or aws-2023; by default what org data says.",
    )
    org_data: tuple[Path, ...] = Field((), description="Org data files, in the environment separated as in PATH.")
    replicas: bool = Field(
        False,
        description="Share org data, API keys and what caller_rate counts with all services on the database.",
    )
    strict: bool = Field(False, description="Deny what could not be judged.")
    existing: ExistingAction = Field(
        "warn",
        description="What is done about what was wrong with an endpoint of Kubernetes before an update and stays so.",
    )
    timeout: float = Field(1.0, gt=0, le=60, description="Longest time one engine call may take.")
    memory_limit: int = Field(256 << 20, ge=16 << 20, description="Largest memory of one embedded engine.")
    database_url: str | None = Field(
        None, description="Where decisions are kept: sqlite:///PATH or postgresql://...; the user's data directory."
    )
    decision_log: Literal["required", "best-effort", "off"] = Field(
        "required", description="Whether a decision must be durable before it is answered."
    )
    log_timeout: float = Field(
        5.0, gt=0, le=60, description="Longest time a decision waits to be durable; then it is refused."
    )
    log_key: str | None = Field(None, min_length=16, description="Key of the log's hashes and seals.", repr=False)
    log_keys: Keys = Field(
        {}, description="Keys of the log by id, as a JSON object; hashes name the id of theirs.", repr=False
    )
    log_key_id: str | None = Field(
        None, description="Which of log_keys makes hashes and seals; the others, and log_key, verify older ones."
    )
    log_anchor_file: Path | None = Field(
        None, description="File outside the database to which each seal is also appended; `log verify` compares."
    )
    log_anchor_url: str | None = Field(
        None,
        max_length=480,
        pattern=NAMELESS_URL,
        description="Address that each chain's newest seal is sent to, as JSON, and that gives all of them back.",
    )
    log_anchor_token: str | None = Field(None, min_length=1, description="Bearer token for that address.", repr=False)
    log_anchor_delay: float = Field(5.0, gt=0, le=3600, description="How long seals wait for newer ones to be sent.")
    log_timestamp_url: str | None = Field(
        None, max_length=480, pattern=NAMELESS_URL, description="Authority that stamps seals with the time (RFC 3161)."
    )
    log_timestamp_ca_file: Path | None = Field(None, description="CA that the authority's certificate must lead to.")
    log_timestamp_delay: float = Field(3600.0, gt=0, le=86400, description="How long seals wait to be stamped.")
    log_erase: tuple[str, ...] = Field(
        (),
        description="JSON Pointers into the input and the result that are never kept; * is any part. "
        "In the environment by commas.",
    )
    log_days: int | None = Field(None, ge=1, description="Days after which decisions are deleted; never if unset.")
    log_sink_url: str | None = Field(
        None,
        max_length=500,
        pattern=NAMELESS_URL,
        description="Where decisions are sent on to, as OPA's decision-log events: POST to URL/logs.",
    )
    log_sink_token: str | None = Field(None, min_length=1, description="Bearer token for the sink.", repr=False)
    log_sink_batch: int = Field(500, ge=1, le=10_000, description="Most decisions sent at once.")
    log_sink_delay: float = Field(5.0, gt=0, le=3600, description="How long decisions wait for others to be sent with.")
    inventory: bool = Field(
        False, description="Whether proposals get their context from the inventory, in the same database as decisions."
    )
    inventory_max_age: float = Field(
        86_400.0, gt=0, description="How old what the inventory tells may be; what is older is not known to rules."
    )
    inventory_keep: int = Field(1, ge=1, le=100, description="How many snapshots of each account the inventory keeps.")
    max_body: int = Field(64 << 20, ge=1024, description="Largest document that is read.")
    max_yaml: int = Field(4 << 20, ge=1024, description="Largest YAML document that is read.")
    remote_token: str | None = Field(None, description="API key that `--remote` sends.", repr=False)
    remote_timeout: float = Field(30.0, gt=0, description="Longest time `--remote` waits for one answer.")
    bundle: Path | None = Field(None, description="Directory of a built bundle; the packaged one if unset.")
    bundle_keys_file: Path | None = Field(
        None, description="JSON file of the public keys that signed bundles are verified with, by key id."
    )
    bundle_grace: float = Field(
        30.0, ge=0, le=3600, description="How long a sidecar may run the bundle before after another is activated."
    )
    shadow_share: float = Field(1.0, gt=0, le=1, description="Share of the requests that a candidate judges beside.")
    shadow_budget: float = Field(0.1, gt=0, le=1, description="Share of one processor's time that it may take.")
    cache_dir: Path | None = Field(None, description="Where compiled policies are cached; the user's cache if unset.")
    api_keys_file: Path | None = Field(
        None, description="File of `name:sha256 of the key in hex` lines; callers send the key as a bearer token."
    )
    oidc_issuer: str | None = Field(None, description="Issuer of the bearer tokens (JWT) that are taken.")
    oidc_audience: str | None = Field(None, description="Audience those tokens must be for.")
    oidc_jwks_url: Url | None = Field(None, description="Where the issuer's keys are (JWKS).")
    oidc_algorithms: tuple[Algorithm, ...] = Field(
        ("RS256", "ES256"), min_length=1, description="Signatures that count. In the environment by commas."
    )
    oidc_leeway: float = Field(60.0, ge=0, le=600, description="How far the clocks may differ.")
    oidc_scope_prefix: str = Field("vpce-guard:", description="What a token's scopes for this service begin with.")
    oidc_client_id: str | None = Field(
        None, min_length=1, max_length=500, description="Client at the issuer with which people sign in at the console."
    )
    oidc_client_secret: str | None = Field(
        None, min_length=1, description="Its secret; unset, it is a public client.", repr=False
    )
    oidc_scopes: tuple[str, ...] = Field(
        ("openid",), description="Scopes that the sign-in asks the issuer for. In the environment by commas."
    )
    oidc_name: str | None = Field(
        None, min_length=1, max_length=60, description="What the sign-in page calls the issuer; its host if unset."
    )
    open_health: bool = Field(True, description="Whether /healthz, /readyz and /metrics answer anyone.")
    caller_rate: float | None = Field(None, gt=0, description="Requests a second that each caller may make; no limit.")
    caller_burst: int = Field(100, ge=1, description="Requests a caller may make at once under caller_rate.")
    max_concurrent: int = Field(256, ge=1, description="Requests worked on at the same time.")
    max_batch: int = Field(10_000, ge=1, description="Items of a batch, and endpoints of all of them together.")
    max_endpoints: int = Field(1000, ge=1, description="Endpoints of one document that is sent to the service.")
    max_work: int = Field(
        16 << 20,
        ge=1024,
        description="Bytes that rules are given for one document: its own, and for each endpoint those beside it.",
    )
    large_process: bool = Field(
        True,
        description="Whether large requests are answered in a process of their own, which is there while they come.",
    )
    max_arriving: int = Field(256 << 20, ge=1024, description="Bytes of all request bodies held at the same time.")
    max_connections: int = Field(1000, ge=1, description="Connections at the same time.")
    max_head: int = Field(32 << 10, ge=1024, description="Largest size of a request's address and headers.")
    head_timeout: float = Field(10.0, gt=0, description="Longest time the headers of a request may take to arrive.")
    body_timeout: float = Field(30.0, gt=0, description="Longest time a request body may take to arrive.")
    request_timeout: float = Field(30.0, gt=0, description="Longest time the decisions of one request may take.")
    write_timeout: float = Field(30.0, gt=0, description="Longest time a caller may take to take an answer.")
    keep_alive: float = Field(75.0, gt=0, description="Longest time a connection may idle between requests.")
    run_task_key: str | None = Field(
        None, min_length=16, description="HMAC key of the HCP Terraform run task; unset, there is none.", repr=False
    )
    run_task_url: Url = Field("https://app.terraform.io", description="Where plans of run tasks are and answers go.")
    portal_client_id: str | None = Field(None, min_length=1, description="Client id that the portal gave out (Port).")
    portal_client_secret: str | None = Field(
        None,
        min_length=16,
        description="Its secret, which also signs the portal's actions; unset, there are none.",
        repr=False,
    )
    portal_url: Url = Field("https://api.port.io", description="API of the portal, which is told outcomes.")
    portal_document: str = Field(
        "/payload/properties/document",
        pattern="^(/[^/]+)+$",
        description="JSON Pointer to the document in what the portal sends.",
    )
    cors_origins: tuple[Origin, ...] = Field(
        (), description="Origins whose pages may ask from a browser, exactly as it writes them. By commas."
    )
    console: bool = Field(True, description="Whether pages for people are served at /console.")
    console_url: Origin | None = Field(
        None,
        description="Where browsers find the service, such as https://guard.example: the issuer sends people back "
        "there, and links to decisions that portals are told begin with it.",
    )
    console_key: str | None = Field(
        None,
        min_length=16,
        description="Secret that sessions of the console are sealed with, the same for all services behind one "
        "address; a new one with each start if unset.",
        repr=False,
    )
    console_idle: float = Field(1800.0, ge=60, le=86400, description="Seconds after which an unused session ends.")
    console_life: float = Field(28800.0, ge=60, le=604800, description="Seconds after which every session ends.")
    log_client: bool = Field(False, description="Whether log lines of a request say where it comes from.")
    trusted_proxies: tuple[Network, ...] = Field(
        (), description="Networks of proxies whose X-Forwarded-For is believed in log lines. By commas."
    )
    docs_url: Url = Field(DOCUMENTATION, description="Where the pages about rules are that reports link to.")
    metrics_callers: int = Field(100, ge=0, description="Callers with a series of their own in /metrics.")
    otlp_endpoint: str | None = Field(
        None,
        pattern=NAMELESS_URL,
        description="Collector that traces go to, over OTLP/HTTP; none if unset.",
    )
    trace_ratio: float = Field(1.0, ge=0, le=1, description="Part of the traces begun here that is kept.")
    access_log: Literal["all", "refused", "off"] = Field("refused", description="Which requests are logged.")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="Least severe log line written.")

    @model_validator(mode="after")
    def _agree(self) -> Settings:
        """Settings of which one makes no sense beside, or without, another."""
        for needs, needed in (
            ("tls_key_file", "tls_cert_file"),
            ("tls_client_ca_file", "tls_cert_file"),
            ("opa_key_file", "opa_cert_file"),
            ("portal_client_id", "portal_client_secret"),
            ("portal_client_secret", "portal_client_id"),
            ("log_timestamp_url", "log_timestamp_ca_file"),
        ):
            if getattr(self, needs) is not None and getattr(self, needed) is None:
                raise ValueError(f"{needs} needs {needed}")
        if self.log_key_id is not None and self.log_key_id not in self.log_keys:
            raise ValueError("log_key_id is not the id of a key in log_keys")
        if self.log_keys and self.log_key_id is None and self.log_key is None:
            raise ValueError("log_keys needs log_key_id, which says which of them makes hashes")
        if self.cors_origins and self.api_keys_file is None and self.oidc_issuer is None:
            raise ValueError("cors_origins needs api_keys_file or oidc_issuer: a page would ask for anyone")
        if self.opa_token is not None and self.opa_token_file is not None:
            raise ValueError("only one of opa_token and opa_token_file can be set")
        if not self.opa_url.startswith("https://"):
            for unused in ("opa_ca_file", "opa_cert_file"):
                if getattr(self, unused) is not None:
                    raise ValueError(f"{unused} needs an opa_url that begins with https://")
        if self.engine_fallback == self.engine:
            raise ValueError("engine_fallback embedded needs engine opa")
        return self


def load_settings(*, flags: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the file named by VPCE_GUARD_SETTINGS (JSON), the environment and flags that are not None.

    Raises SettingsError that names every setting that is unknown or out of range, also in the environment.
    """
    environ = os.environ if environ is None else environ
    _refuse_unknown(environ)
    values: dict[str, Any] = {}
    if path := environ.get(PREFIX + "SETTINGS"):
        values.update(_from_file(Path(path)))
    for name in Settings.model_fields:
        if (value := environ.get(PREFIX + name.upper())) is not None:
            if name == "port" and _SERVICE_ADDRESS.match(value):
                continue
            separator = _SEPARATORS.get(name)
            values[name] = [part for part in value.split(separator) if part] if separator else value
    values.update(_read_secrets(environ))
    values.update({name: value for name, value in (flags or {}).items() if value not in (None, ())})
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        told = [(".".join(map(str, e["loc"])), e["msg"].removeprefix("Value error, ")) for e in error.errors()]
        wrong = "; ".join(f"{place}: {message}" if place else message for place, message in told)
        raise SettingsError(
            f"These settings are wrong: {wrong}.",
            advice="See `vpce-guard serve --help` and docs/reference/settings.md.",
        ) from None


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    """A mistyped setting must not be a setting that does not count."""
    known = {name.upper() for name in (*Settings.model_fields, *(f"{name}_file" for name in SECRETS))}
    names = [name.removeprefix(PREFIX) for name in environ if name.startswith(PREFIX)]
    unknown = sorted(n for n in names if n not in known | _NO_SETTINGS and not _SERVICE_LINK.fullmatch(n))
    if not unknown:
        return
    from difflib import get_close_matches

    close = get_close_matches(unknown[0], known, n=1)
    raise SettingsError(
        f"There is no setting {', '.join(PREFIX + name for name in unknown)}.",
        advice=f"Did you mean {PREFIX + close[0]}?" if close else "See docs/reference/settings.md.",
    )


def _read_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """The secrets that stand in files. Raises SettingsError for one that is also set, or whose file cannot be read."""
    found: dict[str, str] = {}
    for name in SECRETS:
        variable = PREFIX + name.upper()
        if (path := environ.get(variable + "_FILE")) is None:
            continue
        if variable in environ:
            raise SettingsError(f"Only one of {variable} and {variable}_FILE can be set.")
        try:
            found[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"The file {path} of {variable}_FILE cannot be read: {error}.") from None
    return found


def _from_file(path: Path) -> dict[str, Any]:
    from pydantic_core import from_json

    try:
        values = from_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error}.") from None
    if not isinstance(values, dict):
        raise SettingsError(f"The settings file {path} does not hold a JSON object.")
    return values
