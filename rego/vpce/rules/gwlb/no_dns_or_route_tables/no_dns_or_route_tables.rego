# METADATA
# title: No DNS or route-table members
# description: PrivateDnsEnabled=true, DnsOptions and RouteTableIds are not used with GWLB endpoints.
# custom:
#   id: VPCE-GWLB-012
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Take the member out of the request.
#   reads:
#     - /request/PrivateDnsEnabled
#     - /request/DnsOptions
#     - /request/RouteTableIds
#     - /request/AddRouteTableIds
#     - /request/RemoveRouteTableIds
#   aws:
#   - text: PrivateDnsEnabled is for interface endpoints, RouteTableIds for gateway endpoints.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
#     status: documented
package vpce.rules.gwlb.no_dns_or_route_tables

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

deny contains {"message": message, "path": $"/request/{member}", "fix": _without(member)} if {
	endpoint.remains
	some member, what in _members
	unknown.given(input.request[member])
	input.request[member] != false
	message := $"{member} is given, but a Gateway Load Balancer endpoint has no {what}"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, object.keys(_members))
	count(hidden) > 0
	reason := "a value that must not be given is not known yet"
}

# Routes to it are made in the route tables themselves, with CreateRoute and VpcEndpointId.
_members := {
	"PrivateDnsEnabled": "private DNS",
	"DnsOptions": "DNS options",
	"RouteTableIds": "route tables of its own",
	"AddRouteTableIds": "route tables of its own",
	"RemoveRouteTableIds": "route tables of its own",
}

_without(member) := [{"op": "remove", "path": $"/request/{member}"}]
