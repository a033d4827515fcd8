package vpce.rules.org.features_test

import data.vpce.rules.org.features as rule
import data.vpce.testing.fixture

told := {"features": {"cross_region": false, "ip_types": ["ipv4"]}}

number(members) := count(denied) if {
	denied := rule.deny with input as fixture.interface(members) with data.org as told
}

test_what_is_allowed_passes if {
	number({}) == 0
	number({"IpAddressType": "IPv4", "ServiceRegion": "us-east-1"}) == 0
}

test_each_feature_is_looked_at if {
	number({"IpAddressType": "dualstack"}) == 1
	number({"ServiceRegion": "eu-west-1"}) == 1
	number({"VpcEndpointType": "Resource"}) == 1
	listed := {"features": {"endpoint_types": ["Resource"]}}
	rule.deny == set() with input as fixture.interface({"VpcEndpointType": "Resource"}) with data.org as listed
	rule.deny == set() with input as fixture.interface({"VpcEndpointType": "Resource"})
}

test_a_region_matters_only_where_services_of_others_are_not_used if {
	abroad := fixture.without(fixture.interface({"ServiceRegion": "eu-west-1"}), "Region")
	rule.deny == set() with input as abroad with data.org as {"features": {"cross_region": true}}
	rule.deny == set() with input as fixture.without(fixture.interface({}), "Region") with data.org as told
	unsure := fixture.unknown(fixture.interface({}), ["IpAddressType"])
	rule.deny == set() with input as unsure with data.org as {"features": {"ip_types": ["dualstack"]}}
	rule.undetermined == set() with input as fixture.interface({}) with data.org as told
	rule.undetermined == set() with input as unsure
}

test_what_is_not_known_is_not_judged_or_denied if {
	unsure := fixture.unknown(fixture.interface({}), ["IpAddressType"])
	count(rule.undetermined) == 1 with input as unsure with data.org as told
	abroad := fixture.without(fixture.interface({"ServiceRegion": "eu-west-1"}), "Region")
	count(rule.deny) == 1 with input as abroad with data.org as told
}

test_a_delete_and_an_organisation_without_features_are_not_asked if {
	far := fixture.without(fixture.interface({"ServiceRegion": "eu-west-1"}), "Region")
	count(rule.deny) == 1 with input as far with data.org as told
	rule.deny == set() with input as object.union(far, {"operation": "delete"}) with data.org as told
	hidden := fixture.unknown(fixture.interface({}), ["IpAddressType"])
	rule.undetermined == set() with input as hidden
	rule.undetermined == set() with input as object.union(hidden, {"operation": "delete"}) with data.org as told
	rule.deny == set() with input as fixture.create({"VpcEndpointType": "Resource"})
	rule.deny == set() with input as fixture.interface({"IpAddressType": "ipv6"}) with data.org as {"features": {}}
}
