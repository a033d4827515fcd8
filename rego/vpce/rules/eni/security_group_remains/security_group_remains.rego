# METADATA
# title: At least one security group remains
# description: A modify request does not detach the last security group.
# custom:
#   id: VPCE-IFACE-011
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Keep a group, or name the new one in AddSecurityGroupIds of the same request.
#   operations: [modify]
#   reads:
#     - /request/RemoveSecurityGroupIds
#     - /request/AddSecurityGroupIds
#     - /current/Groups
#   aws:
#   - text: An endpoint always has at least one security group; without one given it has the default group.
#     doc: https://github.com/hashicorp/terraform-provider-aws/pull/13737
#     status: observed
#     evidence: issue
package vpce.rules.eni.security_group_remains

import data.vpce.lib.endpoint

deny contains {"message": message, "path": "/request/RemoveSecurityGroupIds"} if {
	_removing
	input.current.Groups
	count(endpoint.security_group_ids) == 0
	count(_hidden) == 0
	gone := concat(", ", sort({group.GroupId | some group in input.current.Groups}))
	message := $"removing {gone} without adding a group leaves no security group"
}

undetermined contains {"reason": reason, "missing": sort(_hidden)} if {
	input.operation == "modify"
	count(_hidden) > 0
	count(endpoint.security_group_ids - _may_go) == 0
	reason := "whether a security group remains is not known yet"
}

undetermined contains {"reason": reason, "missing": ["/current/Groups"]} if {
	_removing
	not input.current.Groups
	count(endpoint.security_group_ids) == 0
	reason := "which security groups the endpoint has now is not known"
}

_removing if {
	input.operation == "modify"
	some id in input.request.RemoveSecurityGroupIds
	id != null
}

_hidden := endpoint.unknown_members(input, ["AddSecurityGroupIds", "RemoveSecurityGroupIds"])

# Groups an unknown removal may take; those the request adds stay.
_may_go := set() if {
	count(endpoint.unknown_members(input, ["RemoveSecurityGroupIds"])) == 0
} else := {group.GroupId |
	some group in input.current.Groups
	not group.GroupId in object.get(input.request, "AddSecurityGroupIds", [])
}
