package vpce.lib.network_test

import data.vpce.lib.network
import data.vpce.testing.fixture

test_only_subnets_of_the_endpoint_are_looked_up if {
	object.keys(network.subnets) == {"subnet-0a100001", "subnet-0b100001"} with input as fixture.interface({})
}

test_an_attribute_is_read_in_both_shapes if {
	network.attribute({"EnableDnsSupport": true}, "EnableDnsSupport") == true
	network.attribute({"EnableDnsSupport": {"Value": false}}, "EnableDnsSupport") == false
}

test_an_absent_attribute_is_undefined if {
	[value | value := network.attribute({}, "EnableDnsSupport")] == []
}
