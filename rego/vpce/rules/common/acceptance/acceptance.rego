# METADATA
# title: Acceptance by the provider is arranged
# description: When the service requires acceptance the endpoint starts in pendingAcceptance and is not usable
#   until the provider accepts; the decision says so and, if the request demands immediate use, denies.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
# custom:
#   id: VPCE-COMMON-025
#   kind: documented
#   severity: warning
#   enforcement_action: deny
#   effect: accepted-but-useless
#   existing: silent
#   remediation: Ask the owner of the service to accept the endpoint, or to turn AcceptanceRequired off.
#   operations: [create]
#   optional: [/intent/usable_immediately]
#   reads:
#     - /request/ServiceName
#     - /request/VpcEndpointType
#     - /context/ServiceDetails
#     - /intent/usable_immediately
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 8
#       paraphrase: usable once accepted; provider sets automatic or manual; AWS and Marketplace services generally
#         accept automatically
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: GWLB column bullet 3
#       paraphrase: same for GWLB endpoints
#   aws:
#   - text: AWS services accept automatically.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
#     status: documented
#   - text: Provider must accept first.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
#     status: documented
#   assumptions:
#     - the rule denies where the endpoint is declared to be needed at once, and warns otherwise
package vpce.rules.common.acceptance

import data.vpce.lib.endpoint
import data.vpce.lib.service

deny contains object.union({"message": message, "path": "/request/ServiceName"}, _lower) if {
	_judged
	_acceptance == true
	message := $"{service.name} requires acceptance: the endpoint is billed and unusable until its owner accepts"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	_judged
	name := service.name
	not _known
	reason := $"whether {name} requires acceptance is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_judged
	hidden := endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
	reason := "to which service the endpoint leads is not known yet"
}

# Gateway endpoints have no such step; the types since 2023 have no service.
_judged if {
	input.operation == "create"
	endpoint.type in {"Interface", "GatewayLoadBalancer"}
}

# Services of AWS accept by themselves.
_acceptance if {
	some detail in service.details
	detail.AcceptanceRequired == true
} else := false if {
	some detail in service.details
	detail.AcceptanceRequired == false
} else := false if {
	service.of_aws
}

_known if is_boolean(_acceptance)

# Who needs the endpoint at once is refused, others are warned.
_lower := {} if {
	input.intent.usable_immediately == true
} else := {"enforcement_action": "warn"}
