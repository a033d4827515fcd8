package vpce.rules.common.ip_type_of_service_test

import data.vpce.rules.common.ip_type_of_service as rule
import data.vpce.testing.fixture

asking(type, supported) := object.union(
	fixture.interface({"IpAddressType": type}),
	{"context": {"ServiceDetails": [{
		"ServiceName": "com.amazonaws.us-east-1.sqs",
		"ServiceType": [{"ServiceType": "Interface"}],
		"SupportedIpAddressTypes": supported,
	}]}},
)

nowhere := {"partitions": {}, "services": {}}

test_supported_families_pass if {
	every case in [["ipv4", ["ipv4"]], ["ipv6", ["ipv6"]], ["dualstack", ["ipv4", "ipv6"]]] {
		[type, supported] := case
		rule.deny == set() with input as asking(type, supported)
		rule.undetermined == set() with input as asking(type, supported)
	}
	rule.deny == set() with input as fixture.interface({})
}

test_a_family_the_service_lacks_is_denied if {
	fix := [{"op": "replace", "path": "/request/IpAddressType", "value": "ipv4"}]
	rule.deny == {{
		"message": "IP address type dualstack is asked for, but com.amazonaws.us-east-1.sqs has no ipv6",
		"path": "/request/IpAddressType",
		"fix": fix,
	}} with input as asking("dualstack", ["ipv4"])
	[only] := [d | some d in rule.deny] with input as asking("ipv4", ["ipv6"])
	not only.fix
}

test_a_gateway_load_balancer_endpoint_is_judged_alike if {
	of_type := {
		"request": {"VpcEndpointType": "GatewayLoadBalancer"},
		"endpoint": {"VpcEndpointType": "GatewayLoadBalancer"},
		"context": {"ServiceDetails": [{
			"ServiceName": "com.amazonaws.us-east-1.sqs",
			"ServiceType": [{"ServiceType": "GatewayLoadBalancer"}],
			"SupportedIpAddressTypes": ["ipv4"],
		}]},
	}
	count(rule.deny) == 1 with input as object.union(asking("dualstack", ["ipv4"]), of_type)
	gateway := {"endpoint": {"VpcEndpointType": "Gateway"}}
	rule.deny == set() with input as object.union(asking("dualstack", ["ipv4"]), gateway)
}

test_what_nobody_knows_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether com.amazonaws.us-east-1.sqs has IPv6 is not known",
		"missing": ["/context/ServiceDetails"],
	}} with input as fixture.interface({"IpAddressType": "ipv6"}) with data.vpce.services as nowhere
	rule.undetermined == set() with input as fixture.interface({"IpAddressType": "ipv4"})
		with data.vpce.services as nowhere
	rule.undetermined == {{
		"reason": "to which service the endpoint leads is not known",
		"missing": ["/current/ServiceName"],
	}} with input as fixture.modify({"IpAddressType": "ipv6"}, {"VpcEndpointType": "Interface"}, {})
	rule.undetermined == {{
		"reason": "to which service the endpoint leads is not known",
		"missing": ["/request/ServiceName"],
	}} with input as fixture.unknown(asking("ipv6", ["ipv6"]), ["ServiceName"])
	rule.undetermined == {{
		"reason": "which IP address type is asked for is not known yet",
		"missing": ["/request/IpAddressType"],
	}} with input as fixture.unknown(fixture.interface({}), ["IpAddressType"])
}

test_a_service_that_is_not_told_matters_only_for_ipv6_and_these_types if {
	rule.undetermined == set() with input as fixture.modify(
		{"IpAddressType": "ipv4"},
		{"VpcEndpointType": "Interface"},
		{},
	)
	rule.undetermined == set() with input as fixture.modify(
		{"IpAddressType": "ipv6"},
		{"VpcEndpointType": "Gateway"},
		{},
	)
	rule.undetermined == set() with input as fixture.unknown(fixture.gateway({}), ["IpAddressType"])
}
