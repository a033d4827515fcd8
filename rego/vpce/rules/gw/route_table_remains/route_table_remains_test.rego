package vpce.rules.gw.route_table_remains_test

import data.vpce.rules.gw.route_table_remains as rule
import data.vpce.testing.fixture

current := {"VpcEndpointId": "vpce-1", "RouteTableIds": ["rtb-1"]}

left(ids) := {"RouteTableIds": ids}

test_the_last_table_is_told if {
	rule.deny == {{
		"message": concat("", [
			"removing rtb-1 leaves no route table: no subnet uses the endpoint,",
			" and traffic goes by NAT or internet",
		]),
		"path": "/request/RemoveRouteTableIds",
	}} with input as fixture.modify({"RemoveRouteTableIds": ["rtb-1"]}, current, left([]))
}

test_a_table_that_remains_is_enough if {
	rule.deny == set() with input as fixture.modify({"RemoveRouteTableIds": ["rtb-1"]}, current, left(["rtb-2"]))
	rule.undetermined == set() with input as fixture.modify({"RemoveRouteTableIds": ["rtb-1"]}, current, left(["rtb-2"]))
	rule.deny == set() with input as fixture.modify({"RemoveRouteTableIds": [null]}, current, left([]))
	rule.deny == set() with input as fixture.modify({"RemoveRouteTableIds": ["x"]}, left([]), {})
}

test_the_tables_of_now_are_needed if {
	rule.undetermined == {{
		"reason": "which route tables the endpoint has now is not known",
		"missing": ["/current/RouteTableIds"],
	}} with input as fixture.modify({"RemoveRouteTableIds": ["rtb-1"]}, {"VpcEndpointId": "vpce-1"}, {})
}

test_what_is_known_later_is_undetermined if {
	added := object.union(
		fixture.modify({"RemoveRouteTableIds": ["rtb-1"]}, current, left([])),
		{"unknown": ["/request/AddRouteTableIds"]},
	)
	rule.deny == set() with input as added
	rule.undetermined == {{
		"reason": "whether a route table remains is not known yet",
		"missing": ["/request/AddRouteTableIds"],
	}} with input as added
	removed := {"unknown": ["/request/RemoveRouteTableIds"]}
	count(rule.undetermined) == 1 with input as object.union(fixture.modify({}, current, left(["rtb-1"])), removed)
	rule.undetermined == set() with input as object.union(
		fixture.modify({"AddRouteTableIds": ["rtb-2"]}, current, left(["rtb-1", "rtb-2"])),
		removed,
	)
}
