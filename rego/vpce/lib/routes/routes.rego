# METADATA
# title: Facts about the route tables the request names
# description: Everything is looked up by the ids of those tables, so that others in the context cost one pass.
package vpce.lib.routes

import data.vpce.lib.endpoint

# METADATA
# description: What the context tells of each table the request names, by id; a set, as a context may repeat itself.
tables[id] contains table if {
	some table in input.context.RouteTables
	id := table.RouteTableId
	id in _ids
}

# METADATA
# description: Other live gateway endpoints of the same service on each of those tables, by id or address.
holders[id] contains other.name if {
	some other in endpoint.near
	other.VpcEndpointType == "Gateway"
	other.ServiceName == input.endpoint.ServiceName
	some id in other.RouteTableIds
	id in _ids
}

# METADATA
# description: Other endpoints that routes of each of those tables to the prefix lists of the service go through.
gateways[id] contains route.GatewayId if {
	some id, found in tables
	some table in found
	some route in table.Routes
	route.DestinationPrefixListId in prefix_lists
	startswith(route.GatewayId, "vpce-")
	not _own(route.GatewayId)
}

# METADATA
# description: |
#   The prefix lists of the service, one per IP version; a list of the customer's own has another name.
prefix_lists := {list.PrefixListId |
	name := input.endpoint.ServiceName
	some list in input.context.ManagedPrefixLists
	list.PrefixListName in [name, $"{name}.ipv6"]
}

# METADATA
# description: |
#   True when the routes of a table are known, those through gateway endpoints among them, and one to the service can be
#   recognised. Whoever lists routes without those of endpoints says so with without_endpoint_routes.
# scope: rule
told(id) if {
	some table in tables[id]
	table.Routes
	not table.without_endpoint_routes
	_recognisable(table)
}

_recognisable(_) if count(prefix_lists) > 0

_recognisable(table) if {
	every route in table.Routes {
		not route.DestinationPrefixListId
		not startswith(object.get(route, "GatewayId", ""), "vpce-")
	}
}

# METADATA
# description: |
#   Ids of the subnets each of those tables serves: those associated with it and, for the main table, those of the VPC
#   that no table of the context is associated with.
subnets[id] contains association.SubnetId if {
	some id, found in tables
	some table in found
	some association in table.Associations
	association.SubnetId
}

subnets[id] contains subnet.SubnetId if {
	some id in main
	some subnet in input.context.Subnets
	subnet.VpcId == input.endpoint.VpcId
	not subnet.SubnetId in _associated
}

# METADATA
# description: Those tables that are the main table of their VPC.
main contains id if {
	some id, found in tables
	some table in found
	some association in table.Associations
	association.Main == true
}

_associated := {association.SubnetId |
	count(main) > 0
	some table in input.context.RouteTables
	some association in table.Associations
}

_ids := {table.id | some table in endpoint.route_tables}

_own(id) if id == endpoint.id
