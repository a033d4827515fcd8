# METADATA
# title: Policy allows something
# description: At least one statement of the policy has Effect Allow.
# related_resources:
# - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html
# custom:
#   id: VPCE-COMMON-033
#   kind: aws-api
#   severity: warning
#   enforcement_action: warn
#   effect: accepted-but-useless
#   remediation: Add an Allow statement for the principals, actions and resources that are needed.
#   reads: [/request/PolicyDocument]
#   aws:
#   - text: What no statement allows is denied implicitly.
#     doc: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html
#     status: documented
#   - text: The complete example of terraform-aws-vpc attaches policies of Deny statements only, so the case is common.
#     doc: https://github.com/terraform-aws-modules/terraform-aws-vpc/blob/master/examples/complete/main.tf
#     status: observed
#     evidence: public-code
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
