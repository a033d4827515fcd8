package vpce.rules.common.tunnel_endpoint_test

import data.vpce.rules.common.tunnel_endpoint as rule
import data.vpce.testing.fixture

arn := "arn:aws:vpc-lattice:us-east-1:111122223333:resourceconfiguration/rcfg-0a1b2c3d4e5f67890"

tunnel(members) := fixture.create(object.union(
	{
		"VpcEndpointType": "Tunnel",
		"VpcId": "vpc-0a000001",
		"ResourceConfigurationArn": arn,
		"SubnetIds": ["subnet-0a100001"],
	},
	members,
))

described(type, of) := {"context": {"ResourceConfigurations": [{"arn": of, "type": type}]}}

arn_wanted := concat(" ", [
	"Give ResourceConfigurationArn an ARN of the form",
	"arn:aws:vpc-lattice:REGION:ACCOUNT:resourceconfiguration/rcfg-0123456789abcdef0.",
])

test_a_tunnel_endpoint_passes if {
	rule.deny == set() with input as tunnel({})
	rule.undetermined == set() with input as tunnel({})
	rule.deny == set() with input as object.union(tunnel({}), described("CIDR", arn))
	rule.deny == set() with input as fixture.interface({"PrivateDnsEnabled": true})
}

test_a_range_of_addresses_is_needed if {
	rule.deny == {{
		"message": "a tunnel endpoint leads to a resource configuration, and none is given",
		"path": "/request/ResourceConfigurationArn",
		"remediation": arn_wanted,
	}} with input as json.remove(tunnel({}), ["/request/ResourceConfigurationArn"])
	count(rule.deny) == 1 with input as tunnel({"ResourceConfigurationArn": ""})
	rule.deny == {{
		"message": $"{arn} is of type SINGLE, but a tunnel endpoint leads to a range of addresses",
		"path": "/request/ResourceConfigurationArn",
		"remediation": "Choose a resource configuration of type CIDR, or set VpcEndpointType to Resource.",
	}} with input as object.union(tunnel({}), described("SINGLE", arn))
	rule.deny == set() with input as object.union(tunnel({}), described("SINGLE", "arn:other"))
}

test_the_arn_has_a_form if {
	rule.deny == {{
		"message": "rcfg-1 is not the ARN of a resource configuration",
		"path": "/request/ResourceConfigurationArn",
		"remediation": arn_wanted,
	}} with input as tunnel({"ResourceConfigurationArn": "rcfg-1"})
	rule.deny == set() with input as tunnel({"ResourceConfigurationArn": "${x}"})
	{u.missing | some u in rule.undetermined} == {["/request/ResourceConfigurationArn"]} with input as tunnel({
		"ResourceConfigurationArn": "${x}",
	})
}

test_private_dns_is_denied if {
	rule.deny == {{
		"message": "private DNS is asked for, but a tunnel endpoint has none",
		"path": "/request/PrivateDnsEnabled",
		"remediation": "Set PrivateDnsEnabled to false, or leave it out.",
		"fix": [{"op": "replace", "path": "/request/PrivateDnsEnabled", "value": false}],
	}} with input as tunnel({"PrivateDnsEnabled": true})
}

gateway_in(ids) := {"context": {"ResourceGateway": {"AvailabilityZoneIds": ids}}}

test_the_resource_gateway_is_in_the_zone if {
	rule.deny == set() with input as object.union(tunnel({}), gateway_in(["use1-az1"]))
	rule.deny == {{
		"message": "subnet-0a100001 is in use1-az1, but the resource gateway is only in use1-az2",
		"path": "/request/SubnetIds/0",
		"remediation": "Use subnets in use1-az2.",
	}} with input as object.union(tunnel({}), gateway_in(["use1-az2"]))
}

grouped(permissions) := object.union(
	tunnel({"SecurityGroupIds": ["sg-1"]}),
	{"context": {"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": permissions}]}},
)

udp(from, to) := {"IpProtocol": "udp", "FromPort": from, "ToPort": to}

test_udp_6081_gets_in if {
	number := object.union(udp(6081, 6081), {"IpProtocol": "17"})
	every permission in [udp(6081, 6081), udp(6000, 7000), number, {"IpProtocol": "-1"}] {
		rule.deny == set() with input as grouped([permission])
		rule.undetermined == set() with input as grouped([permission])
	}
	tcp := object.union(udp(6081, 6081), {"IpProtocol": "tcp"})
	every permissions in [[], [udp(6082, 7000)], [udp(6000, 6080)], [tcp]] {
		rule.deny == {{
			"message": "the rules of sg-1 admit nobody on UDP port 6081, which the tunnel uses",
			"path": "/request/SecurityGroupIds",
			"remediation": "Add a rule to sg-1 that admits UDP 6081 from the clients.",
		}} with input as grouped(permissions)
	}
}

test_what_is_not_known_is_undetermined if {
	expected := {{
		"reason": "the rules of the endpoint's security groups are not known",
		"missing": ["/context/SecurityGroups"],
	}}
	rule.undetermined == expected with input as tunnel({"SecurityGroupIds": ["sg-9"]})
	rule.undetermined == expected with input as object.union(
		tunnel({"SecurityGroupIds": ["sg-1"]}),
		{"context": {"SecurityGroups": [{"GroupId": "sg-1"}]}},
	)
	hidden := fixture.unknown(tunnel({}), ["ResourceConfigurationArn"])
	rule.deny == set() with input as hidden
	rule.undetermined == {{
		"reason": "what the tunnel endpoint is made of is not known yet",
		"missing": ["/request/ResourceConfigurationArn"],
	}} with input as hidden
}

test_other_types_are_not_asked if {
	every value in ["rcfg-1", "${x}"] {
		proposal := object.union(fixture.interface({"ResourceConfigurationArn": value}), described("SINGLE", value))
		rule.deny == set() with input as object.union(proposal, gateway_in(["use1-az9"]))
		rule.undetermined == set() with input as fixture.interface({
			"ResourceConfigurationArn": value,
			"SecurityGroupIds": [],
		})
	}
}

test_a_service_network_of_the_document_is_no_resource_configuration if {
	told := {"context": {"ServiceNetworks": [{"arn": "${Network}"}]}}
	wrong := object.union(tunnel({"ResourceConfigurationArn": "${Network}"}), told)
	said := {d.message | some d in rule.deny} with input as wrong
	"${Network} is the ARN of a service network, not of a resource configuration" in said
	right := object.union(tunnel({"ResourceConfigurationArn": "${Config}"}), described("CIDR", "${Config}"))
	missing := {m | some u in rule.undetermined; some m in u.missing} with input as right
	not "/request/ResourceConfigurationArn" in missing
}
