package vpce.rules.common.private_dns_preference_test

import data.vpce.rules.common.private_dns_preference as rule
import data.vpce.testing.fixture

network(options) := fixture.create({
	"VpcEndpointType": "ServiceNetwork",
	"VpcId": "vpc-0a000001",
	"ServiceNetworkArn": "arn:aws:vpc-lattice:us-east-1:111122223333:servicenetwork/sn-0a1b2c3d4e5f67890",
	"SubnetIds": ["subnet-0a100001"],
	"PrivateDnsEnabled": true,
	"DnsOptions": options,
})

found(proposal) := messages if {
	messages := {d.path: d.message | some d in rule.deny} with input as proposal
}

preference := "/request/DnsOptions/PrivateDnsPreference"

domains := "/request/DnsOptions/PrivateDnsSpecifiedDomains"

named(number) := [$"d{i}.example.com" | some i in numbers.range(1, number)]

test_the_four_values_pass if {
	found(network({})) == {}
	found(network({"PrivateDnsPreference": "VERIFIED_DOMAINS_ONLY"})) == {}
	found(network({"PrivateDnsPreference": "ALL_DOMAINS"})) == {}
	every value in ["SPECIFIED_DOMAINS_ONLY", "VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS"] {
		found(network({"PrivateDnsPreference": value, "PrivateDnsSpecifiedDomains": named(10)})) == {}
	}
}

test_another_value_is_denied_and_another_writing_mended if {
	startswith(found(network({"PrivateDnsPreference": "EVERYTHING"}))[preference], "EVERYTHING is not a private DNS")
	{d.fix | some d in rule.deny} == {[{
		"op": "replace",
		"path": preference,
		"value": "ALL_DOMAINS",
	}]} with input as network({"PrivateDnsPreference": "all-domains"})
}

test_specified_domains_are_1_to_10 if {
	found(network({"PrivateDnsPreference": "SPECIFIED_DOMAINS_ONLY"})) == {
		domains: "SPECIFIED_DOMAINS_ONLY needs PrivateDnsSpecifiedDomains, 1 to 10 of them, and none is given",
	}
	found(network({"PrivateDnsPreference": "SPECIFIED_DOMAINS_ONLY", "PrivateDnsSpecifiedDomains": named(11)})) == {
		domains: "11 PrivateDnsSpecifiedDomains are given, and at most 10 are allowed",
	}
	found(network({"PrivateDnsPreference": "ALL_DOMAINS", "PrivateDnsSpecifiedDomains": named(1)})) == {
		domains: "PrivateDnsSpecifiedDomains are given, and ALL_DOMAINS takes none",
	}
	found(network({"PrivateDnsSpecifiedDomains": named(1)})) == {
		domains: "PrivateDnsSpecifiedDomains are given, and the default preference takes none",
	}
}

test_other_types_take_none if {
	every proposal in [fixture.interface({}), fixture.gateway({}), fixture.gwlb({})] {
		asked := object.union(proposal, {"request": {"DnsOptions": {"PrivateDnsPreference": "ALL_DOMAINS"}}})
		object.keys(found(asked)) == {preference}
	}
}

test_without_private_dns_it_means_nothing if {
	off := object.union(network({"PrivateDnsPreference": "ALL_DOMAINS"}), {"request": {"PrivateDnsEnabled": false}})
	{d.enforcement_action | some d in rule.deny} == {"warn"} with input as off
}

current := {"VpcEndpointType": "ServiceNetwork", "DnsOptions": {"PrivateDnsPreference": "VERIFIED_DOMAINS_ONLY"}}

test_it_is_set_at_creation if {
	changed := {"DnsOptions": {"PrivateDnsPreference": "ALL_DOMAINS"}}
	found(fixture.modify(changed, current, {})) == {preference: concat(" ", [
		"PrivateDnsPreference would change from \"VERIFIED_DOMAINS_ONLY\" to \"ALL_DOMAINS\";",
		"it is set at creation",
	])}
	same := {"DnsOptions": {"PrivateDnsPreference": "VERIFIED_DOMAINS_ONLY"}}
	found(fixture.modify(same, current, {})) == {}
	rule.undetermined == {{
		"reason": "which PrivateDnsPreference the endpoint has now is not known, and it cannot be changed",
		"missing": ["/current/DnsOptions"],
	}} with input as fixture.modify(changed, {"VpcEndpointType": "ServiceNetwork"}, {})
}

test_what_is_known_later_is_undetermined if {
	hidden := object.union(
		network({"PrivateDnsPreference": "SPECIFIED_DOMAINS_ONLY"}),
		{"unknown": [domains]},
	)
	rule.deny == set() with input as hidden
	rule.undetermined == {{
		"reason": "which private DNS preference is asked for is not known yet",
		"missing": [domains],
	}} with input as hidden
}

test_empty_members_ask_for_nothing if {
	found(network({"PrivateDnsPreference": "", "PrivateDnsSpecifiedDomains": []})) == {}
	found(network({"PrivateDnsPreference": "", "PrivateDnsSpecifiedDomains": named(1)})) == {
		domains: "PrivateDnsSpecifiedDomains are given, and the default preference takes none",
	}
	found(fixture.modify({"DnsOptions": {"PrivateDnsPreference": ""}}, current, {})) == {}
	found(object.union(network({}), {"request": {"PrivateDnsEnabled": false}})) == {}
}

test_other_types_hear_it_once if {
	asked := {"DnsOptions": {"PrivateDnsSpecifiedDomains": named(11)}}
	found(fixture.interface(asked)) == {
		domains: "PrivateDnsSpecifiedDomains is given, and a Interface endpoint does not take it",
	}
	found(fixture.unknown(fixture.interface(asked), ["VpcEndpointType"])) == {}
}

test_domains_under_a_preference_that_is_known_later_pass if {
	hidden := object.union(network({"PrivateDnsSpecifiedDomains": named(1)}), {"unknown": [preference]})
	found(hidden) == {}
}

test_what_the_endpoint_has_already_is_no_change if {
	has := {"VpcEndpointType": "ServiceNetwork", "DnsOptions": {"PrivateDnsSpecifiedDomains": named(11)}}
	proposal := fixture.modify({"DnsOptions": {"PrivateDnsSpecifiedDomains": named(11)}}, has, {})
	found(proposal) == {}
	rule.undetermined == set() with input as proposal
}
