# METADATA
# title: Endpoint has a policy of its own
# description: |
#   An endpoint whose policy lets everyone do everything, because none is given, it is reset or it says so in whatever
#   words, is told to be open. Only where the service is known to support policies.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
# custom:
#   id: VPCE-COMMON-029
#   kind: documented
#   severity: info
#   enforcement_action: inform
#   effect: property
#   remediation: Give PolicyDocument a policy that allows only the principals, actions and resources that are needed.
#   reads: [/request/PolicyDocument, /request/ResetPolicy, /request/ServiceName, /context/ServiceDetails]
#   optional: [/context/ServiceDetails]
#   sources:
#   - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#     pointer: Interface column bullet 7, sentence 1
#     paraphrase: policies may be added
#   aws:
#   - text: The default document allows every principal every action on every resource.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
#     status: documented
#   frameworks:
#     - framework: nist-800-53
#       controls: [AC-6]
#       relation: part
#       doc: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     - framework: prowler
#       controls: [vpc_endpoint_connections_trust_boundaries]
#       relation: part
#       doc: https://hub.prowler.com/check/vpc_endpoint_connections_trust_boundaries
package vpce.rules.common.not_the_default_policy

import data.vpce.lib.endpoint
import data.vpce.lib.policy
import data.vpce.lib.service

deny contains {"message": message, "path": path} if {
	_filters
	path := _paths[policy.effective.source]
	policy.grants_everything(policy.effective_statements)
	service.policy_supported
	why := _why[policy.effective.source]
	message := $"{why}, so the endpoint lets everyone do everything with {service.name} that other policies allow"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_filters
	hidden := endpoint.unknown_members(input, ["PolicyDocument", "ResetPolicy"])
	count(hidden) > 0
	reason := "which policy the endpoint gets is not known yet"
}

_filters if {
	endpoint.remains
	endpoint.type in {"Interface", "Gateway"}
}

# A policy that the operation leaves alone is not told about.
_paths := {
	"default": "/request/PolicyDocument",
	"request": "/request/PolicyDocument",
	"reset": "/request/ResetPolicy",
}

_why := {
	"default": "no policy is given and AWS attaches its default",
	"request": "the policy says the same as AWS's default",
	"reset": "the policy is reset to AWS's default",
}
