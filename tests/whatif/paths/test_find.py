"""Paths: each hop stopping, what is not known, what rules say of a hop, before and after."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.networks import SUBNETS, VPC, entry, gateway, group, interface, open_acl, table
from tests.surfaces.reports.test_reports import violation
from vpce_guard.whatif.paths.find import find_paths
from vpce_guard.whatif.paths.types import ClientPath, PathHop, PathTerms

TERMS = PathTerms(
    hops={
        "R-DNS-001": "dns",
        "R-SG-001": "group",
        "R-ACL-001": "network-acl",
        "R-RT-001": "route",
        "R-OUT-001": "outside",
    },
    ports={"email-smtp": [25, 587], "vpce-svc-0a000001": [8443]},
)
A, B, C = SUBNETS


def paths(parts: Any, *violations: Any) -> tuple[ClientPath, ...]:
    return find_paths(parts, violations, TERMS).paths


def hop(parts: Any, kind: str, *violations: Any, client: str = C) -> PathHop:
    """A hop of the path of a client."""
    path = next(one for one in paths(parts, *violations) if client in one.clients)
    return next(one for one in path.hops if one.kind == kind)


def state(parts: Any, kind: str, client: str = C) -> str:
    return hop(parts, kind, client=client).state


def test_all_that_is_told_and_open_passes_and_clients_alike_are_one_path() -> None:
    (path,) = paths(interface())
    assert path.clients == (A, B, C)
    assert path.ranges == ("10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24")
    assert [(one.kind, one.state) for one in path.hops] == [
        ("dns", "passes"),
        ("client-acl", "passes"),
        ("route", "passes"),
        ("acl", "passes"),
        ("group", "passes"),
    ]
    assert (path.state, path.is_wrong) == ("passes", False)


def test_nothing_is_claimed_of_what_is_not_told() -> None:
    bare = dict.fromkeys(("NetworkAcls", "RouteTables", "SecurityGroups"))
    (path,) = paths(interface({**bare, "Vpc": {"VpcId": VPC, "CidrBlock": "10.0.0.0/16"}}, intent={"app_subnets": [C]}))
    told = {one.kind: one.state for one in path.hops}
    assert told == {"dns": "unknown", "client-acl": "unknown", "route": "passes", "acl": "unknown", "group": "unknown"}
    assert path.state == "unknown"
    assert not path.is_wrong


def test_paths_of_which_nothing_is_known_are_left_out() -> None:
    bare = dict.fromkeys(("NetworkAcls", "RouteTables", "SecurityGroups", "Vpc"))
    assert paths(interface(bare)) == ()
    assert paths(interface(VpcEndpointType="GatewayLoadBalancer")) == ()


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        ([group("sg-0a000001")], ("stops", "admits nobody on TCP 443")),
        ([group("sg-0a000001", "10.9.0.0/16")], ("stops", "admits none of them on TCP 443")),
        ([group("sg-0a000001", "10.0.3.0/25")], ("partly", "admits some of them only on TCP 443")),
        ([group("sg-0a000001", "10.0.3.0/25", "10.0.3.128/25")], ("passes", "admits them on TCP 443")),
        ([group("sg-0a000001", "10.0.0.0/16", port=80)], ("stops", "admits nobody on TCP 443")),
        ([{"GroupId": "sg-0a000001"}], ("unknown", "the rules of the security groups are not told")),
    ],
)
def test_the_group_stops(groups: Any, told: tuple[str, str]) -> None:
    found = hop(interface({"SecurityGroups": groups}), "group")
    assert (found.state, found.why) == told
    assert found.what == ("sg-0a000001",)


def test_members_of_another_group_may_pass() -> None:
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{"GroupId": "sg-0b000001"}]}
    groups = [{"GroupId": "sg-0a000001", "IpPermissions": [permission]}]
    found = hop(interface({"SecurityGroups": groups}), "group")
    assert (found.state, found.why) == ("unknown", "admits sg-0b000001; who of them is in it is not told")


def test_the_entries_of_a_prefix_list_count_where_they_are_told() -> None:
    permission = {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": "pl-0a000001"}]}
    groups = [{"GroupId": "sg-0a000001", "IpPermissions": [permission]}]
    lists = [{"PrefixListId": "pl-0a000001", "Entries": [{"Cidr": "10.0.0.0/8"}]}]
    assert state(interface({"SecurityGroups": groups, "ManagedPrefixLists": lists}), "group") == "passes"
    assert state(interface({"SecurityGroups": groups}), "group") == "unknown"


def test_without_a_group_the_default_one_of_the_vpc_stands_there() -> None:
    default = {**group("sg-0d000001"), "GroupName": "default"}
    found = hop(interface({"SecurityGroups": [default]}, Groups=[]), "group")
    assert (found.state, found.what) == ("stops", ("sg-0d000001",))


@pytest.mark.parametrize(
    ("service", "port", "told"),
    [
        ("com.amazonaws.us-east-1.email-smtp", 443, "stops"),
        ("com.amazonaws.us-east-1.email-smtp", 587, "passes"),
        ("com.amazonaws.vpce.us-east-1.vpce-svc-0b000001", 443, "unknown"),
        ("com.amazonaws.vpce.us-east-1.vpce-svc-0a000001", 8443, "passes"),
        ("something", 443, "unknown"),
    ],
)
def test_the_port_is_that_of_the_service(service: str, port: int, told: str) -> None:
    groups = [group("sg-0a000001", "10.0.0.0/16", port=port)]
    assert state(interface({"SecurityGroups": groups}, ServiceName=service), "group") == told


def acl(*entries: dict[str, Any], subnets: tuple[str, ...] = (A, B)) -> Any:
    """The network ACLs where some subnets have one with these entries, before those that let everything through."""
    closed = open_acl("acl-0b000001", *subnets)
    others = [one for one in SUBNETS if one not in subnets]
    closed["Entries"] = [*entries, *closed["Entries"]]
    return {"NetworkAcls": [closed, open_acl("acl-0a000001", *others)]}


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([entry(1, "deny", "10.0.0.0/16", egress=False)], "stops"),
        ([entry(1, "deny", "10.0.0.0/16", egress=True)], "stops"),
        ([entry(1, "deny", "10.0.3.0/25", egress=False)], "partly"),
        ([entry(1, "deny", "10.0.0.0/16", egress=False, Protocol="17")], "passes"),
        ([entry(1, "deny", "10.0.0.0/16", egress=False, Protocol="6", PortRange={"From": 80, "To": 80})], "passes"),
        ([entry(1, "deny", "10.0.0.0/16", egress=True, Protocol="6", PortRange={"From": 1024, "To": 2000})], "unknown"),
        ([entry(200, "deny", "10.0.0.0/16", egress=False)], "passes"),
    ],
)
def test_the_network_acl_of_the_endpoint_stops(entries: Any, told: str) -> None:
    found = hop(interface(acl(*entries)), "acl")
    assert (found.state, found.what) == (told, ("acl-0b000001",))


def test_one_of_two_acls_stops_some() -> None:
    found = hop(interface(acl(entry(1, "deny", "0.0.0.0/0", egress=False), subnets=(A,))), "acl")
    assert found.state == "partly"
    assert found.why.startswith(f"acl-0b000001 of {A} admits nothing from them on TCP 443")


def test_the_network_acl_of_the_clients_stops() -> None:
    closed = interface(acl(entry(1, "deny", "0.0.0.0/0", egress=True), subnets=(C,)))
    assert hop(closed, "client-acl").what == ("acl-0b000001",)
    assert state(closed, "client-acl") == "stops"
    assert state(closed, "client-acl", client=A) == "passes"
    assert state(closed, "acl") == "passes"


def test_traffic_within_a_subnet_meets_no_acl() -> None:
    closed = interface(acl(entry(1, "deny", "0.0.0.0/0", egress=False), subnets=(A,)), SubnetIds=[A])
    assert state(closed, "acl", client=A) == "passes"
    assert state(closed, "client-acl", client=A) == "passes"
    assert state(closed, "acl", client=C) == "stops"


@pytest.mark.parametrize(
    ("vpc", "told"),
    [
        ({"EnableDnsSupport": False, "EnableDnsHostnames": True}, ("stops", "EnableDnsSupport of the VPC is off")),
        (
            {"EnableDnsSupport": True, "EnableDnsHostnames": {"Value": False}},
            ("stops", "EnableDnsHostnames of the VPC is off"),
        ),
        ({"EnableDnsSupport": True}, ("unknown", "the DNS attributes of the VPC are not told")),
    ],
)
def test_dns_stops(vpc: Any, told: tuple[str, str]) -> None:
    found = hop(interface({"Vpc": {"VpcId": VPC, "CidrBlock": "10.0.0.0/16", **vpc}}), "dns")
    assert (found.state, found.why) == told


def test_dns_is_not_known_without_private_dns_or_with_a_name_server_of_ones_own() -> None:
    assert state(interface(PrivateDnsEnabled=False), "dns") == "unknown"
    assert state(interface(PrivateDnsEnabled=None), "dns") == "unknown"
    options = {"DhcpConfigurations": [{"Key": "domain-name-servers", "Values": [{"Value": "10.0.0.9"}]}]}
    assert hop(interface({"DhcpOptions": options}), "dns").why.startswith("the VPC uses the name server 10.0.0.9")
    assert state(interface(intent={"custom_dns_resolves_service": True}, PrivateDnsEnabled=False), "dns") == "passes"
    assert state(interface(DnsOptions={"PrivateDnsOnlyForInboundResolverEndpoint": True}), "dns") == "partly"


def test_a_subnet_without_the_route_does_not_reach_a_gateway() -> None:
    tables = [table("rtb-0a000001"), table("rtb-0b000001", subnet=B)]
    parts = gateway({"RouteTables": tables})
    assert hop(parts, "route").what == ("rtb-0a000001",)
    assert state(parts, "route") == "passes"
    assert hop(parts, "route", client=B).why == "rtb-0b000001 is not a route table of the endpoint"
    assert state(parts, "route", client=B) == "stops"
    assert state(gateway({"RouteTables": None}), "route") == "unknown"
    assert state(gateway({"RouteTables": None}, RouteTableIds=[]), "route") == "stops"
    assert state(gateway(), "client-group") == "unknown"


@pytest.mark.parametrize(
    ("entries", "lists", "told"),
    [
        ([entry(1, "deny", "0.0.0.0/0", egress=True)], [], "stops"),
        ([entry(1, "deny", "52.216.0.0/15", egress=True)], [], "unknown"),
        ([entry(1, "deny", "52.216.0.0/15", egress=True)], ["52.216.0.0/15"], "stops"),
        ([entry(1, "deny", "52.216.0.0/15", egress=True)], ["3.5.0.0/19"], "passes"),
    ],
)
def test_the_acl_of_the_clients_before_a_gateway(entries: Any, lists: list[str], told: str) -> None:
    name = {"PrefixListId": "pl-63a5400a", "PrefixListName": "com.amazonaws.us-east-1.s3"}
    listed = [{**name, "Entries": [{"Cidr": one} for one in lists]}] if lists else []
    assert state(gateway({**acl(*entries, subnets=(C,)), "ManagedPrefixLists": listed}), "client-acl") == told


ON_PREMISES = {"access_paths": ["vpc", "on-prem-vpn"], "client_cidrs": ["192.168.0.0/16"]}


@pytest.mark.parametrize(
    ("routes", "told"),
    [
        ([("192.168.0.0/16", "vgw-0a000001")], "passes"),
        ([("0.0.0.0/0", "tgw-0a000001")], "passes"),
        ([("192.168.0.0/17", "vgw-0a000001")], "unknown"),
        ([("0.0.0.0/0", "igw-0a000001")], "unknown"),
        ([("10.0.0.0/16", "local")], "stops"),
    ],
)
def test_answers_need_a_route_back_to_on_premises(routes: Any, told: str) -> None:
    parts = interface({"RouteTables": [table("rtb-0a000001", *routes)]}, intent=ON_PREMISES)
    path = next(one for one in paths(parts) if one.outside)
    assert (path.clients, path.ranges, path.declared) == (("on-premises (VPN)",), ("192.168.0.0/16",), True)
    states = {one.kind: one.state for one in path.hops}
    assert states == {"dns": "unknown", "route": told, "acl": "passes", "group": "stops"}
    assert path.is_wrong


def test_on_premises_is_there_where_routes_lead_to_it() -> None:
    tables = [table("rtb-0a000001", ("192.168.0.0/16", "vgw-0a000001"), ("0.0.0.0/0", "tgw-0a000001"))]
    (path,) = [one for one in paths(interface({"RouteTables": tables})) if one.outside]
    assert (path.clients, path.declared, path.state) == (("on-premises (vgw-0a000001)",), False, "stops")
    assert not path.is_wrong


def test_who_is_outside_does_not_reach_a_gateway() -> None:
    (path,) = [one for one in paths(gateway(intent={"access_paths": ["vpc", "tgw"]})) if one.outside]
    assert [(one.kind, one.state) for one in path.hops] == [("route", "stops")]


def test_declared_clients_take_the_place_of_the_subnets() -> None:
    parts = interface(intent={"client_cidrs": ["10.0.3.16/28", "10.0.77.0/24"]})
    assert [one.clients for one in paths(parts)] == [(f"clients in {C}",), ("clients in the VPC",)]
    assert state(parts, "client-acl", client=f"clients in {C}") == "passes"
    assert state(parts, "client-acl", client="clients in the VPC") == "unknown"


def said(rule: str, message: str = "the rule says so", path: str = "") -> Any:
    return violation("warn", rule).model_copy(update={"message": message, "path": path})


def test_a_hop_that_a_rule_names_never_passes() -> None:
    for kind, rule in (("group", "R-SG-001"), ("acl", "R-ACL-001"), ("route", "R-RT-001"), ("dns", "R-DNS-001")):
        found = hop(interface(), kind, said(rule))
        assert (found.state, found.why, found.rules) == ("partly", "the rule says so", (rule,))
    unknown = interface({"Vpc": {"VpcId": VPC}})
    assert hop(unknown, "dns", said("R-DNS-001")).state == "stops"


def test_where_the_facts_tell_whom_a_hop_stops_the_rule_is_about_those() -> None:
    parts = interface({"SecurityGroups": [group("sg-0a000001", "10.0.3.0/24")]})
    assert hop(parts, "group", said("R-SG-001"), client=A).rules == ("R-SG-001",)
    assert hop(parts, "group", said("R-SG-001"), client=C).state == "passes"
    assert hop(parts, "group", said("R-SG-001"), client=C).rules == ()


def test_a_rule_about_a_route_table_is_about_its_subnets() -> None:
    tables = [table("rtb-0a000001"), table("rtb-0b000001", subnet=B)]
    parts = gateway({"RouteTables": tables}, RouteTableIds=["rtb-0a000001", "rtb-0b000001"])
    parts["request"] = {"RouteTableIds": ["rtb-0a000001", "rtb-0b000001"]}
    told = said("R-RT-001", path="/request/RouteTableIds/1")
    assert hop(parts, "route", told, client=B).state == "partly"
    assert hop(parts, "route", told, client=C).state == "passes"


def test_a_rule_about_clients_outside_says_nothing_of_those_inside() -> None:
    parts = gateway(
        {"RouteTables": [table("rtb-0a000001"), table("rtb-0b000001", subnet=B)]}, intent={"access_paths": ["tgw"]}
    )
    found = {one.clients: one.hops[-1].rules for one in paths(parts, said("R-OUT-001"))}
    assert found == {("behind the transit gateway",): ("R-OUT-001",), (A, C): (), (B,): ()}


def test_rules_that_are_off_or_name_no_hop_say_nothing() -> None:
    (path,) = paths(interface(), said("R-OTHER-001"), violation("off", "R-SG-001"))
    assert path.state == "passes"


def test_before_and_after_stand_beside_each_other_where_they_differ() -> None:
    parts = interface({"SecurityGroups": [group("sg-0a000001", "10.0.0.0/16"), group("sg-0b000001")]})
    before = dict(parts["endpoint"])
    same = {**parts, "operation": "modify", "current": before}
    assert [one.stage for one in paths(same)] == ["both"]
    other = {**same, "endpoint": {**before, "Groups": [{"GroupId": "sg-0b000001"}]}}
    assert [(one.stage, one.state) for one in paths(other, said("R-SG-001"))] == [
        ("before", "passes"),
        ("after", "stops"),
    ]
    gone = {**same, "operation": "delete", "endpoint": None}
    assert [one.stage for one in paths(gone)] == ["before"]


@pytest.mark.parametrize(
    ("pointer", "kind"),
    [
        ("/request/SecurityGroupIds/0", "group"),
        ("/request/ServiceName", "group"),
        ("/request/PrivateDnsEnabled", "dns"),
        ("/request/SubnetIds", "acl"),
    ],
)
def test_what_is_not_known_yet_is_not_known(pointer: str, kind: str) -> None:
    assert state({**interface(), "unknown": (pointer,)}, kind) == "unknown"
    assert state({**gateway(), "unknown": ("/request/RouteTableIds/1",)}, "route") == "passes"


def test_many_clients_are_bounded_and_that_is_told() -> None:
    many = [{"SubnetId": f"subnet-{n}", "VpcId": VPC, "CidrBlock": f"10.0.{n % 250}.0/24"} for n in range(1000)]
    found = find_paths(interface({"Subnets": many}), [], TERMS)
    assert sum(len(path.clients) for path in found.paths) == 40
    assert found.left_out == 960


STRANGE = [None, 1, 10**400, "x", [], [1, None, [], {}], {"a": 1}, [{"SubnetId": 5, "GroupId": {}, "Entries": [1]}]]


@pytest.mark.parametrize("strange", STRANGE)
def test_strange_values_are_passed_over(strange: Any) -> None:
    parts = interface(intent=dict.fromkeys(("app_subnets", "client_cidrs", "access_paths"), strange))
    for member in parts["endpoint"]:
        find_paths({**parts, "endpoint": {**parts["endpoint"], member: strange}}, [], TERMS)
    for member in parts["context"]:
        find_paths({**parts, "context": {**parts["context"], member: strange}}, [said("R-SG-001", path="/x/1")], TERMS)
    for member in parts:
        find_paths({**parts, member: strange}, [], TERMS)
    odd = {
        "IpProtocol": strange,
        "FromPort": strange,
        "IpRanges": strange,
        "PrefixListIds": [{"PrefixListId": strange}],
    }
    permissions = [odd, {**odd, "IpProtocol": "-1"}, {"UserIdGroupPairs": [{"GroupId": strange}], "IpProtocol": "-1"}]
    find_paths(interface({"SecurityGroups": [{"GroupId": "sg-0a000001", "IpPermissions": permissions}]}), [], TERMS)
    for name in ("RuleNumber", "Protocol", "RuleAction", "CidrBlock", "PortRange"):
        find_paths(interface(acl({**entry(1, "deny", "0.0.0.0/0", egress=False), name: strange})), [], TERMS)
