package vpce.rules.eni.ip_type_fits_subnets_test

import data.vpce.rules.eni.ip_type_fits_subnets as rule
import data.vpce.testing.fixture

v4 := {"CidrBlock": "10.0.1.0/24", "Ipv6Native": false, "Ipv6CidrBlockAssociationSet": []}

dual := object.union(v4, {"Ipv6CidrBlockAssociationSet": associations("associated")})

v6 := {"Ipv6Native": true, "Ipv6CidrBlockAssociationSet": associations("associated")}

associations(state) := [{"Ipv6CidrBlock": "2600:1f18::/64", "Ipv6CidrBlockState": {"State": state}}]

# The endpoint's one subnet is as told.
on(members, facts) := object.union(
	fixture.interface(object.union({"SubnetIds": ["subnet-0a100001"]}, members)),
	{"context": {"Subnets": [object.union({"SubnetId": "subnet-0a100001"}, facts)]}},
)

typed(kind, facts) := on({"IpAddressType": kind}, facts)

to_ipv4 := {"fix": [{"op": "replace", "path": "/request/IpAddressType", "value": "ipv4"}]}

unfit(kind, why, fix) := {object.union(
	{
		"message": $"IP address type {kind} is asked for, but subnet-0a100001 {why}",
		"path": "/request/IpAddressType",
	},
	fix,
)}

untold := {{
	"reason": "which IP versions subnet-0a100001 has is not known",
	"missing": ["/context/Subnets"],
}}

silent(proposal) if {
	rule.deny == set() with input as proposal
	rule.undetermined == set() with input as proposal
}

test_each_type_has_its_subnets if {
	silent(typed("ipv4", v4))
	silent(typed("ipv4", dual))
	silent(typed("dualstack", dual))
	silent(typed("ipv6", v6))
}

test_ipv4_fits_no_ipv6_only_subnet if {
	rule.deny == unfit("ipv4", "is IPv6-only", {}) with input as typed("ipv4", v6)
	rule.deny == unfit("dualstack", "is IPv6-only", {}) with input as typed("dualstack", v6)
	rule.undetermined == set() with input as typed("ipv4", v6)
}

test_ipv6_must_be_there if {
	rule.deny == unfit("dualstack", "has no associated IPv6 range", to_ipv4) with input as typed("dualstack", v4)
	rule.deny == unfit("ipv6", "has no associated IPv6 range", to_ipv4) with input as typed("ipv6", v4)
	going := object.union(v4, {"Ipv6CidrBlockAssociationSet": associations("disassociated")})
	rule.deny == unfit("dualstack", "has no associated IPv6 range", to_ipv4) with input as typed("dualstack", going)
	coming := object.union(v6, {"Ipv6CidrBlockAssociationSet": associations("associating")})
	rule.deny == unfit("ipv6", "has no associated IPv6 range", {}) with input as typed("ipv6", coming)
}

test_ipv6_needs_ipv6_only_subnets if {
	rule.deny == unfit("ipv6", "has IPv4 too", to_ipv4) with input as typed("ipv6", dual)
}

test_all_unfit_subnets_are_named_once if {
	proposal := fixture.interface({"IpAddressType": "ipv4"})
	facts := [
		object.union(v6, {"SubnetId": "subnet-0b100001"}),
		object.union(v6, {"SubnetId": "subnet-0a100001"}),
	]
	{d.message | some d in rule.deny} == {concat(" ", [
		"IP address type ipv4 is asked for, but subnet-0a100001 is IPv6-only,",
		"subnet-0b100001 is IPv6-only",
	])} with input as object.union(proposal, {"context": {"Subnets": facts}})
}

test_one_ipv6_only_subnet_rules_ipv4_out_as_a_fix if {
	proposal := fixture.interface({"IpAddressType": "dualstack"})
	facts := [
		object.union(v6, {"SubnetId": "subnet-0b100001"}),
		object.union(v4, {"SubnetId": "subnet-0a100001"}),
	]
	{object.get(d, "fix", "none") | some d in rule.deny} == {"none"} with input as object.union(
		proposal,
		{"context": {"Subnets": facts}},
	)
}

test_a_range_tells_of_ipv4 if {
	silent(typed("ipv4", {"CidrBlock": "10.0.1.0/24"}))
	silent(typed("ipv4", {"CidrBlock": "10.0.1.0/24", "Ipv6Native": null}))
	count(rule.deny) == 1 with input as typed("ipv4", object.union(v6, {"CidrBlock": "10.0.1.0/24"}))
	rule.undetermined == untold with input as typed("ipv4", {"CidrBlock": null})
}

test_what_is_not_told_is_undetermined if {
	rule.undetermined == untold with input as typed("ipv4", {})
	rule.undetermined == untold with input as typed("dualstack", {"Ipv6Native": false})
	rule.undetermined == untold with input as typed("dualstack", json.remove(dual, ["/Ipv6Native", "/CidrBlock"]))
	rule.undetermined == untold with input as typed("ipv6", {"Ipv6Native": true})
	rule.undetermined == untold with input as typed("ipv6", json.remove(v6, ["/Ipv6Native"]))
	rule.undetermined == untold with input as fixture.without(typed("ipv4", v4), "Subnets")
	silent(typed("ipv5", {}))
}

test_a_type_that_is_not_given_matters_only_on_ipv6_only_subnets if {
	silent(on({}, v4))
	silent(on({"IpAddressType": null}, {}))
	rule.deny == set() with input as on({}, v6)
	rule.undetermined == {{
		"reason": "no IP address type is given, and subnet-0a100001 is IPv6-only",
		"missing": ["/request/IpAddressType"],
	}} with input as on({}, v6)
}

test_values_known_later_are_undetermined if {
	reason := "which IP address type or which subnets the endpoint gets is not known yet"
	every member in ["IpAddressType", "SubnetIds"] {
		rule.undetermined == {{"reason": reason, "missing": [$"/request/{member}"]}} with input as fixture.unknown(
			typed("dualstack", dual),
			[member],
		)
	}
}

test_a_delete_is_not_judged if {
	silent(object.union(typed("ipv4", v6), {"operation": "delete"}))
	silent(object.union(fixture.unknown(typed("ipv4", v6), ["IpAddressType"]), {"operation": "delete"}))
}

current := {"SubnetIds": ["subnet-0a100001"], "IpAddressType": "dualstack"}

change(request, after) := object.union(fixture.modify(request, current, after), {"context": {"Subnets": [
	object.union(v4, {"SubnetId": "subnet-0a100001"}),
	object.union(v4, {"SubnetId": "subnet-0b100001"}),
]}})

test_a_modify_is_judged_by_what_it_changes if {
	silent(change({"PrivateDnsEnabled": true}, {}))
	rule.deny == {{
		"message": "the endpoint has IP address type dualstack, but subnet-0b100001 has no associated IPv6 range",
		"path": "/request/AddSubnetIds/0",
	}} with input as change({"AddSubnetIds": ["subnet-0b100001"]}, {})
	rule.deny == unfit("ipv6", "has no associated IPv6 range", to_ipv4) with input as change(
		{"IpAddressType": "ipv6"},
		{"IpAddressType": "ipv6"},
	)
}
