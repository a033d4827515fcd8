# METADATA
# title: Network ACLs permit the traffic
# description: |
#   The network ACLs of the endpoint's subnets let the VPC in on the service's port and let answers out to ephemeral
#   ports. Entries are tried by ascending rule number and the first that matches decides.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
# custom:
#   id: VPCE-IFACE-035
#   kind: documented
#   severity: warning
#   enforcement_action: warn
#   effect: accepted-but-useless
#   hop: network-acl
#   remediation: Admit the traffic named in the message in the network ACL.
#   optional: [/context/NetworkAcls, /context/Vpc, /intent/app_subnets]
#   reads:
#     - /request/SubnetIds
#     - /request/AddSubnetIds
#     - /request/SubnetConfigurations
#     - /request/ServiceName
#     - /context/NetworkAcls
#     - /context/Vpc
#     - /request/IpAddressType
#     - /org/service_ports
#     - /intent/app_subnets
#   sources:
#     - file: gateway-vs-interface-endpoint.txt
#       pointer: '"Technical Mechanics of Interface Endpoints", sentence 2'
#       paraphrase: NACLs also control access
#   aws:
#   - text: Verify that the network ACL allows traffic between clients and the endpoint's network interfaces.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
#     status: documented
#   assumptions:
#     - clients are in the VPC, at its IPv4 ranges; it is wrong only where none of them gets through
#     - an entry that a single earlier deny entry covers does nothing; several that do so together are not seen
#     - AWS services listen on 443 but for the few named here; the port of an endpoint service is not known
#     - an entry without Protocol or PortRange is about all of them
package vpce.rules.iface.network_acls_permit

import data.vpce.lib.cidr
import data.vpce.lib.endpoint
import data.vpce.lib.network
import data.vpce.lib.ports
import data.vpce.lib.service
import data.vpce.lib.unknown

deny contains {"message": message, "path": path} if {
	some id, path in _judged
	some acl in _acls[id]
	count(_ranges) > 0
	closed := {way | some way, traffic in _traffic; not _lets_through(acl, traffic)}
	count(closed) > 0
	name := object.get(acl, "NetworkAclId", "the network ACL")
	ways := concat(" and ", sort(closed))
	message := $"{name} of {id} admits no TCP traffic {ways}"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	_applies
	hidden := endpoint.unknown_subnets | endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
	reason := "which service or which subnets the endpoint gets is not known yet, so no network ACL can be read"
}

_applies if {
	endpoint.remains
	object.get(input.endpoint, "IpAddressType", null) != "ipv6"
	_port_known
}

# The provider of an endpoint service chooses its port.
_port_known if ports.of_service

_port_known if not service.name

# subnet the endpoint gets a network interface in -> where it is named
_judged[id] := path if {
	_applies
	some id in endpoint.subnet_ids
	not id in object.get(input, ["current", "SubnetIds"], [])
	not _only_own_subnet(id)
	path := max({subnet.path | some subnet in endpoint.subnets; subnet.id == id})
}

# Traffic within a subnet meets no network ACL.
_only_own_subnet(id) if {app | some app in input.intent.app_subnets} == {id}

# subnet -> its network ACL
_acls[id] contains acl if {
	some acl in input.context.NetworkAcls
	is_array(acl.Entries)
	some association in acl.Associations
	id := association.SubnetId
	_judged[id]
}

# what has to get through -> its direction and ports
_traffic := {
	$"in from the VPC on port {ports.in_words}": {
		"egress": false,
		"ports": [[port, port] | some port in ports.of_service],
	},
	"out to the VPC on ephemeral ports": {"egress": true, "ports": [[1024, 65535]]},
}

# IPv4 ranges of the VPC
_ranges := associated if {
	associated := {association.CidrBlock |
		some association in network.vpc.CidrBlockAssociationSet
		association.CidrBlockState.State == "associated"
	}
	count(associated) > 0
} else := {range |
	range := network.vpc.CidrBlock
	unknown.given(range)
}

# Some entry allows a part of the traffic that no earlier entry denies.
_lets_through(acl, traffic) if {
	some entry in acl.Entries
	entry.RuleAction == "allow"
	some part in _parts(entry, traffic)
	not _denied_before(acl, entry, part)
}

_denied_before(acl, entry, part) if {
	some earlier in acl.Entries
	earlier.RuleNumber < entry.RuleNumber
	earlier.RuleAction == "deny"
	earlier.Egress == entry.Egress
	_for_tcp(earlier)
	cidr.within(part.range, earlier.CidrBlock)
	[from, to] := _port_range(earlier)
	from <= part.from
	to >= part.to
}

# What an entry matches of the traffic: a range of addresses and of ports each.
_parts(entry, traffic) := {{"range": range, "from": max([from, first]), "to": min([to, last])} |
	entry.Egress == traffic.egress
	_for_tcp(entry)
	[from, to] := _port_range(entry)
	some [first, last] in traffic.ports
	from <= last
	to >= first
	some of_vpc in _ranges
	range := cidr.common(entry.CidrBlock, of_vpc)
}

_for_tcp(entry) if object.get(entry, "Protocol", "-1") in {"-1", "6", "tcp", "all"}

_port_range(entry) := [entry.PortRange.From, entry.PortRange.To] if {
	entry.PortRange
} else := [0, 65535]
