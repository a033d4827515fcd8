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
import data.vpce.lib.ids
import data.vpce.lib.network
import data.vpce.lib.service
import data.vpce.lib.zones

deny contains {"message": message, "path": subnet.path} if {
	input.operation == "create"
	some subnet in endpoint.subnets
	some told in network.subnets[subnet.id]
	not told.AvailabilityZoneId in _zone_ids
	count(_zone_ids) > 0
	offered := concat(", ", sort(_zone_ids))
	message := $"{subnet.id} is in {told.AvailabilityZoneId}, but the service is only in {offered}"
}

deny contains {"message": message, "path": subnet.path} if {
	input.operation == "create"
	some subnet in endpoint.subnets
	some told in network.subnets[subnet.id]
	_elsewhere_by_name(told)
	offered := concat(", ", sort(_zone_names(told)))
	message := $"{subnet.id} is in {told.AvailabilityZone}, but the service is only in {offered}"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	input.operation == "create"
	name := service.name
	count(_zone_ids) == 0
	not _names_serve
	reason := $"in which Availability Zones {name} is offered is not known by id"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	input.operation == "create"
	count(_zone_ids) > 0
	some subnet in endpoint.subnets
	not _has_id(subnet.id)
	not _settled_by_name(subnet.id)
	reason := $"the id of the Availability Zone of {subnet.id} is not known"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	input.operation == "create"
	count(_zone_ids) == 0
	_names_serve
	some subnet in endpoint.subnets
	not _settled_by_name(subnet.id)
	reason := $"whether the service is offered in the Availability Zone of {subnet.id} is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_subnets | endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
	reason := "which subnet or service the endpoint gets is not known yet"
}

_zone_ids := {id | some detail in service.details_of_type; some id in detail.AvailabilityZoneIds}

_has_id(id) if {
	some told in network.subnets[id]
	told.AvailabilityZoneId
}

# Service and endpoint are mostly in two accounts, so zone names compare only where the owner is one.
_zone_names(subnet) := {zone |
	some detail in service.details_of_type
	_of_one_account(detail, subnet)
	some zone in detail.AvailabilityZones
}

_of_one_account(detail, subnet) if detail.Owner == subnet.OwnerId

_of_one_account(detail, subnet) if {
	not detail.Owner
	not subnet.OwnerId
	ids.stands_for_one(detail.ServiceId)
	ids.stands_for_one(subnet.SubnetId)
}

_names_serve if {
	some subnet in endpoint.subnets
	some told in network.subnets[subnet.id]
	count(_zone_names(told)) > 0
}

_elsewhere_by_name(subnet) if {
	count(_zone_ids) == 0
	names := _zone_names(subnet)
	count(names) > 0
	not subnet.AvailabilityZone in names
	every name in names {
		zones.told_apart(name, subnet.AvailabilityZone)
	}
}

_settled_by_name(id) if {
	some subnet in network.subnets[id]
	_elsewhere_by_name(subnet)
}

_settled_by_name(id) if {
	some subnet in network.subnets[id]
	subnet.AvailabilityZone in _zone_names(subnet)
}
