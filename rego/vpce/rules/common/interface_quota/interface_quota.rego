# METADATA
# title: Endpoints of the VPC stay within the quota
# description: The VPC has room for one more interface endpoint within the quota it shares with GWLB endpoints.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
# custom:
#   id: VPCE-IFACE-031
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   existing: silent
#   remediation: Remove endpoints that are not used, or request an increase of the quota in Service Quotas.
#   operations: [create]
#   reads:
#     - /request/VpcId
#     - /context/VpcEndpoints
#     - /context/predecessor
#     - /org/limits
#   aws:
#   - text: 50 per VPC for both types together, adjustable.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
#     status: documented
#   assumptions:
#     - an endpoint that is being deleted still counts
package vpce.rules.common.interface_quota

import data.vpce.lib.endpoint
import data.vpce.lib.limits

deny contains {"message": message, "path": "/request/VpcId", "remediation": remediation} if {
	_asked
	vpc_id := input.endpoint.VpcId
	there := endpoint.number_in_vpc(_pool.types)
	there >= _limit
	message := $"{vpc_id} has {there} other {_pool.name} endpoints; the quota is {_limit} per VPC"
	remediation := $"Remove endpoints {vpc_id} does not need, or request more than {_limit} for the quota {_pool.quota}."
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	_asked
	not endpoint.others_told
	not _room_is_left
	reason := "how many endpoints the VPC has is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_asked
	hidden := endpoint.unknown_members(input, ["VpcId"])
	count(hidden) > 0
	endpoint.possible_number_in_vpc(_pool.types) >= _limit
	reason := "which VPC the endpoint gets into is not known yet, and one may be full"
}

# The one before, which counted, is gone.
_room_is_left if endpoint.gone_predecessor.VpcEndpointType in _pool.types

_asked if {
	input.operation == "create"
	_pool
}

# The types that count together; gateway endpoints have quotas of their own, for tunnel endpoints none is documented.
_pool := pool if {
	some pool in [
		{
			"types": {"Interface", "GatewayLoadBalancer"},
			"limit": "interface_gwlb_per_vpc",
			"name": "interface and Gateway Load Balancer",
			"quota": "Interface VPC endpoints per VPC (L-29B6F2EB)",
		},
		{
			"types": {"Resource"},
			"limit": "resource_per_vpc",
			"name": "resource",
			"quota": "Resource endpoints per VPC",
		},
		{
			"types": {"ServiceNetwork"},
			"limit": "service_network_per_vpc",
			"name": "service network",
			"quota": "Service network endpoints per VPC",
		},
	]
	endpoint.type in pool.types
}

_limit := limits.of(_pool.limit)
