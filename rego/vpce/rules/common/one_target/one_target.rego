# METADATA
# title: Exactly one target selector that fits the type
# description: Interface, Gateway and GatewayLoadBalancer take ServiceName; Resource and Tunnel take
#   ResourceConfigurationArn; ServiceNetwork takes ServiceNetworkArn; the selectors exclude each other.
# custom:
#   id: VPCE-COMMON-003
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: >-
#     Give ServiceName to Interface, Gateway and GatewayLoadBalancer endpoints, ServiceNetworkArn to ServiceNetwork and
#     ResourceConfigurationArn to Resource and Tunnel endpoints, and no other of the three.
#   operations: [create]
#   reads:
#     - /request/ServiceName
#     - /request/ResourceConfigurationArn
#     - /request/ServiceNetworkArn
#     - /request/VpcEndpointType
#   aws:
#   - text: ResourceConfigurationArn is for Resource and Tunnel endpoints, ServiceNetworkArn for service networks.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
#     status: documented
package vpce.rules.common.one_target

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

deny contains {"message": message, "path": $"/request/{selector}"} if {
	input.operation == "create"
	some selector in _given
	selector != _selector_of[endpoint.type]
	message := $"{selector} is given, but type {endpoint.type} takes {_selector_of[endpoint.type]}"
}

deny contains {"message": message, "path": $"/request/{selector}"} if {
	input.operation == "create"
	selector := _selector_of[endpoint.type]
	not selector in _given
	count(endpoint.unknown_members(input, [selector])) == 0
	message := $"the {endpoint.type} endpoint has no {selector}"
}

deny contains {"message": message, "path": $"/request/{selector}"} if {
	input.operation == "create"
	some selector in _given
	not is_string(input.request[selector])
	message := $"{selector} is {json.marshal(input.request[selector])}, which is not a string"
}

# Whatever the type turns out to be, two selectors are one too many.
deny contains {"message": message, "path": $"/request/{selector}"} if {
	input.operation == "create"
	not _takes_a_selector
	some selector in array.slice(_given, 1, count(_given))
	message := $"{selector} is given beside {_given[0]}; an endpoint takes one of them"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, array.concat(_selectors, ["VpcEndpointType"]))
	count(hidden) > 0
	reason := "what the endpoint leads to is not known yet"
}

_selectors := ["ServiceName", "ResourceConfigurationArn", "ServiceNetworkArn"]

# of a type that is known and exists
_takes_a_selector if _selector_of[endpoint.type]

_given := [selector | some selector in _selectors; unknown.given(input.request[selector])]

_selector_of := {
	"Interface": "ServiceName",
	"Gateway": "ServiceName",
	"GatewayLoadBalancer": "ServiceName",
	"Resource": "ResourceConfigurationArn",
	"Tunnel": "ResourceConfigurationArn",
	"ServiceNetwork": "ServiceNetworkArn",
}
