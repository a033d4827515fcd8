# METADATA
# title: At least one route table remains
# description: 'A modify that leaves the gateway endpoint without route tables is announced: no subnet will
#   use it.'
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
# custom:
#   id: VPCE-GW-019
#   kind: documented
#   severity: warning
#   enforcement_action: warn
#   effect: accepted-but-useless
#   remediation: Keep a route table, name a new one in AddRouteTableIds, or delete the endpoint.
#   operations: [modify]
#   reads:
#     - /request/RemoveRouteTableIds
#     - /request/AddRouteTableIds
#     - /current/RouteTableIds
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullets 3 and 7
#       paraphrase: route tables can be removed; subnets use it through them
#   aws:
#   - text: Route is deleted on disassociation.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#     status: documented
package vpce.rules.gw.route_table_remains

import data.vpce.lib.endpoint

deny contains {"message": message, "path": "/request/RemoveRouteTableIds"} if {
	_removing
	count(input.current.RouteTableIds) > 0
	count(input.endpoint.RouteTableIds) == 0
	count(_hidden) == 0
	gone := concat(", ", input.current.RouteTableIds)
	message := $"removing {gone} leaves no route table: no subnet uses the endpoint, and traffic goes by NAT or internet"
}

undetermined contains {"reason": reason, "missing": ["/current/RouteTableIds"]} if {
	_removing
	not input.current.RouteTableIds
	reason := "which route tables the endpoint has now is not known"
}

undetermined contains {"reason": reason, "missing": sort(_hidden)} if {
	input.operation == "modify"
	count(_hidden) > 0
	count({id | some id in input.endpoint.RouteTableIds} - _may_go) == 0
	reason := "whether a route table remains is not known yet"
}

_removing if {
	input.operation == "modify"
	some id in input.request.RemoveRouteTableIds
	id != null
}

_hidden := endpoint.unknown_members(input, ["AddRouteTableIds", "RemoveRouteTableIds"])

# Tables an unknown removal may take; those the request adds stay.
_may_go := set() if {
	count(endpoint.unknown_members(input, ["RemoveRouteTableIds"])) == 0
} else := {id |
	some id in input.current.RouteTableIds
	not id in object.get(input.request, "AddRouteTableIds", [])
}
