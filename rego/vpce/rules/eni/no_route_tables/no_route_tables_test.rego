package vpce.rules.eni.no_route_tables_test

import data.vpce.rules.eni.no_route_tables as rule
import data.vpce.testing.fixture

test_no_route_tables_pass if {
	rule.deny == set() with input as fixture.interface({"RouteTableIds": []})
	rule.undetermined == set() with input as fixture.interface({})
}

test_route_tables_are_denied if {
	rule.deny == {{
		"message": "RouteTableIds is given, but an endpoint of type Interface is reached by its addresses, not by routes",
		"path": "/request/RouteTableIds",
		"fix": [{"op": "remove", "path": "/request/RouteTableIds"}],
	}} with input as fixture.interface({"RouteTableIds": ["rtb-1"]})
}

test_route_tables_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "a value that must not be given is not known yet",
		"missing": ["/request/RouteTableIds"],
	}} with input as fixture.unknown(fixture.interface({}), ["RouteTableIds"])
}
