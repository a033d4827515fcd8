package vpce.rules.org.environment_tag_test

import data.vpce.rules.org.environment_tag as rule
import data.vpce.testing.fixture

told := {"environment": "prod", "environment_names": ["prod", "production"]}

tagged(value) := object.union(fixture.interface({}), {"endpoint": {"Tags": [{"Key": "Environment", "Value": value}]}})

test_the_tag_names_the_environment if {
	every value in ["prod", "production"] {
		rule.deny == set() with input as tagged(value) with data.org as told
	}
	count(rule.deny) == 1 with input as tagged("dev") with data.org as told
	rule.deny == set() with input as tagged("dev")
}

test_without_environment_or_tags_nothing_is_told if {
	count(rule.undetermined) == 1 with input as tagged("dev") with data.org as {"environment_names": []}
	unsure := object.union(tagged("dev"), {"unknown": ["/request/TagSpecifications"]})
	count(rule.undetermined) == 1 with input as unsure with data.org as told
}

test_a_delete_and_an_endpoint_without_tags_are_not_asked if {
	nowhere := object.remove(told, ["environment"])
	count(rule.undetermined) == 1 with input as tagged("prod") with data.org as nowhere
	deleted := object.union(tagged("prod"), {"operation": "delete"})
	rule.deny | rule.undetermined == set() with input as deleted with data.org as nowhere
	later := object.union(deleted, {"unknown": ["/request/TagSpecifications"]})
	rule.undetermined == set() with input as later with data.org as told
	rule.undetermined == set() with input as fixture.interface({}) with data.org as nowhere
}
