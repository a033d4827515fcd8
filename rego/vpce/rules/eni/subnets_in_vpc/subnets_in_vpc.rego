# METADATA
# title: Subnets belong to the VPC of the endpoint
# description: Every subnet has the VpcId of the endpoint.
# custom:
#   id: VPCE-IFACE-004
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Use subnets of the VPC the endpoint is in.
#   reads:
#     - /request/VpcId
#     - /request/SubnetIds
#     - /request/AddSubnetIds
#     - /request/SubnetConfigurations
#     - /current/VpcId
#     - /current/SubnetIds
#     - /context/Subnets
#   sources:
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Defining the Interface Endpoint", sentence 2'
#       paraphrase: ENI in your subnet
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: GWLB column bullet 2
#       paraphrase: you choose VPC and subnet (same idea)
#   aws:
#   - text: The endpoint is made in a VPC; its network interfaces are in subnets chosen there.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
#     status: documented
package vpce.rules.eni.subnets_in_vpc

import data.vpce.lib.endpoint
import data.vpce.lib.network

deny contains {"message": message, "path": named.path} if {
	endpoint.remains
	some named in endpoint.subnets
	some subnet in network.subnets[named.id]
	_is_id(subnet.VpcId)
	subnet.VpcId != _vpc
	message := $"subnet {named.id} is in {subnet.VpcId}, but the endpoint is in {_vpc}"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	endpoint.remains
	some id in endpoint.subnet_ids
	not _vpc_is_told(id)
	reason := $"the VPC of subnet {id} is not known"
}

undetermined contains {"reason": reason, "missing": sort(endpoint.unknown_subnets)} if {
	endpoint.remains
	count(endpoint.unknown_subnets) > 0
	reason := "not all subnets are known yet"
}

undetermined contains {"reason": reason, "missing": [$"/{_vpc_source}/VpcId"]} if {
	endpoint.remains
	count(endpoint.subnet_ids) > 0
	not _vpc
	reason := "the VPC of the endpoint is not known"
}

_vpc_is_told(id) if {
	some subnet in network.subnets[id]
	_is_id(subnet.VpcId)
}

_vpc := input.endpoint.VpcId if _is_id(input.endpoint.VpcId)

_vpc_source := {"create": "request", "modify": "current"}[input.operation]

_is_id(value) if {
	is_string(value)
	value != ""
}
