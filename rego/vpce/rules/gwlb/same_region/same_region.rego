# METADATA
# title: Service is in the Region of the VPC
# description: A GWLB endpoint has no ServiceRegion other than the VPC Region.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
# custom:
#   id: VPCE-GWLB-013
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Use an inspection service of the Region, and leave ServiceRegion out.
#   operations: [create]
#   reads:
#     - /request/ServiceRegion
#     - /context/Region
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 2 / general
#       paraphrase: endpoints are regional
#   aws:
#   - text: cross-Region access is for interface endpoints of NLB services.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
#     status: documented
package vpce.rules.gwlb.same_region

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

# lint: accept not-equal - a second rule tells that the Region is not known
deny contains {"message": message, "path": "/request/ServiceRegion", "fix": _fix} if {
	input.operation == "create"
	unknown.given(_asked)
	_asked != input.context.Region
	message := $"ServiceRegion is {_asked}, but such an endpoint stays in its Region, {input.context.Region}"
}

undetermined contains {"reason": reason, "missing": ["/context/Region"]} if {
	input.operation == "create"
	unknown.given(_asked)
	not input.context.Region
	reason := $"whether {_asked} is the Region of the VPC is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["ServiceRegion"])
	count(hidden) > 0
	reason := "which Region the service is said to be in is not known yet"
}

_asked := input.request.ServiceRegion

# Only where the service is named in the Region of the VPC: then the member is what is wrong.
_fix := [{"op": "remove", "path": "/request/ServiceRegion"}]
