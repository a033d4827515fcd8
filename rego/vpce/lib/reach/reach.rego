# METADATA
# title: What an endpoint policy opens
# description: |
#   Told of a policy the request gives or resets to. What is not surely inside the organisation counts as outside: an
#   endpoint policy grants nothing by itself, it only lets through what other policies grant. Where it is known whose
#   actions pass through the endpoint, those of other services open nothing.
package vpce.lib.reach

import data.vpce.lib.glob
import data.vpce.lib.perimeter
import data.vpce.lib.policy
import data.vpce.lib.service

# METADATA
# description: |
#   {"principals", "resources", "services"} and, on modify, {"newly_allowed", "no_longer_denied"}, the indexes of
#   statements of the new and of the current policy; those are absent where the current policy is not known.
told := object.union_n([
	{"principals": principals, "resources": resources, "services": services},
	_change,
	{"proofs": proofs | proofs := input.proofs},
]) if {
	_statements
}

# METADATA
# description: Principals outside the organisation, with the statement that lets them through and its conditions.
principals contains {"statement": i, "name": name, "conditions": _conditions(statement)} if {
	some i, statement in _allows
	not perimeter.of_our_principals(statement)
	some name in _principals(statement)
}

# METADATA
# description: The same for resources.
resources contains {"statement": i, "name": name, "conditions": _conditions(statement)} if {
	some i, statement in _allows
	not perimeter.of_our_resources(statement)
	some name in _resources(statement)
}

# METADATA
# description: Prefixes of the actions that are let through; "*" for those of every service.
services contains prefix if {
	some statement in _allows
	some prefix in _prefixes(statement)
	_may_pass(prefix)
}

services contains "*" if {
	some statement in _allows
	statement.NotAction
}

_statements := policy.effective_statements if policy.effective.source in {"request", "reset"}

_allows[i] := statement if {
	some i, statement in _statements
	statement.Effect == "Allow"
	_opens(statement)
}

_opens(statement) if statement.NotAction

_opens(statement) if {
	some prefix in _prefixes(statement)
	_may_pass(prefix)
}

_prefixes(statement) := {split(action, ":")[0] | some action in policy.actions(statement)}

_may_pass(_) if not service.entry.iam

_may_pass(prefix) if {
	some own in service.entry.iam
	glob.matches(replace(lower(prefix), "?", "*"), own)
}

_principals(statement) := {$"everyone but {principal.id}" | some principal in policy.not_principals(statement)} if {
	statement.NotPrincipal
} else := {principal.id |
	some principal in policy.principals(statement)
	not perimeter.our_principal(principal)
}

_resources(statement) := {$"everything but {resource}" | some resource in policy.not_resources(statement)} if {
	statement.NotResource
} else := {resource |
	some resource in policy.resources(statement)
	not perimeter.our_resource(resource)
}

_conditions(statement) := sort({$"{condition.operator} {condition.name}" |
	some condition in policy.conditions(statement)
})

default _change := {}

_change := {
	"newly_allowed": policy.newly_allowed(before, _statements),
	"no_longer_denied": policy.no_longer_denied(before, _statements),
} if {
	input.operation == "modify"
	before := policy.numbered(policy.current_document)
}
