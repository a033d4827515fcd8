# METADATA
# title: One endpoint route per service and route table after the change
# description: AddRouteTableIds names no table that has a route to the same service through another endpoint.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
# custom:
#   id: VPCE-GW-005
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Remove the route table from the other endpoint first (RemoveRouteTableIds).
#   operations: [modify]
#   reads:
#     - /request/AddRouteTableIds
#     - /current/ServiceName
#     - /current/RouteTableIds
#     - /context/RouteTables
#     - /context/VpcEndpoints
#     - /context/ManagedPrefixLists
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 2, sentence 3
#       paraphrase: one endpoint route per service and table
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 3
#       paraphrase: route tables can be added or removed
#   aws:
#   - text: Same.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#     status: documented
#   assumptions:
#     - 'The IPv6 prefix list of a service is taken to be named <service name>.ipv6, which AWS does not document.'
package vpce.rules.gw.one_route_per_service_after_modify

import data.vpce.lib.endpoint
import data.vpce.lib.routes

deny contains {"message": message, "path": table.path, "fix": _without(table)} if {
	some table in _added
	holders := routes.holders[table.id]
	names := concat(", ", sort(holders))
	message := $"route table {table.id} is already used for {input.endpoint.ServiceName} by {names}"
}

# The route itself is evidence where no endpoint of the context accounts for it.
deny contains {"message": message, "path": table.path, "fix": _without(table)} if {
	some table in _added
	not routes.holders[table.id]
	gateways := routes.gateways[table.id]
	names := concat(", ", sort(gateways))
	message := $"route table {table.id} already has a route to {input.endpoint.ServiceName} through {names}"
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	not endpoint.others_told
	some table in _added
	not routes.told(table.id)
	reason := $"neither the endpoints of the VPC nor the routes of {table.id} are known"
}

undetermined contains {"reason": reason, "missing": ["/current/ServiceName"]} if {
	some _ in _added
	not input.endpoint.ServiceName
	reason := "to which service the endpoint leads is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "modify"
	hidden := endpoint.unknown_members(input, ["AddRouteTableIds"])
	count(hidden) > 0
	reason := "which route tables are added is not known yet"
}

# Adding a table the endpoint has changes nothing.
_added contains table if {
	input.operation == "modify"
	some table in endpoint.route_tables
	not table.id in object.get(input, ["current", "RouteTableIds"], [])
}

_without(table) := [{"op": "remove", "path": table.path}]
