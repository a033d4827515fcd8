# METADATA
# title: VPC, service, type and service Region are immutable
# description: A modify request does not change VpcId, ServiceName, VpcEndpointType, ServiceRegion or the Lattice
#   ARNs of the endpoint; a different value means replacement.
# custom:
#   id: VPCE-COMMON-009
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Create a new endpoint and delete the old one.
#   operations: [modify]
#   reads:
#     - /request/VpcId
#     - /request/ServiceName
#     - /request/VpcEndpointType
#     - /request/ServiceRegion
#     - /request/ServiceNetworkArn
#     - /request/ResourceConfigurationArn
#     - /current
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: GWLB column bullet 6
#       paraphrase: endpoint cannot move to another VPC or another service
#   aws:
#   - text: 'createOnly: ServiceName, VpcEndpointType, VpcId, ServiceNetworkArn, ResourceConfigurationArn,
#       ServiceRegion, DnsOptions.PrivateDnsPreference, DnsOptions.PrivateDnsSpecifiedDomains; ModifyVpcEndpointRequest
#       has no such members.'
#     doc: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-vpcendpoint.html
#     status: documented
#   - text: Same sentence stood on the Interface and Gateway pages of the VPC guide.
#     doc: https://github.com/awsdocs/amazon-vpc-user-guide
#     status: observed
#     evidence: public-code
package vpce.rules.common.immutable

import data.vpce.lib.endpoint
import data.vpce.lib.ids
import data.vpce.lib.unknown

deny contains {"message": message, "path": $"/request/{member}"} if {
	some member in _named
	present := _current[member]
	unknown.given(present)
	wanted := input.request[member]
	wanted != present
	not _open(member, wanted)
	not _open(member, present)
	change := $"from {json.marshal(present)} to {json.marshal(wanted)}"
	message := $"{member} would change {change}, which only a replacement can do"
}

deny contains {"message": message, "path": $"/request/{member}"} if {
	some member in _named
	not _told(member)
	some other in _told_selectors
	member in _selectors
	message := $"{member} cannot be given to an endpoint that leads to {other} {json.marshal(_current[other])}"
}

undetermined contains {"reason": "what the endpoint is now is not known", "missing": ["/current"]} if {
	input.operation == "modify"
	not is_object(_current)
}

undetermined contains {"reason": reason, "missing": [$"/request/{member}"]} if {
	some member in _named
	wanted := input.request[member]
	wanted != _current[member]
	some value in [wanted, _current[member]]
	_open(member, value)
	reason := $"{value} stands for something that is not known yet, so {member} may change"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "modify"
	hidden := endpoint.unknown_members(input, _fixed)
	count(hidden) > 0
	reason := "whether something that cannot change would change is not known yet"
}

undetermined contains {"reason": reason, "missing": [$"/current/{member}"]} if {
	some member in _named
	not _told(member)
	reason := $"which {member} the endpoint has now is not known"
}

default _current := null

_current := input.current

_fixed := array.concat(["VpcId", "VpcEndpointType", "ServiceRegion"], _selectors)

# An endpoint has exactly one of these: where one is told, the others are known to be none.
_selectors := ["ServiceName", "ServiceNetworkArn", "ResourceConfigurationArn"]

_told_selectors := [selector | some selector in _selectors; _told(selector)]

# what of the immutable members a modify names
_named contains member if {
	input.operation == "modify"
	is_object(_current)
	some member in _fixed
	unknown.given(input.request[member])
}

_open("VpcId", value) if ids.stands_for_one(value)

_open(_, value) if ids.expression(value)

_told(member) if unknown.given(_current[member])
