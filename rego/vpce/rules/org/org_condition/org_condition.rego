# METADATA
# title: Policy keeps within the organisation
# description: Allow statements carry aws:PrincipalOrgID (identity) and, where required, aws:ResourceOrgID (resource)
#   with the ids of the organisation.
# related_resources:
# - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
#   description: only identities and resources one trusts, through networks one expects
# custom:
#   id: VPCE-ORG-009
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: >-
#     Add a StringEquals condition on aws:PrincipalOrgID or aws:ResourceOrgID with the id of the organisation.
#   reads:
#     - /request/PolicyDocument
#     - /current/PolicyDocument
#     - /org/policy
#     - /org/org_ids
#     - /org/policy/exception_conditions
#     - /org/policy/prove
#     - /org/policy/resource_org_exceptions
#     - /org/policy/narrowing_keys
#     - /org/accounts
#   frameworks:
#     - framework: nist-800-53
#       controls: [AC-4, SC-7(10)]
#       relation: part
#       doc: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     - framework: prowler
#       controls: [vpc_endpoint_connections_trust_boundaries]
#       relation: part
#       doc: https://hub.prowler.com/check/vpc_endpoint_connections_trust_boundaries
package vpce.rules.org.org_condition

import data.vpce.lib.perimeter
import data.vpce.lib.policy

deny contains _violation(i, message, "aws:PrincipalOrgID") if {
	data.org.policy.require_principal_org == true
	some i, statement in perimeter.judged
	statement.Effect == "Allow"
	not perimeter.of_our_principals(statement)
	not policy.hidden(i, "")
	message := $"statement {i} lets in others than principals of {_ids}: nothing in the policy keeps them out"
}

deny contains _violation(i, message, "aws:ResourceOrgID") if {
	data.org.policy.require_resource_org == true
	some i, statement in perimeter.judged
	statement.Effect == "Allow"
	not perimeter.of_our_resources(statement)
	not policy.hidden(i, "")
	message := $"statement {i} leads to others than resources of {_ids}: nothing in the policy keeps to those"
}

undetermined contains why if {
	_demanded
	some why in perimeter.untold
}

_demanded if data.org.policy.require_principal_org == true

_demanded if data.org.policy.require_resource_org == true

_violation(i, message, key) := object.union(
	{"message": message, "path": policy.effective_pointer(i, ""), "remediation": _remediation(key)},
	_lesser(i, key),
)

_remediation(key) := $"Add the condition StringEquals {key} {_ids} to the statement, or name {what} of your own." if {
	what := {"aws:PrincipalOrgID": "principals", "aws:ResourceOrgID": "resources"}[key]
}

_ids := concat(" or ", object.get(data.org, "org_ids", ["an organisation"]))

_lesser(i, key) := perimeter.fix(i, key) if {
	policy.effective.source == "request"
} else := {"enforcement_action": "warn"}
