# METADATA
# title: Every policy statement names a Principal and uses legal element pairs
# description: |
#   Each statement has an Effect, one of Principal and NotPrincipal, one of Action and NotAction and one of Resource and
#   NotResource, each in a form the policy grammar knows. Conditions compare by operators that it has.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
# - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
#   description: All condition operators, their prefixes and IfExists, which Null does not take.
# - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
#   description: VPC endpoints take NotPrincipal, with Deny only.
# custom:
#   id: VPCE-COMMON-014
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Write the statement with Effect, Principal (usually "*" with conditions), Action and Resource.
#   reads: [/request/PolicyDocument]
#   aws:
#   - text: An endpoint policy must contain a Principal element.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
#     status: documented
#   assumptions:
#   - NotPrincipal with Allow is not supported; whether AWS refuses it is not documented, so that only warns.
#   - An operator of another name is no policy language, so AWS is taken to refuse it. Capitals are not compared.
#   - Elements the grammar does not know are left alone, but for those that differ from a known one by case only.
package vpce.rules.common.legal_statements

import data.vpce.lib.endpoint
import data.vpce.lib.policy

deny contains violation if {
	endpoint.remains
	some problem in _problems
	violation := object.union(problem.more, {
		"message": $"{policy.called(problem.statement)} {problem.message}",
		"path": policy.pointer(problem.statement, problem.at),
	})
}

undetermined contains {"reason": reason, "missing": sort(policy.unknown_parts)} if {
	endpoint.remains
	count(policy.unknown_parts) > 0
	reason := "not all elements of the policy's statements are known yet"
}

_problems contains {"statement": i, "at": pair[0], "message": message, "more": {}} if {
	some i, statement in policy.statements
	some pair in _pairs
	every element in pair {
		not _there(i, statement, element)
	}
	message := $"has no {concat(" or ", pair)}"
}

_problems contains {"statement": i, "at": pair[1], "message": message, "more": {}} if {
	some i, statement in policy.statements
	some pair in _pairs
	every element in pair {
		element in object.keys(statement)
	}
	message := $"has both {concat(" and ", pair)}"
}

_problems contains {"statement": i, "at": name, "message": message, "more": more} if {
	some i, statement in policy.statements
	some name, value in statement
	element := _meant_by(name)
	message := $"has {name}, which is not the element {element}: case matters"
	more := _renamed(i, statement, name, element, value)
}

_problems contains {"statement": i, "at": "Effect", "message": message, "more": more} if {
	some i, statement in policy.statements
	effect := statement.Effect
	not effect in ["Allow", "Deny"]
	not policy.hidden(i, "Effect")
	shown := policy.shown(effect)
	message := $"has Effect {shown}, which is neither Allow nor Deny"
	more := _respelled(i, effect)
}

_problems contains {"statement": i, "at": element, "message": message, "more": {}} if {
	some i, statement in policy.statements
	some element, value in statement
	_malformed(element, value)
	not policy.hidden(i, element)
	shown := policy.shown(value)
	message := $"has a malformed {element}: {shown}"
}

_problems contains {"statement": i, "at": condition.path, "message": message, "more": {}} if {
	some i, statement in policy.statements
	some condition in policy.conditions(statement)
	not policy.has_known_operator(condition)
	message := $"tests {condition.name} by {condition.operator}, which is not a condition operator"
}

_problems contains {"statement": i, "at": "NotPrincipal", "message": message, "more": more} if {
	some i, statement in policy.statements
	statement.Effect == "Allow"
	"NotPrincipal" in object.keys(statement)
	more := {"enforcement_action": "warn"}
	message := "has NotPrincipal with Effect Allow, which is supported with Deny only: it would let in all others"
}

_pairs := [
	["Effect"],
	["Principal", "NotPrincipal"],
	["Action", "NotAction"],
	["Resource", "NotResource"],
]

_elements := {
	"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}

# in whatever case, or not known yet
_there(_, statement, element) if {
	some name, _ in statement
	lower(name) == lower(element)
}

_there(i, _, element) if policy.hidden(i, element)

_meant_by(name) := element if {
	not name in _elements
	some element in _elements
	lower(name) == lower(element)
}

_renamed(i, statement, name, element, value) := {} if {
	element in object.keys(statement)
} else := {"fix": [
	{"op": "remove", "path": policy.fix_pointer(i, name)},
	{"op": "add", "path": policy.fix_pointer(i, element), "value": value},
]}

_respelled(i, effect) := {"fix": [{"op": "replace", "path": policy.fix_pointer(i, "Effect"), "value": meant}]} if {
	is_string(effect)
	meant := {"allow": "Allow", "deny": "Deny"}[lower(effect)]
} else := {}

_malformed(element, value) if {
	element in {"Principal", "NotPrincipal"}
	not _names_someone(value)
}

_malformed(element, value) if {
	element in {"Action", "NotAction", "Resource", "NotResource"}
	not _texts(value)
}

_malformed("Condition", value) if not is_object(value)

_malformed("Condition", value) if {
	some tests in value
	not is_object(tests)
}

_malformed("Condition", value) if {
	some tests in value
	some given in tests
	not _compares(given)
}

_names_someone(value) if value == "*"

_names_someone(value) if {
	is_object(value)
	count(value) > 0
	every type, ids in value {
		type in {"AWS", "Service", "Federated", "CanonicalUser", "*"}
		_texts(ids)
	}
}

# a text, or a list of at least one
_texts(value) if {
	count(policy.as_list(value)) > 0
	every text in policy.as_list(value) {
		is_string(text)
		text != ""
	}
}

# what a condition compares with: a plain value or a list of them
_compares(value) if {
	value != null
	every each in policy.as_list(value) {
		type_name(each) in {"string", "boolean", "number"}
	}
}
