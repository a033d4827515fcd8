# METADATA
# title: Principals are of the organisation's accounts
# description: Where org data list the accounts, an endpoint policy names no principal of another account.
# related_resources:
# - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
#   description: only identities and resources one trusts, through networks one expects
# custom:
#   id: VPCE-ORG-026
#   kind: org
#   severity: warning
#   enforcement_action: warn
#   effect: org-decision
#   remediation: >-
#     Name principals of accounts listed under `accounts` in the org data, or list the account there.
#   reads:
#     - /request/PolicyDocument
#     - /current/PolicyDocument
#     - /context/AccountId
#     - /org/accounts
#   optional: [/context/AccountId]
#   frameworks:
#     - framework: nist-800-53
#       controls: [AC-3]
#       relation: part
#       doc: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     - framework: prowler
#       controls: [vpc_endpoint_connections_trust_boundaries]
#       relation: same
#       doc: https://hub.prowler.com/check/vpc_endpoint_connections_trust_boundaries
package vpce.rules.org.foreign_principal

import data.vpce.lib.perimeter
import data.vpce.lib.policy

deny contains {"message": message, "path": policy.effective_pointer(i, "Principal")} if {
	_listed
	some i, statement in perimeter.judged
	statement.Effect == "Allow"
	some principal in policy.principals(statement)
	account := _account(principal)
	not perimeter.our_principal(principal)
	message := $"statement {i} names {principal.id} of account {account}, which is not an account of the organisation"
}

undetermined contains why if {
	_listed
	some why in perimeter.untold
}

_listed if count(data.org.accounts) > 0

_account(principal) := principal.id if {
	principal.type == "AWS"
	_is_account(principal.id)
}

_account(principal) := account if {
	principal.type == "AWS"
	account := policy.arn(principal.id).account
	_is_account(account)
}

_is_account(text) if {
	count(text) == 12
	trim(text, "0123456789") == ""
}
