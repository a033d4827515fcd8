package vpce.rules.iface.private_name_verified_test

import data.vpce.rules.iface.private_name_verified as rule
import data.vpce.testing.fixture

own := {"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0b000000000000002"}

publishing(members) := object.union(
	fixture.interface(own),
	{"context": {"ServiceDetails": [object.union(own, members)]}},
)

in_state(state) := publishing({"PrivateDnsName": "api.example.com", "PrivateDnsNameVerificationState": state})

test_a_verified_name_passes if {
	every proposal in [in_state("verified"), publishing({}), fixture.interface({})] {
		rule.deny == set() with input as proposal
		rule.undetermined == set() with input as proposal
	}
	off := object.union(in_state("failed"), {"request": {"PrivateDnsEnabled": false}})
	rule.deny == set() with input as off
}

test_another_state_is_denied if {
	every state in ["pendingVerification", "failed"] {
		rule.deny == {{
			"message": $"private DNS is asked for, but the name of {own.ServiceName} is in state {state}, not verified",
			"path": "/request/PrivateDnsEnabled",
			"fix": [{"op": "replace", "path": "/request/PrivateDnsEnabled", "value": false}],
		}} with input as in_state(state)
	}
}

test_what_is_not_told_is_undetermined if {
	rule.undetermined == {{
		"reason": $"whether the private DNS name of {own.ServiceName} is verified is not known",
		"missing": ["/context/ServiceDetails"],
	}} with input as fixture.interface(own)
	rule.undetermined == {{
		"reason": $"whether the private DNS name of {own.ServiceName} is verified is not known",
		"missing": ["/context/ServiceDetails"],
	}} with input as publishing({"PrivateDnsName": "api.example.com"})
	rule.undetermined == {{
		"reason": "whether private DNS is asked for, or of which service, is not known yet",
		"missing": ["/request/PrivateDnsEnabled"],
	}} with input as fixture.unknown(in_state("verified"), ["PrivateDnsEnabled"])
	rule.undetermined == set() with input as fixture.unknown(fixture.interface({}), ["PrivateDnsEnabled"])
}
