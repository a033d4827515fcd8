# METADATA
# title: Security groups admit the clients on the service port
# description: The union of the attached groups permits inbound traffic on the service port (TCP 443 for AWS
#   services unless listed otherwise) from the declared client ranges, else from the VPC CIDRs.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
# custom:
#   id: VPCE-IFACE-012
#   kind: documented
#   severity: warning
#   enforcement_action: warn
#   effect: accepted-but-useless
#   hop: group
#   remediation: Add an ingress rule for the TCP port of the service from the ranges of the clients.
#   optional: [/intent/client_cidrs, /context/ManagedPrefixLists]
#   reads:
#     - /request/SecurityGroupIds
#     - /request/AddSecurityGroupIds
#     - /request/RemoveSecurityGroupIds
#     - /request/ServiceName
#     - /context/SecurityGroups
#     - /context/Vpc
#     - /context/ManagedPrefixLists
#     - /request/IpAddressType
#     - /org/service_ports
#     - /intent/client_cidrs
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 3
#       paraphrase: security groups control traffic
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Technical Mechanics of Interface Endpoints", sentence 2'
#       paraphrase: SGs and NACLs for access control
#   aws:
#   - text: The security group must allow inbound HTTPS for the AWS CLI to work.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
#     status: documented
#   assumptions:
#     - any one of the ports of a service is enough for its clients
#     - where no clients are declared and a rule admits a group that the context tells of, its members are the clients
#     - a security group of the context without IpPermissions is one whose rules are not known
package vpce.rules.iface.clients_let_in

import data.vpce.lib.cidr
import data.vpce.lib.endpoint
import data.vpce.lib.network
import data.vpce.lib.ports

deny contains {"message": message, "path": _path, "remediation": remediation} if {
	_judged
	_all_told
	count(_hidden) == 0
	not _references
	some range in _clients
	closed := [port | some port in ports.of_service; _covered(range, port) < _whole]
	count(closed) == count(ports.of_service)
	reach := max([_covered(range, port) | some port in closed])
	message := $"the rules of {_names} admit {_nobody(reach)} of {range} on TCP port {ports.in_words}"
	remediation := $"Add an ingress rule for TCP {ports.in_words} from {range} to one of {_names}."
}

# Groups without any rule for the ports let nobody in, wherever the clients are.
deny contains {"message": message, "path": _path} if {
	_judged
	_all_told
	count(_hidden) == 0
	count(_clients) == 0
	every port in ports.of_service {
		count(_permissions[port]) == 0
	}
	message := $"the rules of {_names} admit nobody on TCP port {ports.in_words}"
}

undetermined contains {"reason": reason, "missing": ["/context/SecurityGroups"]} if {
	_judged
	not _all_told
	reason := "the rules of the endpoint's security groups are not known"
}

undetermined contains {"reason": reason, "missing": ["/context/SecurityGroups"]} if {
	_judged
	_all_told
	_references
	not _clients_are_members
	some range in _clients
	every port in ports.of_service {
		_covered(range, port) < _whole
	}
	reason := $"whether the groups or prefix lists that {_names} refer to cover {range} is not known"
}

undetermined contains {"reason": reason, "missing": ["/context/Vpc"]} if {
	_judged
	count(_clients) == 0
	reason := "where the clients are is not known: neither intent.client_cidrs nor the ranges of the VPC are given"
}

undetermined contains {"reason": reason, "missing": sort(_hidden)} if {
	endpoint.remains
	count(_hidden) > 0
	reason := "which security groups or which service the endpoint gets is not known yet"
}

_hidden := endpoint.unknown_members(
	input,
	["SecurityGroupIds", "AddSecurityGroupIds", "RemoveSecurityGroupIds", "ServiceName"],
)

_judged if {
	input.operation == "create"
	ports.of_service
}

_judged if {
	input.operation == "modify"
	input.endpoint
	ports.of_service
	some member in ["AddSecurityGroupIds", "RemoveSecurityGroupIds"]
	count(input.request[member]) > 0
}

_path := "/request/RemoveSecurityGroupIds" if {
	input.request.RemoveSecurityGroupIds
} else := "/request/AddSecurityGroupIds" if {
	input.request.AddSecurityGroupIds
} else := "/request/SecurityGroupIds"

