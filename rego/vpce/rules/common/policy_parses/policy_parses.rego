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
	not json.is_valid(_policy)
	message := "the policy is not JSON"
}

deny contains {"message": message, "path": "/request/PolicyDocument"} if {
	endpoint.remains
	is_string(_document)
	message := "the policy is JSON that holds a string: it was encoded twice"
}

deny contains {"message": message, "path": "/request/PolicyDocument"} if {
	endpoint.remains
	_parsed
	not is_object(_document)
	not is_string(_document)
	message := "the policy is not a JSON object"
}

deny contains {"message": message, "path": "/request/PolicyDocument"} if {
	endpoint.remains
	is_object(_document)
	not _has_statement
	message := "the policy has no statement"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["PolicyDocument"])
	count(hidden) > 0
	reason := "the policy is not known yet"
}

_policy := policy if {
	policy := input.request.PolicyDocument
	unknown.given(policy)
}

_policy := {} if input.request.PolicyDocument == {}

_parsed if not is_string(_policy)

_parsed if json.is_valid(_policy)

_document := json.unmarshal(_policy) if {
	is_string(_policy)
	json.is_valid(_policy)
}

_document := _policy if not is_string(_policy)

_has_statement if {
	statement := _document.Statement
	is_array(statement)
	count(statement) > 0
	every element in statement {
		is_object(element)
	}
}

_has_statement if {
	is_object(_document.Statement)
	count(_document.Statement) > 0
}
