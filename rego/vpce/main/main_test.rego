package vpce.main_test

import data.vpce.main
import data.vpce.testing.fixture

rules(answer) := {violation.rule | some violation in answer.violations}

test_a_rule_speaks_only_of_what_it_finds if {
	answer := main.result with input as fixture.interface({}) with data.vpce.revision as "r"
	not "eni.one_subnet_per_az" in rules(answer)
	clash := fixture.interface({"SubnetIds": ["subnet-0a100001", "subnet-0a200001"]})
	told := main.result with input as clash with data.vpce.revision as "r"
	"eni.one_subnet_per_az" in rules(told)
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
	not "eni.one_subnet_per_az" in rules(answers[0])
	"eni.one_subnet_per_az" in rules(answers[1])
}

test_what_is_violated_is_not_also_undetermined if {
	answer := main.result with data.vpce.revision as "r"
		with input as fixture.interface({"SubnetIds": ["subnet-0a100001", "subnet-0a200001", "subnet-0unknown1"]})
	not "eni.one_subnet_per_az" in {u.rule | some u in answer.undetermined}
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

single_zone := fixture.interface({"SubnetIds": ["subnet-0a100001"]})

two_zones := {"environment": "prod", "availability": {"min_azs": {"prod": 2}}}

test_org_data_come_with_the_proposal if {
	without := main.result with input as single_zone with data.vpce.revision as "r"
	not "org.min_azs" in rules(without)
	under := main.result with input as object.union(single_zone, {"org": two_zones}) with data.vpce.revision as "r"
	"org.min_azs" in rules(under)
	under.waivers == set()
	under.reach == null
}

test_proposals_of_a_batch_may_have_org_data_of_their_own if {
	item := object.union(
		object.remove(single_zone, ["context", "peers"]),
		{"own_context": single_zone.context, "peer_indexes": []},
	)
	shared := {"context": {}, "peers": [], "orgs": [{"environment": "dev"}, two_zones]}
	answers := main.results with data.vpce.revision as "r"
		with input as {
			"batch": [
				object.union(item, {"org_index": 1}),
				object.union(item, {"org_index": 0}),
				item,
			],
			"shared": shared,
		}
	[found | some answer in answers; found := "org.min_azs" in rules(answer)] == [true, false, false]
}

test_waivers_in_force_and_the_reach_of_a_policy_are_told if {
	waiver := {
		"id": "W-1",
		"rule": "VPCE-ORG-006",
		"match": {"vpc_id": "vpc-0a000001"},
		"approved_by": "netsec",
		"expires": "2026-12-31T00:00:00.000000Z",
		"ends": "2026-12-31",
	}
	statement := {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
	proposal := object.union(
		fixture.interface({"PolicyDocument": {"Statement": [statement]}}),
		{"org": object.union(two_zones, {"waivers": [waiver]})},
	)
	answer := main.result with input as proposal with data.vpce.revision as "r"
	answer.waivers == {{"id": "W-1", "rule": "VPCE-ORG-006", "expires": "2026-12-31"}}
	answer.reach.services == {"sqs"}
}

test_what_is_no_proposal_has_no_answer if {
	not main.result with data.vpce.revision as "r"
	raw := {"operation": "create", "request": {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3"}}
	every given in [null, true, 1, "proposal", [], {}, raw, {"endpoint": null, "peers": null}] {
		not main.result with input as given with data.vpce.revision as "r"
		main.results == [] with input as {"batch": [given]} with data.vpce.revision as "r"
	}
}

test_a_proposal_that_was_read_has_an_answer_though_no_endpoint_is_known if {
	answer := main.result with input as {"operation": "modify", "peers": []} with data.vpce.revision as "r"
	is_set(answer.violations)
}
