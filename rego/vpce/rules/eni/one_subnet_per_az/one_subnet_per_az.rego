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
package vpce.rules.eni.one_subnet_per_az

import data.vpce.lib.endpoint
import data.vpce.lib.zones

deny contains {"message": message, "path": subnet.path, "fix": fix} if {
	input.operation == "create"
	some later, clashes in _clashes
	earliest := min(clashes)
	some subnet in endpoint.subnets
	subnet.id == _ids[later]
	fix := [{"op": "remove", "path": trim_suffix(subnet.path, "/SubnetId")}]
	message := $"subnet {subnet.id} is in the same Availability Zone ({zones.name(subnet.id)}) as {_ids[earliest]}"
}

undetermined contains {"reason": reason, "missing": sort(endpoint.unknown_subnets)} if {
	input.operation == "create"
	count(endpoint.unknown_subnets) > 0
	reason := "not all subnets are known yet, so their Availability Zones cannot be compared"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	input.operation == "create"
	some [i, j] in _pairs
	not zones.comparable(_ids[i], _ids[j])
	reason := $"whether {_ids[i]} and {_ids[j]} are in one Availability Zone is not known"
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
	zones.same(_ids[i], _ids[j])
}
