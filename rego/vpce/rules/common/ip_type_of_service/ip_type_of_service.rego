# METADATA
# title: IP address type is supported by the service
# description: Each address family requested is in SupportedIpAddressTypes of the service.
# custom:
#   id: VPCE-IFACE-024
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Set IpAddressType to one the service has, usually ipv4.
#   reads:
#     - /request/IpAddressType
#     - /request/ServiceName
#     - /current/ServiceName
#     - /context/ServiceDetails
#   aws:
#   - text: 'SupportedIpAddressTypes of a service: ipv4, ipv6.'
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceDetail.html
#     status: documented
package vpce.rules.common.ip_type_of_service

import data.vpce.lib.endpoint
import data.vpce.lib.service

deny contains object.union({"message": message, "path": "/request/IpAddressType"}, _fix) if {
	_judged
	lacking := _families - service.ip_address_types
	count(lacking) > 0
	names := concat(" and ", sort(lacking))
	message := $"IP address type {input.request.IpAddressType} is asked for, but {service.name} has no {names}"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	_judged
	"ipv6" in _families
	name := service.name
	not service.ip_address_types
	reason := $"whether {name} has IPv6 is not known"
}

undetermined contains {"reason": reason, "missing": [_service_pointer]} if {
	_judged
	"ipv6" in _families
	not service.name
	reason := "to which service the endpoint leads is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	endpoint.type in {"Interface", "GatewayLoadBalancer"}
	hidden := endpoint.unknown_members(input, ["IpAddressType"])
	count(hidden) > 0
	reason := "which IP address type is asked for is not known yet"
}

_judged if {
	endpoint.remains
	endpoint.type in {"Interface", "GatewayLoadBalancer"}
}

# A service lists ipv4 and ipv6, never dualstack.
_families := {
	"ipv4": {"ipv4"},
	"ipv6": {"ipv6"},
	"dualstack": {"ipv4", "ipv6"},
}[input.request.IpAddressType]

_fix := {"fix": [{"op": "replace", "path": "/request/IpAddressType", "value": "ipv4"}]} if {
	"ipv4" in service.ip_address_types
} else := {}

_service_pointer := "/request/ServiceName" if {
	input.operation == "create"
} else := "/current/ServiceName"
