# METADATA
# title: Gateway endpoints of one service have separate route tables
# description: |
#   Any number of gateway endpoints may exist in a VPC, also for one service, as long as their route tables are
#   disjoint; the rule base must not deny that.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
# custom:
#   id: VPCE-GW-007
#   kind: documented
#   severity: info
#   enforcement_action: inform
#   effect: property
#   existing: silent
#   remediation: Keep the route tables of the endpoints apart, or use the endpoint that exists.
#   operations: [create]
#   optional: [/context/VpcEndpoints]
#   reads:
#     - /request/ServiceName
#     - /request/VpcId
#     - /context/VpcEndpoints
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 2, sentences 1-2
#       paraphrase: multiple endpoints per VPC and per service with different route tables and policies
#   aws:
#   - text: Endpoint routes to the same service in multiple route tables are fine.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#     status: documented
#   - text: 'same recorded answer: two live S3 gateway endpoints in one VPC.'
#     doc: https://github.com/cloud-custodian/cloud-custodian/blob/main/tests/data/placebo/test_vpce_cross_account/ec2.DescribeVpcEndpoints_1.json
#     status: observed
#     evidence: recorded-answer
package vpce.rules.gw.several_endpoints_are_legal

import data.vpce.lib.endpoint

deny contains {"message": message, "path": "/request/ServiceName"} if {
	input.operation == "create"
	beside := {other.name |
		some other in endpoint.near
		other.VpcEndpointType == "Gateway"
		other.ServiceName == input.endpoint.ServiceName
		other.VpcId == input.endpoint.VpcId
	}
	count(beside) > 0
	names := concat(", ", sort(beside))
	message := concat("", [
		$"{input.endpoint.VpcId} already has {names} for {input.endpoint.ServiceName}; each gateway endpoint needs",
		" route tables of its own",
	])
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["ServiceName", "VpcId"])
	count(hidden) > 0
	reason := "whether the VPC has other gateway endpoints for the service is not known yet"
}
