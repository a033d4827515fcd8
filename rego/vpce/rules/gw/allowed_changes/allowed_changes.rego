# METADATA
# title: Only changes that a gateway endpoint takes
# description: Policy (set or reset), route table set, IP and DNS options can change; nothing else.
# custom:
#   id: VPCE-GW-016
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: >-
#     Keep AddRouteTableIds, RemoveRouteTableIds, PolicyDocument, ResetPolicy, IpAddressType and DnsOptions; take the
#     other members out.
#   operations: [modify]
#   reads:
#     - /request
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 3
#       paraphrase: policy can be modified, route tables added or removed
#   aws:
#   - text: For a gateway endpoint ModifyVpcEndpoint takes route tables, the policy and ResetPolicy.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
#     status: documented
package vpce.rules.gw.allowed_changes

import data.vpce.lib.unknown

deny contains {"message": message, "path": $"/request/{member}", "fix": fix, "remediation": remediation} if {
	input.operation == "modify"
	some member, value in input.request
	not member in _changeable
	unknown.given(value)
	value != false
	fix := [{"op": "remove", "path": $"/request/{member}"}]
	message := $"{member} is given, but a gateway endpoint only changes policy, route tables, IP and DNS options"
	remediation := $"Take {member} out of the request."
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "modify"
	hidden := {pointer |
		some pointer in input.unknown
		parts := split(pointer, "/")
		parts[1] == "request"
		not parts[2] in _changeable
	}
	count(hidden) > 0
	reason := "whether something changes that cannot is not known yet"
}

_changeable := {
	"VpcEndpointId",
	"DryRun",
	"PolicyDocument",
	"ResetPolicy",
	"AddRouteTableIds",
	"RemoveRouteTableIds",
	"IpAddressType",
	"DnsOptions",
}
