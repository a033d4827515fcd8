# METADATA
# title: Gateway policy principal must be "*"
# description: The Principal of each statement is "*"; who may pass is told by conditions such as aws:PrincipalArn.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
# custom:
#   id: VPCE-GW-015
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: >-
#     Set Principal to "*" and name the principals in a condition on aws:PrincipalArn or aws:PrincipalAccount.
#   reads: [/request/PolicyDocument]
#   aws:
#   - text: The Principal element must be "*"; an account id there would mean its root user only.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
#     status: documented
#   assumptions:
#   - The fix also moves the principals to a condition; "*" alone would let everyone through. No fix is offered where
#     that cannot be said in one condition.
#   - An account id or root ARN is taken to mean the account, aws:PrincipalAccount.
package vpce.rules.gw.principal_is_everyone

import data.vpce.lib.endpoint
import data.vpce.lib.policy

deny contains violation if {
	endpoint.remains
	some i, statement in policy.statements
	statement.Principal != null
	not policy.only_everyone(statement)
	not policy.hidden(i, "Principal")
	violation := object.union(_fix(i, statement), {
		"message": $"{policy.called(i)} has Principal {_named(statement)}, but a gateway endpoint takes \"*\" only",
		"path": policy.pointer(i, "Principal"),
	})
}

deny contains {"message": message, "path": path} if {
	endpoint.remains
	some i, statement in policy.statements
	statement.NotPrincipal
	path := policy.pointer(i, "NotPrincipal")
	message := $"{policy.called(i)} has NotPrincipal, but a gateway endpoint takes Principal \"*\" only"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := policy.unknown_of({"Principal", "NotPrincipal"})
	count(hidden) > 0
	reason := "not all principals of the policy are known yet"
}

_named(statement) := concat(", ", sort({_shown(principal) | some principal in named})) if {
	named := policy.principals(statement)
	count(named) > 0
} else := policy.shown(statement.Principal)

_shown(principal) := trim_space($"{principal.type} {principal.id}")

_fix(i, statement) := {"fix": array.concat(_replaced(i), added)} if {
	added := _added(i, statement)
} else := {"fix": _replaced(i)} if {
	_everyone_and_more(statement)
} else := {}

_replaced(i) := [{"op": "replace", "path": policy.fix_pointer(i, "Principal"), "value": "*"}]

# the principals as a condition, in the outermost member the statement does not have yet
_added(i, statement) := [{"op": "add", "path": policy.fix_pointer(i, "Condition"), "value": condition}] if {
	[operator, key, values] := _condition(statement)
	not statement.Condition
	condition := {operator: {key: values}}
} else := [{"op": "add", "path": policy.fix_pointer(i, path), "value": {key: values}}] if {
	[operator, key, values] := _condition(statement)
	not statement.Condition[operator]
	path := $"Condition/{operator}"
} else := [{"op": "add", "path": policy.fix_pointer(i, path), "value": values}] if {
	[operator, key, values] := _condition(statement)
	not lower(key) in {lower(name) | some name, _ in statement.Condition[operator]}
	path := $"Condition/{operator}/{key}"
}

_condition(statement) := ["ArnEquals", "aws:PrincipalArn", sort(arns)] if {
	arns := {id | some {"type": "AWS", "id": id} in policy.principals(statement); _is_identity(id)}
	count(arns) > 0
	count(arns) == count(policy.principals(statement))
} else := ["StringEquals", "aws:PrincipalAccount", sort(accounts)] if {
	accounts := {_account(id) | some {"type": "AWS", "id": id} in policy.principals(statement)}
	count(accounts) > 0
	count(accounts) == count(policy.principals(statement))
}

_is_identity(id) if {
	parts := policy.arn(id)
	parts.service == "iam"
	some kind in ["role/", "user/"]
	startswith(parts.resource, kind)
}

_account(id) := id if {
	regex.match(`^[0-9]{12}$`, id)
} else := parts.account if {
	parts := policy.arn(id)
	parts.service == "iam"
	parts.resource == "root"
}

_everyone_and_more(statement) if {
	{"type": "AWS", "id": "*"} in policy.principals(statement)
}
