# METADATA
# title: No endpoint policy
# description: PolicyDocument and ResetPolicy are not used.
# custom:
#   id: VPCE-GWLB-005
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Take PolicyDocument and ResetPolicy out of the request; filter on the appliance.
#   reads:
#     - /request/PolicyDocument
#     - /request/ResetPolicy
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: GWLB column bullet 4
#       paraphrase: endpoint policies not supported
#   aws:
#   - text: PolicyDocument is for interface and gateway endpoints only.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
#     status: documented
package vpce.rules.gwlb.no_policy

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

deny contains {"message": message, "path": $"/request/{member}", "fix": _without(member)} if {
	endpoint.remains
	some member in _members
	unknown.given(input.request[member])
	message := $"{member} is given, but traffic through a GWLB endpoint is not filtered by endpoint policies"
}

deny contains {"message": message, "path": "/request/ResetPolicy", "fix": _without("ResetPolicy")} if {
	endpoint.remains
	input.request.ResetPolicy == true
	message := "the policy is to be reset, but a GWLB endpoint has none"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["PolicyDocument", "ResetPolicy"])
	count(hidden) > 0
	reason := "a value that must not be given is not known yet"
}

_members := ["PolicyDocument"]

_without(member) := [{"op": "remove", "path": $"/request/{member}"}]
