# METADATA
# title: All private route tables are attached
# description: Gateway endpoints are attached to all private route tables of the VPC (completeness).
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#   description: only subnets of associated route tables use the endpoint
# custom:
#   id: VPCE-ORG-021
#   kind: org
#   severity: warning
#   enforcement_action: warn
#   effect: org-decision
#   remediation: Add the route tables named in the message to RouteTableIds (AddRouteTableIds on a modify).
#   reads:
#     - /request/RouteTableIds
#     - /request/AddRouteTableIds
#     - /request/RemoveRouteTableIds
#     - /request/VpcId
#     - /current/RouteTableIds
#     - /context/RouteTables
#     - /context/VpcEndpoints
#     - /org/network/require_all_private_route_tables
package vpce.rules.org.all_route_tables

import data.vpce.lib.endpoint
import data.vpce.lib.tables

deny contains object.union({"message": message, "path": _path}, _fix) if {
	_asked
	count(_unsaid) == 0
	endpoint.others_told
	count(_left_out) > 0
	message := $"private route tables of the VPC have no route to the service: {concat(", ", sort(_left_out))}"
}

undetermined contains {"reason": "the VPC or its route tables are not known yet", "missing": _unsaid} if {
	_asked
	count(_unsaid) > 0
}

undetermined contains {"reason": "the route tables of the VPC are not known", "missing": ["/context/RouteTables"]} if {
	_asked
	not input.context.RouteTables
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	_asked
	count(_left_out) > 0
	not endpoint.others_told
	reason := "the other endpoints of the VPC are not known"
}

_asked if {
	endpoint.remains
	endpoint.type == "Gateway"
	data.org.network.require_all_private_route_tables == true
}

_unsaid := endpoint.unknown_members(input, ["RouteTableIds", "AddRouteTableIds", "RemoveRouteTableIds", "VpcId"])

_left_out := {table.RouteTableId |
	some table in input.context.RouteTables
	table.VpcId == input.endpoint.VpcId
	tables.private(table)
	not table.RouteTableId in _routed
}

# tables that this endpoint or another one to the same service is in
_routed := {id | some id in input.endpoint.RouteTableIds} | {id |
	some other in endpoint.near
	other.VpcEndpointType == "Gateway"
	other.ServiceName == input.endpoint.ServiceName
	some id in other.RouteTableIds
}

_path := "/request/RouteTableIds" if {
	input.operation == "create"
} else := "/request/RemoveRouteTableIds" if {
	count(input.request.RemoveRouteTableIds) > 0
} else := "/current/RouteTableIds"

default _fix := {}

_fix := {"fix": [{"op": "add", "path": "/request/RouteTableIds/-", "value": id} | some id in sort(_left_out)]} if {
	count(input.request.RouteTableIds) > 0
} else := {"fix": [{"op": "add", "path": "/request/AddRouteTableIds", "value": sort(_left_out)}]} if {
	input.operation == "modify"
	object.get(input.request, "AddRouteTableIds", []) == []
	object.get(input.request, "RemoveRouteTableIds", []) == []
}
