# METADATA
# title: Resource endpoint shape
# description: A Resource endpoint leads to a resource configuration of its own, one that is no child and no range of
#   addresses; it has no ServiceRegion, and afterwards only security groups, private DNS and tags change.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/use-resource-endpoint.html
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
# custom:
#   id: VPCE-COMMON-030
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: |-
#     Give ResourceConfigurationArn the ARN of a resource configuration (arn:aws:vpc-lattice:…:resourceconfiguration/rcfg-…)
#     that is no child, and leave ServiceRegion out. To change anything but SecurityGroupIds, PrivateDnsEnabled and tags,
#     create another endpoint.
#   optional:
#     - /context/ResourceConfigurations
#     - /context/VpcEndpoints
#     - /context/ServiceNetworkResourceAssociations
#   reads:
#     - /request/ResourceConfigurationArn
#     - /context/ResourceConfigurations
#     - /request/ServiceRegion
#     - /request/PrivateDnsEnabled
#   aws:
#   - text: '"After you create a resource endpoint, you can only modify its security groups or tags."'
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/use-resource-endpoint.html
#     status: documented
#   - text: Private DNS of a resource endpoint can be switched (document history, 2026-11-17).
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/doc-history.html
#     status: documented
#   - text: 200 resource endpoints per VPC.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
#     status: documented
#   assumptions:
#     - under aws-2023 the type itself is denied by VPCE-COMMON-002
package vpce.rules.common.resource_endpoint

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

deny contains {"message": message, "path": "/request/ResourceConfigurationArn"} if {
	_created
	not _arn_given
	count(endpoint.unknown_members(input, ["ResourceConfigurationArn"])) == 0
	message := "a resource endpoint leads to a resource configuration, and none is given"
}

deny contains {"message": message, "path": "/request/ResourceConfigurationArn"} if {
	_created
	arn := input.request.ResourceConfigurationArn
	unknown.given(arn)
	not regex.match(`^arn:[a-z-]+:vpc-lattice:[a-z0-9-]+:[0-9]{12}:resourceconfiguration/rcfg-[0-9a-f]+$`, arn)
	message := $"{arn} is not the ARN of a resource configuration"
}

deny contains {"message": message, "path": "/request/ResourceConfigurationArn"} if {
	_created
	some configuration in _configurations
	upper(configuration.type) == "CIDR"
	message := $"{configuration.arn} is a range of addresses, which a Tunnel endpoint leads to"
}

deny contains {"message": message, "path": "/request/SubnetIds"} if {
	_created
	count(endpoint.subnets) == 0
	count(endpoint.unknown_subnets) == 0
	message := "no subnet is given, so the endpoint would have no network interface"
}

deny contains {"message": message, "path": $"/request/{member}", "fix": fix} if {
	_created
	some member in ["PolicyDocument", "RouteTableIds", "ServiceRegion"]
	unknown.given(input.request[member])
	fix := [{"op": "remove", "path": $"/request/{member}"}]
	message := $"{member} is given, which a resource endpoint does not have"
}

deny contains {"message": message, "path": $"/request/{member}"} if {
	input.operation == "modify"
	endpoint.type == "Resource"
	some member, value in input.request
	unknown.given(value)
	not member in _changeable
	message := $"{member} is to change, but only the security groups and tags of a resource endpoint can"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_created
	members := ["ResourceConfigurationArn", "PolicyDocument", "RouteTableIds", "ServiceRegion"]
	hidden := endpoint.unknown_members(input, members) | endpoint.unknown_subnets
	count(hidden) > 0
	reason := "what the resource endpoint is made of is not known yet"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "modify"
	endpoint.type == "Resource"
	hidden := {pointer |
		some pointer in object.get(input, "unknown", [])
		[_, part, member] := array.slice(split(pointer, "/"), 0, 3)
		part == "request"
		not member in _changeable
	}
	count(hidden) > 0
	reason := "whether more than security groups changes is not known yet"
}

_changeable := {"VpcEndpointId", "DryRun", "AddSecurityGroupIds", "RemoveSecurityGroupIds"}

_arn_given if unknown.given(input.request.ResourceConfigurationArn)

_created if {
	input.operation == "create"
	endpoint.type == "Resource"
}

_configurations := [configuration |
	some configuration in input.context.ResourceConfigurations
	configuration.arn == input.request.ResourceConfigurationArn
]
