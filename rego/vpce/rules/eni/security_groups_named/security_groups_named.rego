# METADATA
# title: Security groups are named
# description: When SecurityGroupIds is omitted the default security group of the VPC is attached, and the decision
#   says so.
# custom:
#   id: VPCE-IFACE-008
#   kind: documented
#   severity: warning
#   enforcement_action: warn
#   effect: accepted-but-useless
#   remediation: Give SecurityGroupIds a group made for the endpoint, which admits its clients.
#   operations: [create]
#   reads:
#     - /request/SecurityGroupIds
#     - /context/SecurityGroups
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 3
#       paraphrase: they use ENIs so they use security groups
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Technical Mechanics of Interface Endpoints", sentence 2'
#       paraphrase: access control relies on security groups and NACLs
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Comparing Security Posture", sentence 3'
#       paraphrase: user must manage security groups and policies
#   aws:
#   - text: Without SecurityGroupIds the default security group of the VPC is used.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
#     status: documented
#   frameworks:
#     - framework: security-hub
#       controls: [EC2.2]
#       relation: part
#       doc: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
#     - framework: fsbp
#       controls: [EC2.2]
#       relation: part
#       doc: https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html
#     - framework: nist-800-53
#       controls: [AC-4, AC-4(21), SC-7, SC-7(4), SC-7(5), SC-7(11), SC-7(16), SC-7(21)]
#       relation: part
#       doc: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
#     - framework: cis
#       controls: ['5.5']
#       relation: part
#       doc: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
#     - framework: prowler
#       controls: [ec2_securitygroup_default_restrict_traffic]
#       relation: part
#       doc: https://hub.prowler.com/check/ec2_securitygroup_default_restrict_traffic
package vpce.rules.eni.security_groups_named

import data.vpce.lib.endpoint

deny contains object.union({"message": message, "path": "/request/SecurityGroupIds"}, _fix) if {
	input.operation == "create"
	not _named
	count(_hidden) == 0
	message := $"no security group is named, so AWS attaches {_default}, which normally admits only its own members"
}

undetermined contains {"reason": reason, "missing": sort(_hidden)} if {
	input.operation == "create"
	not _named
	count(_hidden) > 0
	reason := "which security groups the endpoint gets is not known yet"
}

_named if count(endpoint.security_group_ids) > 0

_hidden := endpoint.unknown_members(input, ["SecurityGroupIds"])

_default := $"the default group {id} of the VPC" if {
	ids := {group.GroupId | some group in _groups; group.GroupName == "default"}
	[id] := [one | some one in ids]
} else := "the default group of the VPC"

# Only where there is no choice to make.
_fix := {"fix": [{"op": "add", "path": "/request/SecurityGroupIds", "value": [id]}]} if {
	ids := {group.GroupId | some group in _groups; group.GroupName != "default"}
	[id] := [one | some one in ids]
} else := {}

_groups := [group |
	some group in input.context.SecurityGroups
	group.VpcId == input.endpoint.VpcId
]
