package vpce.rules.org.services_test

import data.vpce.rules.org.services as rule
import data.vpce.testing.fixture

sqs := fixture.interface({})

fips := fixture.interface({"ServiceName": "com.amazonaws.us-east-1.kms-fips"})

provided := fixture.interface({"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0b000000000000002"})

test_deny_wins_over_allow if {
	rule.deny == set() with input as sqs with data.org.services as {"allow": ["s*"], "deny": ["sns"]}
	rule.deny == {{
		"message": "com.amazonaws.us-east-1.sqs is denied by the organisation",
		"path": "/request/ServiceName",
	}} with input as sqs with data.org.services as {"allow": ["s*"], "deny": ["sq*"]}
}

test_what_is_on_no_list_is_not_approved if {
	count(rule.deny) == 1 with input as sqs with data.org.services as {"allow": ["s3"]}
	rule.deny == set() with input as sqs with data.org.services as {"deny": ["s3"]}
	rule.deny == set() with input as sqs
}

test_fips_variants_are_listed_or_implied if {
	count(rule.deny) == 1 with input as fips with data.org.services as {"allow": ["kms"]}
	rule.deny == set() with input as fips with data.org.services as {"allow": ["kms"], "fips_variants": true}
	count(rule.deny) == 1 with input as fips with data.org.services as {"deny": ["kms"], "fips_variants": true}
}

test_endpoint_services_have_a_list_of_their_own if {
	count(rule.deny) == 1 with input as provided with data.org as {"services": {"allow": ["s3"]}}
	rule.deny == set() with input as provided with data.org as {"services": {"allow": ["s3"]}, "third_party": []}
	count(rule.deny) == 1 with input as provided with data.org as {"services": {"deny": ["vpce-svc-*"]}, "third_party": []}
}

test_an_unknown_service_is_not_told if {
	count(rule.undetermined) == 1 with input as fixture.unknown(sqs, ["ServiceName"]) with data.org.services as {}
}

test_a_list_of_whole_names_says_nothing_of_a_region_that_is_not_known if {
	unsure := fixture.interface({"ServiceName": "com.amazonaws.${AWS::Region}.sqs"})
	whole := {"allow": ["com.amazonaws.us-east-1.sqs"]}
	rule.deny == set() with input as unsure with data.org.services as whole
	count(rule.undetermined) == 1 with input as unsure with data.org.services as whole
	either := {"allow": ["sqs", "com.amazonaws.us-east-1.sqs"]}
	rule.undetermined == set() with input as unsure with data.org.services as either
	denied := {"allow": ["com.amazonaws.us-east-1.sqs"], "deny": ["sqs"]}
	count(rule.deny) == 1 with input as unsure with data.org.services as denied
	rule.undetermined == set() with input as unsure with data.org.services as denied
	count(rule.deny) == 1 with input as unsure with data.org.services as {"allow": ["com.amazonaws.us-east-1.sns"]}
}

test_what_is_denied_is_told_once if {
	{found.message | some found in rule.deny} == {"com.amazonaws.us-east-1.sqs is denied by the organisation"}
		with input as sqs
		with data.org.services as {"allow": ["s3"], "deny": ["sqs"]}
}

test_the_name_of_another_region_is_another_name if {
	count(rule.deny) == 1 with input as sqs with data.org.services as {"allow": ["com.amazonaws.eu-west-1.sqs"]}
	rule.undetermined == set() with input as sqs with data.org.services as {"allow": ["com.amazonaws.eu-west-1.sqs"]}
}

test_variants_of_what_is_not_listed_are_not_listed if {
	count(rule.deny) == 1 with input as fips with data.org.services as {"allow": ["s3"], "fips_variants": true}
}

test_a_delete_and_an_organisation_without_a_list_are_not_asked if {
	hidden := fixture.unknown(sqs, ["ServiceName"])
	rule.undetermined == set() with input as hidden
	rule.undetermined == set() with input as object.union(hidden, {"operation": "delete"}) with data.org.services as {}
	unsure := fixture.interface({"ServiceName": "com.amazonaws.${AWS::Region}.sqs"})
	rule.undetermined == set() with input as object.union(unsure, {"operation": "delete"})
		with data.org.services as {"allow": ["com.amazonaws.us-east-1.sqs"]}
}
