package vpce.rules.gwlb.routes_lead_to_it_test

import data.vpce.rules.gwlb.routes_lead_to_it as rule
import data.vpce.testing.fixture

apart(app_subnets) := object.union(fixture.gwlb({}), {"intent": {"app_subnets": app_subnets}})

test_a_subnet_of_its_own_passes if {
	rule.deny == set() with input as apart(["subnet-0b100001"])
	rule.deny == set() with input as fixture.gwlb({})
}

test_an_application_subnet_is_told if {
	rule.deny == {{
		"message": concat("", [
			"subnet-0a100001 is an application subnet;",
			" its own traffic would pass the endpoint on the way out",
		]),
		"path": "/request/SubnetIds/0",
	}} with input as apart(["subnet-0a100001"])
}

routed(routes) := object.union(
	fixture.modify({}, {"VpcEndpointId": "vpce-1"}, {}),
	{"context": {"RouteTables": [{"RouteTableId": "rtb-1", "Routes": routes}]}},
)

test_an_endpoint_no_route_leads_to_inspects_nothing if {
	rule.deny == {{
		"message": "no known route leads to vpce-1, so nothing is inspected",
		"path": "/current/VpcEndpointId",
		"remediation": concat(" ", [
			"Route the application subnets to vpce-1,",
			"and the route table of the internet gateway back to it.",
		]),
	}} with input as routed([{"GatewayId": "vpce-2"}])
	rule.deny == set() with input as routed([{"GatewayId": "vpce-1"}])
	rule.deny == set() with input as fixture.without(routed([]), "RouteTables")
	rule.deny == set() with input as object.union(routed([]), {"context": {"RouteTables": []}})
}

test_a_subnet_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether the endpoint gets into an application subnet is not known yet",
		"missing": ["/request/SubnetIds"],
	}} with input as fixture.unknown(apart(["subnet-0a100001"]), ["SubnetIds"])
	rule.undetermined == set() with input as fixture.unknown(apart([]), ["SubnetIds"])
	rule.undetermined == set() with input as apart(["subnet-0b100001"])
}

test_an_endpoint_that_is_there_is_judged_like_one_that_is_modified if {
	there := object.union(fixture.gwlb({}), {"endpoint": {"VpcEndpointId": "vpce-1"}})
	elsewhere := object.union(there, _routes_to("vpce-2"))
	[found.path | some found in rule.deny] == ["/request/SubnetIds"] with input as elsewhere
	rule.deny == set() with input as object.union(there, _routes_to("vpce-1"))
}

_routes_to(id) := {"context": {"RouteTables": [{"RouteTableId": "rtb-1", "Routes": [{"GatewayId": id}]}]}}
