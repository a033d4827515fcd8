package vpce.lib.policy

# METADATA
# description: |
#   Whom a statement names in Principal, a set of {"type", "id"}. The type is AWS, Service, Federated, CanonicalUser or
#   whatever stands there; "*" for the bare "*", and "" for what stands where no type is. Empty where it names nobody.
# scope: rule
principals(statement) := _parties(object.get(statement, "Principal", null))

# METADATA
# description: Whom a statement names in NotPrincipal, in the same form.
# scope: rule
not_principals(statement) := _parties(object.get(statement, "NotPrincipal", null))

# METADATA
# description: The texts of Action.
# scope: rule
actions(statement) := _texts(statement, "Action")

# METADATA
# description: The texts of NotAction.
# scope: rule
not_actions(statement) := _texts(statement, "NotAction")

# METADATA
# description: The texts of Resource.
# scope: rule
resources(statement) := _texts(statement, "Resource")

# METADATA
# description: The texts of NotResource.
# scope: rule
not_resources(statement) := _texts(statement, "NotResource")

# METADATA
# description: |
#   True where a statement is about everyone: a "*" among its principals, in any form. NotPrincipal is about everyone
#   but a few and counts.
# scope: rule
names_everyone(statement) if {
	some principal in principals(statement)
	principal.id == "*"
}

names_everyone(statement) if statement.NotPrincipal

# METADATA
# description: True where the principal of a statement is "*" and nothing else, the bare one or {"AWS"} of it.
# scope: rule
only_everyone(statement) if {
	_is_everyone(statement.Principal)
	count(principals(statement)) == 1
}

# METADATA
# description: |
#   True for an Allow statement about everyone, whatever conditions narrow it; narrowed_by() tells about those.
# scope: rule
allows_everyone(statement) if {
	statement.Effect == "Allow"
	names_everyone(statement)
}

# METADATA
# description: True where Action is or contains "*" itself.
# scope: rule
all_actions(statement) if {
	some action in actions(statement)
	action in {"*", "*:*"}
}

# METADATA
# description: |
#   True where a statement is about all actions of a service, by the prefix of its actions: "*", "s3:*" for s3, or
#   NotAction, which is about all actions but a few.
# scope: rule
broad_actions(statement, _) if all_actions(statement)

broad_actions(statement, prefix) if {
	some action in actions(statement)
	lower(action) == $"{prefix}:*"
}

broad_actions(statement, _) if statement.NotAction

# METADATA
# description: True where Resource is or contains "*" itself.
# scope: rule
all_resources(statement) if "*" in resources(statement)

# METADATA
# description: |
#   True where a statement is about resources of any name: "*", an ARN with nothing but wildcards for account and
#   resource, or NotResource, which is about all resources but a few.
# scope: rule
broad_resources(statement) if all_resources(statement)

broad_resources(statement) if {
	some resource in resources(statement)
	parts := arn(resource)
	trim(parts.account, "*") == ""
	only_wildcards(parts.resource)
}

broad_resources(statement) if statement.NotResource

# METADATA
# description: |
#   True where the statements let everyone do everything, as AWS's default policy does in whatever words: no Deny, and
#   an Allow of everything, or two that add up to it.
# scope: rule
grants_everything(statements_by_index) if {
	not _denies(statements_by_index)
	some statement in statements_by_index
	_open(statement)
	_all_actions_of(statement, statements_by_index)
	_all_resources_of(statement, statements_by_index)
}

# METADATA
# description: |
#   A statement in one spelling, to compare by: sets instead of lists and single values, no Sid, no case where case has
#   no meaning.
# scope: rule
canonical(statement) := {
	"effect": object.get(statement, "Effect", null),
	"principals": _plain_principals(statement),
	"not_principals": not_principals(statement),
	"actions": {lower(action) | some action in actions(statement)},
	"not_actions": {lower(action) | some action in not_actions(statement)},
	"resources": {resource | some resource in resources(statement)},
	"not_resources": {resource | some resource in not_resources(statement)},
	"conditions": {condition |
		some told in conditions(statement)
		condition := {
			"qualifier": told.qualifier,
			"base": told.base,
			"if_exists": told.if_exists,
			"key": told.key,
			"values": {value | some value in told.values},
		}
	},
}

