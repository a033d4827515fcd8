"""What the inventory holds as an audit: account by account and Region by Region, as it was when it was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine as Database

from vpce_guard.errors import UnreadableError
from vpce_guard.formats.existing.config_items import MAY_HAVE
from vpce_guard.formats.existing.inventory import ExistingEndpoint, Inventory
from vpce_guard.inventory.kinds import TRAFFIC
from vpce_guard.inventory.store import Slice, list_units, read_place
from vpce_guard.inventory.traffic import as_traffic
from vpce_guard.model import Json
from vpce_guard.whatif.audit.asking import AskedAudit, AuditPart, make_part
from vpce_guard.whatif.audit.types import Audit

_OF_ENDPOINTS = ("VpcEndpoints", "ServiceDetails", "DhcpOptions", TRAFFIC.name)  # which are not handed on as they are


@dataclass(frozen=True)
class KeptParts:
    """The accounts and Regions of the inventory, each read when its turn comes."""

    database: Database
    places: Sequence[tuple[str, str]]
    given: Sequence[Json]
    at: str

    def __iter__(self) -> Iterator[AuditPart]:
        for account, region in self.places:
            inventory = _inventory_of(read_place(self.database, account, region))
            yield make_part(inventory, self.given, at=self.at)


def ask_kept(
    database: Database, contexts: Sequence[Json], *, at: str, strict: bool = False, earlier: Audit | None = None
) -> AskedAudit:
    """What the inventory asks; endpoints of an account and Region see each other. Raises UnreadableError if empty.

    The database is read as the audit goes on.
    """
    units = [one for one in list_units(database) if one.unit.kind == "VpcEndpoints"]
    if not units:
        raise UnreadableError("The inventory holds no endpoints.", advice="Run `vpce-guard inventory sync`.")
    return AskedAudit(
        parts=KeptParts(database, [one.unit[:2] for one in units], contexts, at),
        at=at,
        strict=strict,
        earlier=earlier,
        given=contexts,
        expected=sum(one.things for one in units),
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
    for one, things in contents.items():
        if one.unit.kind == TRAFFIC.name:
            found.traffic |= as_traffic(things)
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
