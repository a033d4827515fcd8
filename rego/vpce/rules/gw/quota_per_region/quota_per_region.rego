# METADATA
# title: Gateway endpoints of the Region stay within the quota
# description: The account has fewer gateway endpoints in the Region than the quota (default 20).
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
# custom:
#   id: VPCE-GW-017
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   existing: silent
#   remediation: >-
#     Remove gateway endpoints that are not used, or request more than 20 for the quota Gateway VPC endpoints per
#     Region (L-1B52E74A).
#   operations: [create]
#   reads:
#     - /context/VpcEndpoints
#     - /context/predecessor
#     - /org/limits
#   aws:
#   - text: 20 per Region, adjustable.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
#     status: documented
#   assumptions:
#     - endpoints of the context are those of the whole Region, unless context.complete_for says vpc
#     - a document that only tells of one VPC is not asked how many gateway endpoints its Region has
package vpce.rules.gw.quota_per_region

import data.vpce.lib.endpoint
import data.vpce.lib.limits

deny contains {"message": message, "path": "/request/VpcId", "remediation": remediation} if {
	input.operation == "create"
	there := endpoint.number_of_gateways
	there >= _limit
	message := $"the Region has {there} other gateway endpoints; the quota is {_limit} per Region"
	remediation := concat(" ", [
		"Remove gateway endpoints that are not used, or request more than",
		$"{_limit} for the quota Gateway VPC endpoints per Region (L-1B52E74A).",
	])
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	input.operation == "create"
	not endpoint.others_told
	not _room_is_left
	reason := "how many gateway endpoints the Region has is not known"
}

# The one before, which counted, is gone.
_room_is_left if endpoint.gone_predecessor.VpcEndpointType == "Gateway"

_limit := limits.of("gateway_per_region")
