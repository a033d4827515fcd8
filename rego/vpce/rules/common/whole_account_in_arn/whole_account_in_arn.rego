# METADATA
# title: ARN account part is an id or a wildcard, not a mix
# description: The account of an ARN in Resource, NotResource or Condition is an account id or wildcards.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
# custom:
#   id: VPCE-COMMON-018
#   kind: aws-api
#   severity: warning
#   enforcement_action: warn
#   effect: api-rejects
#   remediation: Write all 12 digits of the account id, or * for every account.
#   reads: [/request/PolicyDocument]
#   aws:
#   - text: Stated under policy considerations.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
#     status: documented
#   assumptions:
#   - In conditions every value that is an ARN counts, whatever the operator and the key.
package vpce.rules.common.whole_account_in_arn

import data.vpce.lib.endpoint
import data.vpce.lib.policy

deny contains {"message": message, "path": policy.pointer(found.statement, found.at)} if {
	endpoint.remains
	some found in _found
	account := policy.arn(found.text).account
	policy.has_wildcard(account)
	not policy.only_wildcards(account)
	message := $"{policy.called(found.statement)} has {found.text}, whose account {account} is part id, part wildcard"
}

undetermined contains {"reason": reason, "missing": sort(policy.unknown_parts)} if {
	endpoint.remains
	count(policy.unknown_parts) > 0
	reason := "not all ARNs of the policy are known yet"
}

_found contains {"statement": i, "at": resource.path, "text": resource.text} if {
	some i, statement in policy.statements
	some member in ["Resource", "NotResource"]
	some resource in policy.texts(statement, member)
}

_found contains {"statement": i, "at": condition.places[at], "text": value} if {
	some i, statement in policy.statements
	some condition in policy.conditions(statement)
	some at, value in condition.values
}
