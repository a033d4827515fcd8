# METADATA
# title: Disruptive subnet changes are announced
# description: A modify that takes a subnet from a working endpoint or gives it another address there says so.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html
# custom:
#   id: VPCE-IFACE-034
#   kind: aws-api
#   severity: warning
#   enforcement_action: warn
#   effect: property
#   remediation: Change the subnets in a maintenance window, or add the new subnet first and let clients move.
#   operations: [modify]
#   reads:
#     - /request/RemoveSubnetIds
#     - /request/SubnetIds
#     - /request/SubnetConfigurations
#     - /current/SubnetIds
#     - /current/State
#     - /context/Subnets
#   aws:
#   - text: Removing a subnet deletes its network interface; designating an address replaces it.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html
#     status: documented
#   assumptions:
#     - an endpoint is in live use in state available or partial, or where its state is not told
package vpce.rules.iface.announced_disruption

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

deny contains {"message": message, "path": path} if {
	_in_use
	some id in input.current.SubnetIds
	path := _removed_at(id)
	where := _zones(id)
	message := concat(" ", [
		$"{id} loses the network interface of the endpoint: connections through it break",
		$"and the zonal DNS name of {where} disappears",
	])
}

deny contains {"message": message, "path": $"/request/SubnetConfigurations/{i}"} if {
	_in_use
	some i, configuration in input.request.SubnetConfigurations
	id := configuration.SubnetId
	id in input.current.SubnetIds
	not _removed_at(id)
	message := $"a new address in {id} replaces the network interface there, so clients are disconnected for a while"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_in_use
	hidden := endpoint.unknown_members(input, ["RemoveSubnetIds", "SubnetIds", "SubnetConfigurations"])
	count(hidden) > 0
	reason := "which subnets lose their network interface is not known yet"
}

undetermined contains {"reason": reason, "missing": ["/current/SubnetIds"]} if {
	_in_use
	_changes_subnets
	not _subnets_told
	reason := "which subnets the endpoint has now is not known"
}

_in_use if {
	input.operation == "modify"
	lower(object.get(input, ["current", "State"], "available")) in {"available", "partial"}
}

_subnets_told if is_array(input.current.SubnetIds)

_changes_subnets if {
	some member in ["RemoveSubnetIds", "SubnetIds", "SubnetConfigurations"]
	unknown.given(input.request[member])
}

# Where the request says that the endpoint loses a subnet it has: by removing it or by a list without it.
_removed_at(id) := path if {
	paths := [$"/request/RemoveSubnetIds/{i}" | some i, removed in input.request.RemoveSubnetIds; removed == id]
	path := paths[0]
} else := "/request/SubnetIds" if {
	unknown.given(input.request.SubnetIds)
	not id in endpoint.subnet_ids
}

_zones(id) := concat(", ", sort(zones)) if {
	zones := {subnet.AvailabilityZone | some subnet in input.context.Subnets; subnet.SubnetId == id}
	count(zones) > 0
} else := "its Availability Zone"
