package vpce.rules.common.service_managed_test

import data.vpce.rules.common.service_managed as rule
import data.vpce.testing.fixture

current(members) := object.union({"VpcEndpointId": "vpce-1", "ServiceName": "com.amazonaws.us-east-1.sqs"}, members)

touching(operation, members) := object.union(
	fixture.modify({"PrivateDnsEnabled": true}, current(members), {}),
	{"operation": operation},
)

managing(flag) := {"context": {"ServiceDetails": [{
	"ServiceName": "com.amazonaws.us-east-1.sqs",
	"ManagesVpcEndpoints": flag,
}]}}

test_an_endpoint_of_the_account_is_modified if {
	rule.deny == set() with input as touching("modify", {"RequesterManaged": false})
	rule.deny == set() with input as object.union(touching("modify", {}), managing(false))
	rule.undetermined == set() with input as touching("modify", {})
}

test_an_endpoint_of_a_service_is_left_alone if {
	every operation in ["modify", "delete"] {
		rule.deny == {{
			"message": "vpce-1 is managed by the service that requested it",
			"path": "/current/RequesterManaged",
		}} with input as touching(operation, {"RequesterManaged": true})
	}
	rule.deny == set() with input as touching("create", {"RequesterManaged": true})
}

test_a_service_that_manages_its_endpoints_is_left_to_it if {
	rule.deny == {{
		"message": "vpce-1 leads to com.amazonaws.us-east-1.sqs, which manages its endpoints itself",
		"path": "/current/ServiceName",
	}} with input as object.union(touching("modify", {}), managing(true))
	other := {"ServiceName": "com.amazonaws.us-east-1.sns"}
	rule.deny == set() with input as object.union(touching("modify", other), managing(true))
}

test_without_the_endpoint_it_is_undetermined if {
	rule.undetermined == {{
		"reason": "who manages the endpoint is not known",
		"missing": ["/current"],
	}} with input as {"operation": "modify", "request": {}, "context": {}}
	rule.undetermined == set() with input as {"operation": "create", "request": {}, "context": {}}
}
