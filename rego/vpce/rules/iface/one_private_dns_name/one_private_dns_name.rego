# METADATA
# title: One private DNS name per VPC
# description: No other endpoint of the VPC with private DNS on owns the same private DNS name or one that overlaps it.
# custom:
#   id: VPCE-IFACE-017
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Use the endpoint that exists, or set PrivateDnsEnabled to false on one of the two.
#   reads:
#     - /request/PrivateDnsEnabled
#     - /request/ServiceName
#     - /request/VpcId
#     - /context/VpcEndpoints
#     - /context/ServiceDetails
#     - /context/predecessor
#     - /defaults/PrivateDnsEnabled
#   aws:
#   - text: The API refuses private DNS where "there is already a conflicting DNS domain" in the VPC.
#     doc: https://github.com/hashicorp/terraform-provider-aws/issues/17535
#     status: observed
#     evidence: issue
#   - text: 'cfn-lint E3064: one interface endpoint for each service and VPC may have PrivateDnsEnabled.'
#     doc: https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md#E3064
#     status: observed
#     evidence: public-code
#   assumptions:
#     - a wildcard name overlaps every name below it, also other wildcards, but not the bare domain
#     - two services of AWS itself never share a private DNS name unless ServiceDetails or DnsEntries say so
package vpce.rules.iface.one_private_dns_name

import data.vpce.lib.endpoint
import data.vpce.lib.privatedns
import data.vpce.lib.service

deny contains {"message": message, "path": "/request/PrivateDnsEnabled", "fix": privatedns.off} if {
	privatedns.turned_on
	some other in _rivals
	_settled(other)
	claim := _claim(other)
	message := $"{privatedns.how}, but {other.name} already has private DNS on in {input.endpoint.VpcId} and owns {claim}"
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	_may_ask
	not endpoint.others_told
	not _had_it
	reason := "the other endpoints of the VPC and their private DNS names are not known"
}

undetermined contains {"reason": reason, "missing": sort(_hidden)} if {
	count(_hidden) > 0
	some other in _rivals
	reason := $"whether the private DNS name clashes with that of {other.name} is not known yet"
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	count(_hidden) == 0
	some other in _rivals
	not _settled(other)
	reason := $"whether {other.name} is in the same VPC and has private DNS on is not known"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	some other in _possible
	_names_unknown(other)
	both := $"{service.name} and {other.ServiceName}"
	reason := $"the private DNS names of {both} are not both known, so they may be the same"
}

# Nobody else owns the name that the one before has had.
_had_it if {
	endpoint.gone_predecessor.ServiceName == service.name
	endpoint.gone_predecessor.PrivateDnsEnabled == true
}

_may_ask if privatedns.turned_on

_may_ask if {
	endpoint.remains
	count(privatedns.open) > 0
}

_hidden := privatedns.open | endpoint.unknown_members(input, ["ServiceName", "VpcId"])

# The others that may have private DNS on in the same VPC.
_possible := [other |
	_may_ask
	some other in endpoint.near
	object.get(other, "PrivateDnsEnabled", null) != false
	object.get(other, "VpcEndpointType", null) != "Gateway"
]

# Those of them that own, or may own, a name of this endpoint.
_rivals := [other |
	some other in _possible
	_may_clash(other)
]

_may_clash(other) if _claim(other)

_may_clash(_) if not service.name

_settled(other) if {
	_on(other)
	other.VpcId == input.endpoint.VpcId
}

_on(other) if other.PrivateDnsEnabled == true

# One that this document creates takes the same default.
_on(other) if {
	other.defaults.PrivateDnsEnabled == "aws"
	other.ServiceName == service.name
	count(service.private_dns_names) > 0
}

# What the other one owns of this endpoint's names, in words; undefined where nothing.
_claim(other) := $"the private DNS names of {other.ServiceName}" if {
	other.ServiceName == service.name
} else := $"{names}, which overlaps a private DNS name of {service.name}" if {
	shared := {theirs |
		some theirs in _names_of(other)
		some ours in service.private_dns_names
		_overlap(lower(theirs), lower(ours))
	}
	count(shared) > 0
	names := concat(", ", sort(shared))
}

_names_of(other) := _listed_for(other) | {entry.DnsName | some entry in other.DnsEntries}

_listed_for(other) := {name |
	some detail in input.context.ServiceDetails
	detail.ServiceName == other.ServiceName
	some offered in detail.ServiceType
	offered.ServiceType == "Interface"
	some name in array.concat(
		[detail.PrivateDnsName | detail.PrivateDnsName],
		[listed.PrivateDnsName | some listed in detail.PrivateDnsNames],
	)
}

_overlap(a, b) if a == b

_overlap(a, b) if _covers(a, b)

_overlap(a, b) if _covers(b, a)

_covers(wildcard, name) if {
	startswith(wildcard, "*.")
	endswith(name, substring(wildcard, 1, -1))
}

# Only providers choose names freely, so only two endpoint services can surprise.
_names_unknown(other) if {
	service.parsed.form == "endpoint-service"
	service.parse(other.ServiceName).form == "endpoint-service"
	other.ServiceName != service.name
	_one_unknown(other)
}

_one_unknown(_) if not service.private_dns_names

_one_unknown(other) if {
	every detail in object.get(input, ["context", "ServiceDetails"], []) {
		object.get(detail, "ServiceName", "") != other.ServiceName
	}
	not other.DnsEntries
}
