package acme.rules.general.name_prefix_test

import data.acme.rules.general.name_prefix as rule
import data.vpce.testing.fixture

_org := {"x-acme": {"name_prefixes": {"111122223333": "pay-"}}}

test_a_name_without_the_prefix_is_denied if {
	rule.deny == {{
		"message": "the endpoint has no Name that begins with pay-",
		"path": "/request/TagSpecifications",
	}} with input as fixture.interface({}) with data.org as _org
}

test_an_account_without_a_prefix_is_free if {
	rule.deny == set() with input as fixture.interface({})
		with data.org as {"x-acme": {"name_prefixes": {"444455556666": "ops-"}}}
}

test_without_org_data_nothing_is_said if {
	rule.deny == set() with input as fixture.interface({})
	rule.undetermined == set() with input as fixture.interface({})
}
