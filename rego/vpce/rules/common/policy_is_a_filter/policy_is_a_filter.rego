# METADATA
# title: Endpoint policy is a filter, not a grant
# description: A policy that is set on an endpoint neither replaces nor widens identity and resource policies.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
# custom:
#   id: VPCE-COMMON-020
#   kind: documented
#   severity: info
#   enforcement_action: inform
#   effect: property
#   existing: silent
#   remediation: Check IAM and resource policies too.
#   reads: [/request/PolicyDocument, /request/ResetPolicy]
#   sources:
#   - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#     pointer: Interface column bullet 7, sentences 2-4
#     paraphrase: policy says who may do what on what; does not override IAM or service policies; separate control
#   aws:
#   - text: Same wording today.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
#     status: documented
#   assumptions:
#   - Told wherever the request sets a policy, so that examples with one are no passing ones here.
package vpce.rules.common.policy_is_a_filter

import data.vpce.lib.endpoint
import data.vpce.lib.policy

deny contains {"message": message, "path": "/request/PolicyDocument"} if {
	_filters
	policy.document
	not input.request.ResetPolicy == true
	message := concat("", [
		$"the policy grants nobody access to {_service}: ",
		"it only lets requests pass, which identity and resource policies must allow as well",
	])
}

deny contains {"message": message, "path": "/request/ResetPolicy"} if {
	_filters
	input.request.ResetPolicy == true
	message := concat("", [
		$"after the reset the endpoint filters nothing, but that grants nobody access to {_service}: ",
		"identity and resource policies decide alone",
	])
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_filters
	hidden := endpoint.unknown_members(input, ["PolicyDocument", "ResetPolicy"])
	count(hidden) > 0
	reason := "whether the endpoint gets a policy is not known yet"
}

# A type that is not known may be one that filters.
_filters if {
	endpoint.remains
	not _without_policy
}

_without_policy if not endpoint.type in {"Interface", "Gateway"}

default _service := "the service"

_service := input.endpoint.ServiceName
