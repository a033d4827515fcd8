# METADATA
# title: IP address type fits the subnets
# description: |
#   ipv4 needs IPv4 in all subnets of the endpoint, dualstack needs IPv4 and IPv6 in all, ipv6 needs IPv6-only subnets.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
# custom:
#   id: VPCE-IFACE-023
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Change the type or the subnets.
#   reads:
#     - /request/IpAddressType
#     - /request/SubnetIds
#     - /request/AddSubnetIds
#     - /request/SubnetConfigurations
#     - /context/Subnets
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 6
#       paraphrase: IPv4 TCP only
#   aws:
#     - text: Table in "IP address types".
#       doc: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
#       status: verified
#   assumptions:
#     - which type AWS takes where none is given beside an IPv6-only subnet is not known
package vpce.rules.iface.ip_type_fits_subnets

import data.vpce.lib.endpoint
import data.vpce.lib.network
import data.vpce.lib.unknown

deny contains object.union({"message": message, "path": "/request/IpAddressType"}, _fix) if {
	_type_given
	unfit := {$"{subnet.id} {why}" | some subnet in _judged; why := _unfit(subnet.id)}
	count(unfit) > 0
	whys := concat(", ", sort(unfit))
	message := $"IP address type {_type} is asked for, but {whys}"
}

deny contains {"message": message, "path": subnet.path} if {
	not _type_given
	some subnet in _judged
	why := _unfit(subnet.id)
	message := $"the endpoint has IP address type {_type}, but {subnet.id} {why}"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["IpAddressType"]) | endpoint.unknown_subnets
	count(hidden) > 0
	reason := "which IP address type or which subnets the endpoint gets is not known yet"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	some subnet in _judged
	_type in {"ipv4", "ipv6", "dualstack"}
	not _fits(subnet.id)
	reason := $"the context does not tell which IP versions {subnet.id} has"
}

undetermined contains {"reason": reason, "missing": ["/request/IpAddressType"]} if {
	some subnet in _judged
	not _type
	some facts in network.subnets[subnet.id]
	facts.Ipv6Native == true
	reason := $"no IP address type is given, and {subnet.id} is IPv6-only"
}

_type := input.endpoint.IpAddressType

_type_given if unknown.given(input.request.IpAddressType)

# A new type is held against all subnets, a kept one against the new subnets.
_judged contains subnet if {
	endpoint.remains
	some subnet in endpoint.subnets
	_new(subnet)
}

_new(_) if _type_given

_new(subnet) if startswith(subnet.path, "/request/")

_unfit(id) := "is IPv6-only" if {
	_type in {"ipv4", "dualstack"}
	_native(id, true)
} else := "has no associated IPv6 range" if {
	_type in {"ipv6", "dualstack"}
	_ipv6(id, false)
} else := "has IPv4 too" if {
	_type == "ipv6"
	_native(id, false)
}

_fits(id) if _unfit(id)

_fits(id) if {
	_type == "ipv4"
	_native(id, false)
}

_fits(id) if {
	_type == "dualstack"
	_native(id, false)
	_ipv6(id, true)
}

_fits(id) if {
	_type == "ipv6"
	_native(id, true)
	_ipv6(id, true)
}

# Whether a subnet is known to be IPv6-only; one that is not has an IPv4 range.
_native(id, told) if {
	some subnet in network.subnets[id]
	subnet.Ipv6Native == told
}

_native(id, false) if {
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

# ipv4 suits where all subnets are known to have it. No other type is sure to suit the service.
_fix := {"fix": [{"op": "replace", "path": "/request/IpAddressType", "value": "ipv4"}]} if {
	every subnet in _judged {
		_native(subnet.id, false)
	}
} else := {}
