package vpce.rules.common.cross_region_conditions_test

import data.vpce.rules.common.cross_region_conditions as rule
import data.vpce.testing.fixture

kms := {"ServiceName": "com.amazonaws.us-west-2.kms", "ServiceRegion": "us-west-2"}

crossing(members) := object.union(
	fixture.interface(object.union(kms, members)),
	{"context": {"ServiceDetails": [{"ServiceName": "com.amazonaws.us-west-2.kms", "ServiceRegion": "us-west-2"}]}},
)

test_a_listed_service_of_another_region_passes if {
	rule.deny == set() with input as crossing({})
	rule.undetermined == set() with input as crossing({})
}

test_only_interface_endpoints_cross if {
	rule.deny == {{
		"message": "a Gateway endpoint cannot lead to another Region (us-west-2)",
		"path": "/request/VpcEndpointType",
	}} with input as crossing({"VpcEndpointType": "Gateway"})
	rule.deny == set() with input as fixture.gateway({"ServiceRegion": "us-east-1"})
	rule.deny == set() with input as fixture.gateway({"ServiceRegion": ""})
}

test_no_endpoint_leaves_the_partition if {
	rule.deny == {{
		"message": "cn-north-1 is in partition aws-cn, the VPC in aws",
		"path": "/request/ServiceRegion",
	}} with input as crossing({"ServiceRegion": "cn-north-1"})
}

test_the_account_uses_the_region if {
	rule.deny == set() with input as object.union(crossing({}), {"context": {"OptedInRegions": ["us-west-2"]}})
	rule.deny == set() with input as object.union(crossing({}), {"context": {"OptedInRegions": []}})
	rule.deny == {{
		"message": "us-west-2 is not among the Regions the account uses",
		"path": "/request/ServiceRegion",
	}} with input as object.union(crossing({}), {"context": {"OptedInRegions": ["us-east-1"]}})
}

test_some_zones_are_excluded_by_id if {
	excluded := {"excluded_zones": ["use1-az2"], "services": {}}
	rule.deny == {{
		"message": "subnet-0b100001 is in use1-az2, from which no endpoint leads to another Region",
		"path": "/request/SubnetIds/1",
	}} with input as crossing({}) with data.vpce.services as excluded
	rule.deny == set() with input as fixture.interface({}) with data.vpce.services as excluded
}

test_what_is_not_known_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether com.amazonaws.us-west-2.kms is offered to other Regions is not known",
		"missing": ["/context/ServiceDetails"],
	}} with input as fixture.interface(kms) with data.vpce.services as {"excluded_zones": [], "services": {}}
	catalogue := {"excluded_zones": [], "services": {"kms": {"cross_region": true}}}
	rule.undetermined == set() with input as fixture.interface(kms) with data.vpce.services as catalogue
	rule.undetermined == {{
		"reason": "in which Availability Zone subnet-9 is, by id, is not known",
		"missing": ["/context/Subnets"],
	}} with input as crossing({"SubnetIds": ["subnet-9"]})
	rule.undetermined == {{
		"reason": "whether the endpoint leads to another Region is not known",
		"missing": ["/context/Region"],
	}} with input as fixture.without(crossing({}), "Region")
	rule.undetermined == set() with input as fixture.without(fixture.interface({}), "Region")
}

test_what_is_known_later_is_undetermined if {
	reason := "whether and how the endpoint leads to another Region is not known yet"
	every member in ["ServiceRegion", "VpcEndpointType", "SubnetIds"] {
		told := {"reason": reason, "missing": [$"/request/{member}"]}
		told in rule.undetermined with input as fixture.unknown(crossing({}), [member])
	}
	rule.undetermined == set() with input as fixture.unknown(fixture.interface({}), ["SubnetIds"])
}

test_only_what_crosses_is_judged if {
	here := fixture.interface({"ServiceRegion": "us-east-1"})
	rule.deny == set() with input as object.union(here, {"context": {"OptedInRegions": ["us-west-2"]}})
	changed := fixture.modify({"ServiceRegion": "us-west-2"}, {"VpcEndpointType": "Interface"}, {})
	rule.undetermined == set() with input as fixture.without(changed, "Region")
}

test_a_listing_for_another_region_offers_nothing_here if {
	every listed in [{"ServiceRegion": "us-east-1"}, {}] {
		detail := object.union({"ServiceName": "com.amazonaws.us-west-2.kms"}, listed)
		{u.missing | some u in rule.undetermined} == {["/context/ServiceDetails"]}
			with input as object.union(crossing({}), {"context": {"ServiceDetails": [detail]}})
			with data.vpce.services as {"excluded_zones": [], "services": {}}
	}
}

test_a_subnet_without_the_id_of_its_zone_is_undetermined if {
	bare := {"Subnets": [{"SubnetId": "subnet-0a100001", "AvailabilityZone": "us-east-1a"}]}
	proposal := object.union(crossing({"SubnetIds": ["subnet-0a100001"]}), {"context": bare})
	{u.missing | some u in rule.undetermined} == {["/context/Subnets"]} with input as proposal
}
