package vpce.rules.common.policy_allows_something_test

import data.vpce.rules.common.policy_allows_something as rule
import data.vpce.testing.fixture

blocking := {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}

allow := {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}

proposal(statements) := fixture.gateway({"PolicyDocument": {"Statement": statements}})

test_a_policy_with_an_allow_passes if {
	rule.deny == set() with input as proposal([blocking, allow])
	rule.deny == set() with input as proposal([])
	rule.deny == set() with input as proposal([blocking, {"Effect": "allow"}])
	rule.deny == set() with input as fixture.gateway({})
}

test_a_policy_of_denies_blocks_everything if {
	rule.deny == {{
		"message": concat(" ", [
			"all statements of the policy (2) have Effect Deny,",
			"so no request gets through the endpoint at all",
		]),
		"path": "/request/PolicyDocument",
	}} with input as proposal([blocking, blocking])
}

test_what_is_not_known_matters_without_an_allow if {
	pointer := "/request/PolicyDocument/Statement/0/Effect"
	rule.undetermined == {{
		"reason": "whether the policy has an Allow is not known yet",
		"missing": [pointer],
	}} with input as object.union(proposal([{"Effect": null}, blocking]), {"unknown": [pointer]})
	rule.undetermined == set() with input as object.union(proposal([{"Effect": null}, allow]), {"unknown": [pointer]})
}

test_a_policy_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether the policy has an Allow is not known yet",
		"missing": ["/request/PolicyDocument"],
	}} with input as fixture.unknown(fixture.gateway({}), ["PolicyDocument"])
	rule.undetermined == set() with input as fixture.gateway({})
}

test_a_delete_is_not_judged if {
	gone := object.union(proposal([blocking]), {"operation": "delete"})
	rule.deny == set() with input as gone
	hidden := object.union(gone, {"unknown": ["/request/PolicyDocument"]})
	rule.undetermined == set() with input as hidden
}
