package vpce.lib.partitions_test

import data.vpce.lib.partitions

test_a_region_is_in_one_partition_by_its_name if {
	cases := {
		"us-east-1": "aws",
		"us-gov-east-1": "aws-us-gov",
		"us-iso-east-1": "aws-iso",
		"us-isob-east-1": "aws-iso-b",
		"eu-isoe-west-1": "aws-iso-e",
		"us-isof-south-1": "aws-iso-f",
		"cn-north-1": "aws-cn",
		"eusc-de-east-1": "aws-eusc",
		"mx-central-1": "aws",
	}
	every region, partition in cases {
		partitions.of(region) == partition
	}
	not partitions.of("s3-global")
}
