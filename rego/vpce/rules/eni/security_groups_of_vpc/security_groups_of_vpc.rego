# METADATA
# title: Security groups belong to the VPC
# description: Each security group belongs to the VPC of the endpoint or is associated with it.
# custom:
#   id: VPCE-IFACE-009
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Use a security group of the VPC the endpoint is in.
#   reads:
#     - /request/SecurityGroupIds
#     - /request/AddSecurityGroupIds
#     - /request/VpcId
#     - /context/SecurityGroups
#     - /context/SecurityGroupVpcAssociations
#   aws:
#   - text: A non-default SG can be associated with several VPCs of the account and Region, and be shared
#       to participants (since Oct 2024).
#     doc: https://aws.amazon.com/blogs/networking-and-content-delivery/simplify-amazon-vpc-security-groups-management-with-vpc-associations-and-security-groups-sharing
#     status: documented
#   assumptions:
#     - whether PrivateLink accepts a group that is associated with the VPC is not documented, so it is a warning
#     - where the context does not tell of associations, there are none
package vpce.rules.eni.security_groups_of_vpc

import data.vpce.lib.endpoint

deny contains {"message": message, "path": path} if {
	some [id, path, group] in _foreign
	not _associated(id)
	message := $"security group {id} belongs to {group.VpcId}, but the endpoint is in {_vpc}"
}

deny contains {"message": message, "path": path, "enforcement_action": "warn"} if {
	some [id, path, group] in _foreign
	_associated(id)
	message := $"security group {id} of {group.VpcId} is only associated with {_vpc}; an endpoint may not take it"
}

undetermined contains {"reason": reason, "missing": ["/context/SecurityGroups"]} if {
	_vpc
	some [id, _] in _named
	not _told(id)
	reason := $"to which VPC security group {id} belongs is not known"
}

undetermined contains {"reason": reason, "missing": [_vpc_pointer]} if {
	not _vpc
	count(_named) > 0
	reason := "the VPC of the endpoint is not known, so its security groups cannot be compared with it"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["SecurityGroupIds", "AddSecurityGroupIds"])
	count(hidden) > 0
	reason := "not all security groups of the endpoint are known yet"
}

_vpc := input.endpoint.VpcId if is_string(input.endpoint.VpcId)

_vpc_pointer := "/request/VpcId" if {
	input.operation == "create"
} else := "/current/VpcId"

_named contains [id, $"/request/{member}/{i}"] if {
	endpoint.remains
	some member in ["SecurityGroupIds", "AddSecurityGroupIds"]
	some i, id in input.request[member]
	id != null
}

_foreign contains [id, path, group] if {
	some [id, path] in _named
	some group in _groups[id]
	group.VpcId != _vpc
}

_told(id) if {
	some group in _groups[id]
	group.VpcId
}

# id -> what the context tells of the groups the request names
_groups[id] contains group if {
	some group in input.context.SecurityGroups
	id := group.GroupId
	id in _ids
}

_ids := {id | some [id, _] in _named}

_associated(id) if {
	some association in input.context.SecurityGroupVpcAssociations
	association.GroupId == id
	association.VpcId == _vpc
	association.State == "associated"
}
