package vpce.rules.gw.no_shadowing_routes_test

import data.vpce.rules.gw.no_shadowing_routes as rule
import data.vpce.testing.fixture

context(name, entries, destinations) := {"context": {
	"ManagedPrefixLists": [object.union({"PrefixListId": "pl-1", "PrefixListName": name}, entries)],
	"RouteTables": [{
		"RouteTableId": "rtb-0a000001",
		"Routes": [{"DestinationCidrBlock": destination} | some destination in destinations],
	}],
}}

s3 := "com.amazonaws.us-east-1.s3"

listed := {"Entries": [{"Cidr": "52.216.0.0/15"}]}

routed(destinations) := object.union(fixture.gateway({}), context(s3, listed, destinations))

test_wider_and_other_routes_do_not_shadow if {
	rule.deny == set() with input as routed(["0.0.0.0/0", "52.0.0.0/8", "10.0.0.0/16"])
	rule.deny == set() with input as fixture.gateway({})
	other := context("com.amazonaws.us-east-1.dynamodb", listed, ["52.216.0.0/15"])
	rule.deny == set() with input as object.union(fixture.gateway({}), other)
}

test_equal_and_narrower_routes_shadow if {
	rule.deny == {{
		"message": concat("", [
			"routes of rtb-0a000001 to 52.216.0.0/15, 52.217.1.0/24",
			" are as narrow as those of the service or narrower, and win",
		]),
		"path": "/request/RouteTableIds/0",
	}} with input as routed(["52.216.0.0/15", "52.217.1.0/24", "0.0.0.0/0"])
	other_shape := context(s3, {"Cidrs": ["52.216.0.0/15"]}, ["52.216.0.0/15"])
	count(rule.deny) == 1 with input as object.union(fixture.gateway({}), other_shape)
}

test_tables_known_later_are_undetermined_where_ranges_are_listed if {
	rule.undetermined == {{
		"reason": "which routes lie beside those of the endpoint is not known yet",
		"missing": ["/request/RouteTableIds"],
	}} with input as fixture.unknown(routed([]), ["RouteTableIds"])
	rule.undetermined == set() with input as fixture.unknown(fixture.gateway({}), ["RouteTableIds"])
	rule.undetermined == set() with input as routed([])
}
