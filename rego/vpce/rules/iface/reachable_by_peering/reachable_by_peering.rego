# METADATA
# title: Clients reach the endpoint over peering
# description: Interface endpoints can be used from on-premises over Direct Connect or VPN and over VPC peering
#   in and across Regions; a declared path of these kinds is accepted.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
# custom:
#   id: VPCE-IFACE-028
#   kind: documented
#   severity: info
#   enforcement_action: inform
#   effect: accepted-but-useless
#   hop: outside
#   remediation: Use Nitro instances in the peered VPC, or create an endpoint of its own there.
#   operations: [create]
#   optional: [/intent/access_paths, /intent/client_hypervisor]
#   reads:
#     - /request/VpcId
#     - /intent/access_paths
#     - /intent/client_hypervisor
#   profiles:
#     aws-2023: deny
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 4
#       paraphrase: usable over VPN, DX, intra-Region peering from Nitro instances, inter-Region peering from
#         any instance
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Technical Mechanics of Interface Endpoints", sentence 3'
#       paraphrase: on-prem over DX/VPN given proper connection
#   aws:
#   - text: Accessible from on-premises and peered VPCs.
#     doc: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
#     status: documented
package vpce.rules.iface.reachable_by_peering

# lint: accept message - the intent, which is denied, names no address
deny contains {"message": message, "path": "/request/VpcId"} if {
	_from_xen
	input.profile == "aws-2023"
	message := "clients on Xen instances of a peered VPC in the Region do not reach an interface endpoint"
}

deny contains {"message": message, "path": "/request/VpcId", "enforcement_action": "inform"} if {
	_from_xen
	input.profile == "aws-current"
	message := concat(" ", [
		"clients on Xen instances of a peered VPC reach an interface endpoint by what AWS documents today;",
		"they did not in 2023",
	])
}

_from_xen if {
	input.operation == "create"
	some path in input.intent.access_paths
	path in {"peering", "peering-intra"}
	input.intent.client_hypervisor == "xen"
}
