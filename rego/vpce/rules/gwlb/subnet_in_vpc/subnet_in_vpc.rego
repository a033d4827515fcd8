# METADATA
# title: Subnet belongs to the VPC
# description: The subnet has the VpcId of the endpoint.
# custom:
#   id: VPCE-GWLB-007
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Use a subnet of the VPC the endpoint is in.
#   operations: [create]
#   reads:
#     - /request/VpcId
#     - /request/SubnetIds
#     - /request/SubnetConfigurations
#     - /context/Subnets
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: GWLB column bullet 2
#       paraphrase: VPC and subnet are chosen together
#   aws:
#   - text: The endpoint is made in a VPC, in one subnet chosen there.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
#     status: documented
package vpce.rules.gwlb.subnet_in_vpc

import data.vpce.lib.endpoint
import data.vpce.lib.network
import data.vpce.lib.unknown

deny contains {"message": message, "path": subnet.path} if {
	input.operation == "create"
	some subnet in endpoint.subnets
	some told in network.subnets[subnet.id]
	told.VpcId != _vpc
	message := $"{subnet.id} belongs to {told.VpcId}, but the endpoint is in {_vpc}"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	input.operation == "create"
	some subnet in endpoint.subnets
	not _told(subnet.id)
	reason := $"to which VPC {subnet.id} belongs is not known"
}

undetermined contains {"reason": reason, "missing": ["/request/VpcId"]} if {
	input.operation == "create"
	not _vpc
	count(endpoint.subnets) > 0
	reason := "the VPC of the endpoint is not known, so its subnet cannot be compared with it"
}

undetermined contains {"reason": reason, "missing": sort(endpoint.unknown_subnets)} if {
	input.operation == "create"
	count(endpoint.unknown_subnets) > 0
	reason := "which subnet the endpoint gets is not known yet"
}

_vpc := input.endpoint.VpcId if unknown.given(input.endpoint.VpcId)

_told(id) if {
	some told in network.subnets[id]
	told.VpcId
}
