# METADATA
# title: Cost stays under the ceiling
# description: The estimated monthly cost of the endpoint, and of the VPC after it, is within the budget.
# related_resources:
# - ref: https://aws.amazon.com/privatelink/pricing/
# - ref: https://docs.aws.amazon.com/wellarchitected/latest/framework/cost_cloud_financial_management_budget_forecast.html
# custom:
#   id: VPCE-ORG-018
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: >-
#     Use fewer Availability Zones, share an endpoint, or have the ceiling under `cost` in the org data raised.
#   reads:
#     - /request/SubnetIds
#     - /request/VpcEndpointType
#     - /request/VpcId
#     - /context/Region
#     - /context/VpcEndpoints
#     - /org/cost
package vpce.rules.org.cost

import data.vpce.lib.endpoint
import data.vpce.lib.org

deny contains {"message": message, "path": org.at("SubnetIds")} if {
	endpoint.remains
	ceiling := data.org.cost.max_monthly_per_endpoint
	input.cost.endpoint.millionths > ceiling.millionths
	message := $"the endpoint costs {input.cost.endpoint.text}; at most {ceiling.text} is allowed"
}

deny contains {"message": message, "path": org.at("SubnetIds")} if {
	endpoint.remains
	ceiling := data.org.cost.max_monthly_per_vpc
	input.cost.vpc.millionths > ceiling.millionths
	message := $"the endpoints of the VPC cost {input.cost.vpc.text}; at most {ceiling.text} is allowed"
}

undetermined contains {"reason": reason, "missing": input.cost[what].missing} if {
	endpoint.remains
	some what, ceiling in {"endpoint": "max_monthly_per_endpoint", "vpc": "max_monthly_per_vpc"}
	data.org.cost[ceiling]
	reason := $"the cost is not known: {concat(", ", input.cost[what].unknown)}"
}
