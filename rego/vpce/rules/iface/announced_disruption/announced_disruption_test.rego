package vpce.rules.iface.announced_disruption_test

import data.vpce.rules.iface.announced_disruption as rule
import data.vpce.testing.fixture

current := {
	"VpcEndpointId": "vpce-1",
	"State": "available",
	"SubnetIds": ["subnet-0a100001", "subnet-0b100001"],
}

change(request) := fixture.modify(request, current, {})

in_state(state) := object.union(change({"RemoveSubnetIds": ["subnet-0b100001"]}), {"current": {"State": state}})

lost(zone, path) := {{
	"message": concat(" ", [
		"subnet-0b100001 loses the network interface of the endpoint:",
		$"connections through it break and the zonal DNS name of {zone} disappears",
	]),
	"path": path,
}}

readdressed := {{
	"message": concat(" ", [
		"a new address in subnet-0b100001 replaces the network interface there,",
		"so clients are disconnected for a while",
	]),
	"path": "/request/SubnetConfigurations/1",
}}

silent(proposal) if {
	rule.deny == set() with input as proposal
	rule.undetermined == set() with input as proposal
}

test_a_change_of_other_things_is_quiet if {
	silent(change({"AddSecurityGroupIds": ["sg-0a000001"]}))
	silent(change({"AddSubnetIds": ["subnet-0c100001"]}))
}

test_a_removed_subnet_is_announced_with_its_zone if {
	expected := lost("us-east-1b", "/request/RemoveSubnetIds/0")
	rule.deny == expected with input as change({"RemoveSubnetIds": ["subnet-0b100001"]})
	rule.undetermined == set() with input as change({"RemoveSubnetIds": ["subnet-0b100001"]})
	twice := change({"RemoveSubnetIds": ["subnet-0b100001", "subnet-0b100001"]})
	rule.deny == expected with input as twice
}

test_the_zone_may_be_untold if {
	untold := fixture.without(change({"RemoveSubnetIds": ["subnet-0b100001"]}), "Subnets")
	rule.deny == lost("its Availability Zone", "/request/RemoveSubnetIds/0") with input as untold
}

test_a_subnet_the_endpoint_has_not_is_no_loss if silent(change({"RemoveSubnetIds": ["subnet-0c100001"]}))

test_a_list_without_a_subnet_removes_it if {
	rule.deny == lost("us-east-1b", "/request/SubnetIds") with input as change({"SubnetIds": ["subnet-0a100001"]})
	silent(change({"SubnetIds": ["subnet-0a100001", "subnet-0b100001"]}))
	silent(change({"SubnetIds": []}))
}

test_a_new_address_is_announced if {
	new := {"SubnetConfigurations": [
		{"SubnetId": "subnet-0c100001", "Ipv4": "10.0.4.10"},
		{"SubnetId": "subnet-0b100001", "Ipv4": "10.0.3.10"},
	]}
	rule.deny == readdressed with input as change(new)
	removed := object.union(new, {"RemoveSubnetIds": ["subnet-0b100001"]})
	rule.deny == lost("us-east-1b", "/request/RemoveSubnetIds/0") with input as change(removed)
}

test_only_an_endpoint_in_use_is_disrupted if {
	count(rule.deny) == 1 with input as in_state("Partial")
	count(rule.deny) == 1 with input as json.remove(in_state("available"), ["/current/State"])
	silent(in_state("pendingAcceptance"))
	silent(in_state("rejected"))
	addressed := {"SubnetConfigurations": [{"SubnetId": "subnet-0b100001", "Ipv4": "10.0.3.10"}]}
	silent(object.union(change(addressed), {"current": {"State": "failed"}}))
}

test_a_create_disrupts_nothing if {
	every request in [
		{"RemoveSubnetIds": ["subnet-0b100001"]},
		{"SubnetConfigurations": [{"SubnetId": "subnet-0b100001", "Ipv4": "10.0.3.10"}]},
	] {
		silent(object.union(change(request), {"operation": "create"}))
	}
	silent(fixture.unknown(fixture.interface({}), ["SubnetIds"]))
}

test_changes_known_later_are_undetermined if {
	every member in ["RemoveSubnetIds", "SubnetIds", "SubnetConfigurations"] {
		rule.undetermined == {{
			"reason": "which subnets lose their network interface is not known yet",
			"missing": [$"/request/{member}"],
		}} with input as fixture.unknown(change({}), [member])
	}
}

bare(request) := object.union(change(request), {"current": {"SubnetIds": null}})

test_subnets_that_are_not_told_are_undetermined_where_subnets_change if {
	reason := "which subnets the endpoint has now is not known"
	every request in [
		{"RemoveSubnetIds": ["subnet-0b100001"]},
		{"SubnetIds": ["subnet-0b100001"]},
		{"SubnetConfigurations": [{"SubnetId": "subnet-0b100001", "Ipv4": "10.0.3.10"}]},
	] {
		rule.undetermined == {{"reason": reason, "missing": ["/current/SubnetIds"]}} with input as bare(request)
	}
	silent(bare({"RemoveSubnetIds": []}))
	in_other_state := object.union(bare({"RemoveSubnetIds": ["subnet-0b100001"]}), {"current": {"State": "failed"}})
	silent(in_other_state)
}
