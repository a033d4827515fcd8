# METADATA
# title: At least one subnet
# description: An interface endpoint is created with at least one subnet, because it is an elastic network interface
#   with a private address in a subnet.
# custom:
#   id: VPCE-IFACE-001
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: accepted-but-useless
#   remediation: Give one subnet in each AZ you need.
#   operations: [create]
#   reads:
#     - /request/SubnetIds
#     - /request/SubnetConfigurations
#   sources:
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Defining the Interface Endpoint", sentence 2'
#       paraphrase: PrivateLink puts an ENI with a private IP in your subnet
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 1
#       paraphrase: an ENI with a private IP is the entry point
#   aws:
#     - text: 'Schema text: SubnetIds must be specified for interface and GWLB endpoints.'
#       doc: cfn-lint 1.58.0 schema AWS::EC2::VPCEndpoint (createOnlyProperties etc.)
#       status: verified
#     - text: Crossplane example creates an Interface endpoint without subnets, so the API probably accepts
#         it; it then has no ENI (not functional).
#       doc: https://github.com/crossplane-contrib/provider-upjet-aws examples/ec2/v1beta1/vpcendpoint.yaml
#       status: verified in public code/log, not in AWS docs
package vpce.rules.iface.has_subnet

import data.vpce.lib.endpoint

deny contains {"message": message, "path": "/request/SubnetIds"} if {
	input.operation == "create"
	not _named
	count(endpoint.unknown_subnets) == 0
	message := "the endpoint names no subnet, so it would have no network interface and no private address"
}

undetermined contains {"reason": reason, "missing": sort(endpoint.unknown_subnets)} if {
	input.operation == "create"
	not _named
	count(endpoint.unknown_subnets) > 0
	reason := "which subnets the endpoint gets is not known yet"
}

# The reader keeps only strings of lists in SubnetIds, so a number or an object names no subnet.
_named if {
	some id in input.endpoint.SubnetIds
	id != ""
}
