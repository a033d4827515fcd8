# METADATA
# title: Endpoint type is valid
# description: VpcEndpointType is one of Interface, Gateway, GatewayLoadBalancer, Resource, ServiceNetwork,
#   Tunnel, and when it is absent the request is evaluated as Gateway.
# custom:
#   id: VPCE-COMMON-002
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Set VpcEndpointType to Interface, Gateway, GatewayLoadBalancer, Resource, ServiceNetwork or Tunnel.
#   reads:
#     - /request/VpcEndpointType
#     - /current/VpcEndpointType
#   aws:
#   - text: Six endpoint types, Resource, ServiceNetwork and Tunnel among them; Gateway where none is given.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
#     status: documented
package vpce.rules.common.known_type

import data.vpce.lib.endpoint

deny contains object.union({"message": message, "path": _path}, _fix) if {
	endpoint.remains
	endpoint.type != null
	not endpoint.type in _known
	message := $"{json.marshal(endpoint.type)} is not an endpoint type"
}

deny contains {"message": message, "path": _path} if {
	endpoint.remains
	input.profile == "aws-2023"
	endpoint.type in _since_2023
	message := $"endpoint type {endpoint.type} did not exist in 2023 (profile aws-2023)"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["VpcEndpointType"])
	count(hidden) > 0
	reason := "the endpoint type is not known yet, so only the rules common to all types were judged"
}

undetermined contains {"reason": reason, "missing": ["/current/VpcEndpointType"]} if {
	input.operation == "modify"
	object.get(input.request, "VpcEndpointType", null) == null
	object.get(input, ["current", "VpcEndpointType"], null) == null
	reason := "which type the endpoint has is not known, so only the rules common to all types were judged"
}

# A legal type in another spelling; what else was meant cannot be told.
_fix := {"fix": [{"op": "replace", "path": "/request/VpcEndpointType", "value": meant}]} if {
	input.operation == "create"
	some meant in _known
	lower(meant) == lower(endpoint.type)
} else := {}

default _path := "/request/VpcEndpointType"

_path := "/current/VpcEndpointType" if {
	input.operation == "modify"
	object.get(input.request, "VpcEndpointType", null) == null
}

_known := {"Interface", "Gateway", "GatewayLoadBalancer"} | _since_2023

_since_2023 := {"Resource", "ServiceNetwork", "Tunnel"}
