package vpce.lib.policy

# METADATA
# description: |
#   The conditions of a statement, a set of one object per operator and key: "operator" and "name" as written, "base"
#   (the operator without its prefix and suffix, in AWS's spelling), "qualifier" (ForAllValues, ForAnyValue or ""),
#   "if_exists", "key" (lower case), "values" (texts; a boolean or number as JSON writes it), "path" of the key and
#   "places" of the values, both below the statement.
# scope: rule
conditions(statement) := {condition |
	is_object(statement.Condition)
	some operator, tests in statement.Condition
	is_object(tests)
	some name, value in tests
	path := $"Condition/{escape(operator)}/{escape(name)}"
	condition := {
		"operator": operator,
		"base": _base(operator),
		"qualifier": _qualifier(operator),
		"if_exists": endswith(lower(operator), "ifexists"),
		"name": name,
		"key": lower(name),
		"values": [_text(each) | some each in as_list(value)],
		"path": path,
		"places": [_place(path, value, i) | some i, _ in as_list(value)],
	}
}

# METADATA
# description: True for a condition whose operator the policy language has. Null takes no IfExists.
# scope: rule
has_known_operator(condition) if {
	condition.base in _operators
	not _null_if_exists(condition)
}

_null_if_exists(condition) if {
	condition.base == "Null"
	condition.if_exists
}

# METADATA
# description: True for a condition that holds only for some values; its operator is known, not negated and not Null.
# scope: rule
restricting(condition) if {
	condition.base in _operators
	condition.base != "Null"
	not negated(condition)
}

# METADATA
# description: True for a condition that holds for all values but some, and where the key is absent.
# scope: rule
negated(condition) if {
	condition.base in _operators
	contains(condition.base, "Not")
}

# METADATA
# description: |
#   True where a statement surely applies only to some values of one of the keys: a condition that is not negated, whose
#   values do not take in everything, and which does not hold where the key is absent. IfExists and ForAllValues do, so
#   they narrow only beside Null false of the key.
# scope: rule
narrowed_by(statement, keys) if {
	some condition in conditions(statement)
	_about(condition, keys)
	restricting(condition)
	_tells_apart(condition)
	_needs_its_key(statement, condition)
}

# METADATA
# description: |
#   True for a statement that denies everything to all but some values of one of the keys, as Deny with
#   StringNotEquals does; it holds where the key is absent, with IfExists or without. Further conditions leave gaps, so
#   they have to be of the same sort or of a key of `exceptions` (aws:PrincipalIsAWSService, say).
# scope: rule
denies_others(statement, keys, exceptions) if {
	statement.Effect == "Deny"
	_is_everyone(statement.Principal)
	all_actions(statement)
	all_resources(statement)
	some condition in conditions(statement)
	_about(condition, keys)
	_shuts_out(condition)
	every other in conditions(statement) {
		_leaves_no_gap(other, keys, exceptions)
	}
}

# METADATA
# description: |
#   The same for a Deny that need only cover what another statement allows: each of its actions and resources is within
#   one of the Deny's, and the Deny is for everyone.
# scope: rule
denies_others_what(statement, allowed, keys, exceptions) if {
	denies_what(statement, allowed)
	_is_everyone(statement.Principal)
	some condition in conditions(statement)
	_about(condition, keys)
	_shuts_out(condition)
	every other in conditions(statement) {
		_leaves_no_gap(other, keys, exceptions)
	}
}

# METADATA
# description: True for a Deny, for whomever, whose actions and resources cover all those of another statement.
# scope: rule
denies_what(statement, allowed) if {
	statement.Effect == "Deny"
	_covers_all(actions(statement), actions(allowed), not_actions(allowed))
	_covers_all(resources(statement), resources(allowed), not_resources(allowed))
}

# Patterns that cover others; what is allowed by exclusion (NotAction, NotResource) is covered by everything only.
_covers_all(wide, _, _) if "*" in wide

_covers_all(wide, narrow, excluded) if {
	count(excluded) == 0
	count(narrow) > 0
	every pattern in narrow {
		some cover in wide
		pattern_covers(lower(cover), lower(pattern))
	}
}

# METADATA
# description: True where a statement demands that a key is there, by Null false.
# scope: rule
demands(statement, key) if {
	some condition in conditions(statement)
	condition.base == "Null"
	condition.qualifier == ""
	condition.key == lower(key)
	{lower(value) | some value in condition.values} == {"false"}
}

_operators := {
	"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike",
	"StringNotLike", "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
	"NumericGreaterThan", "NumericGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThan",
	"DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals", "Bool", "BinaryEquals", "IpAddress",
	"NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "Null",
}

_spellings := {lower(operator): operator | some operator in _operators}

_base(operator) := object.get(_spellings, bare, bare) if {
	name := lower(operator)
	bare := trim_suffix(trim_prefix(trim_prefix(name, "forallvalues:"), "foranyvalue:"), "ifexists")
}

_qualifier(operator) := "ForAllValues" if {
	startswith(lower(operator), "forallvalues:")
} else := "ForAnyValue" if {
	startswith(lower(operator), "foranyvalue:")
} else := ""

_text(value) := value if {
	is_string(value)
} else := shown(value)

_about(condition, keys) if condition.key in {lower(key) | some key in keys}

_tells_apart(condition) if {
	count(condition.values) > 0
	every value in condition.values {
		not _takes_in_all(condition, value)
	}
}

_takes_in_all(condition, value) if {
	condition.base in _patterns
	only_wildcards(masked(value))
}

_takes_in_all(condition, value) if {
	condition.base in _patterns
	parts := arn(value)
	trim(parts.account, "*?") == ""
	labels := split(parts.resource, "/")
	only_wildcards(labels[count(labels) - 1])
}

_takes_in_all(condition, value) if {
	condition.base in {"IpAddress", "NotIpAddress"}
	endswith(value, "/0")
}

_takes_in_all(condition, value) if {
	condition.base == "Bool"
	lower(value) != "true"
}

# a key that is compared with itself
_takes_in_all(condition, value) if contains(lower(value), concat("", ["${", condition.key]))

# In these a wildcard means something; StringEquals takes it literally.
_patterns := {"StringLike", "StringNotLike", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"}

_needs_its_key(_, condition) if {
	not condition.if_exists
	condition.qualifier != "ForAllValues"
}

_needs_its_key(statement, condition) if demands(statement, condition.key)

_shuts_out(condition) if {
	negated(condition)
	condition.qualifier != "ForAnyValue"
	_tells_apart(condition)
}

_leaves_no_gap(condition, keys, _) if {
	_about(condition, keys)
	_shuts_out(condition)
}

_leaves_no_gap(condition, _, exceptions) if _about(condition, exceptions)
