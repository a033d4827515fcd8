# METADATA
# title: One subnet per Availability Zone
# description: The subnets of an interface endpoint lie in pairwise different Availability Zones.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
#   description: You can't select multiple subnets from the same Availability Zone.
# custom:
#   id: VPCE-IFACE-002
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Keep one subnet per Availability Zone and remove the others.
#   operations: [create]
#   reads: [/request/SubnetIds, /request/SubnetConfigurations, /context/Subnets]
#   sources:
#   - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#     pointer: Interface column bullet 2, sentence 1
#     paraphrase: only one subnet per AZ
package vpce.rules.iface.one_subnet_per_az

import data.vpce.lib.endpoint
import data.vpce.lib.network

deny contains {"message": message, "path": subnet.path, "fix": fix} if {
	input.operation == "create"
	some later, clashes in _clashes
	earliest := min(clashes)
	some subnet in endpoint.subnets
	subnet.id == _ids[later]
	fix := [{"op": "remove", "path": trim_suffix(subnet.path, "/SubnetId")}]
	message := $"subnet {subnet.id} is in the same Availability Zone ({_zone(subnet.id)}) as {_ids[earliest]}"
}

undetermined contains {"reason": reason, "missing": sort(endpoint.unknown_subnets)} if {
	input.operation == "create"
	count(endpoint.unknown_subnets) > 0
	reason := "not all subnets are known yet, so their Availability Zones cannot be compared"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	input.operation == "create"
	some [i, j] in _pairs
	not _comparable(_ids[i], _ids[j])
	reason := $"the context does not tell whether {_ids[i]} and {_ids[j]} are in one Availability Zone"
}

_ids := input.endpoint.SubnetIds

_pairs contains [i, j] if {
	some i, a in _ids
	some j, b in _ids
	i < j
	a != b
}

# position of a subnet -> positions of the earlier ones it shares a zone with
_clashes[j] contains i if {
	some [i, j] in _pairs
	_same_zone(_ids[i], _ids[j])
}

_same_zone(a, b) if {
	some x in network.subnets[a]
	some y in network.subnets[b]
	x.AvailabilityZoneId == y.AvailabilityZoneId
}

_same_zone(a, b) if {
	some x in network.subnets[a]
	some y in network.subnets[b]
	_names_compare(x, y)
	x.AvailabilityZone == y.AvailabilityZone
}

_comparable(a, b) if {
	some x in network.subnets[a]
	some y in network.subnets[b]
	x.AvailabilityZoneId
	y.AvailabilityZoneId
}

_comparable(a, b) if {
	some x in network.subnets[a]
	some y in network.subnets[b]
	_names_compare(x, y)
	x.AvailabilityZone
	y.AvailabilityZone
}

# Zone names are per account, zone ids are global: names tell only within one account, and only where ids do not.
_names_compare(x, y) if {
	object.get(x, "OwnerId", "") == object.get(y, "OwnerId", "")
	not _both_have_ids(x, y)
}

_both_have_ids(x, y) if {
	x.AvailabilityZoneId
	y.AvailabilityZoneId
}

_zone(id) := concat(", ", {zone |
	some subnet in network.subnets[id]
	zone := object.get(subnet, "AvailabilityZone", object.get(subnet, "AvailabilityZoneId", "?"))
})
