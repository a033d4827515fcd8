# METADATA
# title: S3 private DNS for inbound resolvers only needs the S3 gateway endpoint
# description: |
#   An S3 interface endpoint with private DNS only for inbound Resolver endpoints, which is the default, needs a gateway
#   endpoint for S3 in the same VPC whose DNS record IP type suits.
# related_resources:
# - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
# custom:
#   id: VPCE-IFACE-019
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   existing: judged
#   remediation: Create the S3 gateway endpoint first, or set PrivateDnsOnlyForInboundResolverEndpoint to false.
#   reads:
#     - /request/PrivateDnsEnabled
#     - /request/DnsOptions
#     - /request/ServiceName
#     - /request/VpcId
#     - /context/VpcEndpoints
#     - /defaults/PrivateDnsEnabled
#   aws:
#   - text: The option is true when it is not given; the API then refuses a VPC without a gateway endpoint
#       for the service.
#     doc: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
#     status: documented
#   profiles:
#     aws-2023: 'off'
#   assumptions:
#     - a proposal does not tell the order of its parts, so a gateway endpoint created beside this one gives a warning
#     - a gateway endpoint that is being deleted does not count
#     - record IP types are compared only where both endpoints give one
package vpce.rules.iface.s3_gateway_beside_resolver_dns

import data.vpce.lib.endpoint
import data.vpce.lib.privatedns
import data.vpce.lib.service

deny contains {"message": message, "path": _option, "fix": _fix} if {
	_asked
	count(_hidden) == 0
	endpoint.others_told
	count(_gateways) == 0
	vpc_id := input.endpoint.VpcId
	message := $"{_how} needs a gateway endpoint for {service.name}, and {vpc_id} has none"
}

deny contains object.union({"message": message, "path": _option, "fix": _fix}, _in_order) if {
	_asked
	count(_hidden) == 0
	endpoint.others_told
	count(_gateways) > 0
	every gateway in _gateways {
		_to_be_created(gateway)
		not gateway.address in _first
	}
	names := concat(", ", sort({gateway.name | some gateway in _gateways}))
	message := concat(" ", [
		$"{_how} needs the gateway endpoint {names}, which this document creates too;",
		"the order of creation is not fixed",
	])
}

deny contains {"message": message, "path": $"/{part}/DnsOptions/DnsRecordIpType", "remediation": remediation} if {
	_asked
	count(_hidden) == 0
	some gateway in _gateways
	theirs := gateway.DnsOptions.DnsRecordIpType
	some part, ours in _record_ip_type
	is_string(theirs)
	not theirs in [ours, "service-defined"]
	message := $"DNS record IP type {ours} differs from {theirs} of the gateway endpoint {gateway.name}"
	remediation := $"Set DnsRecordIpType to {theirs}, as the gateway endpoint has it."
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	_may_ask
	not endpoint.others_told
	not _one_exists
	reason := "whether the VPC has a gateway endpoint for S3 is not known"
}

undetermined contains {"reason": reason, "missing": sort(_hidden)} if {
	_may_ask
	count(_hidden) > 0
	reason := "whether private DNS is only for inbound Resolver endpoints, or in which VPC, is not known yet"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_asked
	hidden := endpoint.unknown_members(input, ["DnsOptions/DnsRecordIpType"])
	count(hidden) > 0
	some gateway in _gateways
	gateway.DnsOptions.DnsRecordIpType != "service-defined"
	reason := $"whether the DNS record IP type suits the gateway endpoint {gateway.name} is not known yet"
}

# A gateway endpoint serves the Region of its VPC alone, so there is none for S3 of another.
_is_s3 if {
	endpoint.remains
	not service.crosses_regions
	not _of_another_region
	service.parsed.form == "aws-regional"
	service.parsed.service == "s3"
	_concerned
}

_concerned if privatedns.turned_on

_concerned if input.request.DnsOptions != null

_concerned if count(_hidden) > 0

_asked if {
	_is_s3
	_private_dns
	_only_for_resolvers
}

_private_dns if input.endpoint.PrivateDnsEnabled == true

_private_dns if privatedns.turned_on

# lint: accept not-equal - where the Region of the VPC is not told, the service is taken to be in it
_of_another_region if {
	not service.stands_for_a_region(service.parsed.region)
	service.parsed.region != input.context.Region
}

_in_order := {
	"enforcement_action": "warn",
	"remediation": "Add depends_on (Terraform) or DependsOn (CloudFormation) on the gateway endpoint.",
}

_first := {address | some address in input.depends_on}

_may_ask if _asked

_may_ask if {
	_is_s3
	count(_hidden) > 0
	object.get(input.endpoint, "PrivateDnsEnabled", null) != false
	_may_be_only_for_resolvers
}

_may_be_only_for_resolvers if _only_for_resolvers

_may_be_only_for_resolvers if {
	count(endpoint.unknown_members(input, ["DnsOptions/PrivateDnsOnlyForInboundResolverEndpoint"])) > 0
}

_only_for_resolvers if _value != false

_value := input.request.DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint if {
	is_boolean(input.request.DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint)
} else := input.current.DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint if {
	is_boolean(input.current.DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint)
} else := true

_hidden := endpoint.unknown_members(input, [
	"PrivateDnsEnabled",
	"VpcId",
	"DnsOptions/PrivateDnsOnlyForInboundResolverEndpoint",
])

_option := "/request/DnsOptions/PrivateDnsOnlyForInboundResolverEndpoint"

_how := "PrivateDnsOnlyForInboundResolverEndpoint=true" if {
	input.request.DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint
} else := "PrivateDnsOnlyForInboundResolverEndpoint, true unless given,"

_fix := [{"op": _op, "path": _place, "value": _set_to}]

default _op := "add"

_op := "replace" if is_boolean(input.request.DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint)

default _place := "/request/DnsOptions"

_place := _option if is_object(input.request.DnsOptions)

default _set_to := {"PrivateDnsOnlyForInboundResolverEndpoint": false}

_set_to := false if is_object(input.request.DnsOptions)

# Gateway endpoints of S3 that are or will be in the VPC.
_gateways := [other |
	some other in endpoint.near
	other.VpcEndpointType == "Gateway"
	_same_service(other)
	lower(object.get(other, "State", "")) != "deleting"
]

_same_service(other) if other.ServiceName == service.name

# A name whose Region is not known is taken to be in that of the VPC.
_same_service(other) if {
	theirs := service.parse(other.ServiceName)
	theirs.service == "s3"
	some region in [theirs.region, service.parsed.region]
	service.stands_for_a_region(region)
}

_one_exists if {
	some gateway in _gateways
	not _to_be_created(gateway)
}

_to_be_created(other) if not other.VpcEndpointId

# where the DNS record IP type of this endpoint stands -> what it is
_record_ip_type := {"request": kind} if {
	kind := input.request.DnsOptions.DnsRecordIpType
	is_string(kind)
} else := {"current": kind} if {
	kind := input.current.DnsOptions.DnsRecordIpType
	is_string(kind)
}
