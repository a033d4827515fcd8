# METADATA
# title: Fixed addresses are valid
# description: |
#   Each SubnetConfiguration names a subnet of the endpoint and, for each IP version the endpoint has, an address within
#   the subnet that is not reserved, not in use and not given twice.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
# custom:
#   id: VPCE-IFACE-032
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Give an address of the subnet that is free and not among its first four or its last.
#   optional: [/current/NetworkInterfaceIds]
#   reads:
#     - /request/SubnetConfigurations
#     - /request/SubnetIds
#     - /request/IpAddressType
#     - /context/Subnets
#     - /context/NetworkInterfaces
#     - /current/NetworkInterfaceIds
#   aws:
#   - text: The first four addresses and the last one of a subnet are reserved.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
#     status: documented
#   - text: Ipv4 is needed if the endpoint supports IPv4, Ipv6 if it supports IPv6; on modify the network
#       interface is replaced, with a temporary disconnect.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
#     status: documented
#   assumptions:
#     - whether AWS takes a subnet that only SubnetConfigurations names is not known, so that case only warns
#     - the first four and the last address of an IPv6 range are reserved as those of an IPv4 range are
#     - an interface of the context that names no subnet may be in any
package vpce.rules.eni.valid_fixed_addresses

import data.vpce.lib.cidr
import data.vpce.lib.endpoint
import data.vpce.lib.network
import data.vpce.lib.unknown

deny contains {"message": message, "path": $"{address.path}/{address.member}"} if {
	some address in _addresses
	fault := _fault(address)
	message := $"{address.text} {fault}"
}

deny contains {"message": message, "path": $"{configuration.path}/{member}", "remediation": remediation} if {
	some configuration in _configurations
	some member in _members_of[input.endpoint.IpAddressType]
	not _gives(configuration, member)
	not _hidden_at($"{configuration.path}/{member}")
	message := $"an endpoint of IP address type {input.endpoint.IpAddressType} needs an {member} address here"
	remediation := $"Add {member} with a free address of the subnet."
}

deny contains {"message": message, "path": $"{configuration.path}/SubnetId", "remediation": remediation} if {
	some configuration in _configurations
	not _gives(configuration, "SubnetId")
	not _hidden_at($"{configuration.path}/SubnetId")
	message := "the configuration names no subnet"
	remediation := "Add SubnetId with the subnet the address is of."
}

deny contains {"message": message, "path": path, "enforcement_action": "warn"} if {
	some configuration in _configurations
	id := configuration.value.SubnetId
	unknown.given(id)
	count(_unknown_lists) == 0
	not id in _listed
	path := $"{configuration.path}/SubnetId"
	message := $"{id} gets an address but is not listed as a subnet of the endpoint"
}

undetermined contains {"reason": reason, "missing": sort(_hidden)} if {
	endpoint.remains
	count(_hidden) > 0
	reason := "not all fixed addresses are known yet"
}

undetermined contains {"reason": reason, "missing": sort(_unknown_lists)} if {
	some configuration in _configurations
	count(_unknown_lists) > 0
	id := configuration.value.SubnetId
	not id in _listed
	reason := "whether an address is for a subnet of the endpoint is not known yet"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	some configuration in _configurations
	hidden := endpoint.unknown_members(input, ["IpAddressType"])
	count(hidden) > 0
	some member in ["Ipv4", "Ipv6"]
	not _gives(configuration, member)
	reason := "which IP versions the endpoint has is not known yet, so an address may be missing"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	some address in _addresses
	unknown.given(address.subnet)
	count(_ranges(address)) == 0
	not _ranges_told(address)
	reason := $"the addresses of {address.subnet} are not known, so {address.text} may be outside of it"
}

undetermined contains {"reason": reason, "missing": ["/context/NetworkInterfaces"]} if {
	some address in _addresses
	not _interfaces_told
	reason := $"the network interfaces are not known, so {address.text} may be in use"
}

_interfaces_told if is_array(input.context.NetworkInterfaces)

_gives(configuration, member) if unknown.given(configuration.value[member])

_members_of := {"ipv4": ["Ipv4"], "ipv6": ["Ipv6"], "dualstack": ["Ipv4", "Ipv6"]}

