# METADATA
# title: Connections start in the consumer VPC
# description: An endpoint only carries traffic begun on the consumer side, so a declared need for service-initiated
#   connections is not met by any endpoint.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
# custom:
#   id: VPCE-COMMON-027
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: accepted-but-useless
#   existing: silent
#   remediation: Use peering/TGW, VPC Lattice or an endpoint in the other direction.
#   operations: [create]
#   optional: [/intent/initiator]
#   reads:
#     - /request/ServiceName
#     - /intent/initiator
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 5
#       paraphrase: endpoint only answers traffic initiated from resources in your VPC
#   aws:
#   - text: Service cannot initiate requests; same for GWLB.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
#     status: documented
#   - text: same
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
#     status: documented
package vpce.rules.common.consumer_initiates

deny contains {"message": message, "path": "/request/ServiceName"} if {
	input.operation == "create"
	input.intent.initiator == "provider"
	service := object.get(input.endpoint, "ServiceName", "the service")
	message := $"{service} is meant to open connections into the VPC, but an endpoint only carries those begun in the VPC"
}
