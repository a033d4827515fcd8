# METADATA
# title: Subnet has a free address
# description: Every subnet that gets a network interface has an available IPv4 address for it.
# custom:
#   id: VPCE-IFACE-033
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   existing: silent
#   remediation: Use a subnet with enough free addresses (AvailableIpAddressCount), or free some in this one.
#   optional: [/context/Subnets]
#   reads:
#     - /request/SubnetIds
#     - /request/AddSubnetIds
#     - /request/SubnetConfigurations
#     - /context/Subnets
#   aws:
#   - text: InsufficientFreeAddressesInSubnet is the error code for a subnet with too few free addresses.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
#     status: documented
#   assumptions:
#     - an endpoint created by the same document takes one address in each of its subnets
package vpce.rules.common.free_address_in_subnet

import data.vpce.lib.endpoint
import data.vpce.lib.network
import data.vpce.lib.words

deny contains {"message": message, "path": path} if {
	some id, path in _new
	some subnet in network.subnets[id]
	not subnet.Ipv6Native
	free := network.free_addresses(subnet)
	needed := 1 + endpoint.number_created_in(id)
	free < needed
	there := words.counted(free, "free IPv4 address", "free IPv4 addresses")
	message := $"{id} has {there}; {needed} {words.are(needed)} needed"
}

undetermined contains {"reason": reason, "missing": sort(endpoint.unknown_subnets)} if {
	_asked
	count(endpoint.unknown_subnets) > 0
	reason := "which subnets need a free address is not known yet"
}

# subnet the endpoint gets a new network interface in -> where it is named
_new[id] := path if {
	_asked
	some id in endpoint.subnet_ids
	not id in _current
	path := max({subnet.path | some subnet in endpoint.subnets; subnet.id == id})
}

_asked if {
	endpoint.remains
	endpoint.type in {"Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork", "Tunnel"}
}

_current := object.get(input, ["current", "SubnetIds"], [])
