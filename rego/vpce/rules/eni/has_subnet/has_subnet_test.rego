package vpce.rules.eni.has_subnet_test

import data.vpce.rules.eni.has_subnet as rule
import data.vpce.testing.fixture

test_one_subnet_is_enough if {
	rule.deny == set() with input as fixture.interface({"SubnetIds": ["subnet-0a100001"]})
	rule.undetermined == set() with input as fixture.interface({})
}

without := fixture.interface({"SubnetIds": []})

warning := {
	"message": "the endpoint to com.amazonaws.us-east-1.sqs names no subnet, so it has no address until one is added",
	"path": "/request/SubnetIds",
	"enforcement_action": "warn",
}

test_an_endpoint_without_subnets_is_a_warning if rule.deny == {warning} with input as without

test_who_needs_it_at_once_is_refused if {
	rule.deny == {json.remove(warning, ["/enforcement_action"])} with input as object.union(
		without,
		{"intent": {"usable_immediately": true}},
	)
}

test_subnets_known_later_are_undetermined if {
	proposal := fixture.unknown(fixture.interface({}), ["SubnetIds"])
	rule.deny == set() with input as proposal
	rule.undetermined == {{
		"reason": "which subnets the endpoint gets is not known yet",
		"missing": ["/request/SubnetIds"],
	}} with input as proposal
}

test_an_empty_id_names_no_subnet if {
	{d.path | some d in rule.deny} == {"/request/SubnetIds"} with input as fixture.interface({"SubnetIds": [""]})
}

test_a_list_that_is_known_to_be_empty_is_not_undetermined if rule.undetermined == set() with input as without
