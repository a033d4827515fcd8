# METADATA
# title: Service is one of a Gateway Load Balancer
# description: |
#   ServiceName is an endpoint service (com.amazonaws.vpce.<region>.vpce-svc-…) of type GatewayLoadBalancer.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
# custom:
#   id: VPCE-GWLB-006
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Use the name of the inspection service.
#   operations: [create]
#   reads:
#     - /request/ServiceName
#     - /context/ServiceDetails
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: GWLB column bullet 1
#       paraphrase: intercepts traffic to a service configured with Gateway Load Balancers
#   aws:
#   - text: same
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
#     status: documented
#   assumptions:
#     - names of endpoint services in China are taken to start with cn.com.amazonaws.vpce
package vpce.rules.gwlb.gwlb_service

import data.vpce.lib.endpoint
import data.vpce.lib.service

deny contains {"message": message, "path": "/request/ServiceName"} if {
	input.operation == "create"
	name := service.name
	not _endpoint_service(name)
	message := $"{name} is not an endpoint service (vpce-svc-…), so no Gateway Load Balancer is behind it"
}

deny contains {"message": message, "path": "/request/ServiceName"} if {
	input.operation == "create"
	_endpoint_service(service.name)
	not "GatewayLoadBalancer" in service.types
	offered := concat(", ", sort(service.types))
	message := $"{service.name} offers {offered}, not GatewayLoadBalancer"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	input.operation == "create"
	name := service.name
	not service.types
	reason := $"whether a Gateway Load Balancer is behind {name} is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
	reason := "to which service the endpoint leads is not known yet"
}

# By position: …vpce.<region>.vpce-svc-…, with any prefix, as partitions differ.
_endpoint_service(name) if {
	labels := split(name, ".")
	last := count(labels) - 1
	startswith(labels[last], "vpce-svc-")
	labels[last - 2] == "vpce"
}

_endpoint_service(name) if service.parse(name).form == "endpoint-service"
