# METADATA
# title: IP type fits the subnet
# description: '2023: IPv4 only. Today: ipv4, ipv6, dualstack with the same subnet conditions as interface endpoints.'
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
# custom:
#   id: VPCE-GWLB-009
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Use a subnet with this address family, or set IpAddressType to ipv4.
#   reads:
#     - /request/IpAddressType
#     - /request/SubnetIds
#     - /request/SubnetConfigurations
#     - /context/Subnets
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: GWLB column bullet 5
#       paraphrase: IPv4 traffic only
#   aws:
#   - text: IP address type choices in the create procedure.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
#     status: documented
package vpce.rules.gwlb.ip_type_fits_subnet

import data.vpce.lib.endpoint
import data.vpce.lib.ipversions

deny contains {"message": message, "path": "/request/IpAddressType", "fix": _fix} if {
	endpoint.remains
	input.profile == "aws-2023"
	ipversions.type_given
	ipversions.type != "ipv4"
	message := $"IP address type {ipversions.type} is asked for, but in 2023 such endpoints carried only IPv4"
}

deny contains {"message": message, "path": "/request/IpAddressType", "fix": _fix} if {
	_judged
	ipversions.type_given
	unfit := {$"{subnet.id} {why}" | some subnet in ipversions.judged; why := ipversions.unfit(subnet.id)}
	count(unfit) > 0
	whys := concat(", ", sort(unfit))
	message := $"IP address type {ipversions.type} is asked for, but {whys}"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	_judged
	ipversions.type_given
	some subnet in ipversions.judged
	not ipversions.settled(subnet.id)
	reason := $"which IP versions {subnet.id} has is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["IpAddressType"])
	count(hidden) > 0
	reason := "which IP address type is asked for is not known yet"
}

undetermined contains {"reason": reason, "missing": sort(endpoint.unknown_subnets)} if {
	_judged
	ipversions.type_given
	count(endpoint.unknown_subnets) > 0
	reason := "which subnet the endpoint gets is not known yet"
}

_judged if {
	endpoint.remains
	input.profile != "aws-2023"
	ipversions.type in {"ipv4", "ipv6", "dualstack"}
}

_fix := [{"op": "replace", "path": "/request/IpAddressType", "value": "ipv4"}]
