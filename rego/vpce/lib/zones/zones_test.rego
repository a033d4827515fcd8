package vpce.lib.zones_test

import data.vpce.lib.zones
import data.vpce.testing.fixture

pair(a, b) := object.union(
	fixture.interface({"SubnetIds": ["subnet-1", "subnet-2"]}),
	{"context": {"Subnets": [object.union({"SubnetId": "subnet-1"}, a), object.union({"SubnetId": "subnet-2"}, b)]}},
)

id(zone) := {"AvailabilityZoneId": zone}

name(zone, owner) := {"AvailabilityZone": zone, "OwnerId": owner}

test_ids_compare_whatever_the_names_say if {
	zones.same("subnet-1", "subnet-2") with input as pair(
		object.union(name("us-east-1a", "1"), id("use1-az1")),
		object.union(name("us-east-1b", "2"), id("use1-az1")),
	)
	not zones.same("subnet-1", "subnet-2") with input as pair(
		object.union(name("us-east-1a", "1"), id("use1-az1")),
		object.union(name("us-east-1a", "1"), id("use1-az2")),
	)
	zones.comparable("subnet-1", "subnet-2") with input as pair(id("use1-az1"), id("use1-az2"))
}

test_names_compare_within_one_account if {
	zones.same("subnet-1", "subnet-2") with input as pair(name("us-east-1a", "1"), name("us-east-1a", "1"))
	not zones.same("subnet-1", "subnet-2") with input as pair(name("us-east-1a", "1"), name("us-east-1b", "1"))
	zones.comparable("subnet-1", "subnet-2") with input as pair(name("us-east-1a", "1"), name("us-east-1b", "1"))
	not zones.same("subnet-1", "subnet-2") with input as pair(name("us-east-1a", "1"), name("us-east-1a", "2"))
	not zones.comparable("subnet-1", "subnet-2") with input as pair(name("us-east-1a", "1"), name("us-east-1b", "2"))
}

test_an_id_and_a_name_do_not_compare if {
	not zones.comparable("subnet-1", "subnet-2") with input as pair(id("use1-az1"), {"AvailabilityZone": "us-east-1a"})
	not zones.comparable("subnet-1", "subnet-2") with input as pair({"AvailabilityZone": "us-east-1a"}, id("use1-az1"))
	not zones.comparable("subnet-1", "subnet-2") with input as pair({}, {})
	not zones.comparable("subnet-1", "subnet-2") with input as pair({}, {"AvailabilityZone": "us-east-1a"})
	not zones.comparable("subnet-1", "subnet-2") with input as pair({"AvailabilityZone": "us-east-1a"}, {})
	not zones.comparable("subnet-1", "subnet-2") with input as pair(id("use1-az1"), {})
}

test_a_zone_has_a_name if {
	zones.name("subnet-1") == "us-east-1a" with input as pair(name("us-east-1a", "1"), {})
	zones.name("subnet-1") == "use1-az1" with input as pair(id("use1-az1"), {})
	zones.name("subnet-1") == "?" with input as pair({}, {})
}

test_expressions_are_one_zone_where_they_are_equal if {
	zones.same("subnet-1", "subnet-2") with input as pair(name("${GetAZs[0]}", "1"), name("${GetAZs[0]}", "1"))
	every a, b in {
		"${GetAZs[0]}": "${GetAZs[1]}",
		"{{Zone}}": "{{Zone}}",
		"us-east-1a": "us-east-1b",
	} {
		zones.comparable("subnet-1", "subnet-2") with input as pair(name(a, "1"), name(b, "1"))
	}
	every a, b in {
		"{{Zone}}": "{{Other}}",
		"${GetAZs[0]}": "us-east-1a",
		"{{Zone}}x": "us-east-1a",
		"us-east-1a": "${GetAZs[0]}",
		"${GetAZs[1]}": "{{Zone}}",
	} {
		not zones.comparable("subnet-1", "subnet-2") with input as pair(name(a, "1"), name(b, "1"))
		not zones.same("subnet-1", "subnet-2") with input as pair(name(a, "1"), name(b, "1"))
	}
}

test_subnets_that_the_endpoint_does_not_name_compare_too if {
	a := {"SubnetId": "${A}", "AvailabilityZone": "${GetAZs[0]}"}
	b := {"SubnetId": "${B}", "AvailabilityZone": "${GetAZs[1]}"}
	zones.together(a, a)
	not zones.together(a, b)
	zones.compare(a, b)
	not zones.compare(a, {"SubnetId": "${C}", "AvailabilityZone": "{{Zone}}"})
}
