# METADATA
# title: Shared services are reached through the hub VPC
# description: Interface endpoints for listed shared services are only created in the hub VPCs.
# related_resources:
# - ref: https://docs.aws.amazon.com/whitepapers/latest/building-scalable-secure-multi-vpc-network-infrastructure/centralized-access-to-vpc-private-endpoints.html
#   description: one endpoint for many VPCs, and what it saves
# custom:
#   id: VPCE-ORG-022
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Use the endpoint of a hub VPC (central.hub_vpcs in the org data) instead of one of your own.
#   reads:
#     - /request/VpcId
#     - /request/ServiceName
#     - /org/central
package vpce.rules.org.central_vpc

import data.vpce.lib.endpoint
import data.vpce.lib.org
import data.vpce.lib.service

deny contains {"message": message, "path": org.at("VpcId")} if {
	_asked
	is_string(input.endpoint.VpcId)
	not _may_be_any
	not input.endpoint.VpcId in object.get(data.org.central, "hub_vpcs", [])
	message := $"{service.parsed.service} is reached through a hub VPC, and {input.endpoint.VpcId} is not one"
}

undetermined contains {"reason": "the VPC is not known yet", "missing": unsaid} if {
	_asked
	unsaid := endpoint.unknown_members(input, ["VpcId"])
	count(unsaid) > 0
}

undetermined contains {"reason": "which VPC the expression gives is not known", "missing": ["/request/VpcId"]} if {
	_asked
	_may_be_any
}

undetermined contains {"reason": "the service is not known yet", "missing": unsaid} if {
	endpoint.remains
	endpoint.type == "Interface"
	data.org.central.services
	unsaid := endpoint.unknown_members(input, ["ServiceName"])
	count(unsaid) > 0
}

_may_be_any if contains(input.endpoint.VpcId, "{{")

_asked if {
	endpoint.remains
	endpoint.type == "Interface"
	org.names_service(data.org.central.services)
}
