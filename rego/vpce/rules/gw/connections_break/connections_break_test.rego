package vpce.rules.gw.connections_break_test

import data.vpce.rules.gw.connections_break as rule
import data.vpce.testing.fixture

labelled(environment) := object.union(fixture.gateway({}), {"labels": {"environment": environment}})

breaking(ids, path) := {{
	"message": concat(" ", [
		$"open connections to the service through {ids} break when the routes switch,",
		"and source addresses in bucket policies (aws:SourceIp) no longer match",
	]),
	"path": path,
}}

test_new_routes_are_announced if {
	rule.deny == breaking("rtb-0a000001", "/request/RouteTableIds") with input as fixture.gateway({})
	every environment in ["prod", "Production"] {
		count(rule.deny) == 1 with input as labelled(environment)
	}
	rule.deny == breaking("rtb-2", "/request/AddRouteTableIds") with input as fixture.modify(
		{"AddRouteTableIds": ["rtb-1", "rtb-2"]},
		{"RouteTableIds": ["rtb-1"]},
		{},
	)
}

test_tables_that_the_document_creates_carry_no_connections if {
	rule.deny == set() with input as object.union(
		fixture.gateway({"RouteTableIds": ["aws_route_table.a"]}),
		{"context": {"RouteTables": [{"RouteTableId": "aws_route_table.a"}]}},
	)
	count(rule.deny) == 1 with input as fixture.gateway({"RouteTableIds": ["aws_route_table.elsewhere"]})
}

test_elsewhere_and_without_tables_nothing_is_said if {
	rule.deny == set() with input as labelled("dev")
	rule.undetermined == set() with input as fixture.unknown(labelled("dev"), ["RouteTableIds"])
	rule.deny == set() with input as fixture.gateway({"RouteTableIds": []})
	rule.deny == set() with input as fixture.modify({"ResetPolicy": true}, {"RouteTableIds": ["rtb-1"]}, {})
}

test_tables_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "whether routes switch is not known yet",
		"missing": ["/request/RouteTableIds"],
	}} with input as fixture.unknown(fixture.gateway({}), ["RouteTableIds"])
	one_known := object.union(fixture.gateway({}), {"unknown": ["/request/RouteTableIds/1"]})
	rule.undetermined == set() with input as one_known
}
