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

untold contains {"reason": "the policy the endpoint has is not known", "missing": ["/current/PolicyDocument"]} if {
	input.operation == "modify"
	endpoint.type in {"Interface", "Gateway"}
	not policy.effective
	not policy.given
	count(endpoint.unknown_members(input, ["PolicyDocument", "ResetPolicy"])) == 0
}

# METADATA
# description: |
#   True for a statement that is only about principals of the organisation, or of AWS's own services: by a condition
#   (the organisation, its paths, its accounts, principals of those), by naming them, or as Deny statements leave
#   nobody else. Or it is proved of the policy as a whole, where org data ask for that.
# scope: rule
of_our_principals(_) if input.proofs.outside_principals.answer == "proved"

of_our_principals(statement) if _narrowed(statement, "aws:principalorgid", _ids)

of_our_principals(statement) if _narrowed(statement, "aws:principalaccount", _accounts)

of_our_principals(statement) if _of_our_accounts(statement, "aws:principalarn")

of_our_principals(statement) if _within_paths(statement, "aws:principalorgpaths")

of_our_principals(statement) if policy.narrowed_by(statement, ["aws:PrincipalIsAWSService"])

of_our_principals(statement) if excepted(statement)

of_our_principals(statement) if {
	named := policy.principals(statement)
	count(named) > 0
	every principal in named {
		our_principal(principal)
	}
}

of_our_principals(statement) if {
	some other in judged
	policy.denies_what(other, statement)
	not other.Condition
	spared := policy.not_principals(other)
	count(spared) > 0
	every principal in spared {
		our_principal(principal)
	}
}

of_our_principals(statement) if {
	some other in judged
	policy.denies_others_what(
		other, statement,
		["aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalAccount", "aws:PrincipalArn"],
		_exceptions,
	)
	_names_only_ours(other)
}

# METADATA
# description: |
#   The same for resources; those that data.org.policy.resource_org_exceptions name are as good, and those that an
#   exception by condition leads to.
# scope: rule
of_our_resources(_) if input.proofs.outside_resources.answer == "proved"

of_our_resources(statement) if _narrowed(statement, "aws:resourceorgid", _ids)

of_our_resources(statement) if _narrowed(statement, "aws:resourceaccount", _accounts)

of_our_resources(statement) if _within_paths(statement, "aws:resourceorgpaths")

of_our_resources(statement) if excepted(statement)

of_our_resources(statement) if {
	named := policy.resources(statement)
	count(named) > 0
	every resource in named {
		our_resource(resource)
	}
}

of_our_resources(statement) if {
	some other in judged
	policy.denies_others_what(
		other, statement,
		["aws:ResourceOrgID", "aws:ResourceOrgPaths", "aws:ResourceAccount"],
		_exceptions,
	)
	_names_only_ours(other)
}

# METADATA
# description: |
#   {"fix"} that adds a condition of the organisation's ids to a statement of the request's policy; nothing where there
#   are no ids, where the key is there already, and where the statement leads to buckets of AWS itself, which are read
#   without credentials or with presigned URLs: the condition would close package repositories and image layers.
# scope: rule
fix(i, key) := {"fix": [{"op": "add", "path": path, "value": value}]} if {
	count(_ids) > 0
	statement := policy.statements[i]
	not _reaches_buckets_of_aws(statement)
	not key in {condition.name | some condition in policy.conditions(statement); condition.base == "StringEquals"}
	[rest, value] := _addition(statement, key)
	path := policy.fix_pointer(i, rest)
} else := {}

# METADATA
# description: |
#   The text of a policy for principals of the organisation only, and for its resources only where those are demanded;
#   excepted resources of the service are let through. Undefined where the organisation has no ids, and for S3 where it
#   names no exceptions: the policy would close the buckets of AWS itself.
own_policy := concat("", [`{"Version":"2012-10-17","Statement":[`, concat(",", _own_statements), `]}`]) if {
	count(_ids) > 0
	_leaves_buckets_of_aws_open
}

_leaves_buckets_of_aws_open if service.parsed.service != "s3"

_leaves_buckets_of_aws_open if count(_excepted) > 0

_own_statements := array.concat(
	[_allow(["*"], _demanded_keys)],
	[_allow(resources, []) |
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
	_conditions(keys),
	`}`,
])

# What is excepted is read without credentials, so no condition on the principal goes with it.
_conditions([]) := ""

_conditions(keys) := concat("", [
	`,"Condition":{"StringEquals":{`,
	concat(",", [concat("", [`"`, key, `":`, json.marshal(_ids)]) | some key in keys]),
	`}}`,
]) if {
	count(keys) > 0
}

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

# The principals or resources whose ARNs are of accounts of the organisation, the account written out.
_of_our_accounts(statement, key) if {
	policy.narrowed_by(statement, [key])
	some condition in policy.conditions(statement)
	condition.key == key
	policy.restricting(condition)
	condition.qualifier != "ForAllValues"
	every value in condition.values {
		policy.arn(value).account in _accounts
	}
}

# METADATA
# description: |
#   True for a statement that org data except: by a condition (data.org.policy.exception_conditions gives the values of
#   a key that make one, of a tag dp:exclude:network, say), or as all its resources are in resource_org_exceptions.
# scope: rule
excepted(statement) if {
	some key in data.org.policy.narrowing_keys
	not lower(key) in _keys_with_identities
	policy.narrowed_by(statement, [key])
}

excepted(statement) if {
	some key, values in data.org.policy.exception_conditions
	_narrowed(statement, lower(key), values)
}

excepted(statement) if {
	named := policy.resources(statement)
	count(named) > 0
	every resource in named {
		glob.any_matches(data.org.policy.resource_org_exceptions, resource)
	}
}

# Keys that name somebody: whether they narrow to the organisation is seen by their values.
_keys_with_identities := {
	"aws:principalorgid",
	"aws:principalorgpaths",
	"aws:principalaccount",
	"aws:principalarn",
	"aws:resourceorgid",
	"aws:resourceorgpaths",
	"aws:resourceaccount",
}

_exceptions := array.concat(["aws:PrincipalIsAWSService"], [key | some key, _ in data.org.policy.exception_conditions])

# Each condition by which a Deny spares somebody spares our own; what it spares by an exception is spared by intent.
_names_only_ours(statement) if {
	every condition in policy.conditions(statement) {
		_spares_ours(condition)
	}
}

_spares_ours(condition) if {
	condition.key in {"aws:principalorgid", "aws:resourceorgid"}
	_all_in(condition.values, _ids)
}

_spares_ours(condition) if {
	condition.key in {"aws:principalaccount", "aws:resourceaccount"}
	_all_in(condition.values, _accounts)
}

_spares_ours(condition) if {
	condition.key == "aws:principalarn"
	every value in condition.values {
		policy.arn(value).account in _accounts
	}
}

_spares_ours(condition) if {
	condition.key in {"aws:principalorgpaths", "aws:resourceorgpaths"}
	every path in condition.values {
		split(path, "/")[0] in _ids
	}
}

_spares_ours(condition) if condition.key in {lower(key) | some key in _exceptions}

_reaches_buckets_of_aws(statement) if {
	some resource in policy.resources(statement)
	startswith(resource, "arn:")
	some owned in buckets_of_aws
	_touches(resource, owned)
}

_reaches_buckets_of_aws(statement) if {
	service.parsed.service == "s3"
	policy.broad_resources(statement)
}

_touches(resource, owned) if glob.matches(owned, resource)

_touches(resource, owned) if glob.matches(resource, owned)

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
