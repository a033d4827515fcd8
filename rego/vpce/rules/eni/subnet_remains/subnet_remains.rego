# METADATA
# title: At least one subnet remains
# description: A modify request does not remove all subnets.
# custom:
#   id: VPCE-IFACE-006
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: accepted-but-useless
#   remediation: Keep a subnet, or name a new one in AddSubnetIds of the same request.
#   operations: [modify]
#   reads:
#     - /request/RemoveSubnetIds
#     - /request/AddSubnetIds
#     - /current/SubnetIds
#   aws:
#   - text: Removing a subnet deletes the network interface of the endpoint in it.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html
#     status: documented
#   - text: Unlike security groups, the last subnet of an endpoint can be taken away.
#     doc: https://github.com/hashicorp/terraform-provider-aws/pull/13737
#     status: observed
#     evidence: issue
package vpce.rules.eni.subnet_remains

import data.vpce.lib.endpoint

deny contains {"message": message, "path": "/request/RemoveSubnetIds"} if {
	_removing
	count(input.current.SubnetIds) > 0
	count(endpoint.subnet_ids) == 0
	count(endpoint.unknown_subnets) == 0
	gone := concat(", ", input.current.SubnetIds)
	message := $"removing {gone} without adding a subnet leaves the endpoint without a network interface"
}

undetermined contains {"reason": reason, "missing": ["/current/SubnetIds"]} if {
	_removing
	not input.current.SubnetIds
	count(endpoint.subnet_ids) == 0
	reason := "which subnets the endpoint has now is not known"
}

undetermined contains {"reason": reason, "missing": sort(endpoint.unknown_subnets)} if {
	input.operation == "modify"
	count(endpoint.unknown_subnets) > 0
	count(endpoint.subnet_ids - _may_go) == 0
	reason := "whether a subnet remains is not known yet"
}

_removing if {
	input.operation == "modify"
	some id in input.request.RemoveSubnetIds
	id != null
}

# Subnets an unknown removal may take; those the request adds stay.
_may_go := set() if {
	count(endpoint.unknown_members(input, ["RemoveSubnetIds"])) == 0
} else := {subnet.id | some subnet in endpoint.subnets; startswith(subnet.path, "/current/")}
