# METADATA
# title: Enough Availability Zones
# description: 'In prod an interface endpoint has at least N distinct AZs (GWLB: N endpoints in N AZs per service,
#   warning).'
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
# custom:
#   id: VPCE-ORG-006
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Add a subnet in another Availability Zone.
#   reads:
#     - /request/SubnetIds
#     - /request/AddSubnetIds
#     - /request/RemoveSubnetIds
#     - /request/SubnetConfigurations
#     - /current/SubnetIds
#     - /context/Subnets
#     - /context/VpcEndpoints
#     - /context/ServiceDetails
#     - /org/availability
#   aws:
#   - text: At least two AZs recommended in production.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
#     status: documented
#   frameworks:
#     - framework: prowler
#       controls: [vpc_endpoint_multi_az_enabled]
#       relation: same
#       doc: https://hub.prowler.com/check/vpc_endpoint_multi_az_enabled
package vpce.rules.org.min_azs

import data.vpce.lib.endpoint
import data.vpce.lib.org
import data.vpce.lib.service
import data.vpce.lib.unknown
import data.vpce.lib.words

deny contains object.union({"message": message, "path": _path}, _fix) if {
	endpoint.type == "Interface"
	count(_untold) == 0
	_found < _wanted
	_found < _possible
	message := $"the endpoint uses {_zones_of(_found)}; at least {_wanted} are required"
}

deny contains object.union({"message": message, "path": _path}, _offered_in_fewer) if {
	endpoint.type == "Interface"
	count(_untold) == 0
	_found < _wanted
	_found >= _possible
	message := $"the service is offered in {_zones_of(_possible)} only; at least {_wanted} are required"
}

deny contains object.union({"message": message, "path": _path}, _one_endpoint_a_zone) if {
	endpoint.type == "GatewayLoadBalancer"
	endpoint.others_told
	count(_untold) == 0
	_found < _wanted
	message := $"the endpoints of this service use {_zones_of(_found)} of the VPC; at least {_wanted} are required"
}

undetermined contains {"reason": "the Availability Zones are not known", "missing": _untold} if {
	_short
	count(_untold) > 0
}

undetermined contains {"reason": reason, "missing": ["/context/VpcEndpoints"]} if {
	endpoint.type == "GatewayLoadBalancer"
	_wanted
	not endpoint.others_told
	reason := "the other endpoints of the VPC are not known"
}

undetermined contains org.unknown_environment if {
	endpoint.remains
	endpoint.type in {"Interface", "GatewayLoadBalancer"}
	org.unclear(data.org.availability.min_azs)
}

_zones_of(number) := words.counted(number, "Availability Zone", "Availability Zones")

_offered_in_fewer := {
	"enforcement_action": "warn",
	"remediation": "Use every zone the service has, and ask for a waiver of VPCE-ORG-006 until it has more.",
}

_one_endpoint_a_zone := {
	"enforcement_action": "warn",
	"remediation": "Create another Gateway Load Balancer endpoint of the service in another Availability Zone.",
}

_short if count(_zones) < _wanted

_short if count(endpoint.unknown_members(input, ["RemoveSubnetIds"])) > 0

_wanted := org.for_environment(data.org.availability.min_azs) if {
	endpoint.remains
	endpoint.type in {"Interface", "GatewayLoadBalancer"}
}

# at most: a subnet whose zone nobody tells is in one of its own
_found := count(_zones) + count(_unzoned)

_zones := {zone | some zone in _zoned[_]}

_unzoned := {id | some id in _subnet_ids; not _zoned[id]}

_zoned[subnet.SubnetId] contains _zone(subnet) if {
	some subnet in input.context.Subnets
	subnet.SubnetId in _subnet_ids
}

_subnet_ids := endpoint.subnet_ids | {id |
	endpoint.type == "GatewayLoadBalancer"
	some other in endpoint.near
	other.ServiceName == input.endpoint.ServiceName
	some id in other.SubnetIds
}

# subnets whose zone the context does not tell count for nothing where there are too few of them anyway
_untold := endpoint.unknown_subnets | {"/context/Subnets" |
	count(_subnet_ids) >= _wanted
	count(_unzoned) > 0
}

_zone(subnet) := subnet.AvailabilityZoneId if {
	subnet.AvailabilityZoneId
} else := subnet.AvailabilityZone

# how many zones the service can be had in; as many as are wanted where nobody tells
default _possible := 99

_possible := min({count(zones) |
	some detail in service.details_of_type
	some member in ["AvailabilityZoneIds", "AvailabilityZones"]
	zones := {zone | some zone in detail[member]}
	count(zones) > 0
})

_path := "/request/SubnetIds" if {
	input.operation == "create"
} else := "/request/RemoveSubnetIds" if {
	unknown.given(object.get(input.request, "RemoveSubnetIds", null))
} else := "/current/SubnetIds"

default _fix := {}

_fix := {"fix": [{"op": "add", "path": "/request/SubnetIds/-", "value": min(_others)}]} if {
	count(input.request.SubnetIds) > 0
	_wanted - _found == 1
}

# subnets of the VPC in further zones
_others := {subnet.SubnetId |
	some subnet in input.context.Subnets
	subnet.VpcId == input.endpoint.VpcId
	not _zone(subnet) in _zones
}