# METADATA
# description: |
#   True where the first of two statements of one effect is surely about everything the second is about. Patterns and
#   lists of values are compared; what cannot be compared is not covered.
# scope: rule
covers(wide, narrow) if {
	a := canonical(wide)
	b := canonical(narrow)
	a.effect == b.effect
	_covers_principals(a, b)
	_covers_patterns(a.actions, a.not_actions, b.actions, b.not_actions)
	_covers_patterns(a.resources, a.not_resources, b.resources, b.not_resources)
	every condition in a.conditions {
		_implied(condition, b.conditions)
	}
}

# METADATA
# description: |
#   The indexes of Allow statements of a later policy that no Allow of the earlier one surely covers: what a
#   modification lets through that may not have come through before. Both by index, as numbered() gives them.
# scope: rule
newly_allowed(before, later) := {i |
	some i, statement in later
	statement.Effect == "Allow"
	not _covered(statement, before)
}

# METADATA
# description: The indexes of Deny statements of an earlier policy that no Deny of the later one surely covers.
# scope: rule
no_longer_denied(before, later) := {i |
	some i, statement in before
	statement.Effect == "Deny"
	not _covered(statement, later)
}

_parties(value) := {{"type": "*", "id": "*"}} if {
	value == "*"
} else := {{"type": type, "id": id} |
	some type, ids in value
	some id in as_list(ids)
	is_string(id)
} if {
	is_object(value)
} else := {{"type": "", "id": id} |
	some id in as_list(value)
	is_string(id)
}

_is_everyone(value) if value == "*"

_is_everyone(value) if {
	is_object(value)
	some type in ["AWS", "*"]
	some id in as_list(value[type])
	id == "*"
}

_plain_principals(statement) := {{"type": "*", "id": "*"}} if {
	_is_everyone(statement.Principal)
} else := principals(statement)

_texts(statement, member) := [each.text | some each in texts(statement, member)]

_denies(statements_by_index) if {
	some statement in statements_by_index
	statement.Effect != "Allow"
}

# an Allow for everyone under no condition
_open(statement) if {
	statement.Effect == "Allow"
	_is_everyone(statement.Principal)
	object.get(statement, "Condition", {}) == {}
}

_all_actions_of(statement, _) if all_actions(statement)

_all_actions_of(statement, statements_by_index) if {
	count(not_actions(statement)) > 0
	some other in statements_by_index
	_open(other)
	canonical(other).resources == canonical(statement).resources
	every excluded in not_actions(statement) {
		_matched(lower(excluded), canonical(other).actions)
	}
}

_all_resources_of(statement, _) if all_resources(statement)

_all_resources_of(statement, statements_by_index) if {
	count(not_resources(statement)) > 0
	some other in statements_by_index
	_open(other)
	canonical(other).actions == canonical(statement).actions
	every excluded in not_resources(statement) {
		_matched(excluded, canonical(other).resources)
	}
}

_covered(statement, statements_by_index) if {
	some other in statements_by_index
	covers(other, statement)
}

_covers_principals(a, _) if {"type": "*", "id": "*"} in a.principals

_covers_principals(a, b) if {
	count(b.principals) > 0
	count(b.principals - a.principals) == 0
}

_covers_principals(a, b) if _covers_exclusions(a.not_principals, b.not_principals)

_covers_patterns(wide, _, _, _) if "*" in wide

_covers_patterns(wide, _, narrow, _) if {
	count(narrow) > 0
	every pattern in narrow {
		_matched(pattern, wide)
	}
}

_covers_patterns(_, wide_not, _, narrow_not) if _covers_exclusions(wide_not, narrow_not)

# who excludes fewer covers more
_covers_exclusions(wide_not, narrow_not) if {
	count(wide_not) > 0
	count(wide_not - narrow_not) == 0
}

_matched(text, patterns) if {
	some pattern in patterns
	pattern_covers(pattern, text)
}

_implied(condition, narrower) if condition in narrower

_implied(condition, narrower) if {
	some other in narrower
	object.remove(other, ["values"]) == object.remove(condition, ["values"])
	_fewer(condition, other)
}

# Of a positive operator fewer values are narrower, of a negative one more.
_fewer(condition, other) if {
	restricting(condition)
	count(other.values - condition.values) == 0
}

_fewer(condition, other) if {
	negated(condition)
	count(condition.values - other.values) == 0
}
