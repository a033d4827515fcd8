# METADATA
# title: Subnets are of the tier for endpoints
# description: Endpoint ENIs are placed in subnets tagged as endpoint/private tier, not public ones.
# related_resources:
# - ref: https://docs.aws.amazon.com/wellarchitected/latest/framework/sec_network_protection_create_layers.html
#   description: layers of the network by what may be reached from where
# custom:
#   id: VPCE-ORG-020
#   kind: org
#   severity: warning
#   enforcement_action: warn
#   effect: org-decision
#   remediation: Use subnets of a tier listed under network.subnet_tiers.allowed in the org data.
#   optional: [/context/RouteTables, /request/VpcId]
#   reads:
#     - /request/SubnetIds
#     - /request/AddSubnetIds
#     - /request/RemoveSubnetIds
#     - /request/SubnetConfigurations
#     - /current/SubnetIds
#     - /context/Subnets
#     - /context/RouteTables
#     - /org/network
package vpce.rules.org.subnet_tiers

import data.vpce.lib.endpoint
import data.vpce.lib.network
import data.vpce.lib.tables

deny contains {"message": message, "path": subnet.path} if {
	some subnet in _subnets
	some value in _tiers[subnet.id]
	not value in data.org.network.subnet_tiers.allowed
	allowed := concat(" or ", data.org.network.subnet_tiers.allowed)
	message := $"{subnet.id} is of tier {value}; endpoints belong in tier {allowed}"
}

deny contains {"message": message, "path": subnet.path} if {
	some subnet in _subnets
	tier := data.org.network.tier_tag
	some found in network.subnets[subnet.id]
	found.Tags
	not _tiers[subnet.id]
	message := $"{subnet.id} has no tag {tier}, so its tier is not one for endpoints"
}

deny contains {"message": message, "path": subnet.path} if {
	some subnet in _subnets
	some route in tables.routes_of(subnet.id)
	tables.to_internet(route)
	message := $"{subnet.id} is a public subnet: it has a route to {route.GatewayId}"
}

undetermined contains {"reason": "the subnets are not known yet", "missing": endpoint.unknown_subnets} if {
	_asked
	count(endpoint.unknown_subnets) > 0
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	some subnet in _subnets
	not network.subnets[subnet.id]
	reason := $"the tier of {subnet.id} is not known"
}

undetermined contains {"reason": reason, "missing": ["/context/RouteTables"]} if {
	some subnet in _subnets
	not _tiers[subnet.id]
	some found in network.subnets[subnet.id]
	not found.Tags
	not tables.told(subnet.id)
	reason := $"neither tags nor routes of {subnet.id} are known"
}

_asked if {
	endpoint.remains
	data.org.network.subnet_tiers.allowed
}

_subnets := {subnet | _asked; some subnet in endpoint.subnets}

_tiers[id] contains tag.Value if {
	some id, found in network.subnets
	some subnet in found
	some tag in subnet.Tags
	tag.Key == data.org.network.tier_tag
}
