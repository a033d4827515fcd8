package vpce.rules.iface.one_private_dns_name_test

import data.vpce.rules.iface.one_private_dns_name as rule
import data.vpce.testing.fixture

other := {
	"VpcEndpointId": "vpce-2",
	"VpcEndpointType": "Interface",
	"VpcId": "vpc-0a000001",
	"ServiceName": "com.amazonaws.us-east-1.sqs",
	"PrivateDnsEnabled": true,
	"State": "available",
}

beside(members, endpoints) := object.union(fixture.interface(members), {"context": {"VpcEndpoints": endpoints}})

changed(members) := object.union(other, members)

# Two endpoint services; names[i] are the private DNS names of the service with the i-th id.
mine := "com.amazonaws.vpce.us-east-1.vpce-svc-0a"

theirs := "com.amazonaws.vpce.us-east-1.vpce-svc-0b"

detail(service, names) := {
	"ServiceName": service,
	"ServiceType": [{"ServiceType": "Interface"}],
	"PrivateDnsNames": [{"PrivateDnsName": name} | some name in names],
}

provided(ours, others) := object.union(
	beside({"ServiceName": mine}, [changed({"ServiceName": theirs})]),
	{"context": {"ServiceDetails": [detail(mine, ours), detail(theirs, others)]}},
)

clash := {{
	"message": concat(" ", [
		"PrivateDnsEnabled is true, but vpce-2 already has private DNS on in vpc-0a000001",
		"and owns the private DNS names of com.amazonaws.us-east-1.sqs",
	]),
	"path": "/request/PrivateDnsEnabled",
	"fix": [{"op": "add", "path": "/request/PrivateDnsEnabled", "value": false}],
}}

silent(proposal) if {
	rule.deny == set() with input as proposal
	rule.undetermined == set() with input as proposal
}

test_a_free_name_passes if silent(fixture.interface({}))

test_another_endpoint_of_the_service_owns_the_name if {
	rule.deny == clash with input as beside({}, [other])
	rule.undetermined == set() with input as beside({}, [other])
}

test_switching_private_dns_on_later_clashes_too if {
	current := changed({"VpcEndpointId": "vpce-1", "PrivateDnsEnabled": false})
	request := {"VpcEndpointId": "vpce-1", "PrivateDnsEnabled": true}
	proposal := fixture.modify(request, current, {"PrivateDnsEnabled": true})
	rule.deny == clash with input as object.union(proposal, {"context": {"VpcEndpoints": [other]}})
	silent(object.union(proposal, {"context": {"VpcEndpoints": [changed({"VpcEndpointId": "vpce-1"})]}}))
}

test_a_delete_claims_no_name if {
	silent(object.union(beside({}, [other]), {"operation": "delete"}))
	silent(object.union(fixture.unknown(beside({}, [other]), ["PrivateDnsEnabled"]), {"operation": "delete"}))
}

test_without_private_dns_no_name_is_claimed if {
	silent(beside({"PrivateDnsEnabled": false}, [other]))
	silent(fixture.without(fixture.interface({"PrivateDnsEnabled": false}), "VpcEndpoints"))
}

test_an_endpoint_without_private_dns_or_elsewhere_owns_nothing if {
	silent(beside({}, [changed({"PrivateDnsEnabled": false})]))
	silent(beside({}, [changed({"VpcId": "vpc-0f000009"})]))
	silent(beside({}, [changed({"VpcEndpointType": "Gateway"})]))
	silent(beside({}, [changed({"State": "deleted"})]))
	silent(beside({}, [changed({"ServiceName": "com.amazonaws.us-east-1.sns"})]))
}

test_a_peer_is_named_by_its_address if {
	peer := json.remove(object.union(other, {"address": "aws_vpc_endpoint.b"}), ["/VpcEndpointId"])
	proposal := object.union(fixture.interface({}), {"peers": [peer]})
	{contains(d.message, "but aws_vpc_endpoint.b already") | some d in rule.deny} == {true} with input as proposal
}

