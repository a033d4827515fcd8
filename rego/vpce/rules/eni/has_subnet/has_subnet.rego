# METADATA
# title: Endpoint has a subnet
# description: An interface endpoint is created with at least one subnet, because it is an elastic network interface
#   with a private address in a subnet.
# custom:
#   id: VPCE-IFACE-001
#   kind: documented
#   severity: warning
#   enforcement_action: deny
#   effect: accepted-but-useless
#   remediation: Give SubnetIds one subnet of each Availability Zone that clients are in.
#   operations: [create]
#   reads:
#     - /request/SubnetIds
#     - /request/SubnetConfigurations
#     - /request/ResourceConfigurationArn
#     - /request/ServiceNetworkArn
#     - /request/ServiceName
#     - /intent/usable_immediately
#   sources:
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Defining the Interface Endpoint", sentence 2'
#       paraphrase: PrivateLink puts an ENI with a private IP in your subnet
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 1
#       paraphrase: an ENI with a private IP is the entry point
#   aws:
#   - text: 'Schema text: SubnetIds must be specified for interface and GWLB endpoints.'
#     doc: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-vpcendpoint.html
#     status: documented
#   - text: Crossplane example creates an Interface endpoint without subnets, so the API probably accepts
#       it; it then has no ENI (not functional).
#     doc: https://github.com/crossplane-contrib/provider-upjet-aws/blob/main/examples/ec2/v1beta1/vpcendpoint.yaml
#     status: observed
#     evidence: public-code
package vpce.rules.eni.has_subnet

import data.vpce.lib.endpoint

deny contains object.union({"message": message, "path": "/request/SubnetIds"}, _lesser) if {
	input.operation == "create"
	not _named
	count(endpoint.unknown_subnets) == 0
	message := $"the endpoint to {_target} names no subnet, so it has no address until one is added"
}

undetermined contains {"reason": reason, "missing": sort(endpoint.unknown_subnets)} if {
	input.operation == "create"
	not _named
	count(endpoint.unknown_subnets) > 0
	reason := "which subnets the endpoint gets is not known yet"
}

_target := [target |
	some member in ["ServiceName", "ResourceConfigurationArn", "ServiceNetworkArn"]
	target := input.endpoint[member]
][0]

# AWS creates it all the same, and subnets may follow from elsewhere; who needs it at once is refused.
_lesser := {} if {
	input.intent.usable_immediately == true
} else := {"enforcement_action": "warn"}

# The reader keeps only strings of lists in SubnetIds, so a number or an object names no subnet.
_named if {
	some id in input.endpoint.SubnetIds
	id != ""
}
