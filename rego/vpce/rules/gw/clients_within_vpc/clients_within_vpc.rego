# METADATA
# title: Clients are within the VPC
# description: A declared need to reach the service through the gateway endpoint from on-premises, a peered
#   VPC or a transit gateway is denied.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
# custom:
#   id: VPCE-GW-013
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: accepted-but-useless
#   hop: outside
#   remediation: Add an Interface endpoint for those clients.
#   operations: [create]
#   optional: [/context/VpcEndpoints, /intent/access_paths]
#   reads:
#     - /request/VpcEndpointType
#     - /request/ServiceName
#     - /context/VpcEndpoints
#     - /request/RouteTableIds
#     - /intent/access_paths
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 8
#       paraphrase: cannot be used beyond the VPC it is linked to
#   aws:
#   - text: No access from on-premises, peered VPCs in other Regions or through a TGW; endpoint connections
#       cannot be extended out of the VPC.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
#     status: documented
package vpce.rules.gw.clients_within_vpc

import data.vpce.lib.endpoint

deny contains {"message": message, "path": "/request/VpcEndpointType", "fix": _fix} if {
	input.operation == "create"
	outside := {path | some path in input.intent.access_paths; not path in {"vpc", "same-vpc"}}
	count(outside) > 0
	not _interface_beside
	paths := concat(", ", sort(outside))
	message := $"clients come by {paths}, but a gateway endpoint only serves subnets of its VPC"
}

# Gateway for the VPC, interface for everybody else: the pattern AWS recommends.
_interface_beside if {
	some other in endpoint.near
	other.VpcEndpointType == "Interface"
	other.ServiceName == input.endpoint.ServiceName
	other.VpcId == input.endpoint.VpcId
}

_fix := array.concat(
	[{"op": _put, "path": "/request/VpcEndpointType", "value": "Interface"}],
	[{"op": "remove", "path": "/request/RouteTableIds"} | input.request.RouteTableIds],
)

_put := "replace" if {
	input.request.VpcEndpointType
} else := "add"
