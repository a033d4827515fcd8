# METADATA
# title: No default security group
# description: Interface endpoints use an explicit, non-default group.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
# - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
# custom:
#   id: VPCE-ORG-012
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Name a security group made for the endpoint.
#   reads:
#     - /request/SecurityGroupIds
#     - /current/Groups
#     - /context/SecurityGroups
#     - /org/network/forbid_default_sg
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
package vpce.rules.org.default_group

import data.vpce.lib.endpoint
import data.vpce.lib.network
import data.vpce.lib.org

deny contains {"message": message, "path": "/request/SecurityGroupIds"} if {
	_asked
	input.operation == "create"
	count(endpoint.security_group_ids) == 0
	count(_unsaid) == 0
	message := "no security group is named, so AWS attaches the default group of the VPC"
}

deny contains {"message": message, "path": org.at("SecurityGroupIds")} if {
	_asked
	some id, groups in network.security_groups
	some group in groups
	group.GroupName == "default"
	message := $"{id} is the default security group of its VPC"
}

undetermined contains {"reason": "the security groups are not known yet", "missing": _unsaid} if {
	_asked
	count(_unsaid) > 0
}

undetermined contains {"reason": reason, "missing": ["/context/SecurityGroups"]} if {
	_asked
	some id in endpoint.security_group_ids
	count([1 | some group in network.security_groups[id]; group.GroupName]) == 0
	reason := "the names of the security groups are not known"
}

_asked if {
	endpoint.remains
	endpoint.type == "Interface"
	data.org.network.forbid_default_sg == true
}

_unsaid := endpoint.unknown_members(input, ["SecurityGroupIds", "AddSecurityGroupIds", "RemoveSecurityGroupIds"])
