package vpce.rules.org.all_route_tables_test

import data.vpce.rules.org.all_route_tables as rule
import data.vpce.testing.fixture

told := {"network": {"require_all_private_route_tables": true}}

test_all_private_tables_have_the_route if {
	whole := fixture.gateway({"RouteTableIds": ["rtb-0a000001", "rtb-0b000001"]})
	rule.deny | rule.undetermined == set() with input as whole with data.org as told
	rule.deny == {{
		"message": "private route tables of the VPC have no route to the service: rtb-0b000001",
		"path": "/request/RouteTableIds",
		"fix": [{"op": "add", "path": "/request/RouteTableIds/-", "value": "rtb-0b000001"}],
	}} with input as fixture.gateway({}) with data.org as told
	rule.deny == set() with input as fixture.gateway({})
}

test_public_tables_need_none if {
	public := {"RouteTableId": "rtb-1", "VpcId": "vpc-0a000001", "Routes": [{
		"DestinationCidrBlock": "0.0.0.0/0",
		"GatewayId": "igw-1",
	}]}
	proposal := object.union(fixture.gateway({}), {"context": {"RouteTables": [public]}})
	rule.deny == set() with input as proposal with data.org as told
}

test_another_endpoint_may_serve_a_table if {
	other := {
		"VpcEndpointId": "vpce-2",
		"VpcId": "vpc-0a000001",
		"VpcEndpointType": "Gateway",
		"ServiceName": "com.amazonaws.us-east-1.s3",
		"RouteTableIds": ["rtb-0b000001"],
	}
	proposal := object.union(fixture.gateway({}), {"context": {"VpcEndpoints": [other]}})
	rule.deny == set() with input as proposal with data.org as told
}

test_a_modify_is_judged_by_what_is_left if {
	current := {"VpcId": "vpc-0a000001", "VpcEndpointType": "Gateway", "RouteTableIds": ["rtb-0a000001"]}
	[kept] := [denied | some denied in rule.deny] with data.org as told with input as fixture.modify({}, current, {})
	kept.fix == [{"op": "add", "path": "/request/AddRouteTableIds", "value": ["rtb-0b000001"]}]
	removal := fixture.modify({"RemoveRouteTableIds": ["rtb-0b000001"]}, current, {})
	{found.path | some found in rule.deny} == {"/request/RemoveRouteTableIds"} with input as removal with data.org as told
}

test_what_is_not_known_is_not_judged if {
	missing := {"RouteTables", "VpcEndpoints"}
	every member in missing {
		count(rule.undetermined) == 1 with input as fixture.without(fixture.gateway({}), member) with data.org as told
	}
	unsure := fixture.unknown(fixture.gateway({}), ["RouteTableIds"])
	rule.deny == set() with input as unsure with data.org as told
	count(rule.undetermined) == 1 with input as unsure with data.org as told
}

test_nothing_is_asked_where_nothing_is_demanded_or_left_out if {
	hidden := fixture.unknown(fixture.gateway({}), ["RouteTableIds"])
	rule.undetermined == set() with input as hidden
	whole := fixture.gateway({"RouteTableIds": ["rtb-0a000001", "rtb-0b000001"]})
	rule.undetermined == set() with input as fixture.without(whole, "VpcEndpoints") with data.org as told
}

fixes(proposal) := {d.path: object.get(d, "fix", []) | some d in denied} if {
	denied := rule.deny with input as proposal with data.org as told
}

test_a_fix_adds_only_to_what_is_simple if {
	kept := {"VpcId": "vpc-0a000001", "VpcEndpointType": "Gateway", "RouteTableIds": ["rtb-0a000001"]}
	add := [{"op": "add", "path": "/request/AddRouteTableIds", "value": ["rtb-0b000001"]}]
	fixes(fixture.modify({"RemoveRouteTableIds": []}, kept, {})) == {"/current/RouteTableIds": add}
	fixes(fixture.modify({"AddRouteTableIds": ["rtb-0a000001"]}, kept, {})) == {"/current/RouteTableIds": []}
	fixes(fixture.modify({"RemoveRouteTableIds": ["rtb-0b000001"]}, kept, {})) == {"/request/RemoveRouteTableIds": []}
	fixes(fixture.gateway({"RouteTableIds": []})) == {"/request/RouteTableIds": []}
}
