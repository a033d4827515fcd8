package vpce.rules.org.min_azs_test

import data.vpce.rules.org.min_azs as rule
import data.vpce.testing.fixture

told := {"environment": "prod", "availability": {"min_azs": {"prod": 2}}}

test_two_zones_pass if {
rule.deny | rule.undetermined == set() with input as fixture.interface({}) with data.org as told}

test_one_zone_is_too_few if {
	rule.deny == {{
		"message": "the endpoint uses 1 Availability Zone; at least 2 are required",
		"path": "/request/SubnetIds",
		"fix": [{"op": "add", "path": "/request/SubnetIds/-", "value": "subnet-0b100001"}],
	}} with input as fixture.interface({"SubnetIds": ["subnet-0a100001", "subnet-0a200001"]}) with data.org as told
}

test_zones_have_names_where_they_have_no_ids if {
	subnets := [object.remove(subnet, ["AvailabilityZoneId"]) | some subnet in fixture.context.Subnets]
	proposal := object.union(fixture.interface({}), {"context": {"Subnets": subnets}})
	rule.deny | rule.undetermined == set() with input as proposal with data.org as told
}

test_no_more_zones_are_asked_for_than_there_are if {
	proposal := object.union(fixture.interface({"SubnetIds": ["subnet-0a100001"]}), {"context": {"ServiceDetails": [{
		"ServiceName": "com.amazonaws.us-east-1.sqs",
		"ServiceType": [{"ServiceType": "Interface"}],
		"AvailabilityZones": ["us-east-1a"],
	}]}})
	{found.enforcement_action | some found in rule.deny} == {"warn"} with input as proposal with data.org as told
}

details(type, name, zones) := {"context": {"ServiceDetails": [{
	"ServiceName": name,
	"ServiceType": [{"ServiceType": type}],
	"AvailabilityZoneIds": zones,
}]}}

test_as_many_zones_as_there_are_is_enough if {
	all := object.union(fixture.interface({}), details("Interface", "com.amazonaws.us-east-1.sqs", ["a", "b"]))
	rule.deny == set() with input as all with data.org as told
	lb := "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001"
	alone := object.union(fixture.gwlb({}), details("GatewayLoadBalancer", lb, ["use1-az1"]))
	count(rule.deny) == 1 with input as alone with data.org as told
}

fixes(proposal, org) := {denied.fix | some denied in found} if {
	found := rule.deny with input as proposal with data.org as org
}

test_a_fix_is_told_where_one_subnet_of_the_vpc_is_enough if {
	single := fixture.interface({"SubnetIds": ["subnet-0a100001"]})
	count(fixes(single, told)) == 1
	three := object.union(told, {"availability": {"min_azs": {"prod": 3}}})
	fixes(single, three) == set()
	elsewhere := [subnet | some subnet in fixture.context.Subnets; subnet.SubnetId != "subnet-0b100001"]
	fixes(object.union(single, {"context": {"Subnets": elsewhere}}), told) == set()
	one := object.union(told, {"availability": {"min_azs": {"prod": 1}}})
	none := json.remove(fixture.interface({}), ["/request/SubnetIds"])
	{found.path | some found in rule.deny} == {"/request/SubnetIds"} with input as none with data.org as one
	fixes(none, one) == set()
}

other := {
	"VpcEndpointId": "vpce-9",
	"VpcEndpointType": "Interface",
	"VpcId": "vpc-0a000001",
	"ServiceName": "com.amazonaws.us-east-1.sqs",
	"SubnetIds": ["subnet-0b100001"],
}

test_other_interface_endpoints_and_other_services_do_not_count if {
	single := fixture.interface({"SubnetIds": ["subnet-0a100001"]})
	count(rule.deny) == 1 with data.org as told
		with input as object.union(single, {"context": {"VpcEndpoints": [other]}})
	count(rule.deny) == 1 with data.org as told
		with input as object.union(fixture.gwlb({}), {"context": {"VpcEndpoints": [other]}})
}

test_inspection_endpoints_are_counted_together if {
	other := {
		"VpcEndpointId": "vpce-1",
		"VpcEndpointType": "GatewayLoadBalancer",
		"VpcId": "vpc-0a000001",
		"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001",
		"SubnetIds": ["subnet-0b100001"],
	}
	alone := fixture.gwlb({})
	{found.enforcement_action | some found in rule.deny} == {"warn"} with input as alone with data.org as told
	both := object.union(alone, {"context": {"VpcEndpoints": [other]}})
	rule.deny == set() with input as both with data.org as told
	unsure := fixture.without(alone, "VpcEndpoints")
	rule.deny == set() with input as unsure with data.org as told
	count(rule.undetermined) == 1 with input as unsure with data.org as told
}

