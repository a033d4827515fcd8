# METADATA
# title: Policy names actions, keys and ARNs that exist
# description: |
#   Each action, condition key and ARN of the endpoint policy is one that IAM knows, and each action is one of the
#   service that the endpoint leads to. A misspelt one fits no request: an Allow with it allows nothing, a Deny with it
#   denies nothing.
# related_resources:
# - ref: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
#   description: The actions, resources and condition keys of each service.
# - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
#   description: The global condition keys.
# custom:
#   id: VPCE-COMMON-035
#   kind: documented
#   severity: warning
#   enforcement_action: warn
#   effect: hygiene
#   remediation: Spell the name as the Service Authorization Reference does, or take it out of the policy.
#   reads: [/request/PolicyDocument, /request/ServiceName, /current/ServiceName]
#   assumptions:
#   - The list of names is dated. A name that it lacks may be newer, so the rule only warns.
#   - The reader looks names up and hands them over as input.policy.request.unknown_names.
package vpce.rules.common.iam_names_exist

import data.vpce.lib.endpoint
import data.vpce.lib.policy
import data.vpce.lib.service

deny contains {"message": message, "path": policy.pointer(found.statement, found.at)} if {
	endpoint.remains
	some found in _unknown_names
	what := _what(found)
	hint := _hint(found)
	message := $"{policy.called(found.statement)} {what}{hint}"
}

deny contains {"message": message, "path": policy.pointer(i, "")} if {
	endpoint.remains
	some i, foreign in _foreign
	example := sort(foreign)[0]
	served := concat(" and ", service.entry.iam)
	where := $"an endpoint of {service.name} passes actions of {served} only"
	message := $"{policy.called(i)} names {example}{_others(foreign)}, but {where}"
}

undetermined contains {"reason": reason, "missing": sort(policy.unknown_parts)} if {
	endpoint.remains
	count(policy.unknown_parts) > 0
	reason := "not all of the policy is known yet, so its names cannot be looked up"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	policy.given
	hidden := endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
	reason := "which service the actions of the policy have to be of is not known yet"
}

_unknown_names := object.get(input, ["policy", "request", "unknown_names"], [])

_what(found) := $"names the action {found.value}, which IAM does not know" if found.kind == "action"

_what(found) := $"names {found.value}, but IAM knows no service with that prefix" if found.kind == "prefix"

_what(found) := $"tests the condition key {found.value}, which IAM does not know" if found.kind == "key"

_what(found) := $"names the resource {found.value}, which {found.why}" if found.kind == "arn"

_hint(found) := "" if {
	count(found.nearest) == 0
} else := $": such ARNs look like {names}" if {
	startswith(found.nearest[0], "arn:")
	names := concat(" or ", found.nearest)
} else := $". Did you mean {names}?" if {
	names := concat(" or ", found.nearest)
}

# Actions by statement that do not pass through an endpoint of the service; misspelt ones are told above.
_foreign[i] contains action.text if {
	some i, statement in policy.statements
	some action in policy.texts(statement, "Action")
	prefix := lower(split(action.text, ":")[0])
	contains(action.text, ":")
	not policy.has_wildcard(prefix)
	not prefix in service.entry.iam
	count([1 | some found in _unknown_names; found.statement == i; found.at == action.path]) == 0
}

_others(foreign) := "" if {
	count(foreign) == 1
} else := $" and {count(foreign) - 1} more actions"
