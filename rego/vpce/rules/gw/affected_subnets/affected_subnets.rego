# METADATA
# title: All subnets of an associated route table use the endpoint
# description: The decision lists every subnet whose traffic will change, from explicit and implicit (main)
#   associations.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
# custom:
#   id: VPCE-GW-014
#   kind: documented
#   severity: info
#   enforcement_action: inform
#   effect: property
#   existing: silent
#   remediation: Check that the endpoint policy suits the clients in all these subnets.
#   optional: [/context/RouteTables, /context/Subnets]
#   reads:
#     - /request/RouteTableIds
#     - /request/AddRouteTableIds
#     - /request/VpcId
#     - /context/RouteTables
#     - /context/Subnets
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 7
#       paraphrase: all instances in subnets associated with the table automatically use the endpoint
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Technical Mechanics of Gateway Endpoints", sentence 3'
#       paraphrase: matching traffic goes through the endpoint instead of IGW, NAT or peering
#   aws:
#   - text: Same; other subnets use the public endpoint.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#     status: documented
package vpce.rules.gw.affected_subnets

import data.vpce.lib.endpoint
import data.vpce.lib.routes

deny contains {"message": message, "path": table.path} if {
	endpoint.remains
	some table in endpoint.route_tables
	not table.id in object.get(input, ["current", "RouteTableIds"], [])
	subnets := routes.subnets[table.id]
	names := concat(", ", sort(subnets))
	message := concat("", [
		$"traffic to the service from {names} will take the endpoint through {table.id}",
		_as_main(table.id),
		"; other traffic keeps its routes, also to the internet",
	])
}

_as_main(id) := ", the main table of the VPC" if {
	id in routes.main
} else := ""

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["RouteTableIds", "AddRouteTableIds"]) | _hidden_vpc
	count(hidden) > 0
	reason := "which subnets will use the endpoint is not known yet"
}

# Which subnets a main table serves depends on the VPC.
_hidden_vpc := endpoint.unknown_members(input, ["VpcId"]) if {
	count(routes.main) > 0
} else := set()
