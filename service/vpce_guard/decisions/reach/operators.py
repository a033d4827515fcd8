"""The operators of conditions by their name.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Quantifier = Literal["", "any", "all"]
_PREFIXES: dict[str, Quantifier] = {"forallvalues:": "all", "foranyvalue:": "any"}
BASES = {
    **{name.lower(): (name, False) for name in ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnLike")},
    **{name.lower(): (name, False) for name in ("Bool", "BinaryEquals", "IpAddress", "Null")},
    **{
        f"{kind}{order}".lower(): (f"{kind}{order}", False)
        for kind in ("Numeric", "Date")
        for order in ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    },
    "stringnotequals": ("StringEquals", True),
    "stringnotequalsignorecase": ("StringEqualsIgnoreCase", True),
    "stringnotlike": ("StringLike", True),
    "arnequals": ("ArnLike", False),
    "arnnotequals": ("ArnLike", True),
    "arnnotlike": ("ArnLike", True),
    "numericnotequals": ("NumericEquals", True),
    "datenotequals": ("DateEquals", True),
    "notipaddress": ("IpAddress", True),
}
WITH_WILDCARDS = frozenset({"StringLike", "ArnLike"})
WITH_VARIABLES = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnLike"})


class Operator(NamedTuple):
    """An operator: what it compares by, negated or not, over one value or several, and what an absent key means."""

    base: str
    negated: bool
    quantifier: Quantifier
    if_exists: bool

    @property
    def when_absent(self) -> bool:
        """Whether the condition holds where the key is not in the request."""
        if self.if_exists or self.quantifier == "all":
            return True
        return self.negated and self.quantifier == ""


def parse_operator(name: str) -> Operator | None:
    """The operator of a name, whatever its capitals; None for a name that the policy language does not have."""
    rest = name.lower()
    quantifier: Quantifier = ""
    for prefix, stands_for in _PREFIXES.items():
        if rest.startswith(prefix):
            rest, quantifier = rest.removeprefix(prefix), stands_for
    if_exists = rest.endswith("ifexists")
    rest = rest.removesuffix("ifexists")
    if rest not in BASES or (rest == "null" and if_exists):
        return None
    base, negated = BASES[rest]
    return Operator(base, negated, quantifier, if_exists)
