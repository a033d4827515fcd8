# METADATA
# title: Only features the organisation allows
# description: Cross-Region endpoints, ipv6/dualstack and the types Resource, ServiceNetwork, Tunnel are only
#   used where the data allow it.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
#   description: what access across Regions and the IP address types bring
# custom:
#   id: VPCE-ORG-023
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Use what features in the org data allows, or have it allowed there.
#   reads:
#     - /request/IpAddressType
#     - /request/ServiceRegion
#     - /request/VpcEndpointType
#     - /context/Region
#     - /org/features
#   frameworks:
#     - framework: nist-800-53
#       controls: [CM-7]
#       relation: part
#       doc: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
package vpce.rules.org.features

import data.vpce.lib.endpoint
import data.vpce.lib.org
import data.vpce.lib.service

deny contains {"message": message, "path": org.at("ServiceRegion")} if {
	endpoint.remains
	data.org.features.cross_region == false
	service.crosses_regions
	message := $"the service is in {input.endpoint.ServiceRegion}; services of other Regions are not allowed"
}

deny contains {"message": message, "path": org.at("IpAddressType")} if {
	endpoint.remains
	is_array(data.org.features.ip_types)
	count(_unsaid) == 0
	not _ip_type in data.org.features.ip_types
	message := $"IP address type {_ip_type} is not allowed"
}

deny contains {"message": message, "path": org.at("VpcEndpointType")} if {
	endpoint.remains
	data.org.features
	not endpoint.type in object.get(data.org.features, "endpoint_types", _types_of_2023)
	message := $"endpoints of type {endpoint.type} are not allowed"
}

deny contains {"message": message, "path": org.at("ServiceRegion")} if {
	endpoint.remains
	data.org.features.cross_region == false
	is_string(input.endpoint.ServiceRegion)
	not input.context.Region
	message := $"the service is in {input.endpoint.ServiceRegion}, and whether the VPC is there is not known"
}

undetermined contains {"reason": "what the endpoint uses is not known yet", "missing": _unsaid} if {
	endpoint.remains
	data.org.features
	count(_unsaid) > 0
}

_unsaid := endpoint.unknown_members(input, ["IpAddressType", "ServiceRegion", "VpcEndpointType"])

_ip_type := lower(object.get(input.endpoint, "IpAddressType", "ipv4"))

_types_of_2023 := ["Interface", "Gateway", "GatewayLoadBalancer"]
