# METADATA
# title: Route tables belong to the VPC
# description: Every route table has the VpcId of the endpoint.
# custom:
#   id: VPCE-GW-003
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Use route tables of the VPC the endpoint is in.
#   reads:
#     - /request/VpcId
#     - /request/RouteTableIds
#     - /request/AddRouteTableIds
#     - /context/RouteTables
#   sources:
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Technical Mechanics of Gateway Endpoints", sentence 1'
#       paraphrase: works by changing the route table of the VPC
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 8
#       paraphrase: not usable outside the VPC it is linked to
#   aws:
#   - text: A gateway endpoint is made for a VPC, with the route tables of that VPC that use it.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#     status: documented
package vpce.rules.gw.route_tables_of_vpc

import data.vpce.lib.endpoint
import data.vpce.lib.routes
import data.vpce.lib.unknown

deny contains {"message": message, "path": named.path} if {
	endpoint.remains
	some named in endpoint.route_tables
	some table in routes.tables[named.id]
	table.VpcId != _vpc
	message := $"route table {named.id} belongs to {table.VpcId}, but the endpoint is in {_vpc}"
}

undetermined contains {"reason": reason, "missing": ["/context/RouteTables"]} if {
	endpoint.remains
	some named in endpoint.route_tables
	not _told(named.id)
	reason := $"to which VPC route table {named.id} belongs is not known"
}

undetermined contains {"reason": reason, "missing": [_vpc_pointer]} if {
	endpoint.remains
	not _vpc
	count(endpoint.route_tables) > 0
	reason := "the VPC of the endpoint is not known, so its route tables cannot be compared with it"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["RouteTableIds", "AddRouteTableIds"])
	count(hidden) > 0
	reason := "which route tables the endpoint gets is not known yet"
}

_told(id) if {
	some table in routes.tables[id]
	table.VpcId
}

_vpc := input.endpoint.VpcId if unknown.given(input.endpoint.VpcId)

_vpc_pointer := "/request/VpcId" if {
	input.operation == "create"
} else := "/current/VpcId"
