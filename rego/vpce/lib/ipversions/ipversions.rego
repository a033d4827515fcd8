# METADATA
# title: IP versions of subnets, held against the IP address type of an endpoint
package vpce.lib.ipversions

import data.vpce.lib.endpoint
import data.vpce.lib.network
import data.vpce.lib.unknown

# METADATA
# description: |
#   The IP address type the endpoint has or asks for; undefined where none is told. AWS itself writes it in capitals
#   for some types.
type := lower(input.endpoint.IpAddressType)

# METADATA
# description: True when the request asks for a type.
type_given if unknown.given(input.request.IpAddressType)

# METADATA
# description: The subnets to judge. A new type is held against all, a kept one against the new subnets.
judged contains subnet if {
	endpoint.remains
	some subnet in endpoint.subnets
	_new(subnet)
}

_new(_) if type_given

_new(subnet) if startswith(subnet.path, "/request/")

# METADATA
# description: Why a subnet does not fit the type, in words; undefined where it is not known not to.
# scope: rule
unfit(id) := "is IPv6-only" if {
	type in {"ipv4", "dualstack"}
	native(id, true)
} else := "has no associated IPv6 range" if {
	type in {"ipv6", "dualstack"}
	_ipv6(id, false)
} else := "has IPv4 too" if {
	type == "ipv6"
	native(id, false)
}

# METADATA
# description: True when it is known whether the subnet fits.
# scope: rule
settled(id) if unfit(id)

settled(id) if {
	type == "ipv4"
	native(id, false)
}

settled(id) if {
	type == "dualstack"
	native(id, false)
	_ipv6(id, true)
}

settled(id) if {
	type == "ipv6"
	native(id, true)
	_ipv6(id, true)
}

# METADATA
# description: Whether a subnet is known to be IPv6-only; one that is not has an IPv4 range.
# scope: rule
native(id, told) if {
	some subnet in network.subnets[id]
	subnet.Ipv6Native == told
}

native(id, false) if {
	some subnet in network.subnets[id]
	object.get(subnet, "Ipv6Native", null) == null
	unknown.given(subnet.CidrBlock)
}

# Whether a subnet is known to have an IPv6 range; one that is being associated or disassociated does not count.
_ipv6(id, true) if {
	some subnet in network.subnets[id]
	_associated(subnet)
}

_ipv6(id, false) if {
	some subnet in network.subnets[id]
	is_array(subnet.Ipv6CidrBlockAssociationSet)
	not _associated(subnet)
}

_associated(subnet) if {
	some association in subnet.Ipv6CidrBlockAssociationSet
	association.Ipv6CidrBlockState.State == "associated"
}
