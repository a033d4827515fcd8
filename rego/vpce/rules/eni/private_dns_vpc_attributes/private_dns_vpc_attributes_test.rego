package vpce.rules.eni.private_dns_vpc_attributes_test

import data.vpce.rules.eni.private_dns_vpc_attributes as rule
import data.vpce.testing.fixture

test_private_dns_with_both_attributes_passes if {
	rule.deny == set() with input as fixture.interface({})
	rule.undetermined == set() with input as fixture.interface({})
}

test_an_attribute_that_is_off_is_denied if {
	rule.deny == {{
		"message": "PrivateDnsEnabled is true, but EnableDnsHostnames of vpc-0a000001 is off",
		"path": "/request/PrivateDnsEnabled",
		"fix": [{"op": "add", "path": "/request/PrivateDnsEnabled", "value": false}],
	}} with input as object.union(
		fixture.interface({}),
		{"context": {"Vpc": {"EnableDnsHostnames": {"Value": false}}}},
	)
}

test_attributes_that_are_not_told_are_undetermined if {
	rule.undetermined == {{
		"reason": "whether DNS resolution and DNS host names are on in the VPC is not known",
		"missing": ["/context/Vpc/EnableDnsHostnames", "/context/Vpc/EnableDnsSupport"],
	}} with input as fixture.without(fixture.interface({}), "Vpc")
}

test_private_dns_known_later_matters_only_where_an_attribute_may_be_off if {
	hidden := fixture.unknown(fixture.interface({}), ["PrivateDnsEnabled"])
	rule.undetermined == set() with input as hidden
	rule.undetermined == {{
		"reason": "whether the endpoint gets private DNS is not known",
		"missing": ["/request/PrivateDnsEnabled"],
	}} with input as fixture.without(hidden, "Vpc")
}

test_attributes_of_another_vpc_tell_nothing if {
	other := object.union(
		fixture.interface({}),
		{"context": {"Vpc": {"VpcId": "vpc-0f000009", "EnableDnsSupport": false}}},
	)
	rule.deny == set() with input as other
	count(rule.undetermined) == 1 with input as other
}

silent_request := object.union(
	fixture.interface({"PrivateDnsEnabled": null}),
	{"defaults": {"PrivateDnsEnabled": "aws"}},
)

test_what_aws_turns_on_by_default_is_judged_like_what_is_asked_for if {
	{d.message | some d in rule.deny} == {concat(" ", [
		"PrivateDnsEnabled is not given, so AWS turns private DNS on,",
		"but EnableDnsSupport of vpc-0a000001 is off",
	])} with input as object.union(silent_request, {"context": {"Vpc": {"EnableDnsSupport": false}}})
}
