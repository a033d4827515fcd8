# METADATA
# title: Route tables are named
# description: A gateway endpoint names at least one route table; without one no subnet uses it.
# custom:
#   id: VPCE-GW-002
#   kind: documented
#   severity: warning
#   enforcement_action: warn
#   effect: accepted-but-useless
#   hop: route
#   remediation: Add the route tables of the client subnets, or attach them with separate association resources.
#   operations: [create]
#   reads:
#     - /request/RouteTableIds
#   sources:
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Technical Mechanics of Gateway Endpoints", sentence 2'
#       paraphrase: you specify a route table and a prefix list
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 1
#       paraphrase: gateway is the target of a route
#   aws:
#   - text: 'A recorded DescribeVpcEndpoints answer has two S3 gateway endpoints with RouteTableIds [] in
#       one VPC: AWS accepts none.'
#     doc: https://github.com/cloud-custodian/cloud-custodian/blob/main/tests/data/placebo/test_vpce_cross_account/ec2.DescribeVpcEndpoints_1.json
#     status: observed
#     evidence: recorded-answer
package vpce.rules.gw.route_tables_named

import data.vpce.lib.endpoint

deny contains {"message": message, "path": "/request/RouteTableIds"} if {
	input.operation == "create"
	count(endpoint.route_tables) == 0
	count(_hidden) == 0
	message := "the endpoint names no route table, so no subnet would use it"
}

undetermined contains {"reason": reason, "missing": sort(_hidden)} if {
	input.operation == "create"
	count(endpoint.route_tables) == 0
	count(_hidden) > 0
	reason := "which route tables the endpoint gets is not known yet"
}

_hidden := endpoint.unknown_members(input, ["RouteTableIds"])
