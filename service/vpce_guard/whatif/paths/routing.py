"""Routes: whether requests find the endpoint, and answers the clients."""

from __future__ import annotations

from collections.abc import Sequence

from vpce_guard.model import Json
from vpce_guard.whatif.paths.members import ids, objects, text
from vpce_guard.whatif.paths.network import EndpointNetwork, target_of
from vpce_guard.whatif.paths.traffic import MOST_SUBNETS, Network, lies_within, read_range
from vpce_guard.whatif.paths.types import HopAnswer, HopState, PathClient, combine

_LEADS_OUT = ("vgw-", "tgw-", "pcx-")
_TABLES = ("RouteTableIds", "AddRouteTableIds", "RemoveRouteTableIds")


def answer_route_to_gateway(found: EndpointNetwork, client: PathClient) -> HopAnswer:
    """Whether the route table of the clients is one of the gateway endpoint's."""
    table = found.table_of(client.subnet_id) if client.subnet_id else None
    if table is None:
        if ids(found.endpoint.get("RouteTableIds")) or found.is_hidden(*_TABLES):
            return HopAnswer("unknown", "the route table of these clients is not told")
        return HopAnswer("stops", "the endpoint has no route table")
    name = str(table["RouteTableId"])
    if name in ids(found.endpoint.get("RouteTableIds")):
        return HopAnswer("passes", f"{name} has the route to the endpoint", (name,))
    if found.is_hidden(*_TABLES):
        return HopAnswer("unknown", "which route tables the endpoint gets is not known yet", (name,))
    return HopAnswer("stops", f"{name} is not a route table of the endpoint", (name,))


def answer_route(found: EndpointNetwork, client: PathClient) -> HopAnswer:
    """How clients and network interfaces of the endpoint find each other."""
    own = found.endpoint_subnets
    if client.outside:
        return _route_out(found, client, own)
    table = found.table_of(client.subnet_id) if client.subnet_id else None
    for route in objects(table.get("Routes")) if table else ():
        place, target = _place(route), target_of(route)
        inside = place is not None and any(lies_within(place, one) and place != one for one in found.vpc_ranges)
        met = any(
            place and near and (lies_within(near, place) or lies_within(place, near))
            for near in map(found.range_of, own)
        )
        if inside and met and target != "local":
            return HopAnswer("unknown", f"a narrower route leads through {target or 'something else'} first")
    return HopAnswer("passes", "the local route of the VPC")


def _route_out(found: EndpointNetwork, client: PathClient, own: Sequence[str]) -> HopAnswer:
    if client.range is None:
        return HopAnswer("unknown", "from which addresses they come is not told")
    if not own or len(own) > MOST_SUBNETS:
        return HopAnswer("unknown", "the subnets of the endpoint are not told")
    states: list[HopState] = []
    what: list[str] = []
    for subnet in own:
        table = found.table_of(subnet)
        if table is None or not isinstance(table.get("Routes"), list):
            states.append("unknown")
            continue
        what.append(_table_id(table))
        states.append(_answers_to(objects(table["Routes"]), client.range))
    tables = tuple(dict.fromkeys(what))
    state = combine(states)
    why = {
        "passes": "answers have a route back to these clients",
        "stops": "answers have no route back to these clients",
        "partly": "answers from some subnets have no route back to these clients",
        "unknown": "whether answers find back to these clients is not told",
    }
    return HopAnswer(state, why[state], tables)


def _answers_to(routes: Sequence[Json], far: Network) -> HopState:
    """What the routes of a table do with answers to clients: the narrowest that covers them decides."""
    places = [(place, route) for route in routes if (place := _place(route))]
    if any(lies_within(place, far) and place != far for place, _ in places):
        return "unknown"  # a part of them has a route of its own
    covering = [(place, route) for place, route in places if lies_within(far, place)]
    if not covering:
        return "unknown" if any(route.get("DestinationPrefixListId") for route in routes) else "stops"
    _, best = max(covering, key=lambda pair: pair[0].prefixlen)
    if best.get("State") == "blackhole":
        return "stops"
    return "passes" if target_of(best).startswith(_LEADS_OUT) else "unknown"


def _place(route: Json) -> Network | None:
    return read_range(route.get("DestinationCidrBlock"))


def _table_id(table: Json) -> str:
    return text(table.get("RouteTableId"))
