# METADATA
# title: Gateway endpoint needed by an S3 interface endpoint stays
# description: An S3 gateway endpoint is not deleted or emptied while an S3 interface endpoint of the VPC has
#   inbound-only private DNS.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
# custom:
#   id: VPCE-GW-024
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: breaks-intent
#   remediation: Set PrivateDnsOnlyForInboundResolverEndpoint of the interface endpoint to false first.
#   operations: [modify, delete]
#   reads:
#     - /request/RemoveRouteTableIds
#     - /current/ServiceName
#     - /current/VpcId
#     - /context/VpcEndpoints
#   aws:
#   - text: The gateway endpoint must be kept while the option is on.
#     doc: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
#     status: documented
package vpce.rules.gw.needed_by_interface_endpoint

import data.vpce.lib.endpoint
import data.vpce.lib.service

deny contains {"message": message, "path": "/current/VpcEndpointId"} if {
	input.operation == "delete"
	count(_needing) > 0
	count(_other_gateways) == 0
	names := concat(", ", sort(_needing))
	message := $"{names} resolves S3 for on-premises clients only and needs this gateway endpoint for the VPC itself"
}

deny contains {"message": message, "path": "/request/RemoveRouteTableIds", "enforcement_action": "warn"} if {
	_emptied
	count(_needing) > 0
	count(_other_gateways) == 0
	names := concat(", ", sort(_needing))
	message := $"without route tables the VPC loses its way to S3, which {names} relies on"
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	_leaving
	_s3
	not endpoint.others_told
	reason := "whether an interface endpoint for S3 needs this gateway endpoint is not known"
}

undetermined contains {"reason": reason, "missing": ["/current"]} if {
	_leaving
	not input.current.ServiceName
	reason := "which service and VPC the endpoint is for is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "modify"
	_s3
	hidden := endpoint.unknown_members(input, ["RemoveRouteTableIds"])
	count(hidden) > 0
	reason := "whether the endpoint keeps a route table is not known yet"
}

_leaving if input.operation == "delete"

_leaving if _emptied

_emptied if {
	input.operation == "modify"
	count(input.request.RemoveRouteTableIds) > 0
	count(input.endpoint.RouteTableIds) == 0
}

_s3 if service.parse(input.current.ServiceName).service == "s3"

# Interface endpoints for S3 in the VPC whose private DNS is for inbound resolvers only.
_needing contains other.name if {
	_s3
	some other in _same_service
	other.VpcEndpointType == "Interface"
	other.PrivateDnsEnabled == true
	other.DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint == true
}

_other_gateways contains other.name if {
	some other in _same_service
	other.VpcEndpointType == "Gateway"
}

_same_service contains other if {
	some other in endpoint.near
	other.VpcId == input.current.VpcId
	other.ServiceName == input.current.ServiceName
}
