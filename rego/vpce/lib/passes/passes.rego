# METADATA
# title: What surely does not pass an endpoint policy
# description: |
#   Told of requests for objects of buckets of AWS: {"action", "start", "caller"}, where start is what the ARNs of the
#   objects begin with and caller is aws (a presigned URL of a service), nobody (not signed) or any. What depends on
#   something else, a condition on the time, say, may pass.
package vpce.lib.passes

import data.vpce.lib.glob
import data.vpce.lib.perimeter
import data.vpce.lib.policy

# METADATA
# description: |
#   True where no such request passes the statements, by whatever index: a Deny surely applies to all of them, or no
#   Allow may apply to one.
# scope: rule
shuts_out(statements, asked) if denied_by(statements, asked) != set()

shuts_out(statements, asked) if not _may_allow(statements, asked)

# METADATA
# description: The indexes of the Deny statements that surely apply to all of them.
# scope: rule
denied_by(statements, asked) := {i |
	some i, statement in statements
	statement.Effect == "Deny"
	_is_about(statement, asked)
}

_may_allow(statements, asked) if {
	some statement in statements
	statement.Effect == "Allow"
	not _is_not_about(statement, asked)
}

# Surely about none of the requests.
_is_not_about(statement, asked) if {
	statement.Action
	not _may_name(policy.actions(statement), asked.action)
}

_is_not_about(statement, asked) if _names_action(policy.not_actions(statement), asked.action)

_is_not_about(statement, asked) if {
	statement.Resource
	not _meets(policy.resources(statement), asked.start)
}

_is_not_about(statement, asked) if _takes_in(policy.not_resources(statement), asked.start)

_is_not_about(statement, asked) if _names_others(statement, asked.caller)

_is_not_about(statement, asked) if {
	some condition in policy.conditions(statement)
	_fails(condition, asked.caller)
}

# Surely about all of them.
_is_about(statement, asked) if {
	policy.only_everyone(statement)
	_covers_action(statement, asked.action)
	_covers_objects(statement, asked.start)
	every condition in policy.conditions(statement) {
		_holds(condition, asked.caller)
	}
}

_covers_action(statement, action) if _names_action(policy.actions(statement), action)

_covers_action(statement, action) if {
	statement.NotAction
	not _may_name(policy.not_actions(statement), action)
}

_covers_objects(statement, start) if _takes_in(policy.resources(statement), start)

_covers_objects(statement, start) if {
	statement.NotResource
	not _meets(policy.not_resources(statement), start)
}

_names_action(patterns, action) if {
	some pattern in patterns
	_matches(lower(pattern), lower(action))
}

_may_name(patterns, action) if _names_action(patterns, action)

_may_name(patterns, _) if {
	some pattern in patterns
	contains(pattern, "?")
}

_matches(pattern, text) if policy.pattern_covers(pattern, text)

_matches(pattern, text) if {
	count(split(pattern, "*")) > 2 # a regular expression is compiled each time
	glob.matches(pattern, text)
}

# One of the patterns matches everything that begins so.
_takes_in(patterns, start) if {
	some pattern in patterns
	endswith(pattern, "*")
	not contains(pattern, "${")
	_matches(pattern, start)
}

# One of them may match something that begins so.
_meets(patterns, start) if {
	some pattern in patterns
	startswith(pattern, start)
}

_meets(patterns, start) if {
	some pattern in patterns
	head := split(split(split(pattern, "*")[0], "?")[0], "${")[0] # before the first wildcard or variable
	head != pattern
	startswith(start, head)
}

# Principals that whoever asks surely is not.
_names_others(statement, "nobody") if {
	count(policy.principals(statement)) > 0
	not policy.names_everyone(statement)
}

_names_others(statement, "aws") if {
	named := policy.principals(statement)
	count(named) > 0
	every principal in named {
		principal.type == "AWS"
		perimeter.our_principal(principal)
	}
}

# What a request surely lacks, by who signs it.
_lacks("nobody", key) if key in _of_signers

_lacks("nobody", key) if startswith(key, "aws:principaltag/")

_of_signers := {
	"aws:principalarn",
	"aws:principalorgid",
	"aws:principalorgpaths",
	"aws:principalisawsservice",
	"aws:principalservicename",
}

# Keys whose value is surely none of ours, and whether they are always there.
_foreign(_, "aws:resourceaccount", true)

_foreign(_, "s3:resourceaccount", true)

_foreign(_, "aws:resourceorgid", false)

_foreign(_, "aws:resourceorgpaths", false)

_foreign("nobody", "aws:principalaccount", true) # it is "anonymous"

_foreign("aws", "aws:principalaccount", true)

_foreign("aws", "aws:principalarn", true)

_foreign("aws", "aws:principalorgid", false)

_foreign("aws", "aws:principalorgpaths", false)

_fails(condition, caller) if {
	_lacks(caller, condition.key)
	_fails_without(condition)
}

_fails(condition, caller) if {
	policy.restricting(condition)
	condition.qualifier != "ForAllValues"
	_is_foreign(condition, caller)
	_is_compared(condition, caller)
}

_holds(condition, caller) if {
	_lacks(caller, condition.key)
	_holds_without(condition)
}

_holds(condition, caller) if {
	policy.negated(condition)
	condition.qualifier == ""
	_is_foreign(condition, caller)
}

_is_foreign(condition, caller) if {
	some always in [true, false]
	_foreign(caller, condition.key, always)
	count(condition.values) > 0
	every value in condition.values {
		_is_ours(value)
	}
}

# The key is there, or its absence counts as a mismatch.
_is_compared(condition, caller) if _foreign(caller, condition.key, true)

_is_compared(condition, _) if not condition.if_exists

_fails_without(condition) if {
	policy.restricting(condition)
	not condition.if_exists
	condition.qualifier != "ForAllValues"
}

_fails_without(condition) if _demands(condition, "false")

_holds_without(condition) if {
	policy.has_known_operator(condition)
	condition.base != "Null"
	condition.if_exists
}

_holds_without(condition) if {
	policy.negated(condition)
	condition.qualifier == ""
}

_holds_without(condition) if _demands(condition, "true")

_demands(condition, value) if {
	condition.base == "Null"
	policy.has_known_operator(condition)
	condition.qualifier == ""
	{lower(each) | some each in condition.values} == {value}
}

# An organisation, an account of it or something in one, written out.
_is_ours(value) if {
	startswith(value, "o-")
	not policy.has_wildcard(split(value, "/")[0])
	not contains(value, "${")
}

_is_ours(value) if perimeter.our_principal({"type": "AWS", "id": value})
