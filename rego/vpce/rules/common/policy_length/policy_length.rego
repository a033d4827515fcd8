# METADATA
# title: Policy is at most 20,480 characters
# description: The text of PolicyDocument, white space included, is no longer than the limit.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
# custom:
#   id: VPCE-COMMON-015
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Merge statements or use wildcards until the policy has at most 20,480 characters.
#   reads: [/request/PolicyDocument, /org/limits]
#   aws:
#   - text: 20,480, not adjustable.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
#     status: documented
#   - text: The size includes white space.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
#     status: documented
#   assumptions:
#   - What is sent of a policy given as an object is not known; its shortest text is measured.
package vpce.rules.common.policy_length

import data.vpce.lib.endpoint
import data.vpce.lib.limits
import data.vpce.lib.policy

deny contains violation if {
	endpoint.remains
	not policy.error
	policy.characters > _limit
	violation := object.union(_fix, {"message": _message, "path": "/request/PolicyDocument"})
}

undetermined contains {"reason": reason, "missing": sort(policy.unknown_parts)} if {
	endpoint.remains
	count(policy.unknown_parts) > 0
	reason := "how long the policy will be is not known yet"
}

_limit := limits.of("policy_chars")

_message := $"minified, the policy still has {policy.characters} characters; at most {_limit} are allowed" if {
	is_object(input.request.PolicyDocument)
} else := $"the policy has {policy.characters} characters; at most {_limit} are allowed"

# A step into the policy that changes nothing: the service writes a text anew, and so without white space, in the order
# it had. json.marshal has no order that both engines agree on.
_fix := {"fix": [{"op": "copy", "from": statements, "path": statements}]} if {
	policy.document.Statement
	count(json.marshal(policy.document)) <= _limit
	statements := "/request/PolicyDocument/Statement"
} else := {}
