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

arn_wanted := concat(" ", [
	"Give ResourceConfigurationArn an ARN of the form",
	"arn:aws:vpc-lattice:REGION:ACCOUNT:resourceconfiguration/rcfg-0123456789abcdef0.",
])

test_a_resource_configuration_is_needed if {
	rule.deny == {{
		"message": "a resource endpoint leads to a resource configuration, and none is given",
		"path": "/request/ResourceConfigurationArn",
		"remediation": arn_wanted,
	}} with input as json.remove(resource({}), ["/request/ResourceConfigurationArn"])
	count(rule.deny) == 1 with input as resource({"ResourceConfigurationArn": ""})
	rule.deny == {{
		"message": "arn:aws:s3:::b is not the ARN of a resource configuration",
		"path": "/request/ResourceConfigurationArn",
		"remediation": arn_wanted,
	}} with input as resource({"ResourceConfigurationArn": "arn:aws:s3:::b"})
}

described(type, of) := {"context": {"ResourceConfigurations": [{"arn": of, "type": type}]}}

test_a_range_of_addresses_is_for_a_tunnel if {
	rule.deny == {{
		"message": $"{arn} is a range of addresses; only a Tunnel endpoint takes one",
		"path": "/request/ResourceConfigurationArn",
		"remediation": "Set VpcEndpointType to Tunnel, or choose a resource configuration of another type.",
	}} with input as object.union(resource({}), described("cidr", arn))
	rule.deny == set() with input as object.union(resource({}), described("SINGLE", arn))
	rule.deny == set() with input as object.union(resource({}), described("CIDR", "arn:other"))
}

test_a_child_is_reached_through_its_group if {
	rule.deny == {{
		"message": $"{arn} is a child of a group; an endpoint leads to the group",
		"path": "/request/ResourceConfigurationArn",
		"remediation": "Give ResourceConfigurationArn the ARN of the group.",
	}} with input as object.union(resource({}), described("child", arn))
}

test_two_endpoints_for_one_configuration_share_no_names if {
	other := {
		"VpcEndpointId": "vpce-2",
		"VpcEndpointType": "Resource",
		"VpcId": "vpc-0a000001",
		"State": "available",
		"ResourceConfigurationArn": arn,
		"PrivateDnsEnabled": true,
	}
	beside := {"context": {"VpcEndpoints": [other]}}
	rule.deny == {{
		"message": concat(" ", [
			$"vpce-2 leads to {arn} from this VPC too, with private DNS on:",
			"only one of the two gets the names",
		]),
		"path": "/request/PrivateDnsEnabled",
		"enforcement_action": "warn",
		"remediation": "Set PrivateDnsEnabled to true on one of the two endpoints only.",
	}} with input as object.union(resource({"PrivateDnsEnabled": true}), beside)
	rule.deny == set() with input as object.union(resource({"PrivateDnsEnabled": false}), beside)
	off := {"context": {"VpcEndpoints": [object.union(other, {"PrivateDnsEnabled": false})]}}
	rule.deny == set() with input as object.union(resource({"PrivateDnsEnabled": true}), off)
}

test_a_configuration_of_another_region_is_not_reached if {
	rule.deny == {{
		"message": "ServiceRegion us-west-2 is given, and a resource endpoint does not take it",
		"path": "/request/ServiceRegion",
		"remediation": "Take ServiceRegion out of the request.",
		"fix": [{"op": "remove", "path": "/request/ServiceRegion"}],
	}} with input as resource({"ServiceRegion": "us-west-2"})
}

test_an_expression_is_undetermined if {
	rule.deny == set() with input as resource({"ResourceConfigurationArn": "${rcfg.arn}"})
	rule.undetermined == {{
		"reason": "${rcfg.arn} stands for a resource configuration that is not known yet",
		"missing": ["/request/ResourceConfigurationArn"],
	}} with input as resource({"ResourceConfigurationArn": "${rcfg.arn}"})
}

modified(request, type) := fixture.modify(request, {"VpcEndpointType": type}, {})

