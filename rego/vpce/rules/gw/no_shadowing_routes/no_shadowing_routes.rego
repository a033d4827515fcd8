# METADATA
# title: No route shadows the endpoint
# description: Routes for the exact or more specific address ranges of the service win over the endpoint route;
#   they are reported.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
# custom:
#   id: VPCE-GW-020
#   kind: documented
#   severity: warning
#   enforcement_action: warn
#   effect: accepted-but-useless
#   hop: route
#   remediation: Remove the routes named in the message, or use another route table.
#   optional: [/context/RouteTables, /context/ManagedPrefixLists]
#   reads:
#     - /request/RouteTableIds
#     - /request/AddRouteTableIds
#     - /request/ServiceName
#     - /current/ServiceName
#     - /context/RouteTables
#     - /context/ManagedPrefixLists
#   sources:
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Technical Mechanics of Gateway Endpoints", sentences 3-4'
#       paraphrase: traffic matching the prefix list goes through the endpoint
#   aws:
#   - text: Longest prefix match; a route with the exact range takes precedence.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#     status: documented
package vpce.rules.gw.no_shadowing_routes

import data.vpce.lib.cidr
import data.vpce.lib.endpoint
import data.vpce.lib.routes

deny contains {"message": message, "path": named.path} if {
	endpoint.remains
	some named in endpoint.route_tables
	shadows := {range |
		some table in routes.tables[named.id]
		some route in table.Routes
		range := route.DestinationCidrBlock
		some served in _ranges
		cidr.within(range, served)
	}
	count(shadows) > 0
	ranges := concat(", ", sort(shadows))
	message := $"routes of {named.id} to {ranges} are as narrow as those of the service or narrower, and win"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	count(_ranges_of_any) > 0
	hidden := endpoint.unknown_members(input, ["RouteTableIds", "AddRouteTableIds", "ServiceName"])
	count(hidden) > 0
	reason := "which routes lie beside those of the endpoint is not known yet"
}

# The ranges of the service where the context lists them.
_ranges contains range if {
	some list in input.context.ManagedPrefixLists
	list.PrefixListId in routes.prefix_lists
	some range in _listed(list)
}

_ranges_of_any contains range if {
	some list in input.context.ManagedPrefixLists
	some range in _listed(list)
}

_listed(list) := {entry.Cidr | some entry in list.Entries} | {range | some range in list.Cidrs}
