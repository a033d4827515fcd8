# METADATA
# title: Security groups admit only client ranges
# description: No ingress rule of an attached group admits more than the allowed ranges.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-best-practices.html
#   description: security groups that let in what is needed only
# custom:
#   id: VPCE-ORG-011
#   kind: org
#   severity: error
#   enforcement_action: deny
#   effect: org-decision
#   remediation: Narrow the source of the rule to the ranges under network.allowed_client_cidrs in the org data.
#   reads:
#     - /request/SecurityGroupIds
#     - /current/Groups
#     - /context/SecurityGroups
#     - /context/ManagedPrefixLists
#     - /org/network
#     - /org/accounts
#   frameworks:
#     - framework: security-hub
#       controls: [EC2.13, EC2.14, EC2.18, EC2.19, EC2.53, EC2.54]
#       relation: part
#       doc: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
#     - framework: fsbp
#       controls: [EC2.18, EC2.19]
#       relation: part
#       doc: https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html
#     - framework: nist-800-53
#       controls: [AC-4, AC-4(21), SC-7, SC-7(4), SC-7(5), SC-7(11), SC-7(16), SC-7(21)]
#       relation: part
#       doc: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
#     - framework: pci-dss-4
#       controls: ['1.3.1']
#       relation: part
#       doc: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
#     - framework: cis
#       controls: ['5.3', '5.4']
#       relation: part
#       doc: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
#     - framework: prowler
#       controls: [ec2_securitygroup_allow_ingress_from_internet_to_all_ports]
#       relation: part
#       doc: https://hub.prowler.com/check/ec2_securitygroup_allow_ingress_from_internet_to_all_ports
#     - framework: prowler
#       controls: [ec2_securitygroup_allow_ingress_from_internet_to_any_port]
#       relation: part
#       doc: https://hub.prowler.com/check/ec2_securitygroup_allow_ingress_from_internet_to_any_port
package vpce.rules.org.client_ranges

import data.vpce.lib.cidr
import data.vpce.lib.endpoint
import data.vpce.lib.network

deny contains {"message": message, "path": place.path} if {
	some place in _ranges
	not _allowed(place.cidr)
	message := $"the security group {place.group} admits {place.cidr}, which is not within the allowed client ranges"
}

undetermined contains {"reason": "the security groups are not known yet", "missing": unsaid} if {
	_asked
	unsaid := endpoint.unknown_members(input, _members)
	count(unsaid) > 0
}

undetermined contains {"reason": reason, "missing": ["/context/SecurityGroups"]} if {
	_asked
	some id in endpoint.security_group_ids
	count([1 | some group in network.security_groups[id]; group.IpPermissions]) == 0
	reason := "the rules of the security groups are not known"
}

undetermined contains {"reason": reason, "missing": ["/request/SecurityGroupIds"]} if {
	_asked
	count(endpoint.security_group_ids) == 0
	count(endpoint.unknown_members(input, _members)) == 0
	reason := "no security group is named, so AWS attaches the default group, which is not known"
}

undetermined contains {"reason": reason, "missing": ["/context/ManagedPrefixLists"]} if {
	some place in _lists
	not place.id in object.get(data.org.network, "allowed_prefix_lists", [])
	count(_entries(place.id)) == 0
	reason := $"what is in the prefix list {place.id} is not known"
}

undetermined contains {"reason": reason, "missing": [place.path]} if {
	some place in _groups
	not place.account in _own_accounts
	reason := $"the security group {place.group} admits a group of another account"
}

_asked if {
	endpoint.remains
	endpoint.type in {"Interface", "Resource", "ServiceNetwork"}
	_constrained
}

_constrained if data.org.network.allowed_client_cidrs

_constrained if data.org.network.max_ipv4_prefix_open

_members := ["SecurityGroupIds", "AddSecurityGroupIds", "RemoveSecurityGroupIds"]

# every permission of a group of the endpoint, with its place
_permissions contains {"group": group.GroupId, "permission": permission, "path": path} if {
	_asked
	some g, group in input.context.SecurityGroups
	group.GroupId in endpoint.security_group_ids
	some p, permission in group.IpPermissions
	path := $"/context/SecurityGroups/{g}/IpPermissions/{p}"
}

_ranges contains {"group": place.group, "cidr": listed[_cidrs[member]], "path": path} if {
	some place in _permissions
	some member, _ in _cidrs
	some i, listed in place.permission[member]
	path := $"{place.path}/{member}/{i}/{_cidrs[member]}"
}

_ranges contains {"group": $"{place.group}, by {place.id}", "cidr": cidr, "path": place.path} if {
	some place in _lists
	not place.id in object.get(data.org.network, "allowed_prefix_lists", [])
	some cidr in _entries(place.id)
}

_cidrs := {"IpRanges": "CidrIp", "Ipv6Ranges": "CidrIpv6"}

_lists contains {"group": place.group, "id": listed.PrefixListId, "path": path} if {
	some place in _permissions
	some i, listed in place.permission.PrefixListIds
	path := $"{place.path}/PrefixListIds/{i}/PrefixListId"
}

_groups contains {"group": place.group, "account": account, "path": path} if {
	some place in _permissions
	some i, pair in place.permission.UserIdGroupPairs
	object.get(pair, "GroupId", "") != place.group # its own members are of the account of the endpoint
	account := object.get(pair, "UserId", "")
	path := $"{place.path}/UserIdGroupPairs/{i}/UserId"
}

_own_accounts := {account | some account in data.org.accounts} | {account | account := input.context.AccountId}

_entries(id) := {entry.Cidr |
	some list in input.context.ManagedPrefixLists
	list.PrefixListId == id
	some entry in list.Entries
}

# a range is open for its size, or as none of the allowed ones holds it
_allowed(range) if {
	not _wide(range)
	_within(range)
}

_within(range) if {
	some allowed in data.org.network.allowed_client_cidrs
	cidr.within(range, allowed)
}

_within(_) if not data.org.network.allowed_client_cidrs

_wide(range) if to_number(split(range, "/")[1]) < data.org.network.max_ipv4_prefix_open
