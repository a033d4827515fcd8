package vpce.rules.iface.network_acls_permit_test

import data.vpce.rules.iface.network_acls_permit as rule
import data.vpce.testing.fixture

entry(number, egress, action, members) := object.union(
	{"RuleNumber": number, "Egress": egress, "RuleAction": action, "Protocol": "-1", "CidrBlock": "0.0.0.0/0"},
	members,
)

all_in := entry(100, false, "allow", {})

all_out := entry(100, true, "allow", {})

rest := [entry(32767, false, "deny", {}), entry(32767, true, "deny", {})]

tcp(from, to) := {"Protocol": "6", "PortRange": {"From": from, "To": to}}

acl(entries) := {
	"NetworkAclId": "acl-1",
	"Associations": [{"SubnetId": "subnet-0a100001"}],
	"Entries": array.concat(entries, rest),
}

behind(proposal, acls) := object.union(
	proposal,
	{"context": {"Vpc": {"CidrBlock": "10.0.0.0/16"}, "NetworkAcls": acls}},
)

guarded(entries) := behind(fixture.interface({}), [acl(entries)])

closed(ways) := {{
	"message": $"acl-1 of subnet-0a100001 admits no TCP traffic {ways}",
	"path": "/request/SubnetIds/0",
}}

inward := "in from the VPC on port 443"

outward := "out to the VPC on ephemeral ports"

silent(proposal) if {
	rule.deny == set() with input as proposal
	rule.undetermined == set() with input as proposal
}

test_an_open_acl_passes if silent(guarded([all_in, all_out]))

test_the_default_entry_denies_what_nothing_allows if {
	rule.deny == closed(concat(" and ", [inward, outward])) with input as guarded([])
	rule.deny == closed(inward) with input as guarded([all_out])
	rule.deny == closed(outward) with input as guarded([all_in])
	rule.undetermined == set() with input as guarded([])
}

test_the_lowest_rule_number_wins if {
	rule.deny == closed(inward) with input as guarded([all_in, all_out, entry(1, false, "deny", tcp(443, 443))])
	silent(guarded([all_in, all_out, entry(101, false, "deny", tcp(443, 443))]))
	rule.deny == closed(outward) with input as guarded([all_in, all_out, entry(1, true, "deny", tcp(0, 65535))])
}

test_a_deny_of_part_of_the_traffic_leaves_the_rest if {
	silent(guarded([all_in, all_out, entry(1, false, "deny", {"CidrBlock": "10.0.5.0/24"})]))
	silent(guarded([all_in, all_out, entry(1, false, "deny", tcp(80, 442))]))
	silent(guarded([all_in, all_out, entry(1, false, "deny", tcp(444, 65535))]))
	silent(guarded([all_in, all_out, entry(1, false, "deny", {"Protocol": "17"})]))
	silent(guarded([all_in, all_out, entry(1, true, "deny", tcp(443, 443))]))
	silent(guarded([all_in, all_out, entry(1, true, "deny", tcp(1024, 32767))]))
	silent(guarded([all_in, all_out, entry(1, true, "deny", tcp(1025, 65535))]))
	silent(guarded([all_in, all_out, entry(1, false, "allow", tcp(80, 80))]))
}

test_a_deny_that_covers_just_the_vpc_closes if {
	rule.deny == closed(inward) with input as guarded([
		all_in,
		all_out,
		entry(1, false, "deny", {"CidrBlock": "10.0.0.0/16"}),
	])
}

test_an_allow_of_other_traffic_does_not_help if {
	rule.deny == closed(inward) with input as guarded([all_out, entry(100, false, "allow", tcp(80, 442))])
	rule.deny == closed(inward) with input as guarded([all_out, entry(100, false, "allow", tcp(444, 65535))])
	rule.deny == closed(inward) with input as guarded([all_out, entry(100, false, "allow", {"Protocol": "17"})])
	rule.deny == closed(inward) with input as guarded([all_out, entry(9, false, "allow", {"CidrBlock": "10.1.0.0/16"})])
	rule.deny == closed(outward) with input as guarded([all_in, entry(100, true, "allow", tcp(443, 1023))])
}

test_an_allow_of_some_clients_and_ports_is_enough if {
	silent(guarded([all_out, entry(100, false, "allow", object.union(tcp(443, 443), {"CidrBlock": "10.0.5.0/24"}))]))
	silent(guarded([all_in, entry(100, true, "allow", tcp(32768, 60999))]))
	silent(guarded([all_in, entry(100, true, "allow", tcp(80, 1024))]))
	silent(guarded([all_in, entry(100, true, "allow", tcp(65535, 65535))]))
}

