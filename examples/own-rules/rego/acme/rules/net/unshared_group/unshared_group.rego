# METADATA
# title: Security groups of an endpoint are its own
# description: No other endpoint of the account has a security group of this one.
# related_resources:
# - ref: https://policies.example.com/groups
#   description: Why a group each.
# custom:
#   id: ACME-NET-002
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Make a security group for this endpoint alone.
#   reads: [/request/SecurityGroupIds, /context/VpcEndpoints]
package acme.rules.net.unshared_group

import data.vpce.lib.endpoint

deny contains {"message": message, "path": "/request/SecurityGroupIds"} if {
	endpoint.remains
	some other in input.context.VpcEndpoints # this one is not among them
	some group in other.Groups
	group.GroupId in endpoint.security_group_ids
	message := $"{group.GroupId} is a security group of {other.VpcEndpointId}, too"
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	endpoint.remains
	count(endpoint.security_group_ids) > 0
	not input.context.VpcEndpoints
	reason := "which groups other endpoints have is not known"
}

undetermined contains {"reason": reason, "missing": missing} if {
	endpoint.remains
	missing := endpoint.unknown_members(input, ["SecurityGroupIds", "AddSecurityGroupIds"])
	count(missing) > 0
	reason := "the security groups are not known yet"
}
