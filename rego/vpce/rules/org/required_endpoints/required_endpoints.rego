# METADATA
# title: The VPC has the endpoints it must have
# description: |
#   A VPC in which an endpoint is created or modified has an endpoint for each service that the organisation requires
#   there, or gets one by the same change. A FIPS variant counts.
# related_resources:
#   - ref: https://docs.aws.amazon.com/config/latest/developerguide/vpc-endpoint-enabled.html
#     description: the rule of AWS Config that looks for the same at VPCs that exist
# custom:
#   id: VPCE-ORG-027
#   kind: org
#   severity: warning
#   enforcement_action: warn
#   effect: org-decision
#   remediation: Create the missing endpoints too (required_endpoints in the org data).
#   reads:
#     - /request/VpcId
#     - /request/ServiceName
#     - /current/VpcId
#     - /current/ServiceName
#     - /context/Vpc
#     - /context/VpcEndpoints
#     - /org/required_endpoints
package vpce.rules.org.required_endpoints

import data.vpce.lib.endpoint
import data.vpce.lib.org
import data.vpce.lib.required

deny contains {"message": message, "path": org.at("VpcId")} if {
	count(_missing) > 0
	required.says_service(input.endpoint)
	required.others_known
	message := $"{required.vpc_id} has no endpoint for {concat(", ", sort(_missing))}"
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	count(_missing) > 0
	not required.others_known
	reason := $"whether the VPC has endpoints for {concat(", ", sort(_missing))} is not known"
}

undetermined contains {"reason": "which service the endpoint is for is not known yet", "missing": hidden} if {
	count(_missing) > 0
	hidden := endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
}

undetermined contains {"reason": reason, "missing": [path]} if {
	count(_missing) > 0
	not required.says_service(input.endpoint)
	count(endpoint.unknown_members(input, ["ServiceName"])) == 0
	path := org.at("ServiceName")
	reason := "which service the endpoint is for is not told"
}

undetermined contains untold if {
	endpoint.remains
	some untold in required.unclear
}

_missing := (required.services - required.served_by_others(required.services)) - _served if endpoint.remains

_served := {name | some name in required.services; required.serves(input.endpoint.ServiceName, name)}
