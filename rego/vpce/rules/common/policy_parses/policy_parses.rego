# METADATA
# title: Policy document parses
# description: PolicyDocument is a JSON object (or a string holding one) with a non-empty Statement and a known Version.
# custom:
#   id: VPCE-COMMON-013
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Give PolicyDocument a JSON object with Version and Statement.
#   reads:
#     - /request/PolicyDocument
#   aws:
#   - text: PolicyDocument is a string that must be valid JSON.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
#     status: documented
#   - text: CloudFormation takes the policy as JSON or YAML and sends JSON.
#     doc: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-vpcendpoint.html
#     status: documented
#   - text: Version is "2008-10-17" or "2012-10-17", and may be left out.
#     doc: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
#     status: documented
package vpce.rules.common.policy_parses

import data.vpce.lib.endpoint
import data.vpce.lib.policy
import data.vpce.lib.unknown

deny contains {"message": message, "path": "/request/PolicyDocument"} if {
	endpoint.remains
	why := policy.error
	message := $"the policy cannot be read as JSON: {why}"
}

# lint: accept message - the text of a policy is too long to be told
deny contains {"message": message, "path": "/request/PolicyDocument", "remediation": remediation} if {
	endpoint.remains
	is_string(_document)
	message := "the policy is a JSON string instead of an object, so it was encoded twice"
	remediation := "Encode the policy as JSON once."
}

deny contains {"message": message, "path": "/request/PolicyDocument"} if {
	endpoint.remains
	type_name(_document) in {"array", "boolean", "null", "number"}
	message := $"the policy is a JSON {type_name(_document)}, not an object"
}

deny contains {"message": message, "path": "/request/PolicyDocument", "remediation": remediation} if {
	endpoint.remains
	is_object(_document)
	not unknown.given(object.get(_document, "Statement", []))
	count(_hidden(_statement_path)) == 0
	message := "the policy has no statement"
	remediation := "Add at least one statement to Statement, with Effect, Principal, Action and Resource."
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

deny contains {"message": message, "path": "/request/PolicyDocument", "remediation": remediation} if {
	endpoint.remains
	is_object(_document)
	version := _document.Version
	not version in {"2012-10-17", "2008-10-17"}
	count(_hidden("/request/PolicyDocument/Version")) == 0
	shown := substring(json.marshal(version), 0, 40)
	message := $"the policy has Version {shown}; IAM's language has \"2012-10-17\" and \"2008-10-17\" only"
	remediation := "Write Version as \"2012-10-17\". It names the language, not the day of the policy."
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := policy.unknown_of(set()) # what is in an element does not matter, as the rest has been read
	count(hidden) > 0
	reason := "the policy is not known yet"
}

_statement_path := "/request/PolicyDocument/Statement"

_hidden(pointer) := unknown.touching(object.get(input, "unknown", []), [pointer])

_is_statement(statement) if {
	is_object(statement)
	count(statement) > 0
}

_document := policy.document
