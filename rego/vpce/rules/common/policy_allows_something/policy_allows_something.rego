# METADATA
# title: Policy without any Allow blocks everything
# description: At least one statement of the policy has Effect Allow.
# related_resources:
# - ref: https://github.com/terraform-aws-modules/terraform-aws-vpc
#   description: examples/complete/main.tf
# custom:
#   id: VPCE-COMMON-033
#   kind: aws-api
#   severity: warning
#   enforcement_action: warn
#   effect: accepted-but-useless
#   remediation: Add an Allow statement.
#   reads: [/request/PolicyDocument]
#   aws:
#   - text: Nothing is allowed without an Allow.
#     doc: none
#     status: from memory
#   - text: The complete example of terraform-aws-vpc attaches policies of Deny statements only, so the case is common.
#     doc: https://github.com/terraform-aws-modules/terraform-aws-vpc examples/complete/main.tf
#     status: verified in public code/log, not in AWS docs
#   assumptions:
#   - 'That nothing passes without an Allow is from memory: IAM evaluation.'
package vpce.rules.common.policy_allows_something

import data.vpce.lib.endpoint
import data.vpce.lib.policy

deny contains {"message": message, "path": "/request/PolicyDocument"} if {
	endpoint.remains
	count(policy.statements) > 0
	every statement in policy.statements {
		statement.Effect == "Deny"
	}
	message := concat(" ", [
		$"all statements of the policy ({count(policy.statements)}) have Effect Deny,",
		"so no request gets through the endpoint at all",
	])
}

undetermined contains {"reason": reason, "missing": sort(policy.unknown_parts)} if {
	endpoint.remains
	count(policy.unknown_parts) > 0
	not _allows
	reason := "whether the policy has an Allow is not known yet"
}

_allows if {
	some statement in policy.statements
	statement.Effect == "Allow"
}
