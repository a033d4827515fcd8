# METADATA
# title: One GWLB endpoint per AZ and service
# description: In a VPC there is no other live GWLB endpoint for the same service in the same AZ.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
# custom:
#   id: VPCE-GWLB-003
#   kind: aws-api
#   severity: error
#   enforcement_action: warn
#   effect: documented-limit
#   remediation: Route to the endpoint named in the message, or use a subnet of another Availability Zone.
#   operations: [create]
#   reads:
#     - /request/ServiceName
#     - /request/VpcId
#     - /request/SubnetIds
#     - /request/SubnetConfigurations
#     - /context/VpcEndpoints
#     - /context/Subnets
#   aws:
#   - text: Single GWLB endpoint per AZ per service.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
#     status: documented
package vpce.rules.gwlb.one_per_zone_and_service

import data.vpce.lib.endpoint
import data.vpce.lib.zones

deny contains {"message": message, "path": subnet.path} if {
	input.operation == "create"
	some other in _beside
	some subnet in endpoint.subnets
	some id in other.SubnetIds
	_same_zone(subnet.id, id)
	message := $"{other.name} leads to the same service from the same Availability Zone ({subnet.id} and {id})"
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	input.operation == "create"
	not endpoint.others_told
	reason := "which other GWLB endpoints the VPC has is not known"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	input.operation == "create"
	some other in _beside
	some id in other.SubnetIds
	some subnet in endpoint.subnets
	not _comparable(subnet.id, id)
	reason := $"whether {subnet.id} and {id} of {other.name} are in one Availability Zone is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["ServiceName", "VpcId"]) | endpoint.unknown_subnets
	count(hidden) > 0
	reason := "which service, VPC or subnet the endpoint gets is not known yet"
}

_beside := [other |
	some other in endpoint.near
	other.VpcEndpointType == "GatewayLoadBalancer"
	other.ServiceName == input.endpoint.ServiceName
	other.VpcId == input.endpoint.VpcId
]

_same_zone(a, b) if a == b

_same_zone(a, b) if {
	some x in _told[a]
	some y in _told[b]
	zones.together(x, y)
}

_comparable(a, b) if a == b

_comparable(a, b) if {
	some x in _told[a]
	some y in _told[b]
	zones.compare(x, y)
}

_told[id] contains subnet if {
	some subnet in input.context.Subnets
	id := subnet.SubnetId
	id in _ids
}

_ids := endpoint.subnet_ids | {id | some other in _beside; some id in other.SubnetIds}
