# METADATA
# title: String wildcards keep six literal characters
# description: |
#   Each wildcard in the value of a string operator has at least six consecutive literal characters right before or
#   right after it.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
# custom:
#   id: VPCE-COMMON-017
#   kind: aws-api
#   severity: warning
#   enforcement_action: warn
#   effect: api-rejects
#   remediation: Write six or more literal characters beside the wildcard, or list the values without one.
#   reads: [/request/PolicyDocument]
#   aws:
#   - text: Stated under policy considerations.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
#     status: documented
#   assumptions:
#   - Only StringLike and StringNotLike are looked at, as other string operators take * and ? literally.
#   - A lone "*" has no literal characters beside it and is told; wildcards in a row count as one.
#   - A policy variable counts as six literal characters.
package vpce.rules.common.long_enough_patterns

import data.vpce.lib.endpoint
import data.vpce.lib.policy

deny contains {"message": message, "path": path} if {
	endpoint.remains
	some i, statement in policy.statements
	some condition in policy.conditions(statement)
	condition.base in {"StringLike", "StringNotLike"}
	some at, value in condition.values
	_too_short(value)
	path := policy.pointer(i, condition.places[at])
	compared := $"{policy.called(i)} compares {condition.name} with {value}"
	message := $"{compared}: a wildcard has fewer than 6 characters beside it"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := policy.unknown_of({"Condition"})
	count(hidden) > 0
	reason := "not all values the policy's conditions compare with are known yet"
}

_too_short(value) if {
	literals := _literals(value)
	some i, after in literals
	count(after) < 6
	count(literals[i - 1]) < 6
}

# what is before, between and after the wildcards
_literals(value) := [literal |
	some i, literal in pieces
	_stands(pieces, i)
] if {
	pieces := split(replace(replace(policy.masked(value), "?", "*"), "$", "$$$$$$"), "*")
}

# nothing stands between two wildcards in a row
_stands(pieces, i) if pieces[i] != ""

_stands(_, 0)

_stands(pieces, i) if i == count(pieces) - 1
