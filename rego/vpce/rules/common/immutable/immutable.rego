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
#     - text: 'createOnly: ServiceName, VpcEndpointType, VpcId, ServiceNetworkArn, ResourceConfigurationArn,
#         ServiceRegion, DnsOptions.PrivateDnsPreference, DnsOptions.PrivateDnsSpecifiedDomains; ModifyVpcEndpointRequest
#         has no such members.'
#       doc: cfn-lint 1.58.0 schema AWS::EC2::VPCEndpoint (createOnlyProperties etc.)
#       status: verified
#     - text: Same sentence stood on the Interface and Gateway pages of the VPC guide.
#       doc: https://github.com/awsdocs/amazon-vpc-user-guide doc_source/vpce-interface.md, vpce-gateway.md
#       status: verified in public code/log, not in AWS docs
package vpce.rules.common.immutable

import data.vpce.lib.endpoint
import data.vpce.lib.unknown

deny contains {"message": message, "path": "/current"} if {
	input.operation == "modify"
	not is_object(_current)
	message := "what the endpoint is now is not told, so the modification cannot be judged"
}

deny contains {"message": message, "path": $"/request/{member}"} if {
	input.operation == "modify"
	is_object(_current)
	some member in _fixed
	wanted := input.request[member]
	unknown.given(wanted)
	is := object.get(_current, member, "")
	wanted != is
	message := $"{member} would change from {json.marshal(is)} to {json.marshal(wanted)}, which only a replacement can do"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "modify"
	hidden := endpoint.unknown_members(input, _fixed)
	count(hidden) > 0
	reason := "whether something that cannot change would change is not known yet"
}

default _current := null

_current := input.current

_fixed := ["VpcId", "ServiceName", "VpcEndpointType", "ServiceRegion", "ServiceNetworkArn", "ResourceConfigurationArn"]
