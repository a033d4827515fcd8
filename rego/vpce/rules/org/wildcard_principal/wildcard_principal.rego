# METADATA
# title: Wildcard principals are narrowed by a condition
# description: No Allow statement has a wildcard principal without a narrowing condition.
# related_resources:
# - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
#   description: only identities and resources one trusts, through networks one expects
# custom:
#   id: VPCE-ORG-008
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: >-
#     Add a condition such as StringEquals aws:PrincipalOrgID with the id of the organisation, or name the principals.
#   reads:
#     - /request/PolicyDocument
#     - /current/PolicyDocument
#     - /org/policy/narrowing_keys
#     - /org/org_ids
#     - /org/accounts
#     - /org/policy/exception_conditions
#     - /org/policy/prove
#     - /org/policy/resource_org_exceptions
#   frameworks:
#     - framework: nist-800-53
#       controls: [AC-3, AC-6]
#       relation: part
#       doc: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     - framework: prowler
#       controls: [vpc_endpoint_connections_trust_boundaries]
#       relation: same
#       doc: https://hub.prowler.com/check/vpc_endpoint_connections_trust_boundaries
package vpce.rules.org.wildcard_principal

import data.vpce.lib.perimeter
import data.vpce.lib.policy

deny contains object.union({"message": message, "path": policy.effective_pointer(i, "")}, _lesser(i)) if {
	some i, statement in perimeter.judged
	_keys
	policy.allows_everyone(statement)
	not policy.narrowed_by(statement, _keys)
	not _shut_out
	not perimeter.of_our_principals(statement)
	not policy.hidden(i, "")
	message := $"statement {i} lets everyone in: none of {concat(", ", _keys)} narrows it"
}

undetermined contains why if {
	_keys
	some why in perimeter.untold
}

_keys := data.org.policy.narrowing_keys

_shut_out if {
	some statement in perimeter.judged
	policy.denies_others(statement, _keys, ["aws:PrincipalIsAWSService"])
}

_lesser(i) := perimeter.fix(i, "aws:PrincipalOrgID") if {
	policy.effective.source == "request"
} else := {"enforcement_action": "warn"}
