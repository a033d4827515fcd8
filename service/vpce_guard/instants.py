"""Instants as texts that compare in the order of time, so that a policy can compare them without a clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def instant(value: object) -> str | None:
    """An RFC 3339 time with zone as `YYYY-MM-DDTHH:MM:SS.ffffffZ` in UTC; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
        return format_instant(time) if time.tzinfo is not None and len(value) > 10 else None
    except (ValueError, OverflowError):
        return None


def format_instant(time: datetime) -> str:
    """The same for a time that is parsed already."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def format_milliseconds(time: datetime) -> str:
    """A time with zone as decisions and records carry it: RFC 3339 in UTC, cut to milliseconds."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def now() -> str:
    """The current time as decisions and records carry it."""
    return format_milliseconds(datetime.now(UTC))


def seconds_ago(seconds: float) -> str:
    """A time before now, as decisions and records carry it."""
    return format_milliseconds(datetime.now(UTC) - timedelta(seconds=seconds))
