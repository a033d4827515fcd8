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
#   remediation: Use subnets that have the address family, or set IpAddressType to one that all subnets have.
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
#   - text: Table in "IP address types".
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
#     status: documented
#   assumptions:
#     - which type AWS takes where none is given beside an IPv6-only subnet is not known
package vpce.rules.eni.ip_type_fits_subnets

import data.vpce.lib.endpoint
import data.vpce.lib.ipversions
import data.vpce.lib.network

deny contains object.union({"message": message, "path": "/request/IpAddressType"}, _fix) if {
	ipversions.type_given
	unfit := {$"{subnet.id} {why}" | some subnet in ipversions.judged; why := ipversions.unfit(subnet.id)}
	count(unfit) > 0
	whys := concat(", ", sort(unfit))
	message := $"IP address type {ipversions.type} is asked for, but {whys}"
}

deny contains {"message": message, "path": subnet.path} if {
	not ipversions.type_given
	some subnet in ipversions.judged
	why := ipversions.unfit(subnet.id)
	message := $"the endpoint has IP address type {ipversions.type}, but {subnet.id} {why}"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["IpAddressType"]) | endpoint.unknown_subnets
	count(hidden) > 0
	reason := "which IP address type or which subnets the endpoint gets is not known yet"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	some subnet in ipversions.judged
	ipversions.type in {"ipv4", "ipv6", "dualstack"}
	not ipversions.settled(subnet.id)
	reason := $"which IP versions {subnet.id} has is not known"
}

undetermined contains {"reason": reason, "missing": ["/request/IpAddressType"]} if {
	some subnet in ipversions.judged
	not ipversions.type
	some facts in network.subnets[subnet.id]
	facts.Ipv6Native == true
	reason := $"no IP address type is given, and {subnet.id} is IPv6-only"
}

# ipv4 suits where all subnets are known to have it. No other type is sure to suit the service.
_fix := {"fix": [{"op": "replace", "path": "/request/IpAddressType", "value": "ipv4"}]} if {
	every subnet in ipversions.judged {
		ipversions.native(subnet.id, false)
	}
} else := {}
