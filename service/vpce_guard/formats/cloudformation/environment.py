"""Region and account of a stack, as parameters and context say them, and the pseudo parameters that follow."""

from __future__ import annotations

from vpce_guard.formats.document import Extras
from vpce_guard.model import Json

_PARTITIONS = {"cn-": ("aws-cn", "amazonaws.com.cn"), "us-gov-": ("aws-us-gov", "amazonaws.com")}


def environment(given: Extras) -> Json:
    """Region and account, as far as parameters say them; the context given for all says them too."""
    said = {"Region": given.parameters.get("AWS::Region"), "AccountId": given.parameters.get("AWS::AccountId")}
    return {name: value for name, value in said.items() if value is not None}


def pseudo_parameters(given: Extras) -> Json:
    """The pseudo parameters that are known."""
    known = {**given.context, **environment(given)}
    pseudo = {name: value for name, value in given.parameters.items() if name.startswith("AWS::")}
    if isinstance(known.get("AccountId"), str):
        pseudo.setdefault("AWS::AccountId", known["AccountId"])
    if isinstance(region := known.get("Region"), str):
        prefix = next((start for start in _PARTITIONS if region.startswith(start)), "")
        partition, suffix = _PARTITIONS.get(prefix, ("aws", "amazonaws.com"))
        for name, value in (("Region", region), ("Partition", partition), ("URLSuffix", suffix)):
            pseudo.setdefault(f"AWS::{name}", value)
    return pseudo
