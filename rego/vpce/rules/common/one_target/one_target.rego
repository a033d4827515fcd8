# METADATA
# title: Exactly one target selector that fits the type
# description: Interface, Gateway and GatewayLoadBalancer take ServiceName; Resource and Tunnel take ResourceConfigurationArn;
#   ServiceNetwork takes ServiceNetworkArn; the selectors exclude each other.
# custom:
#   id: VPCE-COMMON-003
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Give only the selector that belongs to the chosen type.
#   reads:
#     - /request/ServiceName
#     - /request/ResourceConfigurationArn
#     - /request/ServiceNetworkArn
#     - /request/VpcEndpointType
#   aws:
#     - text: ResourceConfigurationArn is for Resource and Tunnel; ServiceNetworkArn for service-network.
#       doc: botocore 1.44.5 data/ec2/2016-11-15/service-2.json.gz
#       status: verified
package vpce.rules.common.one_target

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

deny contains {"message": message, "path": $"/request/{selector}"} if {
	input.operation == "create"
	some selector in _selectors
	selector != _selector_of[endpoint.type]
	unknown.given(input.request[selector])
	message := $"{selector} is given, but a {endpoint.type} endpoint takes {_selector_of[endpoint.type]}"
}

deny contains {"message": message, "path": $"/request/{selector}"} if {
	input.operation == "create"
	selector := _selector_of[endpoint.type]
	not unknown.given(object.get(input.request, selector, ""))
	count(endpoint.unknown_members(input, [selector])) == 0
	message := $"the {endpoint.type} endpoint has no {selector}"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, array.concat(_selectors, ["VpcEndpointType"]))
	count(hidden) > 0
	reason := "what the endpoint leads to is not known yet"
}

_selectors := ["ServiceName", "ResourceConfigurationArn", "ServiceNetworkArn"]

_selector_of := {
	"Interface": "ServiceName",
	"Gateway": "ServiceName",
	"GatewayLoadBalancer": "ServiceName",
	"Resource": "ResourceConfigurationArn",
	"Tunnel": "ResourceConfigurationArn",
	"ServiceNetwork": "ServiceNetworkArn",
}
