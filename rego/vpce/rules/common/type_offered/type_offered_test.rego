package vpce.rules.common.type_offered_test

import data.vpce.rules.common.type_offered as rule
import data.vpce.testing.fixture

lists(types) := {"context": {"ServiceDetails": [{
	"ServiceName": "com.amazonaws.us-east-1.new",
	"ServiceType": [{"ServiceType": type}],
} |
	some type in types
]}}

asking(type, types) := object.union(
	fixture.interface({"VpcEndpointType": type, "ServiceName": "com.amazonaws.us-east-1.new"}),
	lists(types),
)

test_an_offered_type_passes if {
	rule.deny == set() with input as asking("Gateway", ["Interface", "Gateway"])
	rule.undetermined == set() with input as asking("Gateway", ["Interface", "Gateway"])
	rule.deny == set() with input as asking("Resource", ["Interface"])
}

test_another_type_is_denied if {
	rule.deny == {{
		"message": "com.amazonaws.us-east-1.new offers Interface, not Gateway",
		"path": "/request/VpcEndpointType",
		"fix": [{"op": "replace", "path": "/request/VpcEndpointType", "value": "Interface"}],
	}} with input as asking("Gateway", ["Interface"])
	bare := json.remove(asking("Gateway", ["Interface"]), ["/request/VpcEndpointType"])
	{d.fix[0].op | some d in rule.deny} == {"add"} with input as bare
	[only] := [d | some d in rule.deny] with input as asking("GatewayLoadBalancer", ["Interface", "Gateway"])
	not only.fix
}

test_a_service_of_aws_has_interface_endpoints_unless_told_otherwise if {
	rule.deny == set() with input as asking("Interface", []) with data.vpce.services as {}
	count(rule.deny) == 1 with input as asking("Gateway", []) with data.vpce.services as {}
}

in_iso(name, type) := object.union(
	fixture.interface({"VpcEndpointType": type, "ServiceName": $"com.amazonaws.us-iso-east-1.{name}"}),
	{"context": {"Region": "us-iso-east-1", "ServiceDetails": []}},
)

test_gateway_endpoints_of_s3_and_dynamodb_exist_in_every_partition if {
	every name in ["s3", "dynamodb"] {
		rule.deny == set() with input as in_iso(name, "Gateway")
		rule.undetermined == set() with input as in_iso(name, "Gateway")
	}
	count(rule.deny) == 1 with input as in_iso("sqs", "Gateway")
}

test_what_a_partition_offers_is_undetermined_where_nobody_tells if {
	rule.deny == set() with input as in_iso("s3express", "Gateway")
	rule.undetermined == {{
		"reason": "which endpoint types com.amazonaws.us-iso-east-1.s3express offers is not known",
		"missing": ["/context/ServiceDetails"],
	}} with input as in_iso("s3express", "Gateway")
}

test_an_endpoint_service_must_be_told_of if {
	own := {"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0b000000000000002"}
	rule.undetermined == {{
		"reason": $"which endpoint types {own.ServiceName} offers is not known",
		"missing": ["/context/ServiceDetails"],
	}} with input as fixture.interface(own)
}

test_what_is_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "which type or service the endpoint is of is not known yet",
		"missing": ["/request/ServiceName"],
	}} with input as fixture.unknown(fixture.interface({}), ["ServiceName"])
}

test_interface_endpoints_of_s3_are_not_in_every_partition if {
	{u.missing | some u in rule.undetermined} == {["/context/ServiceDetails"]} with input as in_iso("s3", "Interface")
		with data.vpce.services as {}
}
