"""What the inventory holds as an audit: account by account and Region by Region, as it was when it was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Engine as Database

from vpce_guard.errors import UnreadableError
from vpce_guard.formats.document import Document
from vpce_guard.formats.existing.config_items import MAY_HAVE
from vpce_guard.formats.existing.inventory import ExistingEndpoint, Inventory
from vpce_guard.inventory.store import Slice, list_units, read_place
from vpce_guard.model import Json
from vpce_guard.whatif.audit.asking import AskedAudit, ask_audit
from vpce_guard.whatif.audit.types import Audit

_OF_ENDPOINTS = ("VpcEndpoints", "ServiceDetails", "DhcpOptions")  # which are not handed on as they are


def ask_kept(
    database: Database, contexts: Sequence[Json], *, at: str, strict: bool = False, earlier: Audit | None = None
) -> AskedAudit:
    """What the inventory asks; endpoints of an account and Region see each other. Raises UnreadableError if empty."""
    units = [one for one in list_units(database) if one.unit.kind == "VpcEndpoints"]
    if not units:
        raise UnreadableError("The inventory holds no endpoints.", advice="Run `vpce-guard inventory sync`.")
    asked = [
        ask_audit(_inventory_of(read_place(database, *one.unit[:2])), contexts, at=at, strict=strict) for one in units
    ]
    return AskedAudit(
        document=Document(drafts=tuple(draft for one in asked for draft in one.document.drafts)),
        proposals=[proposal for one in asked for proposal in one.proposals],
        at=at,
        strict=strict,
        deleted=frozenset().union(*(one.deleted for one in asked)),
        earlier=earlier,
        notes=(f"endpoints are as they were read between {min(_times(units))} and {max(_times(units))}",),
    )


def _times(units: Sequence[Slice]) -> Iterator[str]:
    return (one.taken for one in units)


def _inventory_of(contents: Mapping[Slice, list[Json]]) -> Inventory:
    """What is kept of one account and Region, as documents would tell it."""
    found = Inventory(tells_endpoints=True)
    dhcp = dict(_dhcp_options(contents))
    services: set[object] = set()
    for one, things in contents.items():
        if one.unit.kind != "VpcEndpoints" or not one.vpc_id.startswith("vpc-"):
            continue
        for endpoint in things:
            services.add(endpoint.get("ServiceName"))
            found.add(
                ExistingEndpoint(
                    endpoint=endpoint,
                    region=one.unit.region,
                    account=one.unit.account,
                    unknown=tuple(name for name in MAY_HAVE if name not in endpoint) if one.source == "config" else (),
                    listed=True,
                    context={"DhcpOptions": dhcp[one.vpc_id]} if one.vpc_id in dhcp else {},
                )
            )
    found.parts += [{one.unit.kind: things} for one, things in contents.items() if one.unit.kind not in _OF_ENDPOINTS]
    told = [thing for one, things in contents.items() if one.unit.kind == "ServiceDetails" for thing in things]
    if told:
        found.parts.append({"ServiceDetails": [one for one in told if one.get("ServiceName") in services]})
    return found


def _dhcp_options(contents: Mapping[Slice, list[Json]]) -> Iterator[tuple[object, Json]]:
    """The DHCP options of each VPC, by its id."""
    options = {
        option.get("DhcpOptionsId"): option
        for one, things in contents.items()
        if one.unit.kind == "DhcpOptions"
        for option in things
    }
    for one, things in contents.items():
        if one.unit.kind == "Vpcs":
            for vpc in things:
                if vpc.get("DhcpOptionsId") in options:
                    yield vpc.get("VpcId"), options[vpc["DhcpOptionsId"]]
