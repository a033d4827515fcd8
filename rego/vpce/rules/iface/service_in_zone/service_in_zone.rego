# METADATA
# title: The service is available in the AZ of each subnet
# description: Each subnet is in an AZ in which the endpoint service is offered.
# custom:
#   id: VPCE-IFACE-005
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Use subnets in the Availability Zones the service is offered in.
#   reads:
#     - /request/SubnetIds
#     - /request/AddSubnetIds
#     - /request/SubnetConfigurations
#     - /request/ServiceName
#     - /request/ServiceRegion
#     - /current/ServiceName
#     - /context/Subnets
#     - /context/ServiceDetails
#     - /context/predecessor
#     - /context/AccountId
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 2
#       paraphrase: one subnet per AZ (service AZs implied)
#   aws:
#   - text: 'AvailabilityZones of a service: the zones it is available in.'
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceDetail.html
#     status: documented
#   - text: 'The API refuses a subnet in another zone: the service "does not support the availability zone
#       of the subnet".'
#     doc: https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/785
#     status: observed
#     evidence: issue
package vpce.rules.iface.service_in_zone

import data.vpce.lib.endpoint
import data.vpce.lib.ids
import data.vpce.lib.network
import data.vpce.lib.service
import data.vpce.lib.zones

deny contains object.union({"message": message, "path": subnet.path}, _fix(subnet)) if {
	_judged
	some subnet in _named
	some told in network.subnets[subnet.id]
	_elsewhere(told)
	zone := object.get(told, "AvailabilityZone", object.get(told, "AvailabilityZoneId", "?"))
	message := $"{subnet.id} is in {zone}, where {service.name} is not offered"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	_judged
	name := service.name
	some subnet in _named
	not _served_before(subnet.id)
	count(_zone_ids) + count(_zone_names) == 0
	reason := $"in which Availability Zones {name} is offered is not known"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	_judged
	count(_zone_ids) + count(_zone_names) > 0
	some subnet in _named
	not _settled(subnet.id)
	reason := $"whether the service is offered in the Availability Zone of {subnet.id} is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_judged
	members := ["SubnetIds", "AddSubnetIds", "SubnetConfigurations", "ServiceName"]
	hidden := endpoint.unknown_members(input, members)
	count(hidden) > 0
	reason := "which subnets or service the endpoint gets is not known yet"
}

# The zones of a service of another Region are of that Region.
_judged if {
	endpoint.remains
	not service.crosses_regions
}

_named contains subnet if {
	some subnet in endpoint.subnets
	startswith(subnet.path, "/request/")
}

_zone_ids := {id | some detail in service.details_of_type; some id in detail.AvailabilityZoneIds}

_zone_names := {zone | some detail in service.details_of_type; some zone in detail.AvailabilityZones}

# Ids first: the names of a service are those of the calling account.
_elsewhere(subnet) if {
	count(_zone_ids) > 0
	not subnet.AvailabilityZoneId in _zone_ids
}

_elsewhere(subnet) if {
	count(_zone_ids) == 0
	_names_compare(subnet)
	not subnet.AvailabilityZone in _zone_names
	every zone in _zone_names {
		zones.told_apart(zone, subnet.AvailabilityZone)
	}
}

_names_compare(subnet) if {
	count(_zone_names) > 0
	subnet.OwnerId == input.context.AccountId
}

# A subnet that the same document creates is named as whoever asks names zones.
_names_compare(subnet) if {
	count(_zone_names) > 0
	not subnet.OwnerId
	ids.stands_for_one(subnet.SubnetId)
}

_settled(id) if _served_before(id)

_settled(id) if {
	count(_zone_ids) > 0
	some subnet in network.subnets[id]
	subnet.AvailabilityZoneId
}

_settled(id) if {
	count(_zone_ids) == 0
	some subnet in network.subnets[id]
	_names_compare(subnet)
	subnet.AvailabilityZone in _zone_names
}

_settled(id) if {
	some subnet in network.subnets[id]
	_elsewhere(subnet)
}

# AWS took the subnet for the same service when it made the one before.
_served_before(id) if {
	endpoint.predecessor.ServiceName == service.name
	id in endpoint.predecessor.SubnetIds
}

_fix(subnet) := {"fix": [{"op": "remove", "path": trim_suffix(subnet.path, "/SubnetId")}]} if {
	count(endpoint.subnet_ids) > 1
} else := {}
