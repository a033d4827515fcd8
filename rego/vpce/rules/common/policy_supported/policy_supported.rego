# METADATA
# title: Service supports endpoint policies
# description: PolicyDocument is only given when the service supports endpoint policies and the type is Interface
#   or Gateway.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
# custom:
#   id: VPCE-COMMON-021
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: >-
#     Leave PolicyDocument and ResetPolicy out, and control access by IAM or resource policies of the service.
#   reads:
#     - /request/PolicyDocument
#     - /request/ServiceName
#     - /current/ServiceName
#     - /context/ServiceDetails
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 7, sentence 1
#       paraphrase: policies can be added to interface endpoints
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 3
#       paraphrase: policy of a gateway endpoint can be modified
#   aws:
#   - text: 'Not all AWS services support policies; otherwise full access is allowed. Endpoint services other
#       than AWS services: full access.'
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
#     status: documented
#   - text: ServiceDetail.VpcEndpointPolicySupported.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceDetail.html
#     status: documented
package vpce.rules.common.policy_supported

import data.vpce.lib.endpoint
import data.vpce.lib.policy
import data.vpce.lib.service
import data.vpce.lib.unknown

deny contains {"message": message, "path": "/request/PolicyDocument", "fix": fix} if {
	_judged
	_supported == false
	not _full_access
	fix := [{"op": "remove", "path": "/request/PolicyDocument"}]
	message := $"{service.name} takes no endpoint policy but the one that allows full access"
}

deny contains {"message": message, "path": $"/request/{member}", "fix": fix} if {
	endpoint.remains
	endpoint.type in _without_policy
	some member in ["PolicyDocument", "ResetPolicy"]
	unknown.given(input.request[member])
	input.request[member] != false
	fix := [{"op": "remove", "path": $"/request/{member}"}]
	message := $"{member} is given, and an endpoint of type {endpoint.type} takes no endpoint policy"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	_judged
	name := service.name
	not _known
	not _full_access
	reason := $"whether {name} takes endpoint policies is not known"
}

undetermined contains {"reason": reason, "missing": ["/current/ServiceName"]} if {
	_judged
	input.operation == "modify"
	not service.name
	reason := "to which service the endpoint leads is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	endpoint.type in ({"Interface", "Gateway"} | _without_policy)
	hidden := endpoint.unknown_members(input, ["PolicyDocument"])
	count(hidden) > 0
	not _supported
	reason := "whether a policy is given is not known yet"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_judged
	hidden := endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
	reason := "to which service the endpoint leads is not known yet"
}

# For a Gateway Load Balancer endpoint VPCE-GWLB-005 says it.
_judged if {
	endpoint.remains
	endpoint.type in {"Interface", "Gateway"}
	unknown.given(input.request.PolicyDocument)
}

_without_policy := {"Resource", "ServiceNetwork", "Tunnel"}

# Endpoint services other than those of AWS allow full access.
_supported := service.policy_supported if {
	is_boolean(service.policy_supported)
} else := false if {
	service.parsed.form == "endpoint-service"
}

# The policy that AWS attaches by itself is taken everywhere.
_full_access if policy.grants_everything(policy.effective_statements)

_known if is_boolean(_supported)
