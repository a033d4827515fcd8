# METADATA
# title: Endpoints that a VPC must have are not deleted
# description: |
#   An endpoint for a service that the organisation requires in the VPC is deleted only where another one for the
#   service stays, or comes by the same change.
# related_resources:
#   - ref: https://docs.aws.amazon.com/config/latest/developerguide/vpc-endpoint-enabled.html
#     description: the rule of AWS Config that a VPC fails without the endpoint
# custom:
#   id: VPCE-ORG-028
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Keep the endpoint or make its successor in the same change; where the VPC goes too, ask for a waiver.
#   operations: [delete]
#   reads:
#     - /current/ServiceName
#     - /current/VpcId
#     - /context/Vpc
#     - /context/VpcEndpoints
#     - /org/required_endpoints
package vpce.rules.org.required_endpoint_stays

import data.vpce.lib.required

deny contains {"message": message, "path": "/current/VpcEndpointId"} if {
	count(_lost) > 0
	required.others_known
	message := $"{_vpc} must have an endpoint for {concat(", ", sort(_lost))}, and this is its only one"
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	count(_lost) > 0
	not required.others_known
	reason := $"whether the VPC keeps another endpoint for {concat(", ", sort(_lost))} is not known"
}

undetermined contains {"reason": reason, "missing": ["/current/ServiceName"]} if {
	input.operation == "delete"
	count(required.services) > 0
	not required.says_service(input.current)
	reason := "which service the endpoint is for is not known"
}

undetermined contains untold if {
	input.operation == "delete"
	some untold in required.unclear
	count(_served_of_any) > 0
}

_lost := _served - required.served_by_others(_served) if input.operation == "delete"

_served := {name | some name in required.services; required.serves(input.current.ServiceName, name)}

# what an entry may require that is not sure to hold
_served_of_any := {name |
	some entry in data.org.required_endpoints
	some name in entry.services
	_may_serve(name)
}

_may_serve(name) if required.serves(input.current.ServiceName, name)

_may_serve(_) if not required.says_service(input.current)

_vpc := required.vpc_id

_vpc := "the VPC" if not required.vpc_id
