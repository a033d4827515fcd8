# METADATA
# title: Resource endpoint is well formed
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
#   remediation: >-
#     Give ResourceConfigurationArn the ARN of a resource configuration that is not a child
#     (arn:aws:vpc-lattice:…:resourceconfiguration/rcfg-…), and leave ServiceRegion out. To change anything but
#     SecurityGroupIds, PrivateDnsEnabled and tags, create another endpoint.
#   optional:
#     - /context/ResourceConfigurations
#     - /context/ServiceNetworks
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
import data.vpce.lib.ids
import data.vpce.lib.lattice
import data.vpce.lib.unknown

deny contains {"message": message, "path": "/request/ResourceConfigurationArn", "remediation": remediation} if {
	_created
	not _arn_given
	count(endpoint.unknown_members(input, ["ResourceConfigurationArn"])) == 0
	message := "a resource endpoint leads to a resource configuration, and none is given"
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

deny contains {"message": message, "path": "/request/ResourceConfigurationArn", "remediation": remediation} if {
	_created
	some configuration in _configurations
	upper(configuration.type) == "CIDR"
	message := $"{configuration.arn} is a range of addresses; only a Tunnel endpoint takes one"
	remediation := "Set VpcEndpointType to Tunnel, or choose a resource configuration of another type."
}

deny contains {"message": message, "path": "/request/ResourceConfigurationArn", "remediation": remediation} if {
	_created
	some configuration in _configurations
	upper(configuration.type) == "CHILD"
	message := $"{configuration.arn} is a child of a group; an endpoint leads to the group"
	remediation := "Give ResourceConfigurationArn the ARN of the group."
}

deny contains object.union({"message": message, "path": "/request/PrivateDnsEnabled"}, _once) if {
	_created
	input.request.PrivateDnsEnabled == true
	arn := input.request.ResourceConfigurationArn
	some other in lattice.leading_to(arn)
	other.PrivateDnsEnabled == true
	message := $"{other.name} leads to {arn} from this VPC too, with private DNS on: only one of the two gets the names"
}

deny contains object.union({"message": message, "path": "/request/ServiceRegion", "fix": fix}, _without_region) if {
	_created
	unknown.given(input.request.ServiceRegion)
	fix := [{"op": "remove", "path": "/request/ServiceRegion"}]
	message := $"ServiceRegion {input.request.ServiceRegion} is given, and a resource endpoint does not take it"
}

deny contains {"message": message, "path": $"/request/{member}", "remediation": remediation} if {
	input.operation == "modify"
	endpoint.type == "Resource"
	some member, value in input.request
	unknown.given(value)
	not member in _changeable
	message := $"{member} would change, but only security groups, private DNS and tags of a resource endpoint can"
	remediation := $"Take {member} out of the request."
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_created
	hidden := endpoint.unknown_members(input, ["ResourceConfigurationArn", "ServiceRegion"])
	count(hidden) > 0
	reason := "what the resource endpoint is made of is not known yet"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_created
	hidden := endpoint.unknown_members(input, ["PrivateDnsEnabled"])
	count(hidden) > 0
	some other in lattice.leading_to(input.request.ResourceConfigurationArn)
	other.PrivateDnsEnabled == true
	reason := $"whether private DNS is asked for, which {other.name} has already, is not known yet"
}

undetermined contains {"reason": reason, "missing": ["/request/ResourceConfigurationArn"]} if {
	_created
	arn := input.request.ResourceConfigurationArn
	ids.expression(arn)
	not lattice.type_told(arn)
	not lattice.is_network(arn)
	reason := $"{arn} stands for a resource configuration that is not known yet"
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
	reason := "whether more than security groups and private DNS changes is not known yet"
}

# the last five are judged by VPCE-COMMON-037, VPCE-COMMON-021 and VPCE-IFACE-007
_changeable := {
	"VpcEndpointId", "DryRun", "AddSecurityGroupIds", "RemoveSecurityGroupIds", "PrivateDnsEnabled",
	"DnsOptions", "PolicyDocument", "ResetPolicy", "AddRouteTableIds", "RemoveRouteTableIds",
}

_give_an_arn := concat(" ", [
	"Give ResourceConfigurationArn an ARN of the form",
	"arn:aws:vpc-lattice:REGION:ACCOUNT:resourceconfiguration/rcfg-0123456789abcdef0.",
])

_once := {
	"enforcement_action": "warn",
	"remediation": "Set PrivateDnsEnabled to true on one of the two endpoints only.",
}

_without_region := {"remediation": "Take ServiceRegion out of the request."}

_arn_given if unknown.given(input.request.ResourceConfigurationArn)

_created if {
	input.operation == "create"
	endpoint.type == "Resource"
}

_configurations := [configuration |
	some configuration in input.context.ResourceConfigurations
	configuration.arn == input.request.ResourceConfigurationArn
]
