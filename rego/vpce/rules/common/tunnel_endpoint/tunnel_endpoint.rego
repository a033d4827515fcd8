# METADATA
# title: Tunnel endpoint is well formed
# description: A Tunnel endpoint has a CIDR-type ResourceConfigurationArn, subnets in AZs of the resource gateway,
#   no private DNS, and a security group that lets in UDP 6081.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/use-cidr-endpoint.html
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-cidr-ranges.html
# custom:
#   id: VPCE-COMMON-032
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: >-
#     Give ResourceConfigurationArn a resource configuration of type CIDR, and security groups that admit UDP 6081.
#   optional:
#     - /context/ResourceConfigurations
#     - /context/ServiceNetworks
#     - /context/ResourceGateway
#     - /context/Subnets
#   reads:
#     - /request/ResourceConfigurationArn
#     - /request/SubnetIds
#     - /request/SubnetConfigurations
#     - /request/PrivateDnsEnabled
#     - /request/SecurityGroupIds
#     - /context/ResourceConfigurations
#     - /context/ResourceGateway
#     - /context/SecurityGroups
#     - /context/Subnets
#   aws:
#   - text: GENEVE UDP/6081; private DNS not supported; AZ overlap needed.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/use-cidr-endpoint.html
#     status: documented
#   - text: overview
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-cidr-ranges.html
#     status: documented
#   assumptions:
#     - without security groups the default group of the VPC is attached, whose rules are not judged here
#     - under aws-2023 the type itself is denied by VPCE-COMMON-002
package vpce.rules.common.tunnel_endpoint

import data.vpce.lib.endpoint
import data.vpce.lib.ids
import data.vpce.lib.lattice
import data.vpce.lib.network
import data.vpce.lib.unknown

deny contains {"message": message, "path": "/request/ResourceConfigurationArn", "remediation": remediation} if {
	_created
	not _arn_given
	count(endpoint.unknown_members(input, ["ResourceConfigurationArn"])) == 0
	message := "a tunnel endpoint leads to a resource configuration, and none is given"
	remediation := _give_an_arn
}

deny contains {"message": message, "path": "/request/ResourceConfigurationArn", "remediation": remediation} if {
	_created
	arn := input.request.ResourceConfigurationArn
	unknown.given(arn)
	not ids.expression(arn)
	not lattice.arn_of(arn, "resourceconfiguration/rcfg-")
	message := $"{arn} is not the ARN of a resource configuration"
	remediation := _give_an_arn
}

deny contains {"message": message, "path": "/request/ResourceConfigurationArn", "remediation": remediation} if {
	_created
	arn := input.request.ResourceConfigurationArn
	ids.expression(arn)
	lattice.is_network(arn)
	message := $"{arn} is the ARN of a service network, not of a resource configuration"
	remediation := _give_an_arn
}

undetermined contains {"reason": reason, "missing": ["/request/ResourceConfigurationArn"]} if {
	_created
	arn := input.request.ResourceConfigurationArn
	ids.expression(arn)
	not lattice.type_told(arn)
	not lattice.is_network(arn)
	reason := $"{arn} stands for a resource configuration that is not known yet"
}

deny contains {"message": message, "path": "/request/ResourceConfigurationArn", "remediation": remediation} if {
	_created
	some configuration in input.context.ResourceConfigurations
	configuration.arn == input.request.ResourceConfigurationArn
	upper(configuration.type) != "CIDR"
	message := $"{configuration.arn} is of type {configuration.type}, but a tunnel endpoint leads to a range of addresses"
	remediation := "Choose a resource configuration of type CIDR, or set VpcEndpointType to Resource."
}

deny contains object.union({"message": message, "path": "/request/PrivateDnsEnabled", "fix": fix}, _dns_off) if {
	endpoint.remains
	endpoint.type == "Tunnel"
	input.request.PrivateDnsEnabled == true
	fix := [{"op": "replace", "path": "/request/PrivateDnsEnabled", "value": false}]
	message := "private DNS is asked for, but a tunnel endpoint has none"
}

deny contains {"message": message, "path": subnet.path, "remediation": remediation} if {
	_created
	zones := input.context.ResourceGateway.AvailabilityZoneIds
	some subnet in endpoint.subnets
	some told in network.subnets[subnet.id]
	not told.AvailabilityZoneId in zones
	names := concat(", ", sort(zones))
	message := $"{subnet.id} is in {told.AvailabilityZoneId}, but the resource gateway is only in {names}"
	remediation := $"Use subnets in {names}."
}

deny contains {"message": message, "path": "/request/SecurityGroupIds", "remediation": remediation} if {
	_created
	count(endpoint.security_group_ids) > 0
	_groups_told
	not _geneve
	names := concat(", ", sort(endpoint.security_group_ids))
	message := $"the rules of {names} admit nobody on UDP port 6081, which the tunnel uses"
	remediation := $"Add a rule to {names} that admits UDP 6081 from the clients."
}

undetermined contains {"reason": reason, "missing": ["/context/SecurityGroups"]} if {
	_created
	not _groups_told
	reason := "the rules of the endpoint's security groups are not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_created
	members := ["ResourceConfigurationArn", "PrivateDnsEnabled", "SecurityGroupIds"]
	hidden := endpoint.unknown_members(input, members) | endpoint.unknown_subnets
	count(hidden) > 0
	reason := "what the tunnel endpoint is made of is not known yet"
}

_give_an_arn := concat(" ", [
	"Give ResourceConfigurationArn an ARN of the form",
	"arn:aws:vpc-lattice:REGION:ACCOUNT:resourceconfiguration/rcfg-0123456789abcdef0.",
])

_dns_off := {"remediation": "Set PrivateDnsEnabled to false, or leave it out."}

_arn_given if unknown.given(input.request.ResourceConfigurationArn)

_created if {
	input.operation == "create"
	endpoint.type == "Tunnel"
}

_groups_told if {
	every id in endpoint.security_group_ids {
		some group in network.security_groups[id]
		is_array(group.IpPermissions)
	}
}

_geneve if {
	some id in endpoint.security_group_ids
	some group in network.security_groups[id]
	some permission in group.IpPermissions
	_lets_in(permission)
}

_lets_in(permission) if permission.IpProtocol == "-1"

_lets_in(permission) if {
	permission.IpProtocol in {"udp", "17"}
	permission.FromPort <= 6081
	permission.ToPort >= 6081
}
