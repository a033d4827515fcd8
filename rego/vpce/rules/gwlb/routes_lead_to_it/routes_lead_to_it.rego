# METADATA
# title: Routes lead traffic through the endpoint
# description: The endpoint subnet is not an application subnet and routes towards the endpoint exist or are
#   planned for the ingress and application route tables.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
# custom:
#   id: VPCE-GWLB-014
#   kind: documented
#   severity: warning
#   enforcement_action: warn
#   effect: accepted-but-useless
#   remediation: >-
#     Put the endpoint into a subnet of its own. Route 0.0.0.0/0 of the application subnets to it, and the ranges of the
#     application subnets in the route table of the internet gateway.
#   optional: [/context/RouteTables, /intent/app_subnets]
#   reads:
#     - /request/SubnetIds
#     - /request/SubnetConfigurations
#     - /current/VpcEndpointId
#     - /context/RouteTables
#     - /intent/app_subnets
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: GWLB column bullet 1
#       paraphrase: intercept traffic and route it to the service
#   aws:
#   - text: 'Prerequisite: separate subnets; three route tables to configure.'
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
#     status: documented
package vpce.rules.gwlb.routes_lead_to_it

import data.vpce.lib.endpoint

deny contains {"message": message, "path": subnet.path} if {
	input.operation == "create"
	some subnet in endpoint.subnets
	subnet.id in input.intent.app_subnets
	message := $"{subnet.id} is an application subnet; its own traffic would pass the endpoint on the way out"
}

deny contains {"message": message, "path": _paths[input.operation], "remediation": remediation} if {
	id := endpoint.id
	count(input.context.RouteTables) > 0
	not _route_to(id)
	message := $"no known route leads to {id}, so nothing is inspected"
	remediation := $"Route the application subnets to {id}, and the route table of the internet gateway back to it."
}

# A create has an id only where it is the one that would make an endpoint that is there.
_paths := {"modify": "/current/VpcEndpointId", "create": "/request/SubnetIds"}

# DescribeRouteTables shows the endpoint as a gateway.
_route_to(id) if {
	some table in input.context.RouteTables
	some route in table.Routes
	route.GatewayId == id
}

undetermined contains {"reason": reason, "missing": sort(endpoint.unknown_subnets)} if {
	input.operation == "create"
	count(input.intent.app_subnets) > 0
	count(endpoint.unknown_subnets) > 0
	reason := "whether the endpoint gets into an application subnet is not known yet"
}
