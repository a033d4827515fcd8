"""Endpoints that are there already, as documents tell of them, and what stands around them.

What is read: answers of `aws ec2 describe-*`, configuration items of AWS Config, states of Terraform, and metrics of
CloudWatch. One module each, with `detect(document)` and `read(document, inventory)`; what is like none of them is
refused with what to send.
"""

from __future__ import annotations

from typing import Any

from vpce_guard.errors import MalformedError
from vpce_guard.formats.existing import config_items, describe, metrics, terraform_state
from vpce_guard.formats.existing.inventory import Inventory

_READERS = (terraform_state, config_items, metrics, describe)
SEND = (
    "Send what `aws ec2 describe-vpc-endpoints` prints, a snapshot of AWS Config, or a Terraform state "
    "(`terraform show -json`). What is planned is for `vpce-guard check`."
)


def read_existing(document: Any, inventory: Inventory) -> None:
    """Put what a parsed document tells into the inventory.

    Raises MalformedError for what is of no kind that is read; a list is read item by item.
    """
    if isinstance(document, list) and document and all(isinstance(one, dict) for one in document):
        for one in document:
            read_existing(one, inventory)
        return
    for reader in _READERS:
        if reader.detect(document):
            reader.read(document, inventory)
            return
    raise MalformedError("This tells of no endpoints that exist.", advice=SEND)
