package vpce.rules.gwlb.gwlb_service_test

import data.vpce.rules.gwlb.gwlb_service as rule
import data.vpce.testing.fixture

named(name, details) := object.union(fixture.gwlb({"ServiceName": name}), {"context": {"ServiceDetails": details}})

inspection := "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001"

of_type(type) := [{"ServiceName": inspection, "ServiceType": [{"ServiceType": type}]}]

test_a_gwlb_service_passes if {
	rule.deny == set() with input as named(inspection, of_type("GatewayLoadBalancer"))
	rule.undetermined == set() with input as named(inspection, of_type("GatewayLoadBalancer"))
}

test_a_service_of_another_type_is_denied if {
	rule.deny == {{
		"message": $"{inspection} offers Interface, not GatewayLoadBalancer",
		"path": "/request/ServiceName",
	}} with input as named(inspection, of_type("Interface"))
}

test_a_service_that_is_no_endpoint_service_is_denied if {
	every name in [
		"com.amazonaws.us-east-1.s3",
		"com.amazonaws.us-east-1.vpce-svc-1",
		"com.amazonaws.vpce.us-east-1.s3",
	] {
		rule.deny == {{
			"message": $"{name} is not an endpoint service (vpce-svc-…), so no Gateway Load Balancer is behind it",
			"path": "/request/ServiceName",
		}} with input as named(name, [])
	}
}

test_the_name_alone_does_not_tell if {
	rule.deny == set() with input as named(inspection, [])
	rule.undetermined == {{
		"reason": $"whether a Gateway Load Balancer is behind {inspection} is not known",
		"missing": ["/context/ServiceDetails"],
	}} with input as named(inspection, [])
	rule.deny == set() with input as named("cn.com.amazonaws.vpce.cn-north-1.vpce-svc-1", [])
}

test_a_name_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "to which service the endpoint leads is not known yet",
		"missing": ["/request/ServiceName"],
	}} with input as fixture.unknown(fixture.gwlb({}), ["ServiceName"])
}

test_a_service_that_the_document_makes_is_an_endpoint_service if {
	name := "com.amazonaws.vpce.us-east-1.${Service}"
	detail := {"ServiceName": name, "ServiceType": [{"ServiceType": "GatewayLoadBalancer"}]}
	rule.deny | rule.undetermined == set() with input as named(name, [detail])
}
