# METADATA
# title: IP type fits the subnets
# description: '2023: gateway endpoints carry IPv4 only. Today: ipv6 needs IPv6-only subnets, dualstack needs
#   both families in all subnets that use the route tables.'
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html
# custom:
#   id: VPCE-GW-010
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Use route tables of subnets with this address family, or set IpAddressType to ipv4.
#   reads:
#     - /request/IpAddressType
#     - /request/RouteTableIds
#     - /request/AddRouteTableIds
#     - /request/ServiceName
#     - /context/RouteTables
#     - /context/Subnets
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 5
#       paraphrase: IPv4 traffic only
#   aws:
#   - text: 'IP address type section: ipv4, ipv6, dualstack.'
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#     status: documented
#   - text: The DynamoDB gateway page still says IPv4 only.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html
#     status: documented
#   assumptions:
#     - two pages of AWS contradict each other about DynamoDB, so IPv6 there is a warning
package vpce.rules.gw.ip_type_fits_subnets

import data.vpce.lib.endpoint
import data.vpce.lib.routes
import data.vpce.lib.service
import data.vpce.lib.unknown

deny contains object.union({"message": message, "path": "/request/IpAddressType", "remediation": _ipv4}, _fix) if {
	endpoint.remains
	input.profile == "aws-2023"
	unknown.given(input.request.IpAddressType)
	_type != "ipv4"
	message := $"IP address type {_type} is asked for, but gateway endpoints carried only IPv4 in 2023"
}

deny contains object.union({"message": message, "path": _path}, _fix) if {
	_judged
	unfit := {id | some id in _subnets; _unfit(id)}
	count(unfit) > 0
	ids := concat(", ", sort(unfit))
	message := $"IP address type {_type} {_wants}, unlike {ids}"
}

deny contains {"message": message, "path": _path, "enforcement_action": "warn", "remediation": _ipv4} if {
	_judged
	service.parsed.service == "dynamodb"
	message := $"IP address type {_type} is asked for, but one page of AWS says that DynamoDB has only IPv4"
}

undetermined contains {"reason": reason, "missing": ["/context/RouteTables"]} if {
	_judged
	some id in _table_ids
	not _associations_told(id)
	reason := $"which subnets use route table {id} is not known"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	_judged
	count(routes.main) > 0
	not input.context.Subnets
	reason := "which subnets use the main route table is not known"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	_judged
	some id in _subnets
	not _fits(id)
	not _unfit(id)
	reason := $"which IP versions {id} has is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["IpAddressType", "RouteTableIds", "AddRouteTableIds", "VpcId"])
	count(hidden) > 0
	_may_be_more_than_ipv4
	reason := "which IP address type or route tables the endpoint gets is not known yet"
}

_type := input.endpoint.IpAddressType

_ipv4 := "Set IpAddressType to ipv4."

_judged if {
	endpoint.remains
	input.profile != "aws-2023"
	_type in {"ipv6", "dualstack"}
}

_may_be_more_than_ipv4 if _judged

_may_be_more_than_ipv4 if count(endpoint.unknown_members(input, ["IpAddressType"])) > 0

_wants := {
	"ipv6": "needs IPv6-only subnets",
	"dualstack": "needs subnets with IPv4 and IPv6",
}[_type]

_path := "/request/IpAddressType" if {
	unknown.given(input.request.IpAddressType)
} else := "/request/AddRouteTableIds"

_fix := {"fix": [{"op": "replace", "path": "/request/IpAddressType", "value": "ipv4"}]} if {
	unknown.given(input.request.IpAddressType)
} else := {}

_table_ids := {table.id | some table in endpoint.route_tables}

_associations_told(id) if {
	some table in routes.tables[id]
	table.Associations
}

_subnets := {id | some _, ids in routes.subnets; some id in ids}

_facts[id] contains subnet if {
	some subnet in input.context.Subnets
	id := subnet.SubnetId
	id in _subnets
}

_fits(id) if {
	_type == "ipv6"
	some subnet in _facts[id]
	subnet.Ipv6Native == true
}

_fits(id) if {
	_type == "dualstack"
	some subnet in _facts[id]
	subnet.Ipv6Native == false
	_has_ipv6(subnet)
}

_unfit(id) if {
	_type == "ipv6"
	some subnet in _facts[id]
	subnet.Ipv6Native == false
}

_unfit(id) if {
	_type == "dualstack"
	some subnet in _facts[id]
	subnet.Ipv6Native == true
}

_unfit(id) if {
	_type == "dualstack"
	some subnet in _facts[id]
	subnet.Ipv6CidrBlockAssociationSet
	not _has_ipv6(subnet)
}

_has_ipv6(subnet) if {
	some association in subnet.Ipv6CidrBlockAssociationSet
	association.Ipv6CidrBlockState.State == "associated"
}
