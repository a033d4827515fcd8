# METADATA
# title: Facts about the route tables of subnets
package vpce.lib.tables

# METADATA
# description: |
#   The routes of a subnet of the endpoint, of the table it is associated with or else of the main one of the VPC.
# scope: rule
routes_of(subnet_id) := {route |
	some table in _tables_of(subnet_id)
	some route in table.Routes
}

# METADATA
# description: True where the context tells the routes of a subnet.
# scope: rule
told(subnet_id) if {
	some table in _tables_of(subnet_id)
	table.Routes
}

# METADATA
# description: True for a route for everything to an internet gateway.
# scope: rule
to_internet(route) if {
	startswith(route.GatewayId, "igw-")
	_everything(route)
}

# METADATA
# description: True for a table without such a route; undefined where its routes are not told.
# scope: rule
private(table) if {
	table.Routes
	count([1 | some route in table.Routes; to_internet(route)]) == 0
}

_everything(route) if route.DestinationCidrBlock == "0.0.0.0/0"

_everything(route) if route.DestinationIpv6CidrBlock == "::/0"

_tables_of(subnet_id) := _own(subnet_id) if {
	count(_own(subnet_id)) > 0
} else := {table |
	some table in input.context.RouteTables
	table.VpcId == input.endpoint.VpcId
	some association in table.Associations
	association.Main == true
}

_own(subnet_id) := {table |
	some table in input.context.RouteTables
	some association in table.Associations
	association.SubnetId == subnet_id
}
