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

test_the_vpc_of_another_endpoint_tells_nothing if {
	network.vpc.VpcId == "vpc-0a000001" with input as fixture.interface({})
	not network.vpc with input as fixture.interface({"VpcId": "vpc-0f000009"})
}

test_only_security_groups_of_the_endpoint_are_looked_up if {
	proposal := object.union(fixture.interface({}), {"endpoint": {"Groups": [{"GroupId": "sg-0a000001"}]}})
	object.keys(network.security_groups) == {"sg-0a000001"} with input as proposal
}

test_free_addresses_are_those_told_or_all_of_a_new_subnet if {
	network.free_addresses({"SubnetId": "${A}", "CidrBlock": "10.0.0.0/28", "AvailableIpAddressCount": 3}) == 3
	network.free_addresses({"SubnetId": "${A}", "CidrBlock": "10.0.0.0/28"}) == 11
	network.free_addresses({"SubnetId": "aws_subnet.a", "CidrBlock": "10.0.0.0/24"}) == 251
	every subnet in [
		{"SubnetId": "subnet-0a100001", "CidrBlock": "10.0.0.0/28"},
		{"SubnetId": "${A}"},
		{"SubnetId": "${A}", "CidrBlock": "${Range}"},
		{"SubnetId": "${A}", "CidrBlock": "10.0.0.0/28", "Ipv6Native": true},
		{"SubnetId": "subnet-0a100001", "AvailableIpAddressCount": null},
	] {
		not network.free_addresses(subnet)
	}
}