test_a_modify_is_judged_by_what_is_left if {
	current := {
		"VpcId": "vpc-0a000001",
		"VpcEndpointType": "Interface",
		"SubnetIds": ["subnet-0a100001", "subnet-0b100001"],
	}
	removed := fixture.modify({"RemoveSubnetIds": ["subnet-0b100001"]}, current, {"SubnetIds": ["subnet-0a100001"]})
	{found.path | some found in rule.deny} == {"/request/RemoveSubnetIds"} with input as removed with data.org as told
	alone := object.union(current, {"SubnetIds": ["subnet-0a100001"]})
	{found.path | some found in rule.deny} == {"/current/SubnetIds"} with input as fixture.modify({}, alone, {})
		with data.org as told
}

test_what_is_not_known_is_not_judged if {
	unsure := fixture.unknown(fixture.interface({}), ["SubnetIds"])
	rule.deny == set() with input as unsure with data.org as told
	count(rule.undetermined) == 1 with input as unsure with data.org as told
	nowhere := object.remove(told, ["environment"])
	count(rule.undetermined) == 1 with input as fixture.interface({}) with data.org as nowhere
}

one_zone := fixture.interface({"SubnetIds": ["subnet-0a100001"]})

test_a_subnet_known_later_may_be_in_another_zone if {
	one_more := {"unknown": ["/request/SubnetIds/1"]}
	few := details("Interface", "com.amazonaws.us-east-1.sqs", ["use1-az1"])
	rule.deny == set() with input as object.union(object.union(one_zone, few), one_more) with data.org as told
	rule.deny == set() with input as object.union(fixture.gwlb({}), one_more) with data.org as told
	enough := object.union(fixture.interface({}), {"unknown": ["/request/SubnetIds/2"]})
	rule.undetermined == set() with input as enough with data.org as told
}

test_what_is_taken_away_later_may_leave_too_few if {
	current := {
		"VpcId": "vpc-0a000001",
		"VpcEndpointType": "Interface",
		"SubnetIds": ["subnet-0a100001", "subnet-0b100001"],
	}
	taken := object.union(fixture.modify({}, current, {}), {"unknown": ["/request/RemoveSubnetIds"]})
	{u.missing | some u in rule.undetermined} == {{"/request/RemoveSubnetIds"}} with input as taken with data.org as told
}

test_only_what_a_type_needs_is_asked_for if {
	alone := fixture.without(fixture.interface({}), "VpcEndpoints")
	rule.undetermined == set() with input as alone with data.org as told
	rule.undetermined == set() with input as fixture.unknown(fixture.gateway({}), ["SubnetIds"]) with data.org as told
	rule.undetermined == set() with input as fixture.gateway({}) with data.org as object.remove(told, ["environment"])
}

test_subnets_that_are_not_told_may_be_in_as_many_zones if {
	strange := fixture.interface({"SubnetIds": ["subnet-8", "subnet-9"]})
	rule.deny == set() with input as strange with data.org as told
	{u.missing | some u in rule.undetermined} == {{"/context/Subnets"}} with input as strange with data.org as told
	single := fixture.interface({"SubnetIds": ["subnet-9"]})
	count(rule.deny) == 1 with input as single with data.org as told
	rule.undetermined == set() with input as single with data.org as told
}

test_the_id_of_a_zone_counts_before_its_name if {
	subnets := [object.union(subnet, {"AvailabilityZoneId": "use1-az1"}) | some subnet in fixture.context.Subnets]
	proposal := object.union(fixture.interface({}), {"context": {"Subnets": subnets}})
	count(rule.deny) == 1 with input as proposal with data.org as told
}

test_an_empty_list_is_not_added_to if {
	one := object.union(told, {"availability": {"min_azs": {"prod": 1}}})
	{found.path | some found in rule.deny} == {"/request/SubnetIds"} with input as fixture.interface({"SubnetIds": []})
		with data.org as one
	fixes(fixture.interface({"SubnetIds": []}), one) == set()
}