test_only_security_groups_and_private_dns_change_afterwards if {
	groups := {
		"VpcEndpointId": "vpce-1",
		"DryRun": true,
		"AddSecurityGroupIds": ["sg-1"],
		"RemoveSecurityGroupIds": ["sg-2"],
		"PrivateDnsEnabled": true,
	}
	rule.deny == set() with input as modified(groups, "Resource")
	rule.deny == {{
		"message": "AddSubnetIds would change, but only security groups, private DNS and tags of a resource endpoint can",
		"path": "/request/AddSubnetIds",
		"remediation": "Take AddSubnetIds out of the request.",
	}} with input as modified({"AddSubnetIds": ["subnet-1"]}, "Resource")
	rule.deny == set() with input as modified({"AddSubnetIds": ["subnet-1"]}, "Interface")
}

test_a_change_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether more than security groups and private DNS changes is not known yet",
		"missing": ["/request/AddSubnetIds/0"],
	}} with input as object.union(modified({}, "Resource"), {"unknown": ["/request/AddSubnetIds/0"]})
	every pointer in ["/request/AddSecurityGroupIds", "/current/AddSubnetIds"] {
		rule.undetermined == set() with input as object.union(modified({}, "Resource"), {"unknown": [pointer]})
	}
	other := object.union(modified({}, "Interface"), {"unknown": ["/request/AddSubnetIds/0"]})
	rule.undetermined == set() with input as other
}

test_what_is_known_later_is_undetermined if {
	every member in ["ResourceConfigurationArn", "ServiceRegion"] {
		hidden := fixture.unknown(resource({}), [member])
		rule.deny == set() with input as hidden
		rule.undetermined == {{
			"reason": "what the resource endpoint is made of is not known yet",
			"missing": [$"/request/{member}"],
		}} with input as hidden
	}
}

test_other_types_are_not_asked_for_a_configuration if {
	every value in ["arn:aws:s3:::b", "${rcfg.arn}"] {
		rule.deny == set() with input as fixture.interface({"ResourceConfigurationArn": value})
		rule.undetermined == set() with input as fixture.interface({"ResourceConfigurationArn": value})
	}
}

test_an_empty_member_changes_nothing if {
	rule.deny == set() with input as modified({"AddSubnetIds": []}, "Resource")
}

beside(type, private_dns) := {
	"request": {"VpcEndpointType": type},
	"endpoint": {"VpcEndpointType": type},
	"context": {"VpcEndpoints": [{
		"VpcEndpointId": "vpce-2",
		"VpcEndpointType": "Resource",
		"VpcId": "vpc-0a000001",
		"State": "available",
		"ResourceConfigurationArn": arn,
		"PrivateDnsEnabled": private_dns,
	}]},
}

test_private_dns_known_later_beside_an_endpoint_that_has_the_names if {
	hidden := fixture.unknown(resource({}), ["PrivateDnsEnabled"])
	rule.undetermined == {{
		"reason": "whether private DNS is asked for, which vpce-2 has already, is not known yet",
		"missing": ["/request/PrivateDnsEnabled"],
	}} with input as object.union(hidden, beside("Resource", true))
	rule.undetermined == set() with input as object.union(hidden, beside("Resource", false))
	rule.undetermined == set() with input as object.union(hidden, beside("Interface", true))
	rule.undetermined == set() with input as object.union(resource({}), beside("Resource", true))
}

test_what_the_document_makes_is_what_it_is if {
	told := {"context": {
		"ServiceNetworks": [{"arn": "${Network}"}],
		"ResourceConfigurations": [{"arn": "${Config}", "type": "SINGLE"}, {"arn": "${Open}"}],
	}}
	right := object.union(resource({"ResourceConfigurationArn": "${Config}"}), told)
	rule.deny | rule.undetermined == set() with input as right
	wrong := object.union(resource({"ResourceConfigurationArn": "${Network}"}), told)
	{d.message | some d in rule.deny} == {
		"${Network} is the ARN of a service network, not of a resource configuration",
	} with input as wrong
	rule.undetermined == set() with input as wrong
	open := object.union(resource({"ResourceConfigurationArn": "${Open}"}), told)
	count(rule.undetermined) == 1 with input as open
}
