# METADATA
# title: Statements fit requests that come through the endpoint
# description: |
#   No statement of the endpoint policy waits for what no request through this endpoint brings: a public source address,
#   another VPC or endpoint, the ARN of a session of a role, a resource of another partition or Region, a policy
#   variable that its Version does not know, a value of another type. An Allow of that kind allows nothing; a Deny of
#   all others denies everyone.
# related_resources:
# - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
#   description: Requests through a VPC endpoint have no aws:SourceIp; they have aws:SourceVpc and aws:SourceVpce.
# - ref: https://repost.aws/knowledge-center/iam-restrict-access-policy
#   description: The same in words of AWS's support.
# - ref: https://docs.aws.amazon.com/kms/latest/developerguide/vpce-policy-condition.html
#   description: aws:sourceVpc is the VPC that hosts the endpoint; aws:sourceIP has no effect through one.
# - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
#   description: Variables need Version 2012-10-17; without it they are texts.
# - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
#   description: Values of conditions have the type of the operator.
# custom:
#   id: VPCE-COMMON-038
#   kind: documented
#   severity: warning
#   enforcement_action: warn
#   effect: accepted-but-useless
#   remediation: >-
#     Name what requests through this endpoint bring (aws:VpcSourceIp, its own VPC, resources of its Region), or leave
#     the condition out.
#   reads:
#   - /request/PolicyDocument
#   - /request/ServiceName
#   - /current/ServiceName
#   - /request/VpcId
#   - /current/VpcId
#   aws:
#   - text: An endpoint policy that compared aws:sourceVpce with the id of a VPC denied all requests to DynamoDB.
#     doc: https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/680
#     status: observed
#     evidence: issue
#   - text: aws:PrincipalArn of a request that a session of a role makes is the ARN of the role.
#     doc: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
#     status: documented
#   assumptions:
#   - |
#     Some actions name resources of another Region (copies of backups), so other Regions are told only where no Allow
#     of the policy leads to the Region of the service.
package vpce.rules.common.statements_match

import data.vpce.lib.endpoint
import data.vpce.lib.partitions
import data.vpce.lib.policy
import data.vpce.lib.service

deny contains {"message": message, "path": policy.pointer(problem.statement, problem.at)} if {
	endpoint.remains
	some problem in _problems
	not policy.hidden(problem.statement, problem.at)
	message := $"{policy.called(problem.statement)} {problem.message}"
}

undetermined contains {"reason": reason, "missing": sort(policy.unknown_parts)} if {
	endpoint.remains
	count(policy.unknown_parts) > 0
	reason := "not all of the policy is known yet, so which requests its statements fit is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	_depends_on_service
	hidden := endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
	reason := "where the service is, and so which resources requests can be about, is not known yet"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	_depends_on_vpc
	hidden := endpoint.unknown_members(input, ["VpcId"])
	count(hidden) > 0
	reason := "which VPC requests come from is not known yet"
}

_depends_on_service if {
	some statement in policy.statements
	count(_arns(statement)) > 0
}

_depends_on_vpc if {
	some statement in policy.statements
	some condition in policy.conditions(statement)
	condition.key == "aws:sourcevpc"
}

# An Allow that demands what no request brings.
_problems contains {"statement": i, "at": condition.path, "message": message} if {
	some i, statement in policy.statements
	statement.Effect == "Allow"
	some condition in policy.conditions(statement)
	policy.restricting(condition)
	why := _never(condition)
	message := $"allows nothing: {why}"
}

# A Deny of all that is not so, without another condition: it is never so.
_problems contains {"statement": i, "at": condition.path, "message": message} if {
	some i, statement in policy.statements
	statement.Effect == "Deny"
	conditions := policy.conditions(statement)
	count(conditions) == 1
	some condition in conditions
	policy.negated(condition)
	why := _never(condition)
	message := $"denies what it names to everyone: {why}"
}

_problems contains {"statement": i, "at": condition.places[at], "message": message} if {
	some i, statement in policy.statements
	some condition in policy.conditions(statement)
	some at, value in condition.values
	wanted := _type_of(condition.base)
	not _is(wanted, value)
	message := $"compares {condition.name} by {condition.operator} with {value}, which is not of the type {wanted}"
}

_problems contains {"statement": i, "at": text.path, "message": message} if {
	some i, statement in policy.statements
	some member in ["Resource", "NotResource"]
	some text in policy.texts(statement, member)
	variable := _variable(text.text)
	message := $"takes {variable} for a text: policy variables need Version 2012-10-17, and the policy {_version}"
}

_problems contains {"statement": i, "at": condition.places[at], "message": message} if {
	some i, statement in policy.statements
	some condition in policy.conditions(statement)
	some at, value in condition.values
	variable := _variable(value)
	message := $"takes {variable} for a text: policy variables need Version 2012-10-17, and the policy {_version}"
}

_problems contains {"statement": i, "at": text.path, "message": message} if {
	some i, statement in policy.statements
	some member in ["Resource", "NotResource"]
	some text in policy.texts(statement, member)
	not regex.match(`^(arn:|a?r?n?[*?]|\$)`, text.text)
	message := $"names {text.text}, which is neither an ARN nor *, so no request is about it"
}

