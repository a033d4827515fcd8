package vpce.main_test

import data.vpce.main
import data.vpce.testing.fixture

rules(answer) := {violation.rule | some violation in answer.violations}

test_a_rule_speaks_only_of_what_it_finds if {
	answer := main.result with input as fixture.interface({}) with data.vpce.revision as "r"
	not "iface.one_subnet_per_az" in rules(answer)
	clash := fixture.interface({"SubnetIds": ["subnet-0a100001", "subnet-0a200001"]})
	told := main.result with input as clash with data.vpce.revision as "r"
	"iface.one_subnet_per_az" in rules(told)
}

test_a_rule_of_another_type_is_not_asked if {
	answer := main.result with input as fixture.gateway({"SubnetIds": ["subnet-0a100001", "subnet-0a200001"]})
		with data.vpce.revision as "r"
	families := {split(rule, ".")[0] | some rule in rules(answer)}
	families - {"common", "gw"} == set()
	"gw" in families
}

test_each_proposal_of_a_batch_has_its_own_answer if {
	answers := main.results with data.vpce.revision as "r"
		with input as {"batch": [
			fixture.interface({}),
			fixture.interface({"SubnetIds": ["subnet-0a100001", "subnet-0a200001"]}),
		]}
	not "iface.one_subnet_per_az" in rules(answers[0])
	"iface.one_subnet_per_az" in rules(answers[1])
}

test_what_is_violated_is_not_also_undetermined if {
	answer := main.result with data.vpce.revision as "r"
		with input as fixture.interface({"SubnetIds": ["subnet-0a100001", "subnet-0a200001", "subnet-0unknown1"]})
	not "iface.one_subnet_per_az" in {u.rule | some u in answer.undetermined}
}

test_what_a_batch_has_in_common_may_come_once if {
	endpoint := {"VpcEndpointType": "Gateway", "ServiceName": "com.amazonaws.us-east-1.s3", "VpcId": "vpc-0a000001"}
	proposal := fixture.gateway({"RouteTableIds": ["rtb-0a000001"]})
	item := object.union(
		json.remove(proposal, ["/context", "/peers"]),
		{"own_context": json.remove(proposal.context, ["/VpcEndpoints"]), "peer_indexes": [1]},
	)
	shared := {
		"context": {"VpcEndpoints": []},
		"peers": [{}, object.union(endpoint, {"RouteTableIds": ["rtb-0a000001"], "address": "b"})],
	}
	[alone] := main.results with data.vpce.revision as "r"
		with input as {"batch": [object.union(proposal, {"peers": [shared.peers[1]]})]}
	[answer] := main.results with data.vpce.revision as "r" with input as {"batch": [item], "shared": shared}
	answer == alone
	"gw.one_route_per_service" in {v.rule | some v in answer.violations}
}
