package vpce.rules.gw.route_tables_named_test

import data.vpce.rules.gw.route_tables_named as rule
import data.vpce.testing.fixture

test_one_route_table_is_enough if {
	rule.deny == set() with input as fixture.gateway({})
	rule.undetermined == set() with input as fixture.gateway({})
}

test_no_route_table_is_reported if {
	rule.deny == {{
		"message": "the endpoint names no route table, so no subnet would use it",
		"path": "/request/RouteTableIds",
	}} with input as fixture.gateway({"RouteTableIds": []})
}

test_route_tables_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "which route tables the endpoint gets is not known yet",
		"missing": ["/request/RouteTableIds"],
	}} with input as fixture.unknown(fixture.gateway({}), ["RouteTableIds"])
}

test_only_a_list_known_later_that_may_fill_is_undetermined if {
	rule.undetermined == set() with input as fixture.gateway({"RouteTableIds": []})
	one_more := object.union(fixture.gateway({}), {"unknown": ["/request/RouteTableIds/1"]})
	rule.undetermined == set() with input as one_more
}
