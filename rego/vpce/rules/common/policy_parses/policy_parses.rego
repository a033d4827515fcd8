# METADATA
# title: Policy document parses
# description: PolicyDocument is a JSON object (or a string holding one) with a non-empty Statement.
# custom:
#   id: VPCE-COMMON-013
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Provide valid JSON.
#   reads:
#     - /request/PolicyDocument
#   aws:
#     - text: '"The policy must be in valid JSON format."; type String in the API.'
#       doc: botocore 1.44.5 data/ec2/2016-11-15/service-2.json.gz
#       status: verified
#     - text: CFN accepts string or object.
#       doc: cfn-lint 1.58.0 schema AWS::EC2::VPCEndpoint (createOnlyProperties etc.)
#       status: verified
package vpce.rules.common.policy_parses

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

deny contains {"message": message, "path": "/request/PolicyDocument"} if {
	endpoint.remains
	is_string(_policy)
	not _is_json
	not _too_deep
	message := "the policy is not JSON"
}

deny contains {"message": message, "path": "/request/PolicyDocument"} if {
	endpoint.remains
	_too_deep
	message := $"the policy opens more than {_max_brackets} brackets and is not read"
}

deny contains {"message": message, "path": "/request/PolicyDocument"} if {
	endpoint.remains
	is_string(_document)
	message := "the policy is JSON that holds a string: it was encoded twice"
}

deny contains {"message": message, "path": "/request/PolicyDocument"} if {
	endpoint.remains
	type_name(_document) in {"array", "boolean", "null", "number"}
	message := $"the policy is a JSON {type_name(_document)}, not an object"
}

deny contains {"message": message, "path": "/request/PolicyDocument"} if {
	endpoint.remains
	is_object(_document)
	not unknown.given(object.get(_document, "Statement", []))
	count(_hidden(_statement_path)) == 0
	message := "the policy has no statement"
}

deny contains {"message": message, "path": "/request/PolicyDocument"} if {
	endpoint.remains
	type_name(_document.Statement) in {"boolean", "number", "string"}
	_document.Statement != ""
	message := $"Statement of the policy is a {type_name(_document.Statement)}, not a list of statements"
}

deny contains {"message": message, "path": "/request/PolicyDocument"} if {
	endpoint.remains
	is_array(_document.Statement)
	some i, statement in _document.Statement
	not _is_statement(statement)
	count(_hidden($"{_statement_path}/{i}")) == 0
	message := $"statement {i} of the policy is not an object with members"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["PolicyDocument"])
	count(hidden) > 0
	reason := "the policy is not known yet"
}

_statement_path := "/request/PolicyDocument/Statement"

_hidden(pointer) := unknown.touching(object.get(input, "unknown", []), [pointer])

_is_statement(statement) if {
	is_object(statement)
	count(statement) > 0
}

# AWS takes an empty string as not given; {} and [] are given and wrong.
_policy := input.request.PolicyDocument if not input.request.PolicyDocument in {null, ""}

_document := _policy if not is_string(_policy)

_document := json.unmarshal(_policy) if {
	is_string(_policy)
	_is_json
}

# OPA's parser in wasm stops after the first value, takes commas lightly, aborts on a lone surrogate and runs out
# of stack on deep nesting. So the tokens and brackets are looked at first, and the text must be
# one value both in a list and in an object: nothing but white space can follow it then.
_is_json if {
	not _too_deep
	regex.match(_tokens, _policy)
	json.is_valid(concat("", ["[", _policy, "]"]))
	json.is_valid(concat("", [`{"":`, _policy, "}"]))
}

# Deepest known to be safe is 2000; a policy of 20,480 characters has no use for as many brackets.
_max_brackets := 1500

_too_deep if (count(split(_policy, "[")) + count(split(_policy, "{"))) - 2 > _max_brackets

_tokens := concat("", ["^", _gap, _value, "(,", _gap, _value, ")*$"])

# What stands between two commas: opening brackets and keys, a scalar or an empty collection, closing brackets.
_value := concat("", [
	`([\[{]`, _gap, "|", _string, _gap, ":", _gap, ")*",
	"(", _string, "|", _scalar, `|\[`, _gap, `\]|\{`, _gap, `\})`,
	"(", _gap, `[\]}])*`, _gap,
])

_gap := `[ \t\n\r]*`

_scalar := `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?|true|false|null`

_string := concat("", [
	`"([^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u([0-9a-cefA-CEF][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2}`,
	`|[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}))*"`,
])
