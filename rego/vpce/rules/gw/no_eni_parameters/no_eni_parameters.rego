# METADATA
# title: No ENI parameters on gateway endpoints
# description: SubnetIds, SecurityGroupIds, SubnetConfigurations, PrivateDnsEnabled=true and their Add/Remove
#   forms are not used with gateway endpoints.
# custom:
#   id: VPCE-GW-008
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Take the member out of the request, or set VpcEndpointType to Interface.
#   reads:
#     - /request/SubnetIds
#     - /request/AddSubnetIds
#     - /request/RemoveSubnetIds
#     - /request/SecurityGroupIds
#     - /request/AddSecurityGroupIds
#     - /request/RemoveSecurityGroupIds
#     - /request/SubnetConfigurations
#     - /request/PrivateDnsEnabled
#     - /request/DnsOptions
#   sources:
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: table row "Network Layer"
#       paraphrase: gateway is layer-3 routing
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 1 vs Interface column bullet 3
#       paraphrase: gateway is a route target; security groups come with ENIs
#   aws:
#   - text: 'API error: "Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC Endpoints."'
#     doc: https://github.com/nanlabs/terraform-aws-starter/issues/18
#     status: observed
#     evidence: issue
#   - text: '"You can''t specify this property for a gateway endpoint."'
#     doc: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-vpcendpoint.html
#     status: documented
#   - text: real deployment 2026-09-03 in ap-northeast-1 recorded both error texts.
#     doc: https://github.com/badmintoncryer/cdk-preflight/blob/main/rules/ec2/pf-ec2-vpce-type-config/meta.yaml
#     status: observed
#     evidence: recorded-answer
package vpce.rules.gw.no_eni_parameters

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

deny contains {"message": message, "path": $"/request/{member}", "fix": _without(member)} if {
	endpoint.remains
	some member in _members
	unknown.given(input.request[member])
	message := $"{member} is given on a gateway endpoint, which has no network interface"
}

deny contains {"message": message, "path": "/request/PrivateDnsEnabled", "fix": _without("PrivateDnsEnabled")} if {
	endpoint.remains
	input.request.PrivateDnsEnabled == true
	message := "private DNS is asked for on a gateway endpoint, which has no private address"
}

deny contains object.union({"message": message, "path": _resolver_path, "fix": fix}, _lesser) if {
	endpoint.remains
	is_boolean(_only_for_resolvers)
	fix := [{"op": "remove", "path": _resolver_path}]
	message := $"PrivateDnsOnlyForInboundResolverEndpoint is {_only_for_resolvers}, which only interface endpoints take"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, array.concat(_members, ["PrivateDnsEnabled"]))
	count(hidden) > 0
	reason := "a value that must not be given is not known yet"
}

_only_for_resolvers := input.request.DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint

_resolver_path := "/request/DnsOptions/PrivateDnsOnlyForInboundResolverEndpoint"

# AWS refuses true; whether it takes false is not documented.
_lesser := {} if {
	_only_for_resolvers
} else := {"enforcement_action": "warn"}

_members := [
	"SubnetIds",
	"AddSubnetIds",
	"RemoveSubnetIds",
	"SecurityGroupIds",
	"AddSecurityGroupIds",
	"RemoveSecurityGroupIds",
	"SubnetConfigurations",
]

_without(member) := [{"op": "remove", "path": $"/request/{member}"}]
