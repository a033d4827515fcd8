# METADATA
# title: Security groups of clients admit traffic to the service
# description: Egress of the client groups covers the prefix list on 443; NACLs need CIDRs instead of prefix
#   lists.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
# custom:
#   id: VPCE-GW-021
#   kind: documented
#   severity: info
#   enforcement_action: inform
#   effect: accepted-but-useless
#   hop: group
#   remediation: Add an egress rule for TCP 443 to the prefix list of the service.
#   operations: [create]
#   optional: [/context/SecurityGroups, /context/ManagedPrefixLists]
#   reads:
#     - /request/ServiceName
#     - /request/VpcId
#     - /context/SecurityGroups
#     - /context/ManagedPrefixLists
#   sources:
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Comparing Security Posture", sentence 2'
#       paraphrase: 'gateway: traffic not allowed by the route table is not carried'
#   aws:
#   - text: Rules must allow traffic; NACLs cannot reference prefix lists.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#     status: documented
#   assumptions:
#     - a group that lets out to parts of the ranges of a service only is told of all the same
package vpce.rules.gw.clients_let_out

import data.vpce.lib.endpoint
import data.vpce.lib.routes

deny contains {"message": message, "path": "/request/ServiceName", "remediation": remediation} if {
	input.operation == "create"
	count(routes.prefix_lists) > 0
	count(_closed) > 0
	names := concat(", ", sort(_closed))
	lists := concat(" or ", sort(routes.prefix_lists))
	message := concat("", [
		$"no egress rule of {names} admits TCP 443 to {input.endpoint.ServiceName}",
		$" (prefix list {lists}), so clients with these groups only do not reach it",
	])
	remediation := $"Add an egress rule for TCP 443 to {lists}, and admit its ranges in network ACLs."
}

deny contains {"message": message, "path": "/request/ServiceName"} if {
	input.operation == "create"
	count(routes.prefix_lists) == 0
	count(_shut) > 0
	names := concat(", ", sort(_shut))
	message := concat("", [
		$"no egress rule of {names} admits TCP 443 to any address,",
		$" so clients with these groups only do not reach {input.endpoint.ServiceName}",
	])
}

undetermined contains {"reason": reason, "missing": ["/context/ManagedPrefixLists"]} if {
	input.operation == "create"
	count(routes.prefix_lists) == 0
	count(_closed - _shut) > 0
	names := concat(", ", sort(_closed - _shut))
	reason := $"the prefix list of the service is not known, so {names} may let clients out to it"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	some group in input.context.SecurityGroups
	group.IpPermissionsEgress
	hidden := endpoint.unknown_members(input, ["ServiceName", "VpcId"])
	count(hidden) > 0
	reason := "whether clients get out to the service is not known yet"
}

# groups of the VPC that let nothing out to what is known of the service
_closed := {group.GroupId |
	some group in input.context.SecurityGroups
	group.VpcId == input.endpoint.VpcId
	is_array(group.IpPermissionsEgress)
	not _lets_out(group)
}

# groups that let nothing out on 443 but to other groups, whatever the prefix list of the service is
_shut := {group.GroupId |
	some group in input.context.SecurityGroups
	group.GroupId in _closed
	every permission in group.IpPermissionsEgress {
		not _https_to_ranges(permission)
	}
}

_https_to_ranges(permission) if {
	_https(permission)
	some member in ["IpRanges", "Ipv6Ranges", "PrefixListIds"]
	count(permission[member]) > 0
}

_lets_out(group) if {
	some permission in group.IpPermissionsEgress
	_https(permission)
	_to_service(permission)
}

_https(permission) if permission.IpProtocol == "-1"

_https(permission) if {
	permission.IpProtocol in {"tcp", "6"}
	permission.FromPort <= 443
	permission.ToPort >= 443
}

_to_service(permission) if {
	some list in permission.PrefixListIds
	list.PrefixListId in routes.prefix_lists
}

_to_service(permission) if {
	some range in permission.IpRanges
	range.CidrIp == "0.0.0.0/0"
}
