package vpce.rules.common.known_type_test

import data.vpce.rules.common.known_type as rule
import data.vpce.testing.fixture

test_every_type_of_the_api_is_known_today if {
	every type in ["Interface", "Gateway", "GatewayLoadBalancer", "Resource", "ServiceNetwork", "Tunnel"] {
		rule.deny == set() with input as fixture.interface({"VpcEndpointType": type})
	}
	rule.undetermined == set() with input as fixture.interface({})
}

test_the_enum_is_case_sensitive if {
	rule.deny == {{
		"message": "\"interface\" is not an endpoint type",
		"path": "/request/VpcEndpointType",
		"fix": [{"op": "replace", "path": "/request/VpcEndpointType", "value": "Interface"}],
	}} with input as fixture.interface({"VpcEndpointType": "interface"})
}

test_what_a_word_means_is_not_guessed if {
	[only] := [d | some d in rule.deny] with input as fixture.interface({"VpcEndpointType": "Private"})
	not only.fix
}

test_the_types_after_2023_are_not_covered_then if {
	rule.deny == {{
		"message": "endpoint type Resource did not exist in 2023 (profile aws-2023)",
		"path": "/request/VpcEndpointType",
	}} with input as fixture.in_2023(fixture.interface({"VpcEndpointType": "Resource"}))
}

test_a_type_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "the endpoint type is not known yet, so only the rules common to all types were judged",
		"missing": ["/request/VpcEndpointType"],
	}} with input as fixture.unknown(fixture.interface({}), ["VpcEndpointType"])
}

test_a_current_endpoint_of_an_unknown_type_is_denied if {
	rule.deny == {{
		"message": "\"Quantum\" is not an endpoint type",
		"path": "/current/VpcEndpointType",
	}} with input as fixture.modify({}, {"VpcEndpointType": "Quantum"}, {})
}

test_a_current_endpoint_without_type_is_undetermined if {
	proposal := fixture.modify({}, {"VpcEndpointType": null}, {})
	rule.deny == set() with input as proposal
	rule.undetermined == {{
		"reason": "which type the endpoint has is not known, so only the rules common to all types were judged",
		"missing": ["/current/VpcEndpointType"],
	}} with input as proposal
	rule.undetermined == set() with input as fixture.modify({}, {"VpcEndpointType": "Gateway"}, {})
}

test_a_delete_is_not_judged if {
	rule.deny == set() with input as {"operation": "delete", "current": {"VpcEndpointType": "Quantum"}}
}