test_an_entry_without_protocol_is_about_all if {
	bare := json.remove(entry(1, false, "deny", {}), ["/Protocol"])
	rule.deny == closed(inward) with input as guarded([all_in, all_out, bare])
	with_ports := object.union(bare, {"PortRange": {"From": 443, "To": 443}})
	rule.deny == closed(inward) with input as guarded([all_in, all_out, with_ports])
}

test_ipv6_entries_are_left_aside if {
	ipv6 := json.remove(entry(1, false, "deny", {"Ipv6CidrBlock": "::/0"}), ["/CidrBlock"])
	silent(guarded([all_in, all_out, ipv6]))
	silent(behind(fixture.interface({"IpAddressType": "ipv6"}), [acl([])]))
	count(rule.deny) == 1 with input as behind(fixture.interface({"IpAddressType": "dualstack"}), [acl([])])
}

blocks(state) := {"context": {"Vpc": {"CidrBlockAssociationSet": [
	{"CidrBlock": "10.0.0.0/16", "CidrBlockState": {"State": "associated"}},
	{"CidrBlock": "10.1.0.0/16", "CidrBlockState": {"State": state}},
]}}}

test_all_associated_ranges_of_the_vpc_count if {
	second := guarded([all_out, entry(100, false, "allow", {"CidrBlock": "10.1.0.0/16"})])
	silent(object.union(second, blocks("associated")))
	rule.deny == closed(inward) with input as object.union(second, blocks("disassociated"))
}

test_services_have_their_ports if {
	smtp := fixture.interface({"ServiceName": "com.amazonaws.us-east-1.email-smtp"})
	rule.deny == closed("in from the VPC on port 25 or 465 or 587 or 2465 or 2587") with input as behind(
		smtp,
		[acl([all_out, entry(100, false, "allow", tcp(443, 443))])],
	)
	silent(behind(smtp, [acl([all_out, entry(100, false, "allow", tcp(587, 587))])]))
	endpoint_service := {"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0b000000000000002"}
	silent(behind(fixture.interface(endpoint_service), [acl([])]))
}

test_an_acl_of_other_subnets_is_not_read if {
	silent(behind(fixture.interface({}), [object.union(acl([]), {"Associations": [{"SubnetId": "subnet-0c100001"}]})]))
	silent(behind(fixture.interface({}), [object.union(acl([]), {"Entries": null})]))
	silent(behind(fixture.interface({}), []))
}

test_an_acl_without_an_id_is_still_read if {
	unnamed := behind(fixture.interface({}), [json.remove(acl([all_out]), ["/NetworkAclId"])])
	messages := {d.message | some d in rule.deny} with input as unnamed
	messages == {$"the network ACL of subnet-0a100001 admits no TCP traffic {inward}"}
}

test_clients_in_the_subnet_itself_meet_no_acl if {
	silent(object.union(guarded([]), {"intent": {"app_subnets": ["subnet-0a100001"]}}))
	both := {"intent": {"app_subnets": ["subnet-0a100001", "subnet-0b100001"]}}
	count(rule.deny) == 1 with input as object.union(guarded([]), both)
	count(rule.deny) == 1 with input as object.union(guarded([]), {"intent": {"app_subnets": []}})
}

test_a_modify_is_judged_in_new_subnets_only if {
	current := {"ServiceName": "com.amazonaws.us-east-1.sqs", "SubnetIds": ["subnet-0b100001"]}
	added := fixture.modify({"AddSubnetIds": ["subnet-0a100001"]}, current, {})
	{d.path | some d in rule.deny} == {"/request/AddSubnetIds/0"} with input as behind(added, [acl([])])
	kept := object.union(current, {"SubnetIds": ["subnet-0a100001"]})
	silent(behind(fixture.modify({"AddSubnetIds": ["subnet-0a100001"]}, kept, {}), [acl([])]))
}

test_a_delete_is_not_judged if {
	silent(object.union(guarded([]), {"operation": "delete"}))
	silent(object.union(fixture.unknown(guarded([]), ["SubnetIds"]), {"operation": "delete"}))
}

test_what_is_not_told_is_not_judged if {
	silent(fixture.interface({}))
	silent(fixture.without(guarded([]), "Vpc"))
	silent(object.union(guarded([]), {"context": {"Vpc": {"CidrBlock": null}}}))
}

test_values_known_later_are_undetermined if {
	every member in ["SubnetIds", "ServiceName"] {
		rule.undetermined == {{
			"reason": "which service or which subnets the endpoint gets is not known yet, so no network ACL can be read",
			"missing": [$"/request/{member}"],
		}} with input as fixture.unknown(guarded([all_in, all_out]), [member])
	}
}
