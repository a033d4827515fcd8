# METADATA
# title: Private DNS needs both VPC DNS attributes
# description: PrivateDnsEnabled=true requires EnableDnsSupport and EnableDnsHostnames of the VPC to be true.
# custom:
#   id: VPCE-IFACE-014
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   hop: dns
#   existing: judged
#   remediation: Set EnableDnsSupport and EnableDnsHostnames of the VPC to true, or PrivateDnsEnabled to false.
#   reads:
#     - /request/PrivateDnsEnabled
#     - /request/VpcId
#     - /context/Vpc
#     - /defaults/PrivateDnsEnabled
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 9
#       paraphrase: interface endpoints have private DNS hostnames
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 6
#       paraphrase: DNS resolution must be on
#   aws:
#   - text: Private DNS needs enableDnsHostnames and enableDnsSupport of the VPC to be true.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
#     status: documented
#   assumptions:
#     - a VPC of the context without an id, or beside an endpoint whose VPC is not known, is the VPC of the endpoint
package vpce.rules.eni.private_dns_vpc_attributes

import data.vpce.lib.endpoint
import data.vpce.lib.network
import data.vpce.lib.privatedns

deny contains object.union(
	{"message": message, "path": "/request/PrivateDnsEnabled", "fix": privatedns.off},
	_lesser,
) if {
	privatedns.turned_on
	off := {name | some name in _attributes; network.attribute(network.vpc, name) == false}
	count(off) > 0
	names := concat(" and ", sort(off))
	message := $"{privatedns.how}, but {names} of {_vpc_id} is off"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	privatedns.turned_on
	hidden := {$"/context/Vpc/{name}" | some name in _attributes; not _told(name)}
	count(hidden) > 0
	reason := "whether DNS resolution and DNS host names are on in the VPC is not known"
}

undetermined contains {"reason": reason, "missing": sort(privatedns.open)} if {
	endpoint.remains
	count(privatedns.open) > 0
	not _both_on
	reason := "whether the endpoint gets private DNS is not known"
}

# AWS refuses it for an interface endpoint; it creates the others, whose names then do not resolve.
_lesser := {} if {
	endpoint.type == "Interface"
} else := {"enforcement_action": "warn"}

_attributes := ["EnableDnsSupport", "EnableDnsHostnames"]

_told(name) if is_boolean(network.attribute(network.vpc, name))

_both_on if {
	every name in _attributes {
		network.attribute(network.vpc, name) == true
	}
}

_vpc_id := object.get(input.endpoint, "VpcId", "the VPC")
