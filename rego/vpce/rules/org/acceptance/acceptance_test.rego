package vpce.rules.org.acceptance_test

import data.vpce.rules.org.acceptance as rule
import data.vpce.testing.fixture

told := {"third_party": []}

details(accepts) := object.union(fixture.gwlb({}), {"context": {"ServiceDetails": [{
	"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001",
	"ServiceType": [{"ServiceType": "GatewayLoadBalancer"}],
	"AcceptanceRequired": accepts,
}]}})

test_connections_are_accepted_by_hand if {
rule.deny |
	rule.undetermined == set() with input as details(true) with data.org as told
	count(rule.deny) == 1 with input as details(false) with data.org as told
}

test_the_list_may_say_otherwise if {
	listed := {"third_party": [{
		"service_name": "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001",
		"owner_account": "444455556666",
		"acceptance": "auto",
	}]}
	rule.deny == set() with input as details(false) with data.org as listed
}

test_what_is_not_known_is_not_judged if {
	count(rule.undetermined) == 1 with input as fixture.gwlb({}) with data.org as told
	rule.deny | rule.undetermined == set() with input as details(false)
}

test_what_is_told_is_not_asked_for if {
	rule.undetermined == set() with input as details(false) with data.org as told
	rule.undetermined == set() with input as details(true) with data.org as told
}

test_services_of_own_accounts_may_accept_on_their_own if {
	owned := object.union(details(false).context.ServiceDetails[0], {"Owner": "111122223333"})
	own := {"context": {"ServiceDetails": [owned]}}
	rule.deny == set() with input as object.union(details(false), own)
		with data.org as object.union(told, {"accounts": ["111122223333"]})
	rule.deny == set() with input as object.union(details(false), own) with data.org as told
	elsewhere := {"context": {"AccountId": "444455556666", "ServiceDetails": [owned]}}
	count(rule.deny) == 1 with input as object.union(details(false), elsewhere) with data.org as told
}
