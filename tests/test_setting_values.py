"""Settings that cannot be meant are told with why, and without the secrets in them."""

from __future__ import annotations

import pytest

from vpce_guard.errors import SettingsError
from vpce_guard.settings import load_settings


@pytest.mark.parametrize(
    ("keys", "key_id", "told"),
    [
        ("SECRET-of-some-length", "a", "log_keys: must be a JSON object"),
        ('["SECRET-of-some-length"]', "a", "log_keys: must be a JSON object"),
        ('{"a": "SECRET-of-some-length", "a": "SECRET-of-some-length"}', "a", "log_keys: has an id twice"),
        ('{"SECRET-of-some-length, misplaced here": "a"}', "a", "log_keys: an id has 1 to 32 of"),
        ('{"a": "SECRET"}', "a", "log_keys: a key has at least 16 characters"),
        ('{"a": 1234567890123456}', "a", "log_keys: a key has at least 16 characters"),
        ('{"a": "SECRET-of-some-length"}', "b", "log_key_id is not the id of a key in log_keys"),
        ('{"a": "SECRET-of-some-length"}', None, "log_keys needs log_key_id"),
    ],
)
def test_keys_of_the_log_that_cannot_be_used_are_told_without_them(keys: str, key_id: str | None, told: str) -> None:
    environ = {"VPCE_GUARD_LOG_KEYS": keys} | ({"VPCE_GUARD_LOG_KEY_ID": key_id} if key_id else {})
    with pytest.raises(SettingsError, match=told) as error:
        load_settings(environ=environ)
    assert "SECRET" not in str(error.value)


@pytest.mark.parametrize(
    "origin",
    [
        *(
            "*",
            "null",
            "https://*.example",
            "https://console.example/",
            "https://console.example/path",
            "console.example",
        ),
        *(
            "HTTPS://console.example",
            "https://Console.example",
            "https://user@console.example",
            "https://console.example:",
        ),
        *("file://", "https://a.example https://b.example"),
    ],
)
def test_an_origin_is_exact(origin: str) -> None:
    with pytest.raises(SettingsError, match="must be an origin as browsers write it"):
        load_settings(environ={"VPCE_GUARD_CORS_ORIGINS": origin, "VPCE_GUARD_API_KEYS_FILE": "keys"})


def test_origins_are_of_callers_with_credentials() -> None:
    origins = "https://a.example,http://localhost:3000,https://[::1]:8443"
    given = {"VPCE_GUARD_CORS_ORIGINS": origins}
    with pytest.raises(SettingsError, match="cors_origins needs api_keys_file or oidc_issuer"):
        load_settings(environ=given)
    settings = load_settings(environ={**given, "VPCE_GUARD_API_KEYS_FILE": "keys"})
    assert settings.cors_origins == ("https://a.example", "http://localhost:3000", "https://[::1]:8443")


@pytest.mark.parametrize("network", ["everybody", "10.0.0.1/8", "10.0.0.0/33", "proxy.example"])
def test_proxies_are_networks(network: str) -> None:
    with pytest.raises(SettingsError, match="must be an address or a network"):
        load_settings(environ={"VPCE_GUARD_TRUSTED_PROXIES": network})
