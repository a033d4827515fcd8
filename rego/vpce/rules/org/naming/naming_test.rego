package vpce.rules.org.naming_test

import data.vpce.rules.org.naming as rule
import data.vpce.testing.fixture

told := {"environment": "prod", "naming": {"pattern": "{env}-{service}-vpce"}}

named(name) := object.union(
	fixture.interface({"ServiceName": "com.amazonaws.us-east-1.ecr.api"}),
	{"endpoint": {"Tags": [{"Key": "Name", "Value": name}]}},
)

test_the_name_is_filled_in if {
	rule.deny == set() with input as named("prod-ecr-api-vpce") with data.org as told
	count(rule.deny) == 1 with input as named("prod-ecr.api-vpce") with data.org as told
	count(rule.deny) == 1 with input as named("prod-ecr-api-vpce-2") with data.org as told
}

test_placeholders_are_no_expressions if {
	dotted := object.union(told, {"environment": "p.d", "naming": {"pattern": "{env}.*{vpc}-{region}"}})
	rule.deny == set() with input as named("p.d vpc-0a000001-us-east-1") with data.org as dotted
	count(rule.deny) == 1 with input as named("pxd vpc-0a000001-us-east-1") with data.org as dotted
}

test_the_name_that_is_expected_is_shown if {
	filled := object.union(told, {"naming": {"pattern": "{env}-{service}-vpce", "example": "{env}-{service}-vpce"}})
	rule.deny == {{
		"message": "the name is ecr; expected prod-ecr-api-vpce",
		"path": "/request/TagSpecifications",
		"remediation": "Set the tag Name to prod-ecr-api-vpce.",
	}} with input as named("ecr") with data.org as filled
	rule.deny == {{
		"message": "the endpoint has no tag Name",
		"path": "/request/TagSpecifications",
		"remediation": "Set the tag Name to prod-ecr-api-vpce.",
	}} with input as object.union(named("x"), {"endpoint": {"Tags": []}}) with data.org as filled
	rule.deny == {{
		"message": "the endpoint has no tag Name",
		"path": "/request/TagSpecifications",
	}} with input as object.union(named("x"), {"endpoint": {"Tags": []}})
		with data.org as object.remove(filled, ["environment"])
	rule.deny == {{
		"message": "the name is ecr; expected a name of the form the org data give",
		"path": "/request/TagSpecifications",
	}} with input as named("ecr") with data.org as told
}

test_an_endpoint_has_a_name if {
	count(rule.deny) == 1 with input as object.union(named("x"), {"endpoint": {"Tags": []}}) with data.org as told
}

test_what_is_not_known_is_not_judged if {
	nowhere := object.remove(told, ["environment"])
	rule.deny == set() with input as named("x") with data.org as nowhere
	count(rule.undetermined) == 1 with input as named("x") with data.org as nowhere
	unsure := object.union(named("x"), {"unknown": ["/request/TagSpecifications"]})
	count(rule.undetermined) == 1 with input as unsure with data.org as told
}

test_a_delete_needs_no_name if {
	deleted := object.union(named("x"), {"operation": "delete"})
	rule.deny | rule.undetermined == set() with input as deleted with data.org as told
	rule.undetermined == set() with input as deleted with data.org as object.remove(told, ["environment"])
	unsure := object.union(deleted, {"unknown": ["/request/TagSpecifications"]})
	rule.undetermined == set() with input as unsure with data.org as told
}

test_only_placeholders_of_the_pattern_matter if {
	plain := {"naming": {"pattern": "vpce-.*"}}
	rule.deny | rule.undetermined == set() with input as named("vpce-x") with data.org as plain
}
