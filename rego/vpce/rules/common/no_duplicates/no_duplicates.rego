# METADATA
# title: No duplicate or contradictory ids
# description: Id lists contain no id twice and no id is in both the Add and the Remove list of one modify request.
# custom:
#   id: VPCE-COMMON-010
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: hygiene
#   remediation: List the id once.
#   reads:
#     - /request/SubnetIds
#     - /request/RouteTableIds
#     - /request/SecurityGroupIds
#     - /request/AddSubnetIds
#     - /request/RemoveSubnetIds
#     - /request/AddRouteTableIds
#     - /request/RemoveRouteTableIds
#     - /request/AddSecurityGroupIds
#     - /request/RemoveSecurityGroupIds
#   aws:
#   - text: The schema of AWS::EC2::VPCEndpoint declares the items of SubnetIds, RouteTableIds and SecurityGroupIds
#       unique.
#     doc: https://github.com/aws-cloudformation/cfn-lint/blob/main/src/cfnlint/data/schemas/providers/us_east_1/aws-ec2-vpcendpoint.json
#     status: observed
#     evidence: public-code
package vpce.rules.common.no_duplicates

import data.vpce.lib.endpoint

deny contains {"message": message, "path": $"/request/{member}/{j}"} if {
	endpoint.remains
	_may_repeat
	some [member, id], positions in _at
	first := min(positions)
	some j in positions
	j != first
	message := $"{id} is listed twice in {member}"
}

deny contains {"message": message, "path": $"/request/Add{kind}/{i}", "remediation": remediation} if {
	input.operation == "modify"
	some kind in _kinds
	some [member, id], positions in _at
	member == $"Add{kind}"
	_at[[$"Remove{kind}", id]]
	i := min(positions)
	message := $"{id} would be added and removed at once"
	remediation := $"Take {id} out of Add{kind} or out of Remove{kind}."
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, _lists)
	count(hidden) > 0
	reason := "not all ids are known yet, so two of them may be the same"
}

# list and id -> positions of the id in the list
# There are fewer different ids than ids; most requests end here.
_may_repeat if {
	some member in _lists
	ids := input.request[member]
	count(ids) > count({id | some id in ids})
}

_at[[member, id]] contains i if {
	some member in _lists
	is_array(input.request[member])
	some i, id in input.request[member]
	id != null
}

_kinds := ["SubnetIds", "RouteTableIds", "SecurityGroupIds"]

_lists := [$"{prefix}{kind}" | some prefix in ["", "Add", "Remove"]; some kind in _kinds]
