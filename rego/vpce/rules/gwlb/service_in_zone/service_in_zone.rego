# METADATA
# title: Service is available in the zone of the subnet
# description: The AZ of the subnet is one the service supports.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
# custom:
#   id: VPCE-GWLB-008
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Use a subnet in a zone the service is in.
#   operations: [create]
#   reads:
#     - /request/SubnetIds
#     - /request/SubnetConfigurations
#     - /request/ServiceName
#     - /context/Subnets
#     - /context/ServiceDetails
#   aws:
#   - text: Must select an AZ that the GWLB supports; use AZ ids.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
#     status: documented
package vpce.rules.gwlb.service_in_zone

import data.vpce.lib.endpoint
import data.vpce.lib.network
import data.vpce.lib.service

deny contains {"message": message, "path": subnet.path} if {
	input.operation == "create"
	count(_offered) > 0
	some subnet in endpoint.subnets
	some told in network.subnets[subnet.id]
	not told.AvailabilityZoneId in _offered
	zones := concat(", ", sort(_offered))
	message := $"{subnet.id} is in {told.AvailabilityZoneId}, but the service is only in {zones}"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	input.operation == "create"
	name := service.name
	count(_offered) == 0
	reason := $"in which Availability Zones {name} is offered is not known by id"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	input.operation == "create"
	some subnet in endpoint.subnets
	not _told(subnet.id)
	reason := $"the id of the Availability Zone of {subnet.id} is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_subnets | endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
	reason := "which subnet or service the endpoint gets is not known yet"
}

# Service and endpoint are mostly in two accounts, so zone names do not compare.
_offered := {id | some detail in service.details_of_type; some id in detail.AvailabilityZoneIds}

_told(id) if {
	some told in network.subnets[id]
	told.AvailabilityZoneId
}
