# METADATA
# title: One subnet per Availability Zone after the change
# description: After applying RemoveSubnetIds and AddSubnetIds to the current subnets no two lie in the same
#   AZ.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html
# custom:
#   id: VPCE-IFACE-003
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Remove the old subnet of that Availability Zone in a first call, then add the new one.
#   operations: [modify]
#   reads:
#     - /request/AddSubnetIds
#     - /request/RemoveSubnetIds
#     - /request/SubnetConfigurations
#     - /current/SubnetIds
#     - /context/Subnets
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 2, sentence 1
#       paraphrase: only one subnet per AZ
#   aws:
#   - text: One subnet per AZ also when changing subnets.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html
#     status: documented
#   - text: Operators remove first and add in a second call to avoid DuplicateSubnetsInSameZone.
#     doc: https://github.com/openshift/aws-vpce-operator
#     status: observed
#     evidence: public-code
package vpce.rules.eni.one_subnet_per_az_after_modify

import data.vpce.lib.endpoint
import data.vpce.lib.network
import data.vpce.lib.zones

deny contains {"message": message, "path": added.path, "fix": fix} if {
	some added in _added
	beside := [other | some other in (_kept | _added_before(added)); zones.same(added.id, other)]
	count(beside) > 0
	fix := [{"op": "remove", "path": trim_suffix(added.path, "/SubnetId")}]
	message := $"{added.id} would be in the same Availability Zone ({zones.name(added.id)}) as {beside[0]}"
}

deny contains {"message": message, "path": added.path, "enforcement_action": "warn"} if {
	some added in _added
	some gone in _removed
	_one_zone(added.id, gone)
	message := $"{added.id} takes the place of {gone} in its Availability Zone, which may need two calls"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	some added in _added
	some other in (_kept | _added_before(added))
	not zones.comparable(added.id, other)
	reason := $"whether {added.id} and {other} are in one Availability Zone is not known"
}

undetermined contains {"reason": reason, "missing": ["/current/SubnetIds"]} if {
	count(_added) > 0
	not input.current.SubnetIds
	reason := "which subnets the endpoint has now is not known"
}

undetermined contains {"reason": reason, "missing": sort(endpoint.unknown_subnets)} if {
	input.operation == "modify"
	count(endpoint.unknown_subnets) > 0
	reason := "not all subnets are known yet, so their Availability Zones cannot be compared"
}

# Subnets the endpoint does not have yet.
_added contains subnet if {
	input.operation == "modify"
	some subnet in endpoint.subnets
	startswith(subnet.path, "/request/")
	not subnet.id in object.get(input, ["current", "SubnetIds"], [])
}

_kept := {id |
	some id in input.current.SubnetIds
	not id in object.get(input.request, "RemoveSubnetIds", [])
}

_added_before(subnet) := {other.id |
	some other in _added
	other.path < subnet.path
	other.id != subnet.id
}

_removed := {id |
	some id in input.current.SubnetIds
	id in input.request.RemoveSubnetIds
}

_one_zone(added, gone) if {
	some a in network.subnets[added]
	some b in input.context.Subnets
	b.SubnetId == gone
	a.AvailabilityZoneId == b.AvailabilityZoneId
}
