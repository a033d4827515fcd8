# METADATA
# title: Requester is allowed
# description: The requesting principal/account is allowed for the environment.
# related_resources:
# - ref: https://docs.aws.amazon.com/wellarchitected/latest/framework/sec_permissions_define_guardrails.html
#   description: guardrails on who may do what, by environment
# custom:
#   id: VPCE-ORG-025
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   existing: silent
#   remediation: Have a principal listed under requesters in the org data ask, or have this one listed there.
#   operations: [create, modify, delete]
#   reads:
#     - /context/principal
#     - /context/AccountId
#     - /org/requesters
#   frameworks:
#     - framework: nist-800-53
#       controls: [CM-5]
#       relation: part
#       doc: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
package vpce.rules.org.requesters

import data.vpce.lib.glob
import data.vpce.lib.org

deny contains {"message": message, "path": "/context/principal"} if {
	input.context.principal
	_allowed
	count({name | some name in _names; glob.any_matches(_allowed, name)}) == 0
	message := $"{input.context.principal} may not ask for endpoints of {_environment}"
}

deny contains {"message": message, "path": "/context/AccountId"} if {
	not input.context.principal
	input.context.AccountId
	_allowed
	not _may_any(input.context.AccountId)
	_only_accounts
	message := $"the account {input.context.AccountId} may not ask for endpoints of {_environment}"
}

undetermined contains {"reason": "who asks is not known", "missing": ["/context/principal"]} if {
	_allowed
	not input.context.principal
	not _told_by_account
}

undetermined contains org.unknown_environment if org.unclear(data.org.requesters)

_allowed := org.for_environment(data.org.requesters)

_may_any(account) if account in _allowed

_only_accounts if {
	every pattern in _allowed {
		regex.match(`^[0-9]{12}$`, pattern)
	}
}

_told_by_account if {
	input.context.AccountId
	_only_accounts
}

_told_by_account if _may_any(input.context.AccountId)

# the principal, its account and, of a session, the role it is of
_names := {input.context.principal, _parts[4]} | {role |
	session := split(_parts[5], "/")
	session[0] == "assumed-role"
	role := $"arn:{_parts[1]}:iam::{_parts[4]}:role/{session[1]}"
} if {
	count(_parts) == 6
} else := {input.context.principal}

_parts := split(input.context.principal, ":")

_environment := object.get(data.org, "environment", "any environment")
