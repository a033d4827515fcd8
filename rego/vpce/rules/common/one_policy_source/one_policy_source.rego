# METADATA
# title: One policy source per request
# description: PolicyDocument and ResetPolicy true are not given together; ResetPolicy is for gateway endpoints only.
# custom:
#   id: VPCE-COMMON-019
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: >-
#     Send either the policy or ResetPolicy; for an interface endpoint send the default full-access document instead.
#   reads: [/request/PolicyDocument, /request/ResetPolicy, /request/VpcEndpointType, /current/VpcEndpointType]
#   aws:
#   - text: ResetPolicy is for gateway endpoints and puts the default policy back; PolicyDocument attaches another.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
#     status: documented
#   assumptions:
#   - Where both are given the fix keeps the policy, the more specific of the two.
package vpce.rules.common.one_policy_source

import data.vpce.lib.endpoint
import data.vpce.lib.policy
import data.vpce.lib.unknown

# lint: accept message - which policy it is does not matter
deny contains {"message": message, "path": "/request/ResetPolicy", "fix": _without_reset} if {
	_resets
	policy.given
	message := "the policy is given and is to be reset to the default as well"
}

deny contains {"message": message, "path": "/request/ResetPolicy", "fix": fix} if {
	_resets
	not policy.given
	type := endpoint.type
	type != "Gateway"
	fix := array.concat(_without_reset, object.get(_instead, type, []))
	message := $"the policy of an endpoint of type {type} cannot be reset"
}

undetermined contains {"reason": reason, "missing": sort(missing)} if {
	endpoint.remains
	missing := _open
	count(missing) > 0
	reason := "whether the request has two sources for the policy is not known yet"
}

_resets if {
	endpoint.remains
	input.request.ResetPolicy == true
}

# What it depends on, as far as it does: without a reset there is nothing to know.
_open contains pointer if {
	some pointer in unknown.touching(object.get(input, "unknown", []), ["/request/ResetPolicy"])
	not _harmless
}

_open contains pointer if {
	_resets
	some pointer in policy.unknown_parts
}

_open contains _type_pointer if {
	_resets
	not endpoint.type
}

# A gateway endpoint may be reset, unless it is given a policy, too.
_harmless if {
	endpoint.type == "Gateway"
	not policy.given
	count(policy.unknown_parts) == 0
}

_type_pointer := "/request/VpcEndpointType" if {
	input.operation == "create"
} else := "/current/VpcEndpointType"

_without_reset := [{"op": "remove", "path": "/request/ResetPolicy"}]

_instead := {"Interface": [{
	"op": "add",
	"path": "/request/PolicyDocument",
	"value": policy.full_access_text,
}]}
