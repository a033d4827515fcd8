# METADATA
# title: Prefer gateway for S3 and DynamoDB
# description: An interface endpoint for S3/DynamoDB needs a stated access path that a gateway cannot serve
#   (on-prem, peering, TGW, cross-Region).
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#   description: gateway endpoints cost nothing
# custom:
#   id: VPCE-ORG-014
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: >-
#     Use the free gateway endpoint, or state why an interface endpoint is needed (intent.access_paths, for example
#     on-prem-vpn or peering).
#   optional: [/context/RouteTables]
#   reads:
#     - /request/VpcEndpointType
#     - /request/ServiceName
#     - /request/TagSpecifications
#     - /current/Tags
#     - /intent/access_paths
#     - /org/chooser
#     - /context/RouteTables
package vpce.rules.org.prefer_gateway

import data.vpce.lib.endpoint
import data.vpce.lib.org
import data.vpce.lib.service

deny contains object.union({"message": message, "path": org.at("VpcEndpointType")}, _fix) if {
	_asked
	count(_beyond) == 0
	count(_unsure) == 0
	message := $"nothing stated needs an interface endpoint for {service.parsed.service}; a gateway endpoint is free"
}

undetermined contains {"reason": "the tag that states the access paths is not known", "missing": _unsure} if {
	_asked
	count(_beyond) == 0
	count(_unsure) > 0
}

_asked if {
	endpoint.remains
	data.org.chooser.prefer_gateway == true
	endpoint.type == "Interface"
	service.of_aws
	service.parsed.service in {"s3", "dynamodb"}
	not service.crosses_regions
}

# stated access paths that no gateway serves
_beyond := _stated & {"on-prem-vpn", "on-prem-dx", "peering", "inter-region-peering", "tgw"}

_stated := {path | some path in input.intent.access_paths} | {path |
	some value in org.known_tags[data.org.chooser.access_path_tag]
	some path in split(value, " ")
}

_unsure := {pointer |
	data.org.chooser.access_path_tag
	some pointer in org.untold_tags.missing
}

default _fix := {}

_fix := {"fix": array.concat(
	[{"op": "replace", "path": "/request/VpcEndpointType", "value": "Gateway"}],
	array.concat(
		[{"op": "remove", "path": $"/request/{member}"} |
			some member in _of_interfaces
			_given(member)
		],
		[{"op": "add", "path": "/request/RouteTableIds", "value": sort(_route_tables)}],
	),
)} if {
	input.operation == "create"
	count(_route_tables) > 0
}

_given(member) if member in object.keys(input.request)

_of_interfaces := [
	"SubnetIds", "SubnetConfigurations", "SecurityGroupIds",
	"PrivateDnsEnabled", "DnsOptions", "IpAddressType",
]

_route_tables := {table.RouteTableId |
	some table in input.context.RouteTables
	table.VpcId == input.endpoint.VpcId
}