test_names_of_providers_are_compared if {
	{d.message | some d in rule.deny} == {concat(" ", [
		"PrivateDnsEnabled is true, but vpce-2 already has private DNS on in vpc-0a000001 and owns A.example.com,",
		$"which overlaps a private DNS name of {mine}",
	])} with input as provided(["a.example.com"], ["A.example.com"])
	silent(provided(["a.example.com"], ["b.example.com"]))
	silent(provided([], ["b.example.com"]))
}

test_wildcards_overlap_what_is_below_them if {
	count(rule.deny) == 1 with input as provided(["*.example.com"], ["a.example.com"])
	count(rule.deny) == 1 with input as provided(["a.example.com"], ["*.example.com"])
	silent(provided(["*.example.com"], ["example.com"]))
	silent(provided(["x.example.com"], ["a.x.example.com"]))
	silent(provided(["**example.com"], ["a.*example.com"]))
}

test_the_single_name_of_service_details_counts if {
	single := object.union(provided(["a.example.com"], []), {"context": {"ServiceDetails": [
		detail(mine, ["a.example.com"]),
		{"ServiceName": theirs, "ServiceType": [{"ServiceType": "Interface"}], "PrivateDnsName": "a.example.com"},
	]}})
	count(rule.deny) == 1 with input as single
}

test_names_of_another_type_or_service_do_not_count if {
	gateway := object.union(detail(theirs, ["a.example.com"]), {"ServiceType": [{"ServiceType": "GatewayLoadBalancer"}]})
	third := detail("com.amazonaws.vpce.us-east-1.vpce-svc-0c", ["a.example.com"])
	details := [detail(mine, ["a.example.com"]), detail(theirs, ["b.example.com"]), gateway, third]
	silent(object.union(provided([], []), {"context": {"ServiceDetails": details}}))
}

test_dns_entries_of_the_other_endpoint_tell_its_names if {
	entries := {"DnsEntries": [{"DnsName": "sqs.us-east-1.amazonaws.com", "HostedZoneId": "Z1"}]}
	legacy := changed(object.union(entries, {"ServiceName": "com.amazonaws.us-east-1.sqs-old"}))
	proposal := object.union(beside({}, [legacy]), {"context": {"ServiceDetails": [detail(
		"com.amazonaws.us-east-1.sqs",
		["sqs.us-east-1.amazonaws.com"],
	)]}})
	count(rule.deny) == 1 with input as proposal
}

unclear := {{
	"reason": concat(" ", [
		$"the private DNS names of {mine} and {theirs} are not both known,",
		"so they may be the same",
	]),
	"missing": ["/context/ServiceDetails"],
}}

test_unknown_names_of_providers_are_undetermined if {
	blind := object.union(provided([], []), {"context": {"ServiceDetails": []}})
	rule.undetermined == unclear with input as blind
	rule.undetermined == unclear with input as fixture.without(blind, "ServiceDetails")
	half := {"context": {"ServiceDetails": [detail(mine, ["a.example.com"])]}}
	rule.undetermined == unclear with input as object.union(blind, half)
	other_half := {"context": {"ServiceDetails": [detail(theirs, ["a.example.com"])]}}
	rule.undetermined == unclear with input as object.union(blind, other_half)
}

test_dns_entries_stand_in_for_service_details if {
	told := changed({"ServiceName": theirs, "DnsEntries": [{"DnsName": "b.example.com"}]})
	silent(object.union(
		beside({"ServiceName": mine}, [told]),
		{"context": {"ServiceDetails": [detail(mine, ["a.example.com"])]}},
	))
}

test_a_service_of_aws_shares_no_name_with_a_provider if {
	silent(beside({}, [changed({"ServiceName": theirs})]))
	silent(beside({"ServiceName": mine}, [other]))
}

test_the_same_endpoint_service_needs_no_names if {
	rule.undetermined == set() with input as beside({"ServiceName": mine}, [changed({"ServiceName": mine})])
	count(rule.deny) == 1 with input as beside({"ServiceName": mine}, [changed({"ServiceName": mine})])
}

unlisted := {
	"reason": "the other endpoints of the VPC and their private DNS names are not known",
	"missing": ["/context/VpcEndpoints"],
}

