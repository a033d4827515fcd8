"""Values that are more than text: numbers, instants, addresses and booleans, and how operators compare them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import pairwise

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DAY = re.compile(r"(\d{4})(-\d{2})?(-\d{2})?", re.ASCII)
_ORDERS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}


@lru_cache(maxsize=4096)
def parse_number(text: str) -> Decimal | None:
    """A number; None for what is none."""
    return Decimal(text) if _NUMBER.fullmatch(text) and len(text) <= 60 else None


@lru_cache(maxsize=4096)
def parse_instant(text: str) -> Decimal | None:
    """Seconds since 1970 of an ISO 8601 date and time, or of a number of seconds; None for what is neither."""
    if day := _DAY.fullmatch(text):
        text = f"{day[1]}{day[2] or '-01'}{day[3] or '-01'}"
    elif (number := parse_number(text)) is not None:
        return number
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return Decimal(str((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()))


@lru_cache(maxsize=4096)
def parse_network(text: str) -> IPv4Network | IPv6Network | None:
    """A range of addresses, or one address as a range; None for what is neither."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def is_value_of(base: str, text: str) -> bool:
    """Whether a text can stand beside an operator in a policy."""
    if base.startswith("Numeric"):
        return parse_number(text) is not None
    if base.startswith("Date"):
        return parse_instant(text) is not None
    if base in ("Bool", "Null"):
        return text.lower() in ("true", "false")
    return base != "IpAddress" or parse_network(text) is not None


def is_typed(base: str) -> bool:
    """Whether an operator compares more than text."""
    return base in ("Bool", "IpAddress") or base.startswith(("Numeric", "Date"))


def compare(base: str, value: str, wanted: str) -> bool:
    """Whether a value of a request stands to a value of the policy as a typed operator wants; not if it is no such."""
    if base == "Bool":
        return value.lower() == wanted.lower()
    if base == "IpAddress":
        return _is_within(parse_network(value), parse_network(wanted))
    parse, order = (
        (parse_number, base.removeprefix("Numeric"))
        if base.startswith("Numeric")
        else (parse_instant, base.removeprefix("Date"))
    )
    left, right = parse(value), parse(wanted)
    return left is not None and right is not None and _ORDERS[order](left, right)


def _is_within(address: IPv4Network | IPv6Network | None, network: IPv4Network | IPv6Network | None) -> bool:
    if isinstance(address, IPv4Network) and isinstance(network, IPv4Network):
        return address.subnet_of(network)
    if isinstance(address, IPv6Network) and isinstance(network, IPv6Network):
        return address.subnet_of(network)
    return False


def points_of(bounds: Iterable[tuple[str, str]]) -> list[str]:
    """Texts of which one lies in each part that comparisons, as operator and value, make of all values together."""
    found: list[str] = []
    numbers: set[Decimal] = set()
    instants: set[Decimal] = set()
    for base, wanted in bounds:
        if base == "Bool":
            found += ("true", "false")
        elif base == "IpAddress":
            found += _edges_of(parse_network(wanted))
        elif base.startswith("Numeric"):
            numbers.add(parse_number(wanted) or Decimal(0))
        else:
            instants.add(parse_instant(wanted) or Decimal(0))
    for second in _between(instants):
        found += _spellings_of_instant(second)
    found += [f"{number:f}" for number in _between(numbers | (instants if numbers else set()))]
    return found


def _edges_of(network: IPv4Network | IPv6Network | None) -> Iterator[str]:
    """The ends of a range and what follows them: of several ranges, some lies in each part that they make."""
    if network is None:
        return
    first, last = network.network_address, network.broadcast_address
    yield from (str(first), str(last))
    if int(first) > 0:
        yield str(first - 1)
    if int(last) < 2**network.max_prefixlen - 1:
        yield str(last + 1)


def _between(bounds: set[Decimal]) -> list[Decimal]:
    """The bounds, one value between each two neighbours, and one outside at each end."""
    ordered = sorted(bounds)
    middles = [(low + high) / 2 for low, high in pairwise(ordered)]
    return [*ordered, *middles, *((ordered[0] - 1, ordered[-1] + 1) if ordered else ())]


def _spellings_of_instant(seconds: Decimal) -> Iterator[str]:
    """As ISO 8601 where that is exact, and as a number of seconds, which numeric operators read as well."""
    with suppress(OverflowError, ValueError, OSError):
        text = datetime.fromtimestamp(float(seconds), UTC).isoformat().replace("+00:00", "Z")
        if parse_instant(text) == seconds:
            yield text
    yield f"{seconds:f}"
