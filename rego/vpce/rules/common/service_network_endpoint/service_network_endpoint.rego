# METADATA
# title: Service network endpoint is well formed
# description: A ServiceNetwork endpoint has one ServiceNetworkArn, subnets with a free contiguous /28 each,
#   optional security groups.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-service-networks.html
# custom:
#   id: VPCE-COMMON-031
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Give ServiceNetworkArn the ARN of a service network, and subnets with 16 free addresses in a row.
#   operations: [create]
#   reads:
#     - /request/ServiceNetworkArn
#     - /request/SubnetIds
#     - /request/SubnetConfigurations
#     - /context/Subnets
#   optional: [/context/ServiceNetworks, /context/ResourceConfigurations]
#   aws:
#   - text: One service network per endpoint; /28 contiguous block per AZ allocated at creation; 50 per VPC.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-service-networks.html
#     status: documented
#   assumptions:
#     - sixteen free addresses need not be one block; that cannot be told from their number
#     - under aws-2023 the type itself is denied by VPCE-COMMON-002
package vpce.rules.common.service_network_endpoint

import data.vpce.lib.endpoint
import data.vpce.lib.ids
import data.vpce.lib.lattice
import data.vpce.lib.network
import data.vpce.lib.unknown
import data.vpce.lib.words

deny contains {"message": message, "path": "/request/ServiceNetworkArn", "remediation": _give_an_arn} if {
	_created
	not _arn_given
	count(endpoint.unknown_members(input, ["ServiceNetworkArn"])) == 0
	message := "a service network endpoint leads to a service network, and none is given"
}

deny contains {"message": message, "path": "/request/ServiceNetworkArn", "remediation": _give_an_arn} if {
	_created
	arn := input.request.ServiceNetworkArn
	unknown.given(arn)
	not ids.expression(arn)
	not lattice.arn_of(arn, "servicenetwork/sn-")
	message := $"{arn} is not the ARN of a service network"
}

deny contains {"message": message, "path": "/request/ServiceNetworkArn", "remediation": _give_an_arn} if {
	_created
	arn := input.request.ServiceNetworkArn
	lattice.is_configuration(arn)
	message := $"{arn} is the ARN of a resource configuration, not of a service network"
}

deny contains {"message": message, "path": subnet.path, "remediation": _larger} if {
	_created
	some subnet in endpoint.subnets
	some told in network.subnets[subnet.id]
	why := _too_small(told)
	message := $"{subnet.id} {why}, but the endpoint takes a block of 16 addresses in each subnet"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	_created
	some subnet in endpoint.subnets
	not _told(subnet.id)
	reason := $"whether {subnet.id} has a free block of 16 addresses is not known"
}

undetermined contains {"reason": reason, "missing": ["/request/ServiceNetworkArn"]} if {
	_created
	arn := input.request.ServiceNetworkArn
	ids.expression(arn)
	not lattice.is_network(arn)
	not lattice.is_configuration(arn)
	reason := $"{arn} stands for a service network that is not known yet"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_created
	hidden := endpoint.unknown_members(input, ["ServiceNetworkArn"]) | endpoint.unknown_subnets
	count(hidden) > 0
	reason := "what the service network endpoint is made of is not known yet"
}

_give_an_arn := concat(" ", [
	"Give ServiceNetworkArn an ARN of the form",
	"arn:aws:vpc-lattice:REGION:ACCOUNT:servicenetwork/sn-0123456789abcdef0.",
])

_larger := "Use a subnet of /27 or larger with a free block of 16 addresses."

_arn_given if unknown.given(input.request.ServiceNetworkArn)

_created if {
	input.operation == "create"
	endpoint.type == "ServiceNetwork"
}

# Five addresses of each subnet are reserved, so a /28 never has 16 free.
_too_small(told) := "is a /28" if {
	endswith(told.CidrBlock, "/28")
} else := $"has {words.counted(free, "free address", "free addresses")}" if {
	free := network.free_addresses(told)
	free < 16
}

_told(id) if {
	some told in network.subnets[id]
	is_number(network.free_addresses(told))
}
