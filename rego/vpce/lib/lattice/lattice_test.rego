package vpce.lib.lattice_test

import data.vpce.lib.lattice

start := "servicenetwork/sn-"

test_arns_of_every_partition if {
	every partition in ["aws", "aws-cn", "aws-us-gov", "aws-iso-b"] {
		lattice.arn_of($"arn:{partition}:vpc-lattice:us-east-1:111122223333:servicenetwork/sn-0a1b2c3d4e5f67890", start)
	}
}

test_what_is_no_such_arn if {
	every arn in [
		"sn-0a1b2c3d4e5f67890",
		"arn:aws:vpc-lattice:us-east-1:111122223333:resourceconfiguration/rcfg-0a1b",
		"arn:aws:vpc-lattice:us-east-1:111122223333:servicenetwork/sn-",
		"arn:aws:vpc-lattice:us-east-1:111122223333:servicenetwork/sn-xyz",
		"arn:aws:vpc-lattice:us-east-1:1111:servicenetwork/sn-0a1b",
		"arn:aws:vpc-lattice::111122223333:servicenetwork/sn-0a1b",
		"arn:aws:ec2:us-east-1:111122223333:servicenetwork/sn-0a1b",
		"arn:amazon:vpc-lattice:us-east-1:111122223333:servicenetwork/sn-0a1b",
		"urn:aws:vpc-lattice:us-east-1:111122223333:servicenetwork/sn-0a1b",
	] {
		not lattice.arn_of(arn, start)
	}
}

arn := "arn:aws:vpc-lattice:us-east-1:111122223333:resourceconfiguration/rcfg-0a1b"

network := "arn:aws:vpc-lattice:us-east-1:111122223333:servicenetwork/sn-0a1b"

listed(endpoints, associations) := {
	"operation": "create",
	"endpoint": {"VpcId": "vpc-0a000001"},
	"context": {"VpcEndpoints": endpoints, "ServiceNetworkResourceAssociations": associations},
}

direct := {"VpcEndpointId": "vpce-1", "VpcEndpointType": "Resource", "ResourceConfigurationArn": arn}

by_network := {"VpcEndpointId": "vpce-2", "VpcEndpointType": "ServiceNetwork", "ServiceNetworkArn": network}

test_endpoints_that_lead_to_a_configuration if {
	found := [other.name | some other in lattice.leading_to(arn)] with input as listed(
		[direct, by_network, {"VpcEndpointId": "vpce-3", "VpcEndpointType": "Interface"}],
		[{"resourceConfigurationArn": arn, "serviceNetworkArn": network}],
	)
	found == ["vpce-1", "vpce-2"]
}

test_a_network_that_is_not_associated_does_not if {
	[] == lattice.leading_to(arn) with input as listed(
		[by_network],
		[{"resourceConfigurationArn": "arn:other", "serviceNetworkArn": network}],
	)
}

test_what_the_context_tells_is_known_by_its_arn if {
	told := {"context": {
		"ServiceNetworks": [{"arn": "${Network}"}],
		"ResourceConfigurations": [{"arn": "${Config}"}, {"arn": "${Typed}", "type": "SINGLE"}],
	}}
	lattice.is_network("${Network}") with input as told
	not lattice.is_network("${Config}") with input as told
	lattice.is_configuration("${Config}") with input as told
	not lattice.is_configuration("${Network}") with input as told
	lattice.type_told("${Typed}") with input as told
	not lattice.type_told("${Config}") with input as told
}
