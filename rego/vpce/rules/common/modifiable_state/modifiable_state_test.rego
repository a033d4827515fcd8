package vpce.rules.common.modifiable_state_test

import data.vpce.rules.common.modifiable_state as rule
import data.vpce.testing.fixture

in_state(state) := fixture.modify({"PrivateDnsEnabled": true}, {"VpcEndpointId": "vpce-1", "State": state}, {})

test_living_endpoints_are_modified if {
	every state in ["available", "Available", "pending", "pendingAcceptance", "PendingAcceptance", "partial"] {
		rule.deny == set() with input as in_state(state)
		rule.undetermined == set() with input as in_state(state)
	}
}

test_dead_endpoints_are_not if {
	every state in ["deleting", "Deleted", "failed", "rejected", "expired", "rotten"] {
		rule.deny == {{
			"message": $"the endpoint is {state}, so it cannot be modified",
			"path": "/current/State",
		}} with input as in_state(state)
	}
}

test_a_state_that_is_not_told_is_undetermined if {
	rule.undetermined == {{
		"reason": "in which state the endpoint is, is not known",
		"missing": ["/current/State"],
	}} with input as fixture.modify({}, {"VpcEndpointId": "vpce-1"}, {})
}

deleted_in(state) := object.union(in_state(state), {"operation": "delete"})

test_what_is_gone_is_not_deleted_again if {
	messages := {d.message | some d in rule.deny} with input as deleted_in("Deleted")
	messages == {"the endpoint is already Deleted, so there is nothing to delete"}
	{d.enforcement_action | some d in rule.deny} == {"warn"} with input as deleted_in("deleting")
	rule.deny == set() with input as deleted_in("failed")
}
