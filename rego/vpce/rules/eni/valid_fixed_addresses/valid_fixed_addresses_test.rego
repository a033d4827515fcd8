package vpce.rules.eni.valid_fixed_addresses_test

import data.vpce.rules.eni.valid_fixed_addresses as rule
import data.vpce.testing.fixture

six := {"Ipv6CidrBlock": "2600:1f18:0:1::/64", "Ipv6CidrBlockState": {"State": "associated"}}

facts := [
	{
		"SubnetId": "subnet-0a100001",
		"CidrBlock": "10.0.1.0/28",
		"Ipv6Native": false,
		"Ipv6CidrBlockAssociationSet": [six],
	},
	{
		"SubnetId": "subnet-0b100001",
		"CidrBlock": "10.0.3.0/24",
		"Ipv6Native": false,
		"Ipv6CidrBlockAssociationSet": [],
	},
]

in_network(proposal, subnets, interfaces) := object.union(
	proposal,
	{"context": {"Subnets": subnets, "NetworkInterfaces": interfaces}},
)

fixed(configurations, members) := in_network(
	fixture.interface(object.union({"SubnetConfigurations": configurations}, members)),
	facts,
	[],
)

a(members) := object.union({"SubnetId": "subnet-0a100001"}, members)

b(members) := object.union({"SubnetId": "subnet-0b100001"}, members)

at(i, member) := $"/request/SubnetConfigurations/{i}/{member}"

silent(proposal) if {
	rule.deny == set() with input as proposal
	rule.undetermined == set() with input as proposal
}

denied(message, path) := {{"message": message, "path": path}}

test_free_addresses_within_their_subnets_pass if {
	silent(fixed([a({"Ipv4": "10.0.1.10", "Ipv6": "2600:1f18:0:1::10"}), b({"Ipv4": "10.0.3.10"})], {}))
	silent(fixture.interface({}))
	silent(fixture.interface({"SubnetConfigurations": [null]}))
}

test_a_delete_gives_no_addresses if {
	bad := object.union(fixed([a({"Ipv4": "ten"})], {}), {"operation": "delete"})
	silent(bad)
	silent(object.union(bad, {"unknown": ["/request/SubnetConfigurations"]}))
}

test_a_text_that_is_no_address_is_denied if {
	rule.deny == denied("ten is not an Ipv4 address", at(0, "Ipv4")) with input as fixed([a({"Ipv4": "ten"})], {})
	rule.deny == denied("2600:1f18:0:1::10 is not an Ipv4 address", at(0, "Ipv4")) with input as fixed(
		[a({"Ipv4": "2600:1f18:0:1::10"})],
		{},
	)
	rule.deny == denied("10.0.1.10 is not an Ipv6 address", at(0, "Ipv6")) with input as fixed(
		[a({"Ipv6": "10.0.1.10"})],
		{},
	)
}

test_an_address_outside_of_its_subnet_is_denied if {
	rule.deny == denied(
		"10.0.3.10 is not within 10.0.1.0/28 of subnet-0a100001",
		at(0, "Ipv4"),
	) with input as fixed([a({"Ipv4": "10.0.3.10"})], {})
	rule.deny == denied(
		"2600:1f18:0:2::10 is not within 2600:1f18:0:1::/64 of subnet-0a100001",
		at(0, "Ipv6"),
	) with input as fixed([a({"Ipv6": "2600:1f18:0:2::10"})], {})
}

test_an_address_of_a_version_the_subnet_has_not_is_denied if {
	rule.deny == denied(
		"2600:1f18:0:1::10 is not within subnet-0b100001, which has no such range",
		at(0, "Ipv6"),
	) with input as fixed([b({"Ipv6": "2600:1f18:0:1::10"})], {})
	coming := object.union(six, {"Ipv6CidrBlockState": {"State": "associating"}})
	later := [object.union(facts[1], {"Ipv6CidrBlockAssociationSet": [coming]})]
	count(rule.deny) == 1 with input as in_network(fixed([b({"Ipv6": "2600:1f18:0:1::10"})], {}), later, [])
	native := [{"SubnetId": "subnet-0a100001", "Ipv6Native": true, "Ipv6CidrBlockAssociationSet": [six]}]
	rule.deny == denied(
		"10.0.1.10 is not within subnet-0a100001, which has no such range",
		at(0, "Ipv4"),
	) with input as in_network(fixed([a({"Ipv4": "10.0.1.10"})], {}), native, [])
}

