# METADATA
# title: No wildcards or numeric operators on system-generated identifiers
# description: |
#   Conditions on global keys that hold identifiers AWS generates (aws:PrincipalAccount, aws:SourceVpc, aws:SourceVpce,
#   aws:PrincipalOrgID and the like) use neither * or ? nor Numeric operators.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
# custom:
#   id: VPCE-COMMON-016
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Compare with StringEquals and list each identifier in full.
#   reads: [/request/PolicyDocument]
#   aws:
#   - text: Stated under policy considerations.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
#     status: documented
#   assumptions:
#   - AWS names aws:PrincipalAccount and aws:SourceVpc; that other keys of ids AWS generates count too is assumed.
#   - Whether the keys of organisation paths are covered, which usually end in *, is unclear; those only warn.
package vpce.rules.common.exact_identifiers

import data.vpce.lib.endpoint
import data.vpce.lib.policy

deny contains violation if {
	endpoint.remains
	some i, statement in policy.statements
	some condition in policy.conditions(statement)
	action := _action_of(condition.key)
	startswith(condition.base, "Numeric")
	violation := object.union(action, {
		"message": $"{policy.called(i)} compares {condition.name}, an identifier, by {condition.operator}",
		"path": policy.pointer(i, condition.path),
	})
}

deny contains violation if {
	endpoint.remains
	some i, statement in policy.statements
	some condition in policy.conditions(statement)
	action := _action_of(condition.key)
	some at, value in condition.values
	policy.has_wildcard(value)
	violation := object.union(action, {
		"message": $"{policy.called(i)} compares {condition.name} with {value}, a pattern instead of an identifier",
		"path": policy.pointer(i, condition.places[at]),
	})
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := policy.unknown_of({"Condition"})
	count(hidden) > 0
	reason := "not all conditions of the policy are known yet"
}

_action_of(key) := {} if {
	key in _identifiers
} else := {"enforcement_action": "warn"} if {
	key in _paths
}

_identifiers := {
	"aws:principalaccount",
	"aws:principalorgid",
	"aws:resourceaccount",
	"aws:resourceorgid",
	"aws:sourceaccount",
	"aws:sourceorgid",
	"aws:sourcevpc",
	"aws:sourcevpce",
	"aws:vpceaccount",
	"aws:vpceorgid",
	"aws:ec2instancesourcevpc",
}

_paths := {"aws:principalorgpaths", "aws:resourceorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths"}
