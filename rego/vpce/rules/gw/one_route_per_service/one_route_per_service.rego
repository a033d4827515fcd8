# METADATA
# title: One endpoint route per service and route table (create)
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
#   reads:
#     - /request/ServiceName
#     - /request/RouteTableIds
#     - /context/RouteTables
#     - /context/VpcEndpoints
#     - /context/ManagedPrefixLists
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 2, sentence 3
#       paraphrase: no multiple endpoint routes to the same service in one route table
#   aws:
#     - text: Same sentence today.
#       doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#       status: verified
#     - text: 'API error RouteAlreadyExists: "route table rtb-… already has a route with destination-prefix-list-id
#         pl-…".'
#       doc: public error logs
#       status: verified in public code/log, not in AWS docs
#   assumptions:
#     - 'The IPv6 prefix list of a service is named <service name>.ipv6: from memory.'
package vpce.rules.gw.one_route_per_service

import data.vpce.lib.endpoint

deny contains {"message": message, "path": table.path} if {
	input.operation == "create"
	some table in endpoint.route_tables
	holders := _endpoints_on[table.id]
	names := concat(", ", sort(holders))
	message := $"route table {table.id} is already used for {input.endpoint.ServiceName} by {names}"
}

# The route itself is evidence where no endpoint of the context accounts for it.
deny contains {"message": message, "path": table.path} if {
	input.operation == "create"
	some table in endpoint.route_tables
	not _endpoints_on[table.id]
	gateways := _routes_of[table.id]
	names := concat(", ", sort(gateways))
	message := $"route table {table.id} already has a route to {input.endpoint.ServiceName} through {names}"
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	input.operation == "create"
	not _endpoints_listed
	some table in endpoint.route_tables
	not _routes_tell(table.id)
	reason := $"neither the endpoints of the VPC nor the routes of {table.id} are known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["RouteTableIds", "ServiceName"])
	count(hidden) > 0
	reason := "which route tables or which service the endpoint gets is not known yet"
}

# route table id -> other gateway endpoints of the same service on it, by id or address; one being deleted still counts
_endpoints_on[id] contains name if {
	some other in array.concat(_listed, input.peers)
	other.VpcEndpointType == "Gateway"
	other.ServiceName == input.endpoint.ServiceName
	object.get(other, "State", "") != "deleted"
	some id in other.RouteTableIds
	name := object.get(other, "VpcEndpointId", object.get(other, "address", "another endpoint of this document"))
}

default _listed := []

_listed := input.context.VpcEndpoints if _endpoints_listed

_endpoints_listed if is_array(input.context.VpcEndpoints)

# route table id -> endpoints its routes to the service's prefix lists go through
_routes_of[id] contains route.GatewayId if {
	some table in input.context.RouteTables
	id := table.RouteTableId
	some route in table.Routes
	route.DestinationPrefixListId in _prefix_lists
	startswith(route.GatewayId, "vpce-")
}

# A service has one prefix list per IP version; a list of the customer's own has another name.
_prefix_lists := {list.PrefixListId |
	some list in input.context.ManagedPrefixLists
	list.PrefixListName in [input.endpoint.ServiceName, $"{input.endpoint.ServiceName}.ipv6"]
}

_routes_tell(id) if {
	count(_prefix_lists) > 0
	some table in input.context.RouteTables
	table.RouteTableId == id
	is_array(table.Routes)
}
