# METADATA
# title: Modify adds what is missing and removes what is attached
# description: Add lists name ids not yet attached and Remove lists name ids that are attached.
# custom:
#   id: VPCE-COMMON-011
#   kind: aws-api
#   severity: warning
#   enforcement_action: warn
#   effect: hygiene
#   remediation: Take the id out of the request.
#   operations: [modify]
#   reads:
#     - /request/AddSubnetIds
#     - /request/RemoveSubnetIds
#     - /request/AddRouteTableIds
#     - /request/RemoveRouteTableIds
#     - /request/AddSecurityGroupIds
#     - /request/RemoveSecurityGroupIds
#     - /current/SubnetIds
#     - /current/RouteTableIds
#     - /current/Groups
#   aws:
#   - text: The Add parameters name what to associate with the endpoint, the Remove parameters what to disassociate.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
#     status: documented
package vpce.rules.common.modify_changes_something

import data.vpce.lib.endpoint

deny contains {"message": message, "path": path, "fix": [{"op": "remove", "path": path}]} if {
	some kind, attached in _attached
	some i, id in input.request[$"Add{kind}"]
	id in attached
	path := $"/request/Add{kind}/{i}"
	message := $"{id} would be added, but is already attached"
}

deny contains {"message": message, "path": path, "fix": [{"op": "remove", "path": path}]} if {
	some kind, attached in _attached
	some i, id in input.request[$"Remove{kind}"]
	id != null
	not id in attached
	path := $"/request/Remove{kind}/{i}"
	message := $"{id} would be removed, but is not attached"
}

undetermined contains {"reason": reason, "missing": [pointer]} if {
	input.operation == "modify"
	some kind, pointer in _pointers
	some verb in ["Add", "Remove"]
	count(input.request[$"{verb}{kind}"]) > 0
	not _attached[kind]
	reason := "what is attached to the endpoint now is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "modify"
	members := [$"{verb}{kind}" | some kind, _ in _pointers; some verb in ["Add", "Remove"]]
	hidden := endpoint.unknown_members(input, members)
	count(hidden) > 0
	reason := "which ids the request adds or takes away is not known yet"
}

_attached[kind] := input.current[kind] if {
	input.operation == "modify"
	some kind in ["SubnetIds", "RouteTableIds"]
}

_attached["SecurityGroupIds"] := [group.GroupId | some group in input.current.Groups] if {
	input.operation == "modify"
	input.current.Groups
}

_pointers := {
	"SubnetIds": "/current/SubnetIds",
	"RouteTableIds": "/current/RouteTableIds",
	"SecurityGroupIds": "/current/Groups",
}
