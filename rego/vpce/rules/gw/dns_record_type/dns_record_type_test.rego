package vpce.rules.gw.dns_record_type_test

import data.vpce.rules.gw.dns_record_type as rule
import data.vpce.testing.fixture

asking(type, members) := fixture.gateway(object.union(members, {"DnsOptions": {"DnsRecordIpType": type}}))

fix := [{"op": "replace", "path": "/request/DnsOptions/DnsRecordIpType", "value": "service-defined"}]

vpc(attributes) := {"context": {"Vpc": object.union({"VpcId": "vpc-0a000001"}, attributes)}}

test_the_service_defined_type_needs_nothing if {
	every proposal in [
		asking("service-defined", {"ServiceName": "com.amazonaws.us-east-1.dynamodb"}),
		asking("not-specified", {"ServiceName": "com.amazonaws.us-east-1.dynamodb"}),
		asking("ipv4", {}),
		fixture.gateway({}),
	] {
		rule.deny == set() with input as proposal
		rule.undetermined == set() with input as proposal
	}
}

test_dynamodb_has_no_other_type if {
	rule.deny == {{
		"message": "DNS record type ipv4 is asked for, but DynamoDB has none of its own",
		"path": "/request/DnsOptions/DnsRecordIpType",
		"fix": fix,
	}} with input as object.union(
		asking("ipv4", {"ServiceName": "com.amazonaws.us-east-1.dynamodb"}),
		vpc({"EnableDnsSupport": false}),
	)
}

test_both_attributes_are_needed if {
	rule.deny == {{
		"message": "DNS record type ipv6 is asked for, but EnableDnsHostnames and EnableDnsSupport of the VPC is off",
		"path": "/request/DnsOptions/DnsRecordIpType",
		"fix": fix,
	}} with input as object.union(
		asking("ipv6", {}),
		vpc({"EnableDnsSupport": false, "EnableDnsHostnames": {"Value": false}}),
	)
}

test_attributes_that_are_not_told_are_missing if {
	rule.undetermined == {{
		"reason": "whether DNS support and DNS host names are on in the VPC is not known",
		"missing": ["/context/Vpc/EnableDnsHostnames", "/context/Vpc/EnableDnsSupport"],
	}} with input as fixture.without(asking("ipv4", {}), "Vpc")
}

missing(proposal) := found if {
	found := {pointer | some u in rule.undetermined; some pointer in u.missing} with input as proposal
}

test_the_service_is_needed if {
	request := {"DnsOptions": {"DnsRecordIpType": "ipv4"}}
	missing(fixture.modify(request, {}, {})) == {"/current/ServiceName"}
	missing(fixture.unknown(asking("ipv4", {}), ["ServiceName"])) == {"/request/ServiceName"}
}

test_a_type_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "which DNS record type is asked for is not known yet",
		"missing": ["/request/DnsOptions"],
	}} with input as fixture.unknown(fixture.gateway({}), ["DnsOptions"])
}
