# METADATA
# title: Exactly one subnet
# description: A GWLB endpoint has exactly one subnet.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
# custom:
#   id: VPCE-GWLB-001
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Give SubnetIds exactly one subnet, and create one endpoint for each Availability Zone.
#   operations: [create]
#   reads:
#     - /request/SubnetIds
#     - /request/SubnetConfigurations
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: GWLB column bullet 2
#       paraphrase: you choose the VPC and subnet; ENI gets an address of the subnet
#   aws:
#   - text: Only one subnet can be specified.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
#     status: documented
#   - text: only one AZ.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
#     status: documented
package vpce.rules.gwlb.one_subnet

import data.vpce.lib.endpoint

deny contains {"message": message, "path": subnet.path, "fix": fix} if {
	input.operation == "create"
	some i, id in input.endpoint.SubnetIds
	i > 0
	some subnet in endpoint.subnets
	subnet.id == id
	fix := [{"op": "remove", "path": trim_suffix(subnet.path, "/SubnetId")}]
	message := $"subnet {id} is one too many: the endpoint has {input.endpoint.SubnetIds[0]}, and takes one subnet"
}

deny contains {"message": message, "path": "/request/SubnetIds"} if {
	input.operation == "create"
	not _named
	count(endpoint.unknown_subnets) == 0
	message := "the endpoint names no subnet"
}

undetermined contains {"reason": reason, "missing": sort(endpoint.unknown_subnets)} if {
	input.operation == "create"
	count(endpoint.unknown_subnets) > 0
	reason := "how many subnets the endpoint gets is not known yet"
}

_named if {
	some id in input.endpoint.SubnetIds
	id != ""
}
