# METADATA
# title: IPv4 only
# description: In the 2023 rule state an interface endpoint carries only IPv4.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
# custom:
#   id: VPCE-IFACE-027
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: state-2023-only
#   remediation: Set IpAddressType to ipv4, or judge by profile aws-current.
#   reads:
#     - /request/IpAddressType
#   profiles:
#     aws-current: 'off'
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 6
#       paraphrase: IPv4 TCP traffic only
#   aws:
#   - text: ipv4, ipv6 and dualstack interface endpoints exist.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
#     status: documented
package vpce.rules.iface.ipv4_only

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

deny contains {"message": message, "path": "/request/IpAddressType", "fix": fix} if {
	_judged
	type := input.request.IpAddressType
	unknown.given(type)
	type != "ipv4"
	fix := [{"op": "replace", "path": "/request/IpAddressType", "value": "ipv4"}]
	message := $"IP address type {type} is asked for, but interface endpoints carried only IPv4 in 2023"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_judged
	hidden := endpoint.unknown_members(input, ["IpAddressType"])
	count(hidden) > 0
	reason := "which IP address type is asked for is not known yet"
}

_judged if {
	endpoint.remains
	input.profile == "aws-2023"
}
