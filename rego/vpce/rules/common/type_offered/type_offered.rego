# METADATA
# title: Endpoint type is one the service offers
# description: The chosen type is among the ServiceType values listed for the service.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-networking.html
# custom:
#   id: VPCE-COMMON-005
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: >-
#     Set VpcEndpointType to a type the service offers; `vpce-guard advise` says which fits.
#   operations: [create]
#   reads:
#     - /request/VpcEndpointType
#     - /request/ServiceName
#     - /context/ServiceDetails
#   sources:
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Defining the Gateway Endpoint", sentence 1'
#       paraphrase: gateway is only for S3 and DynamoDB
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 1; Gateway column bullet 1; GWLB column bullet 1
#       paraphrase: what each type can target
#   aws:
#   - text: 'API error text: "Endpoint type (Gateway) does not match available service types ([Interface])".'
#     doc: https://github.com/hashicorp/terraform/issues/24478
#     status: observed
#     evidence: issue
#   - text: S3 and DynamoDB offer both Gateway and Interface.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#     status: documented
#   - text: 's3express: zonal and regional APIs "must" be reached through a gateway endpoint (that no interface
#       endpoint exists is inferred).'
#     doc: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-networking.html
#     status: documented
#   - text: 'moto returns two entries (Interface, Gateway) for s3 but only a Gateway entry for dynamodb: the
#       emulator cannot be the oracle for dynamodb Interface.'
#     doc: https://github.com/getmoto/moto/blob/master/moto/dynamodb/models/__init__.py
#     status: observed
#     evidence: public-code
package vpce.rules.common.type_offered

import data.vpce.lib.endpoint
import data.vpce.lib.service

deny contains object.union({"message": message, "path": "/request/VpcEndpointType"}, _fix) if {
	_judged
	not endpoint.type in _offered
	offered := concat(" and ", sort(_offered))
	message := $"{service.name} offers {offered}, not {endpoint.type}"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	_judged
	name := service.name
	not _offered
	not _everywhere
	reason := $"which endpoint types {name} offers is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["VpcEndpointType", "ServiceName"])
	count(hidden) > 0
	reason := "which type or service the endpoint is of is not known yet"
}

# The types since 2023 are not among those a service lists.
_judged if {
	input.operation == "create"
	endpoint.type in {"Interface", "Gateway", "GatewayLoadBalancer"}
}

# A service of AWS that nobody lists has interface endpoints, as nearly all have. What the few with gateway endpoints
# have in a partition whose offers are not known is not known.
_offered := service.types if {
	service.types
} else := {"Interface"} if {
	service.parsed.form == "aws-regional"
	not service.parsed.service in {"s3", "dynamodb", "s3express"}
}

# Gateway endpoints for S3 and DynamoDB exist in every partition, the isolated ones included.
_everywhere if {
	endpoint.type == "Gateway"
	service.parsed.form == "aws-regional"
	service.parsed.service in {"s3", "dynamodb"}
}

_fix := {"fix": [{"op": _put, "path": "/request/VpcEndpointType", "value": only}]} if {
	[only] := [offered | some offered in _offered]
} else := {}

_put := "replace" if {
	input.request.VpcEndpointType
} else := "add"
