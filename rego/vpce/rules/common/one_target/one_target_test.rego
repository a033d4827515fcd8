package vpce.rules.common.one_target_test

import data.vpce.rules.common.one_target as rule
import data.vpce.testing.fixture

test_the_selector_of_the_type_passes if {
	rule.deny == set() with input as fixture.interface({})
	rule.undetermined == set() with input as fixture.interface({})
}

test_a_selector_of_another_type_is_denied if {
	rule.deny == {{
		"message": "ServiceNetworkArn is given, but type Interface takes ServiceName",
		"path": "/request/ServiceNetworkArn",
	}} with input as fixture.interface({"ServiceNetworkArn": "arn:sn"})
}

test_an_empty_selector_is_none if {
	rule.deny == {{
		"message": "the Gateway endpoint has no ServiceName",
		"path": "/request/ServiceName",
	}} with input as fixture.gateway({"ServiceName": ""})
}

test_a_selector_known_later_is_undetermined if {
	hidden := fixture.unknown(fixture.interface({}), ["ServiceName"])
	rule.deny == set() with input as hidden
	rule.undetermined == {{
		"reason": "what the endpoint leads to is not known yet",
		"missing": ["/request/ServiceName"],
	}} with input as hidden
}

test_a_selector_that_is_no_string_is_denied if {
	rule.deny == {{
		"message": "ServiceName is [\"x\"], which is not a string",
		"path": "/request/ServiceName",
	}} with input as fixture.interface({"ServiceName": ["x"]})
}

test_two_selectors_are_denied_whatever_the_type if {
	rule.deny == {{
		"message": "ServiceNetworkArn is given beside ServiceName; an endpoint takes one of them",
		"path": "/request/ServiceNetworkArn",
	}} with input as fixture.unknown(fixture.interface({"ServiceNetworkArn": "arn:sn"}), ["VpcEndpointType"])
}