test_without_the_other_endpoints_it_is_undetermined if {
	rule.undetermined == {unlisted} with input as fixture.without(fixture.interface({}), "VpcEndpoints")
	hidden := fixture.unknown(fixture.interface({}), ["PrivateDnsEnabled"])
	rule.undetermined == {unlisted} with input as fixture.without(hidden, "VpcEndpoints")
}

later(member) := {{
	"reason": "whether the private DNS name clashes with that of vpce-2 is not known yet",
	"missing": [$"/request/{member}"],
}}

test_values_known_later_matter_only_beside_a_rival if {
	every member in ["PrivateDnsEnabled", "VpcId", "ServiceName"] {
		rule.undetermined == later(member) with input as fixture.unknown(beside({}, [other]), [member])
	}
	rule.deny == set() with input as fixture.unknown(beside({}, [other]), ["ServiceName"])
	silent(fixture.unknown(beside({}, []), ["PrivateDnsEnabled", "VpcId", "ServiceName"]))
}

doubtful := {{
	"reason": "whether vpce-2 is in the same VPC and has private DNS on is not known",
	"missing": ["/context/VpcEndpoints"],
}}

test_a_rival_of_which_too_little_is_told_is_undetermined if {
	rule.undetermined == doubtful with input as beside({}, [json.remove(other, ["/PrivateDnsEnabled"])])
	rule.undetermined == doubtful with input as beside({}, [changed({"VpcId": null})])
	rule.deny == set() with input as beside({}, [changed({"PrivateDnsEnabled": null})])
	rule.deny == set() with input as beside({}, [changed({"VpcId": null})])
}

test_an_endpoint_of_another_service_is_no_rival if {
	notifications := changed({"ServiceName": "com.amazonaws.us-east-1.sns"})
	silent(fixture.unknown(beside({}, [notifications]), ["PrivateDnsEnabled"]))
	silent(beside({}, [object.union(notifications, {"PrivateDnsEnabled": null})]))
}

by_default(service) := {
	"address": "aws_vpc_endpoint.b",
	"VpcEndpointType": "Interface",
	"VpcId": "vpc-0a000001",
	"ServiceName": service,
	"defaults": {"PrivateDnsEnabled": "aws"},
}

in_one_document(service, peer, names) := object.union(
	fixture.interface({"ServiceName": service}),
	{"peers": [peer], "context": {"ServiceDetails": [detail(service, names)]}},
)

test_a_peer_for_which_aws_decides_owns_the_names_that_are_there if {
	sqs := "com.amazonaws.us-east-1.sqs"
	count(rule.deny) == 1 with input as in_one_document(sqs, by_default(sqs), ["sqs.us-east-1.amazonaws.com"])
	perhaps := {{
		"reason": "whether aws_vpc_endpoint.b is in the same VPC and has private DNS on is not known",
		"missing": ["/context/VpcEndpoints"],
	}}
	rule.deny == set() with input as in_one_document(mine, by_default(mine), [])
	rule.undetermined == perhaps with input as in_one_document(mine, by_default(mine), [])
	overlapping := object.union(by_default(theirs), {"DnsEntries": [{"DnsName": "sqs.us-east-1.amazonaws.com"}]})
	rule.deny == set() with input as in_one_document(sqs, overlapping, ["sqs.us-east-1.amazonaws.com"])
	rule.undetermined == perhaps with input as in_one_document(sqs, overlapping, ["sqs.us-east-1.amazonaws.com"])
}

before(members) := object.union(
	fixture.without(fixture.interface({"PrivateDnsEnabled": true}), "VpcEndpoints"),
	{"context": {"predecessor": object.union(
		{
			"ServiceName": "com.amazonaws.us-east-1.sqs",
			"VpcId": "vpc-0a000001",
			"PrivateDnsEnabled": true,
			"State": "deleted",
		},
		members,
	)}},
)

test_what_is_deleted_first_had_the_name_for_itself if {
	rule.undetermined == set() with input as before({})
	every members in [
		{"State": "available"},
		{"PrivateDnsEnabled": false},
		{"ServiceName": "com.amazonaws.us-east-1.sns"},
		{"VpcId": "vpc-0f000009"},
	] {
		count(rule.undetermined) == 1 with input as before(members)
	}
}
