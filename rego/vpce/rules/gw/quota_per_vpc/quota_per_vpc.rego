# METADATA
# title: Gateway endpoints of the VPC stay within the limit
# description: The VPC has fewer than 255 gateway endpoints.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html
# custom:
#   id: VPCE-GW-018
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   existing: silent
#   remediation: >-
#     Attach more route tables to an endpoint that exists instead; a VPC takes 255 gateway endpoints and no more.
#   operations: [create]
#   reads:
#     - /request/VpcId
#     - /context/VpcEndpoints
#     - /context/predecessor
#     - /org/limits
#   aws:
#   - text: 255 per VPC.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html
#     status: documented
package vpce.rules.gw.quota_per_vpc

import data.vpce.lib.endpoint
import data.vpce.lib.limits

deny contains {"message": message, "path": "/request/VpcId"} if {
	input.operation == "create"
	there := endpoint.number_in_vpc({"Gateway"})
	there >= _limit
	message := $"the VPC has {there} other gateway endpoints; the limit is {_limit} per VPC"
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	input.operation == "create"
	not _told
	reason := "how many gateway endpoints the VPC has is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["VpcId"])
	count(hidden) > 0
	reason := "which VPC the endpoint gets into is not known yet"
}

_limit := limits.of("gateway_per_vpc")

_told if endpoint.others_told

_told if endpoint.gone_predecessor.VpcEndpointType == "Gateway" # which counted and is gone
