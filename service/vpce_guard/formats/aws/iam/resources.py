"""Whether a text can be the ARN of a resource: its parts, its partition, and the shapes that its service has."""

from __future__ import annotations

import re
from functools import lru_cache

from vpce_guard.formats.aws.iam import known


@lru_cache(maxsize=4096)
def wrong_arn(text: str) -> tuple[str, tuple[str, ...]] | None:
    """What is wrong with a text that stands for resources, in words, and what may be meant; None for nothing.

    The words follow the text in a sentence: "names the partition awz, which AWS does not have".
    """
    text = re.sub(r"\$\{[^}]*\}", "*", text).replace("?", "*").lower()
    start, partition, service, *place = (*text.split(":", 5), *[""] * 5)[:6]
    if text.count(":") < 5:
        return None if "*" in text else ("is not an ARN: it has fewer than six parts", ())
    if not known.meet(start, "arn"):
        return "is not an ARN: it does not start with arn:", ()
    if not known.fits(partition, known.PARTITIONS):
        nearest = known.near(partition, known.PARTITIONS)
        return f"names the partition {partition or '(none)'}, which AWS does not have", nearest
    shapes = known.arns().get(service, {})
    if "*" in service or (not shapes and service in known.prefixes()):
        return None
    if not shapes:
        return f"names the service {service or '(none)'}, which ARNs do not have", known.near(service, known.arns())
    if any(_agrees(place, shape) for shape in shapes):
        return None
    return f"has no form that ARNs of {service} have", _like(place[2], shapes)


def _agrees(given: list[str], shape: tuple[str, ...]) -> bool:
    """An ARN may lack the account where AWS owns the resource, never the Region where its kind has one."""
    return bool(given[0] or not shape[0]) and all(map(known.meet, given, shape))


def _like(resource: str, shapes: dict[tuple[str, ...], str]) -> tuple[str, ...]:
    """Shapes whose resource agrees, else those that begin alike, else any: what such ARNs look like."""
    agreeing = [spelt for shape, spelt in shapes.items() if known.meet(resource, shape[2])]
    start = re.split(r"[:/]", resource)[0]
    alike = agreeing or [spelt for shape, spelt in shapes.items() if shape[2].startswith(start)]
    return tuple(alike or shapes.values())[:2]
