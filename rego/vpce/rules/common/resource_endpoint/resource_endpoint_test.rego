package vpce.rules.common.resource_endpoint_test

import data.vpce.rules.common.resource_endpoint as rule
import data.vpce.testing.fixture

arn := "arn:aws:vpc-lattice:us-east-1:111122223333:resourceconfiguration/rcfg-0a1b2c3d4e5f67890"

resource(members) := fixture.create(object.union(
	{
		"VpcEndpointType": "Resource",
		"VpcId": "vpc-0a000001",
		"ResourceConfigurationArn": arn,
		"SubnetIds": ["subnet-0a100001"],
	},
	members,
))

test_a_resource_endpoint_passes if {
	rule.deny == set() with input as resource({})
	rule.undetermined == set() with input as resource({})
	rule.deny == set() with input as fixture.interface({"SubnetIds": [], "ServiceRegion": "us-west-2"})
}

test_a_resource_configuration_is_needed if {
	rule.deny == {{
		"message": "a resource endpoint leads to a resource configuration, and none is given",
		"path": "/request/ResourceConfigurationArn",
	}} with input as json.remove(resource({}), ["/request/ResourceConfigurationArn"])
	count(rule.deny) == 1 with input as resource({"ResourceConfigurationArn": ""})
	rule.deny == {{
		"message": "arn:aws:s3:::b is not the ARN of a resource configuration",
		"path": "/request/ResourceConfigurationArn",
	}} with input as resource({"ResourceConfigurationArn": "arn:aws:s3:::b"})
}

described(type, of) := {"context": {"ResourceConfigurations": [{"arn": of, "type": type}]}}

test_a_range_of_addresses_is_for_a_tunnel if {
	rule.deny == {{
		"message": $"{arn} is a range of addresses, which a Tunnel endpoint leads to",
		"path": "/request/ResourceConfigurationArn",
	}} with input as object.union(resource({}), described("cidr", arn))
	rule.deny == set() with input as object.union(resource({}), described("SINGLE", arn))
	rule.deny == set() with input as object.union(resource({}), described("CIDR", "arn:other"))
}

test_a_subnet_is_needed if {
	rule.deny == {{
		"message": "no subnet is given, so the endpoint would have no network interface",
		"path": "/request/SubnetIds",
	}} with input as resource({"SubnetIds": []})
}

test_members_of_other_types_are_denied if {
	every member, value in {"PolicyDocument": "{}", "RouteTableIds": ["rtb-1"], "ServiceRegion": "us-west-2"} {
		rule.deny == {{
			"message": $"{member} is given, which a resource endpoint does not have",
			"path": $"/request/{member}",
			"fix": [{"op": "remove", "path": $"/request/{member}"}],
		}} with input as resource({member: value})
	}
	rule.deny == set() with input as resource({"PolicyDocument": "", "RouteTableIds": []})
}

modified(request, type) := fixture.modify(request, {"VpcEndpointType": type}, {})

test_only_security_groups_change_afterwards if {
	groups := {
		"VpcEndpointId": "vpce-1",
		"DryRun": true,
		"AddSecurityGroupIds": ["sg-1"],
		"RemoveSecurityGroupIds": ["sg-2"],
	}
	rule.deny == set() with input as modified(groups, "Resource")
	rule.deny == {{
		"message": "AddSubnetIds is to change, but only the security groups and tags of a resource endpoint can",
		"path": "/request/AddSubnetIds",
	}} with input as modified({"AddSubnetIds": ["subnet-1"], "AddRouteTableIds": []}, "Resource")
	rule.deny == set() with input as modified({"AddSubnetIds": ["subnet-1"]}, "Interface")
}

test_a_change_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether more than security groups changes is not known yet",
		"missing": ["/request/AddSubnetIds/0"],
	}} with input as object.union(modified({}, "Resource"), {"unknown": ["/request/AddSubnetIds/0"]})
	every pointer in ["/request/AddSecurityGroupIds", "/current/AddSubnetIds"] {
		rule.undetermined == set() with input as object.union(modified({}, "Resource"), {"unknown": [pointer]})
	}
	other := object.union(modified({}, "Interface"), {"unknown": ["/request/AddSubnetIds/0"]})
	rule.undetermined == set() with input as other
}

test_what_is_known_later_is_undetermined if {
	every member in ["ResourceConfigurationArn", "SubnetIds"] {
		hidden := fixture.unknown(resource({}), [member])
		rule.deny == set() with input as hidden
		rule.undetermined == {{
			"reason": "what the resource endpoint is made of is not known yet",
			"missing": [$"/request/{member}"],
		}} with input as hidden
	}
}