_problems contains {"statement": i, "at": "Resource", "message": message} if {
	some i, statement in policy.statements
	partition := partitions.of(service.parsed.region)
	arns := _arns(statement)
	every arn in arns {
		not policy.has_wildcard(arn.partition)
		not arn.partition in {partition, "$"}
	}
	other := arns[0].partition
	message := $"leads to nothing: its resources are of the partition {other}, and the endpoint is in {partition}"
}

_problems contains {"statement": i, "at": "Resource", "message": message} if {
	count(_allows) > 0
	region := service.parsed.region
	partitions.of(region)
	every _, statement in _allows {
		_elsewhere(statement, region)
	}
	some i, statement in _allows
	elsewhere := _arns(statement)[0].region
	message := $"leads to nothing: its resources are in {elsewhere}, and the endpoint leads to the service in {region}"
}

_never(condition) := message if {
	condition.key == "aws:sourceip"
	not condition.if_exists
	condition.qualifier != "ForAllValues"
	message := $"requests through a VPC endpoint have no {condition.name}; aws:VpcSourceIp is the address in the VPC"
}

_never(condition) := message if {
	condition.key == "aws:sourceip"
	condition.if_exists
	policy.negated(condition)
	message := $"requests through a VPC endpoint have no {condition.name}; aws:VpcSourceIp is the address in the VPC"
}

_never(condition) := message if {
	some key, start in {"aws:sourcevpc": "vpc-", "aws:sourcevpce": "vpce-"}
	condition.key == key
	_all_others(condition, start)
	message := $"{condition.name} is compared with {condition.values[0]}, and such ids begin with {start}"
}

_never(condition) := message if {
	own := _own(condition.key)
	regex.match(`^vpce?-[0-9a-f]+$`, own)
	every value in condition.values {
		regex.match(`^vpce?-[0-9a-f]+$`, value)
		value != own
	}
	count(condition.values) > 0
	not _all_others(condition, substring(own, 0, indexof(own, "-") + 1))
	message := $"{condition.name} of requests through this endpoint is {own}, not {condition.values[0]}"
}

_never(condition) := message if {
	condition.key == "aws:principalarn"
	not condition.if_exists
	condition.qualifier != "ForAllValues"
	count(condition.values) > 0
	every value in condition.values {
		_is_session(value)
	}
	message := $"{condition.name} is the ARN of a role, never of its session, which {condition.values[0]} is"
}

_is_session(value) if {
	parts := policy.arn(value)
	parts.service == "sts"
	startswith(parts.resource, "assumed-role/")
}

_own("aws:sourcevpc") := input.endpoint.VpcId

_own("aws:sourcevpce") := input.endpoint.VpcEndpointId

_all_others(condition, start) if {
	count(condition.values) > 0
	every value in condition.values {
		not startswith(value, start)
		not contains(value, "$")
		not policy.has_wildcard(value)
	}
}

_type_of("Bool") := "boolean"

_type_of("Null") := "boolean"

_type_of(base) := "date" if startswith(base, "Date")

_type_of(base) := "number" if startswith(base, "Numeric")

_type_of(base) := "range of addresses" if base in {"IpAddress", "NotIpAddress"}

_is(_, value) if contains(value, "${")

_is("boolean", value) if lower(value) in {"true", "false"}

_is("date", value) if regex.match(`^[0-9]{4}-[0-9]{2}(-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9:]+)?)?)?$`, upper(value))

_is("date", value) if regex.match(`^[0-9]+$`, value)

_is("number", value) if regex.match(`^[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?$`, value)

_is("range of addresses", value) if regex.match(`^[0-9]{1,3}(\.[0-9]{1,3}){3}(/[0-9]{1,2})?$`, value)

_is("range of addresses", value) if regex.match(`^[0-9a-fA-F.]*:[0-9a-fA-F:.]*(/[0-9]{1,3})?$`, value)

# The first variable of a text, where the policy's Version takes it literally.
_variable(text) := concat("", ["${", name, "}"]) if {
	_version
	[_, behind] := array.slice(split(text, "${"), 0, 2)
	[name, _] := array.slice(split(behind, "}"), 0, 2)
}

_version := $"has {policy.document.Version}" if {
	policy.document.Version != "2012-10-17"
} else := "has none" if {
	is_object(policy.document)
	not "Version" in object.keys(policy.document)
	not "/request/PolicyDocument/Version" in policy.unknown_parts
}

_allows[i] := statement if {
	some i, statement in policy.statements
	statement.Effect == "Allow"
}

_elsewhere(statement, region) if {
	every arn in _arns(statement) {
		regex.match(`^[a-z]+(-[a-z]+)+-[0-9]+$`, arn.region)
		arn.region != region
	}
}

# The ARNs of Resource; undefined where one of its values is none, or is not known.
_arns(statement) := arns if {
	resources := policy.texts(statement, "Resource")
	count(resources) > 0
	count(resources) == count(policy.as_list(statement.Resource))
	arns := [policy.arn(resource.text) | some resource in resources]
	count(arns) == count(resources)
}
