"""What filters: network ACLs on both sides, and the security groups of the endpoint."""

from __future__ import annotations

from ipaddress import ip_network

from vpce_guard.model import Json
from vpce_guard.whatif.paths.members import text
from vpce_guard.whatif.paths.network import EndpointNetwork
from vpce_guard.whatif.paths.traffic import EPHEMERAL, MOST_SUBNETS, Network, for_port, pass_acl, pass_group, refers
from vpce_guard.whatif.paths.types import HopAnswer, HopState, PathClient, combine

_EVERYTHING = ip_network("0.0.0.0/0")
_GROUPS = ("Groups", "SecurityGroupIds", "AddSecurityGroupIds", "RemoveSecurityGroupIds")
_WITHIN = HopAnswer("passes", "traffic within a subnet meets no network ACL")


def answer_acl_to_gateway(found: EndpointNetwork, client: PathClient) -> HopAnswer:
    """The ACL of the clients' subnet, before a gateway endpoint."""
    acl = found.acl_of(client.subnet_id) if client.subnet_id else None
    if acl is None:
        return HopAnswer("unknown", "the network ACL of these clients is not told")
    places = found.service_ranges or (_EVERYTHING,)
    answers = [_both_ways(acl, place, (443, 443), egress=True) for place in places[:MOST_SUBNETS]]
    whole = bool(found.service_ranges) and len(places) <= MOST_SUBNETS
    state = combine(answers)
    if state == "partly" and not whole:
        return HopAnswer("unknown", "whether it admits the addresses of the service is not told", (_acl_id(acl),))
    return _say_acl(state, acl, "to the service on TCP 443")


def answer_client_acl(found: EndpointNetwork, client: PathClient) -> HopAnswer:
    """The ACL of the clients' subnet, before the subnets of the endpoint."""
    own = found.endpoint_subnets
    if client.subnet_id and own == [client.subnet_id]:
        return _WITHIN
    acl = found.acl_of(client.subnet_id) if client.subnet_id else None
    if acl is None:
        return HopAnswer("unknown", "the network ACL of these clients is not told")
    ranges = [found.range_of(one) for one in own if one != client.subnet_id]
    if not ranges or len(ranges) > MOST_SUBNETS or None in ranges or not found.ports or _is_ipv6(found):
        return HopAnswer("unknown", "the ranges of the endpoint's subnets or its port are not told", (_acl_id(acl),))
    state = combine([_any_port(found, acl, place, egress=True) for place in ranges if place])
    return _say_acl(state, acl, f"to the endpoint on TCP {_ports_in_words(found)}")


def answer_acl(found: EndpointNetwork, client: PathClient) -> HopAnswer:
    """The ACLs of the endpoint's subnets, of which clients take any."""
    own = found.endpoint_subnets
    if client.subnet_id and own == [client.subnet_id]:
        return _WITHIN
    judged = [(one, found.acl_of(one)) for one in own if one != client.subnet_id]
    told = [(one, acl) for one, acl in judged if acl is not None]
    names = tuple(dict.fromkeys(_acl_id(acl) for _, acl in told))
    if client.range is None or not judged or len(judged) > MOST_SUBNETS or not found.ports or _is_ipv6(found):
        why = (
            "from which addresses they come is not told" if client.range is None else "what it has to admit is not told"
        )
        return HopAnswer("unknown", why if told else "the network ACLs of the endpoint's subnets are not told", names)
    states: list[HopState] = ["unknown"] * (len(judged) - len(told))
    closed = []
    for subnet, acl in told:
        state = _any_port(found, acl, client.range, egress=False)
        states.append(state)
        if state in ("stops", "partly"):
            closed.append(f"{_acl_id(acl)} of {subnet}")
    state = combine(states)
    if state == "unknown":
        why = "not all of the ACLs are told, or they admit answers on some ephemeral ports only"
        return HopAnswer("unknown", why, names)
    if state == "passes":
        return HopAnswer("passes", "admits them and the answers", names)
    whole = "not all" if "partly" in states else "nothing"
    why = f"{', '.join(closed)} admits {whole} from them on TCP {_ports_in_words(found)}, or of the answers"
    return HopAnswer(state, why, names)


def answer_group(found: EndpointNetwork, client: PathClient) -> HopAnswer:
    """What the groups of the endpoint together let in."""
    names = found.groups
    if found.is_hidden(*_GROUPS) or not names:
        return HopAnswer("unknown", "the security groups of the endpoint are not known")
    if not all(name in found.told_groups for name in names):
        return HopAnswer("unknown", "the rules of the security groups are not told", names)
    if not found.ports:
        return HopAnswer("unknown", "the port of the service is not known", names)
    rules = {port: for_port([found.told_groups[name] for name in names], port) for port in found.ports}
    known = {port: one for port, one in rules.items() if one is not None}
    port = _ports_in_words(found)
    if known == rules and not any(known.values()):
        return HopAnswer("stops", f"admits nobody on TCP {port}", names)
    if len(known) < len(rules):
        return HopAnswer("unknown", "its rules cannot be read", names)
    if client.range is None:
        return HopAnswer("unknown", "from which addresses they come is not told", names)
    answers = {pass_group(one, client.range, found.lists) for one in known.values()}
    if "passes" in answers:
        return HopAnswer("passes", f"admits them on TCP {port}", names)
    if others := sorted({one for found_rules in known.values() for one in refers(found_rules, found.lists)}):
        return HopAnswer("unknown", f"admits {', '.join(others[:2])}; who of them is in it is not told", names)
    if "partly" in answers:
        return HopAnswer("partly", f"admits some of them only on TCP {port}", names)
    return HopAnswer("stops", f"admits none of them on TCP {port}", names)


def _any_port(found: EndpointNetwork, acl: Json, far: Network, *, egress: bool) -> HopState:
    answers = [_both_ways(acl, far, (port, port), egress=egress) for port in found.ports]
    return next((state for state in ("passes", "unknown", "partly") if state in answers), "stops")


def _both_ways(acl: Json, far: Network, ports: tuple[int, int], *, egress: bool) -> HopState:
    """What an ACL does with requests in one direction and their answers, on ephemeral ports, in the other."""
    there = pass_acl(acl["Entries"], far, ports, egress=egress)
    back = pass_acl(acl["Entries"], far, EPHEMERAL, egress=not egress)
    if "stops" in (there, back):
        return "stops"
    if there is None or back is None:
        return "unknown"
    if there == "partly":
        return "partly"
    return "passes" if back == "passes" else "unknown"  # which ephemeral ports clients use is their own matter


def _say_acl(state: HopState, acl: Json, way: str) -> HopAnswer:
    name = _acl_id(acl)
    why = {
        "passes": "admits them and the answers",
        "stops": f"admits nothing {way}, or no answers",
        "partly": f"admits not all {way}",
        "unknown": "whether it admits all answers on ephemeral ports is not known",
    }
    return HopAnswer(state, why[state], (name,))


def _is_ipv6(found: EndpointNetwork) -> bool:
    return found.endpoint.get("IpAddressType") == "ipv6"


def _ports_in_words(found: EndpointNetwork) -> str:
    return " or ".join(map(str, found.ports))


def _acl_id(acl: Json) -> str:
    return text(acl.get("NetworkAclId")) or "network ACL"
