package vpce.rules.common.acceptance_test

import data.vpce.rules.common.acceptance as rule
import data.vpce.testing.fixture

own := {"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0b000000000000002"}

asking(members, required) := object.union(
	fixture.interface(object.union(own, members)),
	{"context": {"ServiceDetails": [{"ServiceName": own.ServiceName, "AcceptanceRequired": required}]}},
)

test_automatic_acceptance_passes if {
	every proposal in [fixture.interface({}), asking({}, false), fixture.gateway({})] {
		rule.deny == set() with input as proposal
		rule.undetermined == set() with input as proposal
	}
	rule.deny == set() with input as asking({"VpcEndpointType": "Gateway"}, true)
}

message := concat("", [
	"com.amazonaws.vpce.us-east-1.vpce-svc-0b000000000000002 requires acceptance:",
	" the endpoint is billed and unusable until its owner accepts",
])

test_acceptance_is_announced if {
	rule.deny == {{
		"message": message,
		"path": "/request/ServiceName",
		"enforcement_action": "warn",
	}} with input as asking({}, true)
	rule.deny == {{
		"message": message,
		"path": "/request/ServiceName",
	}} with input as object.union(asking({}, true), {"intent": {"usable_immediately": true}})
}

test_an_endpoint_service_must_be_told_of if {
	rule.undetermined == {{
		"reason": "whether com.amazonaws.vpce.us-east-1.vpce-svc-0b000000000000002 requires acceptance is not known",
		"missing": ["/context/ServiceDetails"],
	}} with input as fixture.interface(own)
	rule.undetermined == {{
		"reason": "to which service the endpoint leads is not known yet",
		"missing": ["/request/ServiceName"],
	}} with input as fixture.unknown(fixture.interface({}), ["ServiceName"])
	rule.undetermined == set() with input as fixture.unknown(fixture.gateway({}), ["ServiceName"])
}
