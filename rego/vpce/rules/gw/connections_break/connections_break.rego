# METADATA
# title: Open connections are not cut
# description: Creating a gateway endpoint or adding route tables interrupts open TCP connections to the service;
#   in prod this is announced.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html
# custom:
#   id: VPCE-GW-023
#   kind: aws-api
#   severity: warning
#   enforcement_action: warn
#   effect: property
#   existing: silent
#   remediation: >-
#     Change the route tables in a maintenance window, and replace aws:SourceIp in bucket policies by aws:SourceVpce.
#   optional: [/labels/environment]
#   reads:
#     - /request/RouteTableIds
#     - /request/AddRouteTableIds
#     - /labels/environment
#     - /context/RouteTables
#   aws:
#   - text: Routes switch and open TCP connections are dropped; avoid critical tasks.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html
#     status: documented
#   assumptions:
#     - without a label `environment` it is taken to be production
package vpce.rules.gw.connections_break

import data.vpce.lib.endpoint
import data.vpce.lib.ids

deny contains {"message": message, "path": $"/request/{member}"} if {
	_announced
	some member in ["RouteTableIds", "AddRouteTableIds"]
	tables := {table.id | some table in _new; startswith(table.path, $"/request/{member}/")}
	count(tables) > 0
	names := concat(", ", sort(tables))
	message := concat(" ", [
		$"open connections to the service through {names} break when the routes switch,",
		"and source addresses in bucket policies (aws:SourceIp) no longer match",
	])
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_announced
	hidden := endpoint.unknown_members(input, ["RouteTableIds", "AddRouteTableIds"])
	count(hidden) > 0
	count(_new) == 0
	reason := "whether routes switch is not known yet"
}

# Where the environment is told not to be production, nobody needs to be warned.
_announced if {
	endpoint.remains
	not _elsewhere
}

_elsewhere if not startswith(lower(input.labels.environment), "prod")

_new contains table if {
	some table in endpoint.route_tables
	not table.id in object.get(input, ["current", "RouteTableIds"], [])
	not _to_be_created(table.id)
}

# A route table that the same document creates carries no connections yet.
_to_be_created(id) if {
	not ids.well_formed("rtb", id)
	some told in input.context.RouteTables
	told.RouteTableId == id
}
