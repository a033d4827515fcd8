# METADATA
# title: No route tables on interface endpoints
# description: RouteTableIds and Add/RemoveRouteTableIds are not used with interface endpoints.
# custom:
#   id: VPCE-IFACE-007
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Take RouteTableIds, AddRouteTableIds and RemoveRouteTableIds out of the request.
#   reads:
#     - /request/RouteTableIds
#     - /request/AddRouteTableIds
#     - /request/RemoveRouteTableIds
#   sources:
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Technical Mechanics of Gateway Endpoints", sentence 1 vs "…Interface Endpoints", sentence
#         1'
#       paraphrase: route tables are the gateway mechanism; interface uses an ENI
#   aws:
#   - text: 'API error: "Route table IDs are only supported for Gateway type VPC Endpoint."'
#     doc: https://github.com/ansible-collections/amazon.aws/issues/576
#     status: observed
#     evidence: issue
#   - text: real deployment 2026-09-03 in ap-northeast-1 recorded both error texts.
#     doc: https://github.com/badmintoncryer/cdk-preflight/blob/main/rules/ec2/pf-ec2-vpce-type-config/meta.yaml
#     status: observed
#     evidence: recorded-answer
package vpce.rules.eni.no_route_tables

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

deny contains {"message": message, "path": $"/request/{member}", "fix": _without(member)} if {
	endpoint.remains
	some member in _members
	unknown.given(input.request[member])
	message := $"{member} is given, but an endpoint of type {endpoint.type} is reached by its addresses, not by routes"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, _members)
	count(hidden) > 0
	reason := "a value that must not be given is not known yet"
}

_members := ["RouteTableIds", "AddRouteTableIds", "RemoveRouteTableIds"]

_without(member) := [{"op": "remove", "path": $"/request/{member}"}]
