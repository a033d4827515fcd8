package vpce.rules.common.same_partition_test

import data.vpce.rules.common.same_partition as rule
import data.vpce.testing.fixture

in_region(region, name) := object.union(fixture.interface({"ServiceName": name}), {"context": {"Region": region}})

test_names_of_the_partition_pass if {
	cases := {
		"us-east-1": "com.amazonaws.us-west-2.sqs",
		"us-gov-west-1": "com.amazonaws.us-gov-east-1.s3",
		"cn-north-1": "cn.com.amazonaws.cn-north-1.ecr.api",
		"cn-northwest-1": "com.amazonaws.cn-north-1.sqs",
		"eu-west-1": "com.amazonaws.iam",
	}
	every region, name in cases {
		rule.deny == set() with input as in_region(region, name)
		rule.undetermined == set() with input as in_region(region, name)
	}
}

test_names_of_another_partition_are_denied if {
	rule.deny == {{
		"message": "com.amazonaws.us-gov-west-1.s3 is a service of partition aws-us-gov, but the VPC is in aws",
		"path": "/request/ServiceName",
	}} with input as in_region("us-west-1", "com.amazonaws.us-gov-west-1.s3")
	rule.deny == {{
		"message": "cn.com.amazonaws.us-east-1.sqs has the prefix of partition aws-cn, but the VPC is in aws",
		"path": "/request/ServiceName",
	}} with input as in_region("us-east-1", "cn.com.amazonaws.us-east-1.sqs")
	count(rule.deny) == 1 with input as in_region("us-east-1", "cn.com.amazonaws.cn-north-1.ecr.api")
}

test_without_region_it_is_undetermined if {
	rule.undetermined == {{
		"reason": "in which partition the VPC is, is not known",
		"missing": ["/context/Region"],
	}} with input as fixture.without(fixture.interface({}), "Region")
	global := fixture.interface({"ServiceName": "com.amazonaws.iam"})
	rule.undetermined == set() with input as fixture.without(global, "Region")
	rule.undetermined == {{
		"reason": "to which service the endpoint leads is not known yet",
		"missing": ["/request/ServiceName"],
	}} with input as fixture.unknown(fixture.interface({}), ["ServiceName"])
}
