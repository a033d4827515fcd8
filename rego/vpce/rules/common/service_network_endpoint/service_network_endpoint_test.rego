package vpce.rules.common.service_network_endpoint_test

import data.vpce.rules.common.service_network_endpoint as rule
import data.vpce.testing.fixture

network(members) := fixture.create(object.union(
	{
		"VpcEndpointType": "ServiceNetwork",
		"VpcId": "vpc-0a000001",
		"ServiceNetworkArn": "arn:aws:vpc-lattice:us-east-1:111122223333:servicenetwork/sn-0a1b2c3d4e5f67890",
		"SubnetIds": ["subnet-1"],
	},
	members,
))

subnet(range, free) := {"context": {"Subnets": [{
	"SubnetId": "subnet-1",
	"CidrBlock": range,
	"AvailableIpAddressCount": free,
}]}}

arn_wanted := concat(" ", [
	"Give ServiceNetworkArn an ARN of the form",
	"arn:aws:vpc-lattice:REGION:ACCOUNT:servicenetwork/sn-0123456789abcdef0.",
])

roomy := subnet("10.0.1.0/24", 16)

test_a_service_network_and_room_pass if {
	rule.deny == set() with input as object.union(network({}), roomy)
	rule.undetermined == set() with input as object.union(network({}), roomy)
	rule.deny == set() with input as object.union(fixture.interface({"SubnetIds": ["subnet-1"]}), subnet("10.0.1.0/28", 0))
}

test_a_service_network_is_needed if {
	rule.deny == {{
		"message": "a service network endpoint leads to a service network, and none is given",
		"path": "/request/ServiceNetworkArn",
		"remediation": arn_wanted,
	}} with input as json.remove(object.union(network({}), roomy), ["/request/ServiceNetworkArn"])
	count(rule.deny) == 1 with input as object.union(network({"ServiceNetworkArn": ""}), roomy)
	rule.deny == {{
		"message": "sn-1 is not the ARN of a service network",
		"path": "/request/ServiceNetworkArn",
		"remediation": arn_wanted,
	}} with input as object.union(network({"ServiceNetworkArn": "sn-1"}), roomy)
}

test_small_subnets_are_denied if {
	tail := "but the endpoint takes a block of 16 addresses in each subnet"
	rule.deny == {{
		"message": $"subnet-1 is a /28, {tail}",
		"path": "/request/SubnetIds/0",
		"remediation": "Use a subnet of /27 or larger with a free block of 16 addresses.",
	}} with input as object.union(network({}), subnet("10.0.1.0/28", 11))
	rule.deny == {{
		"message": $"subnet-1 has 15 free addresses, {tail}",
		"path": "/request/SubnetIds/0",
		"remediation": "Use a subnet of /27 or larger with a free block of 16 addresses.",
	}} with input as object.union(network({}), subnet("10.0.1.0/24", 15))
	rule.deny == set() with input as network({"SubnetIds": []})
}

test_an_expression_is_undetermined if {
	expression := object.union(network({"ServiceNetworkArn": "aws_vpclattice_service_network.main"}), roomy)
	rule.deny == set() with input as expression
	rule.undetermined == {{
		"reason": "aws_vpclattice_service_network.main stands for a service network that is not known yet",
		"missing": ["/request/ServiceNetworkArn"],
	}} with input as expression
}

test_what_is_not_known_is_undetermined if {
	expected := {{
		"reason": "whether subnet-1 has a free block of 16 addresses is not known",
		"missing": ["/context/Subnets"],
	}}
	rule.undetermined == expected with input as network({})
	rule.undetermined == expected with input as object.union(network({}), subnet("10.0.1.0/24", null))
	rule.deny == set() with input as object.union(network({}), subnet("10.0.1.0/24", null))
	every member in ["ServiceNetworkArn", "SubnetIds"] {
		hidden := fixture.unknown(object.union(network({}), roomy), [member])
		rule.deny == set() with input as hidden
		told := {
			"reason": "what the service network endpoint is made of is not known yet",
			"missing": [$"/request/{member}"],
		}
		told in rule.undetermined with input as hidden
	}
}

test_other_types_are_not_asked_for_a_network if {
	every value in ["sn-1", "aws_vpclattice_service_network.main"] {
		rule.deny == set() with input as fixture.interface({"SubnetIds": [], "ServiceNetworkArn": value})
		rule.undetermined == set() with input as fixture.interface({"SubnetIds": [], "ServiceNetworkArn": value})
	}
}

made := {"context": {"ServiceNetworks": [{"arn": "${Network}"}], "ResourceConfigurations": [{"arn": "${Config}"}]}}

test_a_service_network_that_the_document_makes_is_one if {
	told := object.union(object.union(network({"ServiceNetworkArn": "${Network}"}), roomy), made)
	rule.deny | rule.undetermined == set() with input as told
}

test_a_resource_configuration_is_no_service_network if {
	told := object.union(object.union(network({"ServiceNetworkArn": "${Config}"}), roomy), made)
	rule.deny == {{
		"message": "${Config} is the ARN of a resource configuration, not of a service network",
		"path": "/request/ServiceNetworkArn",
		"remediation": arn_wanted,
	}} with input as told
	rule.undetermined == set() with input as told
}

new(range) := {"context": {"Subnets": [{"SubnetId": "${A}", "CidrBlock": range}]}}

test_a_new_subnet_has_the_room_of_its_range if {
	large := object.union(network({"SubnetIds": ["${A}"]}), new("10.0.1.0/27"))
	rule.deny | rule.undetermined == set() with input as large
	small := object.union(network({"SubnetIds": ["${A}"]}), new("10.0.1.0/28"))
	count(rule.deny) == 1 with input as small
	open := object.union(network({"SubnetIds": ["${A}"]}), new("${Range}"))
	count(rule.undetermined) == 1 with input as open
}
