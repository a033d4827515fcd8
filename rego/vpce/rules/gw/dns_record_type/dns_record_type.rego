# METADATA
# title: DNS record type suits the service and the VPC
# description: A DnsRecordIpType other than service-defined needs EnableDnsSupport and EnableDnsHostnames, and
#   is never allowed for DynamoDB.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
# custom:
#   id: VPCE-GW-011
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Set DnsRecordIpType to service-defined, or leave it out.
#   reads:
#     - /request/DnsOptions
#     - /request/ServiceName
#     - /context/Vpc
#   aws:
#   - text: Both notes in "DNS record IP type".
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#     status: documented
package vpce.rules.gw.dns_record_type

import data.vpce.lib.endpoint
import data.vpce.lib.network
import data.vpce.lib.service
import data.vpce.lib.unknown

deny contains {"message": message, "path": _path, "fix": _fix} if {
	_asked
	service.parsed.service == "dynamodb"
	message := $"DNS record type {_type} is asked for, but DynamoDB has none of its own"
}

deny contains {"message": message, "path": _path, "fix": _fix} if {
	_asked
	service.parsed.service != "dynamodb"
	off := {name | some name in _attributes; network.attribute(network.vpc, name) == false}
	count(off) > 0
	names := concat(" and ", sort(off))
	message := $"DNS record type {_type} is asked for, but {names} of the VPC is off"
}

undetermined contains {"reason": reason, "missing": sort(missing)} if {
	_asked
	missing := {$"/context/Vpc/{name}" | some name in _attributes; not _told(name)}
	count(missing) > 0
	reason := "whether DNS support and DNS host names are on in the VPC is not known"
}

undetermined contains {"reason": reason, "missing": [_service_pointer]} if {
	_asked
	not service.name
	reason := "to which service the endpoint leads is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["DnsOptions/DnsRecordIpType"])
	count(hidden) > 0
	reason := "which DNS record type is asked for is not known yet"
}

_path := "/request/DnsOptions/DnsRecordIpType"

_fix := [{"op": "replace", "path": _path, "value": "service-defined"}]

_type := input.request.DnsOptions.DnsRecordIpType

# CloudFormation's not-specified is the same as leaving it out.
_asked if {
	endpoint.remains
	unknown.given(_type)
	not _type in {"service-defined", "not-specified"}
}

_attributes := ["EnableDnsSupport", "EnableDnsHostnames"]

_told(name) if is_boolean(network.attribute(network.vpc, name))

_service_pointer := "/request/ServiceName" if {
	input.operation == "create"
} else := "/current/ServiceName"
