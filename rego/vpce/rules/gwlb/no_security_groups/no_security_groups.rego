# METADATA
# title: No security groups
# description: SecurityGroupIds and its Add/Remove forms are not used.
# custom:
#   id: VPCE-GWLB-004
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Take the security groups out of the request; filter on the appliance or by network ACL.
#   reads:
#     - /request/SecurityGroupIds
#     - /request/AddSecurityGroupIds
#     - /request/RemoveSecurityGroupIds
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: GWLB column bullet 4
#       paraphrase: security groups not supported
#   aws:
#   - text: SecurityGroupIds is for interface, resource, service network and tunnel endpoints.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
#     status: documented
package vpce.rules.gwlb.no_security_groups

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

deny contains {"message": message, "path": $"/request/{member}", "fix": _without(member)} if {
	endpoint.remains
	some member in _members
	unknown.given(input.request[member])
	message := $"{member} is given, but a GWLB endpoint has no security groups"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, _members)
	count(hidden) > 0
	reason := "a value that must not be given is not known yet"
}

_members := ["SecurityGroupIds", "AddSecurityGroupIds", "RemoveSecurityGroupIds"]

_without(member) := [{"op": "remove", "path": $"/request/{member}"}]
