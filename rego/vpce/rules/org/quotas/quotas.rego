# METADATA
# title: Endpoints stay under the organisation's ceiling
# description: Endpoints per VPC/account stay under the organisation ceiling with a reserve.
# related_resources:
# - ref: https://docs.aws.amazon.com/wellarchitected/latest/framework/rel_manage_service_limits_aware_quotas_and_constraints.html
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
# custom:
#   id: VPCE-ORG-017
#   kind: org
#   severity: warning
#   enforcement_action: warn
#   effect: org-decision
#   existing: silent
#   remediation: >-
#     Remove endpoints that are not needed, share one, or have the ceiling under `quotas` in the org data raised.
#   reads:
#     - /request/VpcId
#     - /context/VpcEndpoints
#     - /org/quotas
package vpce.rules.org.quotas

import data.vpce.lib.endpoint

deny contains {"message": message, "path": "/request/VpcEndpointType"} if {
	_asked
	endpoint.others_told
	ceiling := data.org.quotas[_quota]
	_number > ceiling
	message := $"this would be number {_number} of the {_of}; at most {ceiling} are allowed"
}

deny contains {"message": message, "path": "/request/VpcEndpointType"} if {
	_asked
	endpoint.others_told
	ceiling := data.org.quotas[_quota]
	above := data.org.quotas.warn_above[_quota]
	_number > above
	_number <= ceiling
	message := $"{_number} of {ceiling} {_of} would be used (warning above {above})"
}

undetermined contains {"reason": "the other endpoints are not known", "missing": ["/context/VpcEndpoints"]} if {
	_asked
	data.org.quotas[_quota]
	not endpoint.others_told
}

undetermined contains {"reason": "the VPC is not known yet", "missing": unsaid} if {
	_asked
	endpoint.type != "Gateway"
	data.org.quotas[_quota]
	unsaid := endpoint.unknown_members(input, ["VpcId"])
	count(unsaid) > 0
}

_asked if input.operation == "create"

_quota := {
	"Interface": "interface_gwlb_per_vpc",
	"GatewayLoadBalancer": "interface_gwlb_per_vpc",
	"Gateway": "gateway_per_region",
}[endpoint.type]

_number := endpoint.number_of_gateways + 1 if {
	endpoint.type == "Gateway"
} else := endpoint.possible_number_in_vpc({"Interface", "GatewayLoadBalancer"}) + 1

_of := {
	"Interface": "interface and Gateway Load Balancer endpoints of the VPC",
	"GatewayLoadBalancer": "interface and Gateway Load Balancer endpoints of the VPC",
	"Gateway": "gateway endpoints of the Region",
}[endpoint.type]
