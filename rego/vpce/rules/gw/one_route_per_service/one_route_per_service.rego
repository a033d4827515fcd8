# METADATA
# title: One endpoint route per service and route table
# description: No chosen route table already has an endpoint route to the same service.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
# custom:
#   id: VPCE-GW-004
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Add the route table to the existing endpoint or choose another route table.
#   operations: [create]
#   reads:
#     - /request/ServiceName
#     - /request/RouteTableIds
#     - /context/RouteTables
#     - /context/VpcEndpoints
#     - /context/predecessor
#     - /context/ManagedPrefixLists
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 2, sentence 3
#       paraphrase: no multiple endpoint routes to the same service in one route table
#   aws:
#   - text: Same sentence today.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#     status: documented
#   assumptions:
#     - 'The IPv6 prefix list of a service is taken to be named <service name>.ipv6, which AWS does not document.'
package vpce.rules.gw.one_route_per_service

import data.vpce.lib.endpoint
import data.vpce.lib.routes

deny contains {"message": message, "path": table.path, "fix": _without(table)} if {
	input.operation == "create"
	some table in endpoint.route_tables
	holders := routes.holders[table.id]
	names := concat(", ", sort(holders))
	message := $"route table {table.id} is already used for {input.endpoint.ServiceName} by {names}"
}

# The route itself is evidence where no endpoint of the context accounts for it.
deny contains {"message": message, "path": table.path, "fix": _without(table)} if {
	input.operation == "create"
	some table in endpoint.route_tables
	not routes.holders[table.id]
	gateways := routes.gateways[table.id]
	names := concat(", ", sort(gateways))
	message := $"route table {table.id} already has a route to {input.endpoint.ServiceName} through {names}"
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	input.operation == "create"
	not endpoint.others_told
	some table in endpoint.route_tables
	not routes.told(table.id)
	not _had(table.id)
	reason := $"neither the endpoints of the VPC nor the routes of {table.id} are known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["RouteTableIds", "ServiceName"])
	count(hidden) > 0
	reason := "which route tables or which service the endpoint gets is not known yet"
}

# Nobody else has the route that the one before has had.
_had(table) if {
	endpoint.gone_predecessor.ServiceName == input.endpoint.ServiceName
	table in endpoint.gone_predecessor.RouteTableIds
}

_without(table) := [{"op": "remove", "path": table.path}]