_configurations contains {"path": $"/request/SubnetConfigurations/{i}", "at": i, "value": value} if {
	endpoint.remains
	some i, value in input.request.SubnetConfigurations
	value != null
}

# Each fixed address, with the configuration and the member it stands in.
_addresses contains address if {
	some configuration in _configurations
	some member in ["Ipv4", "Ipv6"]
	text := configuration.value[member]
	unknown.given(text)
	address := {
		"path": configuration.path,
		"at": configuration.at,
		"member": member,
		"text": text,
		"subnet": object.get(configuration.value, "SubnetId", null),
	}
}

_hidden := endpoint.unknown_members(input, ["SubnetConfigurations"])

_hidden_at(path) if count(unknown.touching(object.get(input, "unknown", []), [path])) > 0

_unknown_lists := endpoint.unknown_subnets - _hidden

# The subnets the endpoint has apart from its configurations. Where no list is given these alone say it.
_listed := {id |
	some subnet in endpoint.subnets
	not startswith(subnet.path, "/request/SubnetConfigurations/")
	id := subnet.id
} if {
	_some_list
} else := endpoint.subnet_ids

_some_list if unknown.given(input.request.SubnetIds)

_some_list if input.operation == "modify"

_some_list if count(_unknown_lists) > 0

_fault(address) := $"is not an {address.member} address" if {
	not _well_formed(address)
} else := $"is not within {ranges} of {address.subnet}" if {
	count(_ranges(address)) > 0
	not _around(address)
	ranges := concat(", ", sort(_ranges(address)))
} else := $"is not within {address.subnet}, which has no such range" if {
	count(_ranges(address)) == 0
	_ranges_told(address)
} else := $"is reserved in {range}, the range of {address.subnet}: the first four addresses and the last are" if {
	range := _around(address)
	cidr.reserved(address.text, range)
} else := $"is in use by {users} in {address.subnet}" if {
	users := concat(", ", sort(_users[cidr.canonical(address.text)][address.subnet]))
} else := $"is given for {earlier} already" if {
	earlier := min(_earlier(address))
}

_well_formed(address) if {
	address.member == "Ipv4"
	cidr.is_ipv4(address.text)
}

_well_formed(address) if {
	address.member == "Ipv6"
	cidr.is_ipv6(address.text)
}

_around(address) := range if {
	inside := [range | some range in _ranges(address); cidr.within(address.text, range)]
	range := inside[0]
}

# The known ranges of the subnet for this IP version.
_ranges(address) := {subnet.CidrBlock |
	some subnet in network.subnets[address.subnet]
	unknown.given(subnet.CidrBlock)
} if {
	address.member == "Ipv4"
} else := {association.Ipv6CidrBlock |
	some subnet in network.subnets[address.subnet]
	some association in subnet.Ipv6CidrBlockAssociationSet
	association.Ipv6CidrBlockState.State == "associated"
}

# Whether the context says that the subnet has no range of this IP version.
_ranges_told(address) if {
	address.member == "Ipv4"
	some subnet in network.subnets[address.subnet]
	subnet.Ipv6Native == true
}

_ranges_told(address) if {
	address.member == "Ipv6"
	some subnet in network.subnets[address.subnet]
	is_array(subnet.Ipv6CidrBlockAssociationSet)
}

# address -> subnet -> other interfaces that have it there
_users[address][subnet] contains name if {
	some interface in input.context.NetworkInterfaces
	not _own(interface)
	some subnet in _subnets_of(interface)
	some text in _texts_of(interface)
	address := cidr.canonical(text)
	name := object.get(interface, "NetworkInterfaceId", "another network interface")
}

_own(interface) if interface.NetworkInterfaceId in input.current.NetworkInterfaceIds

_subnets_of(interface) := _fixed_subnets & {interface.SubnetId} if {
	interface.SubnetId
} else := _fixed_subnets

_fixed_subnets := {address.subnet | some address in _addresses}

_texts_of(interface) := {text |
	some members in [
		[interface],
		object.get(interface, "PrivateIpAddresses", []),
		object.get(interface, "Ipv6Addresses", []),
	]
	some member in members
	some key in ["PrivateIpAddress", "Ipv6Address"]
	text := member[key]
}

_earlier(address) := {other.path |
	some other in _addresses
	other.at < address.at
	cidr.canonical(other.text) == cidr.canonical(address.text)
}
