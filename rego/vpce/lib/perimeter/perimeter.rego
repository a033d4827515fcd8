# METADATA
# title: The organisation in endpoint policies
# description: What a policy says about principals and resources of data.org.org_ids and data.org.accounts.
package vpce.lib.perimeter

import data.vpce.lib.endpoint
import data.vpce.lib.glob
import data.vpce.lib.policy
import data.vpce.lib.service

# METADATA
# description: |
#   Statements by their index of a policy somebody wrote. AWS's default one is not among them: that an endpoint has no
#   policy of its own is one thing to say, not four.
judged[i] := statement if {
	policy.effective.source in {"request", "current"}
	some i, statement in policy.effective_statements
}

# METADATA
# description: What to say, and what is missing, where the policy the endpoint will have is not known.
untold contains {"reason": "the policy is not known yet", "missing": unsaid} if {
	endpoint.remains
	unsaid := endpoint.unknown_members(input, ["PolicyDocument", "ResetPolicy"])
	count(unsaid) > 0
}

untold contains {"reason": "the policy the endpoint has is not given", "missing": ["/current/PolicyDocument"]} if {
	input.operation == "modify"
	endpoint.type in {"Interface", "Gateway"}
	not policy.effective
	not policy.given
	count(endpoint.unknown_members(input, ["PolicyDocument", "ResetPolicy"])) == 0
}

# METADATA
# description: |
#   True for a statement that is only about principals of the organisation, or of AWS's own services: by a condition, by
#   naming them, or as another statement denies everyone else.
# scope: rule
of_our_principals(statement) if _narrowed(statement, "aws:principalorgid", _ids)

of_our_principals(statement) if _within_paths(statement, "aws:principalorgpaths")

of_our_principals(statement) if policy.narrowed_by(statement, ["aws:PrincipalIsAWSService"])

of_our_principals(statement) if {
	named := policy.principals(statement)
	count(named) > 0
	every principal in named {
		our_principal(principal)
	}
}

of_our_principals(_) if _others_denied("aws:PrincipalOrgID")

# METADATA
# description: The same for resources; those data.org.policy.resource_org_exceptions name are as good.
# scope: rule
of_our_resources(statement) if _narrowed(statement, "aws:resourceorgid", _ids)

of_our_resources(statement) if _within_paths(statement, "aws:resourceorgpaths")

of_our_resources(statement) if {
	named := policy.resources(statement)
	count(named) > 0
	every resource in named {
		our_resource(resource)
	}
}

of_our_resources(_) if _others_denied("aws:ResourceOrgID")

# METADATA
# description: |
#   {"fix"} that adds a condition of the organisation's ids to a statement of the request's policy; nothing where there
#   are no ids or the key is there already.
# scope: rule
fix(i, key) := {"fix": [{"op": "add", "path": path, "value": value}]} if {
	count(_ids) > 0
	statement := policy.statements[i]
	not key in {condition.name | some condition in policy.conditions(statement); condition.base == "StringEquals"}
	[rest, value] := _addition(statement, key)
	path := policy.fix_pointer(i, rest)
} else := {}

# METADATA
# description: |
#   The text of a policy for principals of the organisation only, and for its resources only where those are demanded;
#   excepted resources of the service are let through. Undefined where the organisation has no ids.
own_policy := concat("", [`{"Version":"2012-10-17","Statement":[`, concat(",", _own_statements), `]}`]) if {
	count(_ids) > 0
}

_own_statements := array.concat(
	[_allow(["*"], _demanded_keys)],
	[_allow(resources, ["aws:PrincipalOrgID"]) |
		"aws:ResourceOrgID" in _demanded_keys
		resources := _excepted
		count(resources) > 0
	],
)

_demanded_keys := ["aws:PrincipalOrgID", "aws:ResourceOrgID"] if {
	data.org.policy.require_resource_org == true
} else := ["aws:PrincipalOrgID"]

_excepted := [resource |
	some resource in data.org.policy.resource_org_exceptions
	policy.arn(resource).service == split(service.parsed.service, ".")[0]
]

# lists of texts are the only JSON both engines write alike
_allow(resources, keys) := concat("", [
	`{"Effect":"Allow","Principal":"*","Action":"*","Resource":`, json.marshal(resources),
	`,"Condition":{"StringEquals":{`,
	concat(",", [concat("", [`"`, key, `":`, json.marshal(_ids)]) | some key in keys]),
	`}}}`,
])

_addition(statement, key) := [$"Condition/StringEquals/{key}", _ids] if {
	is_object(statement.Condition.StringEquals)
} else := ["Condition/StringEquals", {key: _ids}] if {
	is_object(statement.Condition)
} else := ["Condition", {"StringEquals": {key: _ids}}]

_ids := object.get(data.org, "org_ids", [])

_narrowed(statement, key, ids) if {
	policy.narrowed_by(statement, [key])
	some condition in policy.conditions(statement)
	condition.key == key
	policy.restricting(condition)
	condition.qualifier != "ForAllValues"
	_all_in(condition.values, ids)
}

_within_paths(statement, key) if {
	policy.narrowed_by(statement, [key])
	some condition in policy.conditions(statement)
	condition.key == key
	policy.restricting(condition)
	condition.qualifier != "ForAllValues"
	every path in condition.values {
		split(path, "/")[0] in _ids
	}
}

_others_denied(key) if {
	some statement in judged
	policy.denies_others(statement, [key], ["aws:PrincipalIsAWSService"])
	some condition in policy.conditions(statement)
	condition.key == lower(key)
	_all_in(condition.values, _ids)
}

_all_in(values, ids) if {
	count(values) > 0
	every value in values {
		value in ids
	}
}

# METADATA
# description: True for a principal of an account of the organisation, or a service of AWS, as principals() gives it.
# scope: rule
our_principal(principal) if {
	principal.type == "AWS"
	principal.id in _accounts
}

our_principal(principal) if {
	principal.type == "AWS"
	policy.arn(principal.id).account in _accounts
}

our_principal(principal) if principal.type == "Service"

# METADATA
# description: True for the ARN of a resource of an account of the organisation, or of one that is excepted.
# scope: rule
our_resource(resource) if policy.arn(resource).account in _accounts

our_resource(resource) if glob.any_matches(data.org.policy.resource_org_exceptions, resource)

# the account of the VPC is one of the organisation's
_accounts := {account | some account in data.org.accounts} | {account | account := input.context.AccountId}