# The groups of the endpoint; where none is given, AWS attaches the default group of the VPC.
_group_ids := endpoint.security_group_ids if {
	count(endpoint.security_group_ids) > 0
} else := {group.GroupId |
	count(_hidden) == 0
	some group in input.context.SecurityGroups
	group.GroupName == "default"
	group.VpcId == input.endpoint.VpcId
}

_names := concat(", ", sort(_group_ids))

_groups contains group if {
	some group in input.context.SecurityGroups
	group.GroupId in _group_ids
}

_all_told if {
	count(_group_ids) > 0
	_group_ids == {group.GroupId | some group in _groups; is_array(group.IpPermissions)}
}

# Where clients connect from: as declared, else the ranges of the VPC.
_clients := {range | some range in input.intent.client_cidrs} if {
	count(input.intent.client_cidrs) > 0
} else := _ipv4 | _ipv6

_ipv4 := {association.CidrBlock |
	some association in network.vpc.CidrBlockAssociationSet
	association.CidrBlockState.State == "associated"
} | {range | range := network.vpc.CidrBlock}

_ipv6 contains association.Ipv6CidrBlock if {
	input.endpoint.IpAddressType in {"dualstack", "ipv6"}
	some association in network.vpc.Ipv6CidrBlockAssociationSet
	association.Ipv6CidrBlockState.State == "associated"
}

_permissions[port] := [permission |
	some group in _groups
	some permission in group.IpPermissions
	_for_port(permission, port)
] if {
	some port in ports.of_service
}

_for_port(permission, _) if permission.IpProtocol == "-1"

_for_port(permission, port) if {
	permission.IpProtocol in {"tcp", "6"}
	permission.FromPort <= port
	port <= permission.ToPort
}

# Other groups, and prefix lists whose entries are not told, may cover the clients. A default group that refers to
# itself only lets in its members.
_references if {
	some port in ports.of_service
	some permission in _permissions[port]
	some list in permission.PrefixListIds
	not list.PrefixListId in _told_lists
}

_references if {
	some port in ports.of_service
	some group in _groups
	some permission in group.IpPermissions
	_for_port(permission, port)
	some pair in permission.UserIdGroupPairs
	not _self_of_default(pair, group)
}

# Where no clients are declared and a rule lets in the members of a group that is told, those are the clients.
_clients_are_members if {
	count(object.get(input, ["intent", "client_cidrs"], [])) == 0
	some port in ports.of_service
	some group in _groups
	some permission in group.IpPermissions
	_for_port(permission, port)
	some pair in permission.UserIdGroupPairs
	not _self_of_default(pair, group)
	some told in input.context.SecurityGroups
	told.GroupId == pair.GroupId
}

_self_of_default(pair, group) if {
	group.GroupName == "default"
	pair.GroupId == group.GroupId
}

# How much of a range the rules for a port let in. Blocks are nested or apart, so those that lie in no other add up.
_whole := 4294967296 # addresses of all of IPv4

_covered(range, port) := _whole if {
	some open in _open[port]
	cidr.within(range, open)
} else := sum([size |
	some open in _open[port]
	cidr.within(open, range)
	not _inside_another(open, _open[port])
	size := bits.rsh(_whole, min([33, _bits(open) - _bits(range)]))
])

_open[port] := ranges if {
	some port, permissions in _permissions
	ranges := {range | some permission in permissions; some range in _ranges(permission)}
}

_ranges(permission) := union({
	{r.CidrIp | some r in permission.IpRanges},
	{r.CidrIpv6 | some r in permission.Ipv6Ranges},
	_listed(permission),
})

_listed(permission) := {entry.Cidr |
	some named in permission.PrefixListIds
	some list in input.context.ManagedPrefixLists
	list.PrefixListId == named.PrefixListId
	some entry in list.Entries
}

_told_lists contains list.PrefixListId if {
	some list in input.context.ManagedPrefixLists
	is_array(list.Entries)
}

_inside_another(open, every_open) if {
	some other in every_open
	other != open
	cidr.within(open, other)
}

_bits(range) := to_number(split(range, "/")[1])

_nobody(reach) := "nobody" if {
	reach == 0
} else := "only a part"
