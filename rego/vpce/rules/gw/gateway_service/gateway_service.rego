# METADATA
# title: Only S3 (incl. S3 Express) and DynamoDB have gateway endpoints
# description: 'A gateway endpoint names a gateway-capable service: S3, S3 Express One Zone or DynamoDB.'
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-networking.html
# custom:
#   id: VPCE-GW-001
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Set VpcEndpointType to Interface.
#   operations: [create]
#   reads:
#     - /request/ServiceName
#     - /request/VpcEndpointType
#     - /context/ServiceDetails
#     - /request/RouteTableIds
#   sources:
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Defining the Gateway Endpoint", sentence 1'
#       paraphrase: exclusively for S3 and DynamoDB
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: table row "Target Services"
#       paraphrase: S3, DynamoDB
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 1
#       paraphrase: supported service is DynamoDB or S3
#   aws:
#   - text: s3express is a further gateway service.
#     doc: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-networking.html
#     status: documented
package vpce.rules.gw.gateway_service

import data.vpce.lib.endpoint
import data.vpce.lib.service
import data.vpce.lib.unknown

deny contains object.union({"message": message, "path": "/request/ServiceName"}, _fix) if {
	input.operation == "create"
	name := object.get(input.endpoint, "ServiceName", "")
	unknown.given(name)
	not _offered(name)
	message := $"{name} has no gateway endpoints"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
	reason := "which service the endpoint is for is not known yet"
}

_offered(name) if {
	parsed := service.parse(name)
	parsed.form == "aws-regional"
	parsed.service in _services[input.profile]
}

# What AWS itself lists for the name today wins over the built-in list; one name has an entry per type.
_offered(name) if {
	input.profile == "aws-current"
	some detail in input.context.ServiceDetails
	detail.ServiceName == name
	some offered in detail.ServiceType
	offered.ServiceType == "Gateway"
}

# The type the service has, where it is known to have it; subnets are still to be chosen then.
_fix := {"fix": array.concat(
	[{"op": _put, "path": "/request/VpcEndpointType", "value": "Interface"}],
	[{"op": "remove", "path": "/request/RouteTableIds"} | input.request.RouteTableIds],
)} if {
	"Interface" in service.types
} else := {}

_put := "replace" if {
	input.request.VpcEndpointType
} else := "add"

_services := {
	"aws-current": ["s3", "dynamodb", "s3express"],
	"aws-2023": ["s3", "dynamodb"],
}