test_reserved_addresses_are_those_of_the_subnet if {
	rule.deny == denied(
		"10.0.1.3 is reserved in 10.0.1.0/28, the range of subnet-0a100001: the first four addresses and the last are",
		at(0, "Ipv4"),
	) with input as fixed([a({"Ipv4": "10.0.1.3"})], {})
	count(rule.deny) == 1 with input as fixed([a({"Ipv4": "10.0.1.15"})], {})
	count(rule.deny) == 1 with input as fixed([a({"Ipv6": "2600:1f18:0:1::2"})], {})
	silent(fixed([a({"Ipv4": "10.0.1.4"})], {}))
	wide := [{"SubnetId": "subnet-0a100001", "CidrBlock": "10.0.0.0/20"}]
	silent(in_network(fixed([a({"Ipv4": "10.0.1.255"})], {}), wide, []))
}

interface(members) := object.union(
	{"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-0a100001"},
	members,
)

used := [a({"Ipv4": "10.0.1.10"})]

test_an_address_in_use_is_denied if {
	taken := denied("10.0.1.10 is in use by eni-1 in subnet-0a100001", at(0, "Ipv4"))
	every told in [
		{"PrivateIpAddresses": [{"PrivateIpAddress": "10.0.1.10", "Primary": true}]},
		{"PrivateIpAddress": "10.0.1.10"},
	] {
		rule.deny == taken with input as in_network(fixed(used, {}), facts, [interface(told)])
	}
	count(rule.deny) == 1 with input as in_network(
		fixed([a({"Ipv6": "2600:1f18:0:1::10"})], {}),
		facts,
		[interface({"Ipv6Addresses": [{"Ipv6Address": "2600:1f18:0:1:0:0:0:10"}]})],
	)
}

test_an_interface_without_id_or_subnet_still_uses_its_address if {
	rule.deny == denied(
		"10.0.1.10 is in use by another network interface in subnet-0a100001",
		at(0, "Ipv4"),
	) with input as in_network(fixed(used, {}), facts, [{"PrivateIpAddress": "10.0.1.10"}])
}

test_other_addresses_and_subnets_are_no_use_of_it if {
	silent(in_network(fixed(used, {}), facts, [interface({"PrivateIpAddress": "10.0.1.11"})]))
	elsewhere := interface({"SubnetId": "subnet-0f100001", "PrivateIpAddress": "10.0.1.10"})
	silent(in_network(fixed(used, {}), facts, [elsewhere]))
}

current := {
	"VpcEndpointId": "vpce-1",
	"SubnetIds": ["subnet-0a100001"],
	"NetworkInterfaceIds": ["eni-1"],
	"IpAddressType": "ipv4",
}

change(request) := in_network(
	fixture.modify(request, current, {}),
	facts,
	[interface({"PrivateIpAddress": "10.0.1.10"})],
)

test_the_interfaces_of_the_endpoint_itself_may_keep_their_address if {
	silent(change({"SubnetConfigurations": used}))
	foreign := change({"SubnetConfigurations": used})
	count(rule.deny) == 1 with input as object.union(foreign, {"current": {"NetworkInterfaceIds": ["eni-2"]}})
}

test_the_same_address_twice_is_denied_at_the_later_place if {
	twice := [a({"Ipv4": "10.0.1.10"}), a({"Ipv4": "10.0.1.10"})]
	rule.deny == denied(
		"10.0.1.10 is given for /request/SubnetConfigurations/0 already",
		at(1, "Ipv4"),
	) with input as fixed(twice, {})
	spelled := [a({"Ipv6": "2600:1f18:0:1::10"}), a({"Ipv6": "2600:1F18:0:1:0::10"})]
	{d.path | some d in rule.deny} == {at(1, "Ipv6")} with input as fixed(spelled, {})
}

test_each_ip_version_of_the_endpoint_needs_an_address if {
	four := a({"Ipv4": "10.0.1.10"})
	silent(fixed([four], {"IpAddressType": "ipv4"}))
	rule.deny == {{
		"message": "an endpoint of IP address type dualstack needs an Ipv6 address here",
		"path": at(0, "Ipv6"),
		"remediation": "Add Ipv6 with a free address of the subnet.",
	}} with input as fixed([four], {"IpAddressType": "dualstack"})
	{d.path | some d in rule.deny} == {at(0, "Ipv6")} with input as fixed([four], {"IpAddressType": "ipv6"})
	{d.path | some d in rule.deny} == {at(0, "Ipv4")} with input as fixed([a({})], {"IpAddressType": "ipv4"})
	silent(fixed([a({})], {}))
}

test_a_missing_address_that_is_known_later_is_undetermined if {
	proposal := object.union(fixed([a({})], {"IpAddressType": "ipv4"}), {"unknown": [at(0, "Ipv4")]})
	rule.deny == set() with input as proposal
	rule.undetermined == {{
		"reason": "not all fixed addresses are known yet",
		"missing": [at(0, "Ipv4")],
	}} with input as proposal
}

