# METADATA
# title: Subnet stays the same
# description: A modify request does not add or remove subnets of a GWLB endpoint.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
# custom:
#   id: VPCE-GWLB-002
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Create another endpoint in the new subnet, move the routes, and delete this one.
#   operations: [modify]
#   reads:
#     - /request/AddSubnetIds
#     - /request/RemoveSubnetIds
#     - /request/SubnetConfigurations
#     - /current/SubnetIds
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: GWLB column bullet 2, last sentence
#       paraphrase: the subnet cannot be changed later
#   aws:
#   - text: Same; "create a new Gateway Load Balancer endpoint".
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
#     status: documented
#   - text: AddSubnetIds text mentions GWLB endpoints ("you can specify only one subnet"), which contradicts the guide.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
#     status: documented
#   assumptions:
#     - 'a new address in the same subnet: the guide is silent, so it is a warning'
package vpce.rules.gwlb.subnet_stays

import data.vpce.lib.endpoint

deny contains {"message": message, "path": subnet.path} if {
	some subnet in _named
	not subnet.id in _now
	message := $"{subnet.id} would be added, but the subnet of such an endpoint cannot change ({_now_text})"
}

deny contains {"message": message, "path": $"/request/RemoveSubnetIds/{i}"} if {
	input.operation == "modify"
	some i, id in input.request.RemoveSubnetIds
	id in _now
	message := $"{id} would be removed, but the subnet of such an endpoint cannot change"
}

deny contains {"message": message, "path": subnet.path, "enforcement_action": "warn"} if {
	some subnet in _named
	subnet.id in _now
	startswith(subnet.path, "/request/SubnetConfigurations/")
	message := $"{subnet.id} would get another address; whether a GWLB endpoint takes one is not documented"
}

undetermined contains {"reason": reason, "missing": ["/current/SubnetIds"]} if {
	input.operation == "modify"
	not _now
	count(_named) + count(object.get(input.request, "RemoveSubnetIds", [])) > 0
	reason := "which subnet the endpoint is in is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "modify"
	hidden := endpoint.unknown_members(input, ["AddSubnetIds", "RemoveSubnetIds", "SubnetConfigurations"])
	count(hidden) > 0
	reason := "which subnets the request names is not known yet"
}

_now := input.current.SubnetIds

_now_text := concat(", ", _now)

_named contains subnet if {
	input.operation == "modify"
	some subnet in endpoint.subnets
}
