package vpce.rules.iface.reachable_by_peering_test

import data.vpce.rules.iface.reachable_by_peering as rule
import data.vpce.testing.fixture

reached(paths, hypervisor) := object.union(
	fixture.interface({}),
	{"intent": {"access_paths": paths, "client_hypervisor": hypervisor}},
)

test_other_ways_are_fine if {
	every proposal in [
		reached(["vpc", "on-prem-vpn", "on-prem-dx", "tgw", "inter-region-peering", "peering-inter"], "xen"),
		reached(["peering"], "nitro"),
		fixture.interface({}),
	] {
		rule.deny == set() with input as proposal
		rule.deny == set() with input as fixture.in_2023(proposal)
	}
}

test_xen_clients_of_a_peered_vpc_were_shut_out if {
	every path in ["peering", "peering-intra"] {
		rule.deny == {{
			"message": "clients on Xen instances of a peered VPC in the Region do not reach an interface endpoint",
			"path": "/request/VpcId",
		}} with input as fixture.in_2023(reached([path], "xen"))
	}
}

test_today_it_is_only_told if {
	rule.deny == {{
		"message": concat(" ", [
			"clients on Xen instances of a peered VPC reach an interface endpoint by what AWS documents today;",
			"they did not in 2023",
		]),
		"path": "/request/VpcId",
		"enforcement_action": "inform",
	}} with input as reached(["peering"], "xen")
}
