# METADATA
# title: Security groups stay within the quota
# description: The endpoint has at most the quota of security groups per network interface (default 5, up to
#   16).
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
# custom:
#   id: VPCE-IFACE-010
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: >-
#     Merge the rules into fewer groups, or request more than 5 for the quota Security groups per network interface
#     (L-2AFB9258).
#   reads:
#     - /request/SecurityGroupIds
#     - /request/AddSecurityGroupIds
#     - /request/RemoveSecurityGroupIds
#     - /current/Groups
#     - /org/limits
#   aws:
#   - text: 5 per network interface, adjustable up to 16; groups x rules <= 1,000.
#     doc: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
#     status: documented
package vpce.rules.eni.security_groups_within_quota

import data.vpce.lib.endpoint
import data.vpce.lib.limits

deny contains {"message": message, "path": _path} if {
	_asked
	found := count(endpoint.security_group_ids)
	found > limits.of("security_groups_per_eni")
	count(_fewer) == 0
	message := $"the endpoint would have {found} security groups; the quota is {_limit} per network interface"
}

undetermined contains {"reason": reason, "missing": sort(_hidden)} if {
	endpoint.remains
	count(_hidden) > 0
	reason := "how many security groups the endpoint gets is not known yet"
}

undetermined contains {"reason": reason, "missing": ["/current/Groups"]} if {
	input.operation == "modify"
	_asked
	not input.current.Groups
	reason := "how many security groups the endpoint has now is not known"
}

_limit := limits.of("security_groups_per_eni")

_path := "/request/SecurityGroupIds" if {
	input.operation == "create"
} else := "/request/AddSecurityGroupIds"

_asked if input.operation == "create"

_asked if {
	input.operation == "modify"
	some id in input.request.AddSecurityGroupIds
	id != null
}

_hidden := endpoint.unknown_members(input, ["SecurityGroupIds", "AddSecurityGroupIds", "RemoveSecurityGroupIds"])

_fewer := endpoint.unknown_members(input, ["RemoveSecurityGroupIds"])
