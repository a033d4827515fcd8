# METADATA
# title: IP address type and DNS record type are legal and compatible
# description: IpAddressType is ipv4, dualstack or ipv6; DnsRecordIpType is ipv4, dualstack, ipv6 or service-defined;
#   the pair is in the table of the endpoint type.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
# custom:
#   id: VPCE-COMMON-023
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Set DnsRecordIpType to one that goes with IpAddressType, or leave it out.
#   reads:
#     - /request/IpAddressType
#     - /request/DnsOptions
#     - /current/IpAddressType
#     - /current/DnsOptions
#   aws:
#   - text: 'Interface: ipv4->{ipv4}; ipv6->{ipv6}; dualstack->{dualstack*,ipv4,ipv6,service-defined}.'
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
#     status: documented
#   - text: 'Gateway: ipv4->{ipv4,service-defined*}; ipv6->{ipv6,service-defined*}; dualstack->{ipv4, ipv6, dualstack,
#       service-defined*}.'
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
#     status: documented
#   assumptions:
#     - 'which IP address type AWS takes where none is given is not decided here: what goes with ipv4 passes,
#       anything else is undetermined'
package vpce.rules.common.ip_and_dns_types

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

deny contains {"message": message, "path": "/request/IpAddressType", "remediation": remediation} if {
	endpoint.remains
	unknown.given(input.request.IpAddressType)
	not _spelled(input.request.IpAddressType) in {"ipv4", "ipv6", "dualstack", "not-specified"}
	message := $"{input.request.IpAddressType} is not an IP address type"
	remediation := "Set IpAddressType to ipv4, dualstack or ipv6."
}

deny contains {"message": message, "path": _dns_path, "remediation": remediation} if {
	endpoint.remains
	unknown.given(_asked_dns)
	not _asked_dns in {"ipv4", "ipv6", "dualstack", "service-defined", "not-specified"}
	message := $"{_asked_dns} is not a DNS record type"
	remediation := "Set DnsRecordIpType to ipv4, dualstack, ipv6 or service-defined."
}

deny contains object.union({"message": message, "path": _path}, _fix) if {
	_concerned
	_dns in {"ipv4", "ipv6", "dualstack", "service-defined"}
	not _dns in _legal[_ip]
	legal := concat(" or ", sort(_legal[_ip]))
	message := $"DNS record type {_dns} does not go with IP address type {_ip} here, only {legal} does"
}

undetermined contains {"reason": reason, "missing": [_ip_pointer]} if {
	_concerned
	_dns in {"ipv6", "dualstack", "service-defined"}
	not _ip
	some _, legal in _legal
	not _dns in legal
	reason := $"whether DNS record type {_dns} goes with the IP address type of the endpoint is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["IpAddressType", "DnsOptions/DnsRecordIpType"])
	count(hidden) > 0
	reason := "which IP address type or DNS record type is asked for is not known yet"
}

# For the types since 2024 AWS itself answers IPV4, so what was read may be sent back.
_spelled(type) := lower(type) if {
	endpoint.type in {"Resource", "ServiceNetwork", "Tunnel"}
} else := type

_legal := {
	"Interface": {
		"ipv4": {"ipv4"},
		"ipv6": {"ipv6"},
		"dualstack": {"dualstack", "ipv4", "ipv6", "service-defined"},
	},
	"Gateway": {
		"ipv4": {"ipv4", "service-defined"},
		"ipv6": {"ipv6", "service-defined"},
		"dualstack": {"ipv4", "ipv6", "dualstack", "service-defined"},
	},
}[endpoint.type]

# On modify each of the two may be new or kept; with neither in the request nothing is asked.
_concerned if input.operation == "create"

_concerned if {
	input.operation == "modify"
	some member in [["IpAddressType"], ["DnsOptions", "DnsRecordIpType"]]
	unknown.given(object.get(input.request, member, null))
}

_ip := input.endpoint.IpAddressType if input.endpoint.IpAddressType in {"ipv4", "ipv6", "dualstack"}

_asked_dns := input.request.DnsOptions.DnsRecordIpType

_dns := _asked_dns if {
	unknown.given(_asked_dns)
} else := input.current.DnsOptions.DnsRecordIpType

_dns_path := "/request/DnsOptions/DnsRecordIpType"

_path := _dns_path if {
	unknown.given(_asked_dns)
} else := "/request/IpAddressType"

_ip_pointer := "/request/IpAddressType" if {
	input.operation == "create"
} else := "/current/IpAddressType"

_fix := {"fix": [{"op": "replace", "path": _dns_path, "value": _ip}]} if {
	unknown.given(_asked_dns)
} else := {}
