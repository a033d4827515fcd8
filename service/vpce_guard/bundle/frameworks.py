"""Frameworks of controls, such as PCI DSS, and what METADATA says a rule has to do with their controls."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field

from vpce_guard.model import FrozenModel

FrameworkId = Literal["security-hub", "fsbp", "nist-800-53", "pci-dss-4", "cis", "prowler"]
FRAMEWORKS: dict[FrameworkId, str] = {
    "security-hub": "AWS Security Hub CSPM controls",
    "fsbp": "AWS Foundational Security Best Practices v1.0.0",
    "nist-800-53": "NIST SP 800-53 Rev. 5",
    "pci-dss-4": "PCI DSS v4.0.1",
    "cis": "CIS AWS Foundations Benchmark v5.0.0",
    "prowler": "Prowler checks for AWS",
}


class FrameworkMapping(FrozenModel):
    """Controls of one framework that a rule has to do with, and the public page that says so or states them.

    `same`: the rule looks, before a change, for what the control looks for afterwards. `part`: it holds a part of what
    the control demands, and never all of it.
    """

    framework: FrameworkId
    controls: tuple[str, ...] = Field(min_length=1)
    relation: Literal["same", "part"]
    doc: str = Field(pattern=r"^https://[a-zA-Z0-9.-]+\.[a-z]+(/\S*)?$")


def control_order(control: str) -> tuple[tuple[int, int, str], ...]:
    """What sorts controls as people read them: EC2.10 before EC2.55, AC-4 before AC-4(21)."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|\D+", control))