test_a_configuration_names_a_subnet if {
	rule.deny == {{
		"message": "the configuration names no subnet",
		"path": at(0, "SubnetId"),
		"remediation": "Add SubnetId with the subnet the address is of.",
	}} with input as fixed([{"Ipv4": "10.0.1.10"}], {})
	proposal := object.union(fixed([{"Ipv4": "10.0.1.10"}], {}), {"unknown": [at(0, "SubnetId")]})
	rule.deny == set() with input as proposal
}

unlisted(path) := {{
	"message": "subnet-0a100001 gets an address but is not listed as a subnet of the endpoint",
	"path": path,
	"enforcement_action": "warn",
}}

test_a_configuration_is_for_a_listed_subnet if {
	rule.deny == unlisted(at(0, "SubnetId")) with input as fixed(used, {"SubnetIds": ["subnet-0b100001"]})
	silent(fixed(used, {"SubnetIds": []}))
	silent(fixed(used, {"SubnetIds": null}))
}

test_on_modify_the_kept_and_added_subnets_are_listed if {
	silent(change({"SubnetConfigurations": used}))
	gone := change({"SubnetConfigurations": used, "RemoveSubnetIds": ["subnet-0a100001"]})
	rule.deny == unlisted(at(0, "SubnetId")) with input as gone
	silent(change({"SubnetConfigurations": [b({"Ipv4": "10.0.3.10"})], "AddSubnetIds": ["subnet-0b100001"]}))
}

test_lists_known_later_are_undetermined if {
	proposal := fixture.unknown(fixed(used, {}), ["SubnetIds"])
	listed_later := object.union(proposal, {"request": {"SubnetIds": ["subnet-0b100001"]}})
	rule.deny == set() with input as listed_later
	rule.undetermined == {{
		"reason": "whether an address is for a subnet of the endpoint is not known yet",
		"missing": ["/request/SubnetIds"],
	}} with input as listed_later
	count(rule.undetermined) == 1 with input as proposal
	silent(object.union(proposal, {"request": {"SubnetIds": ["subnet-0a100001"]}}))
	silent(object.union(fixture.interface({}), {"unknown": ["/request/SubnetIds"]}))
}

test_an_ip_type_known_later_matters_where_an_address_may_be_missing if {
	rule.undetermined == {{
		"reason": "which IP versions the endpoint has is not known yet, so an address may be missing",
		"missing": ["/request/IpAddressType"],
	}} with input as fixture.unknown(fixed(used, {"IpAddressType": "dualstack"}), ["IpAddressType"])
	both := a({"Ipv4": "10.0.1.10", "Ipv6": "2600:1f18:0:1::10"})
	silent(fixture.unknown(fixed([both], {}), ["IpAddressType"]))
}

test_configurations_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "not all fixed addresses are known yet",
		"missing": ["/request/SubnetConfigurations"],
	}} with input as fixture.unknown(fixed([a({"Ipv4": "10.0.1.10"})], {}), ["SubnetConfigurations"])
}

test_the_ranges_of_a_subnet_known_later_are_not_asked_for if {
	rule.undetermined == {{
		"reason": "not all fixed addresses are known yet",
		"missing": ["/request/SubnetConfigurations/0/SubnetId"],
	}} with input as object.union(fixed([{"SubnetId": null, "Ipv4": "10.0.1.10"}], {}), {
		"unknown": ["/request/SubnetConfigurations/0/SubnetId"],
		"context": {"Subnets": null},
	})
}

untold(text) := {{
	"reason": $"the addresses of subnet-0a100001 are not known, so {text} may be outside of it",
	"missing": ["/context/Subnets"],
}}

test_without_the_ranges_of_the_subnet_it_is_undetermined if {
	rule.undetermined == untold("10.0.1.10") with input as fixture.without(fixed(used, {}), "Subnets")
	bare := [{"SubnetId": "subnet-0a100001", "CidrBlock": null, "Ipv6Native": false}]
	rule.undetermined == untold("10.0.1.10") with input as in_network(fixed(used, {}), bare, [])
	v6 := fixed([a({"Ipv6": "2600:1f18:0:1::10"})], {})
	rule.undetermined == untold("2600:1f18:0:1::10") with input as in_network(v6, bare, [])
}

test_without_the_interfaces_it_is_undetermined if {
	rule.undetermined == {{
		"reason": "the network interfaces are not known, so 10.0.1.10 may be in use",
		"missing": ["/context/NetworkInterfaces"],
	}} with input as fixture.without(fixed(used, {}), "NetworkInterfaces")
}
