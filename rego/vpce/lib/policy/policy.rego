# METADATA
# title: What an endpoint policy says
# description: |
#   The one place that knows the grammar of policies. The reader parses the text and hands over
#   input.policy; an input without it, as a caller of a bare OPA may send, is parsed here.
package vpce.lib.policy

# METADATA
# description: |
#   The policy of the request as JSON of any type; undefined where none is given or its text is not JSON.
document := input.policy.request.document

document := input.request.PolicyDocument if {
	not input.policy
	_given
	not is_string(input.request.PolicyDocument)
}

document := json.unmarshal(input.request.PolicyDocument) if {
	not input.policy
	_given
	is_string(input.request.PolicyDocument)
}

# METADATA
# description: Why the text of the policy is not JSON; undefined where it is.
error := input.policy.request.error

error := "unreadable" if {
	not input.policy
	_given
	is_string(input.request.PolicyDocument)
	not _unmarshals
}

_unmarshals if json.unmarshal(input.request.PolicyDocument) != {}

_unmarshals if json.unmarshal(input.request.PolicyDocument) == {}

# AWS takes an empty string as not given; {} and [] are given and wrong.
_given if not input.request.PolicyDocument in {null, ""}
