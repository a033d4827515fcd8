# METADATA
# title: The inbound-resolver option is used with S3-like services only
# description: PrivateDnsOnlyForInboundResolverEndpoint is set only with private DNS enabled and for a service
#   that has both gateway and interface endpoints.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
# custom:
#   id: VPCE-IFACE-020
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Take PrivateDnsOnlyForInboundResolverEndpoint out of DnsOptions.
#   reads:
#     - /request/DnsOptions
#     - /request/PrivateDnsEnabled
#     - /request/ServiceName
#     - /current/ServiceName
#     - /context/ServiceDetails
#   aws:
#   - text: '"available only for services that support both gateway and interface endpoints".'
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
#     status: documented
#   - text: only for interface endpoints for Amazon S3.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
#     status: documented
package vpce.rules.iface.resolver_option_for_s3

import data.vpce.lib.endpoint
import data.vpce.lib.service

deny contains {"message": message, "path": _path, "fix": _without} if {
	_asked == true
	input.endpoint.PrivateDnsEnabled == false
	message := "the inbound-resolver option is set, but private DNS is off"
}

deny contains {"message": message, "path": _path, "fix": _without} if {
	_asked == true
	not _both
	types := concat(" and ", sort(service.types))
	message := $"the inbound-resolver option is set, but {service.name} has {types} endpoints only"
}

deny contains {"message": message, "path": _path, "fix": _without, "enforcement_action": "warn"} if {
	_asked == false
	not _both
	service.types
	message := $"the inbound-resolver option means nothing for {service.name}, and false changes nothing"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	_asked == true
	name := service.name
	not service.types
	reason := $"whether {name} has both gateway and interface endpoints is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_asked == true
	hidden := endpoint.unknown_members(input, ["PrivateDnsEnabled", "ServiceName"])
	count(hidden) > 0
	reason := "whether private DNS is on, or for which service, is not known yet"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["DnsOptions/PrivateDnsOnlyForInboundResolverEndpoint"])
	count(hidden) > 0
	reason := "whether the inbound-resolver option is set is not known yet"
}

_asked := input.request.DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint if endpoint.remains

_both if {
	some type in ["Gateway"]
	type in service.types
	"Interface" in service.types
}

_path := "/request/DnsOptions/PrivateDnsOnlyForInboundResolverEndpoint"

_without := [{"op": "remove", "path": _path}]
