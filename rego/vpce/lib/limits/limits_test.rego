package vpce.lib.limits_test

import data.vpce.lib.limits

test_the_default_of_aws_holds_unless_the_organisation_says_otherwise if {
	limits.of("gateway_per_region") == 20
	limits.of("gateway_per_region") == 40 with data.org.limits as {"gateway_per_region": 40}
	limits.of("gateway_per_region") == 20 with data.org.limits as {"gateway_per_vpc": 40}
}
