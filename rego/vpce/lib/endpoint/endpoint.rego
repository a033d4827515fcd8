# METADATA
# title: Facts about the endpoint the proposal is about
# description: Computed once per proposal and shared by the rules. Absent facts stay undefined.
package vpce.lib.endpoint

import data.vpce.lib.unknown

# METADATA
# description: The endpoint type, as given or as AWS fills it in; undefined while it is not known.
type := input.endpoint.VpcEndpointType

type := input.current.VpcEndpointType if input.operation == "delete"

# METADATA
# description: True when an endpoint is there after the operation.
remains if input.operation in {"create", "modify"}

# METADATA
# description: |
#   Each place that names a subnet the endpoint will have, as {"id", "path"}: SubnetIds, AddSubnetIds,
#   SubnetConfigurations and, on modify, what the current endpoint keeps.
subnets contains {"id": id, "path": $"/request/{member}/{i}"} if {
	some member in ["SubnetIds", "AddSubnetIds"]
	some i, id in input.request[member]
	not id in {null, ""}
}

subnets contains {"id": configuration.SubnetId, "path": $"/request/SubnetConfigurations/{i}/SubnetId"} if {
	some i, configuration in input.request.SubnetConfigurations
	not configuration.SubnetId in {null, ""}
}

subnets contains {"id": id, "path": $"/current/SubnetIds/{i}"} if {
	input.operation == "modify"
	not unknown.given(object.get(input.request, "SubnetIds", []))
	some i, id in input.current.SubnetIds
	not id in object.get(input.request, "RemoveSubnetIds", [])
}

# METADATA
# description: The ids of those subnets.
subnet_ids := {subnet.id | some subnet in subnets}

# METADATA
# description: The same for route tables.
route_tables contains {"id": id, "path": $"/request/{member}/{i}"} if {
	some member in ["RouteTableIds", "AddRouteTableIds"]
	some i, id in input.request[member]
	id != null
}

# METADATA
# description: Pointers of the values that decide which subnets the endpoint has and are not known.
unknown_subnets := unknown.touching(_unknown, [
	"/request/SubnetIds",
	"/request/AddSubnetIds",
	"/request/RemoveSubnetIds",
	"/request/SubnetConfigurations",
	"/current/SubnetIds",
])

# METADATA
# description: The same for a list of request members.
# scope: rule
unknown_members(proposal, members) := {pointer |
	some pointer in proposal.unknown
	some member in members
	unknown.touches(pointer, $"/request/{member}")
}

_unknown := object.get(input, "unknown", [])

# METADATA
# description: |
#   The other endpoints of the VPC that are there or will be: those of the context and the peers of the same document,
#   each with "name" to call it by. Gone ones (deleted, failed, rejected, expired) are left out; one that is being
#   deleted still holds its routes and names. One that does not say its VPC, or all where the endpoint's is not known,
#   count.
others := near

# METADATA
# description: |
#   Those of the others that an endpoint is compared with one by one: all of them, but where input.peer_counts tells how
#   many peers there are, without those of other services whose names it cannot share. Of interface endpoints of its
#   own service with private DNS off the first 50 are given. A rule that asks for more than that looks at `others`; then
#   rules are given all peers.
near := array.concat(_listed, [other |
	some peer in object.get(input, "peers", [])
	not _elsewhere(peer)
	not _gone(peer)
	other := object.union(peer, {"name": object.get(peer, "address", "another endpoint of this document")})
])

# METADATA
# description: How many others of some types, a set, surely are in the VPC of the endpoint.
# scope: rule
number_in_vpc(types) := count([1 |
	some other in _listed
	_is_here(other)
	other.VpcEndpointType in types
]) + _peers_in_vpc(types)

# METADATA
# description: The same with those of which it is not known.
# scope: rule
possible_number_in_vpc(types) := number_in_vpc(types) + count([1 |
	some other in near
	not _is_here(other)
	other.VpcEndpointType in types
])

_is_here(other) if other.VpcId == input.endpoint.VpcId

_peers_in_vpc(types) := sum([number | some type, number in input.peer_counts.of_vpc; type in types]) if {
	input.peer_counts
} else := count([1 |
	some peer in input.peers
	_is_here(peer)
	peer.VpcEndpointType in types
	not _gone(peer)
])

# METADATA
# description: How many gateway endpoints the Region has beside this one.
number_of_gateways := _gateways_listed + input.peer_counts.gateways if {
	input.peer_counts
} else := _gateways_listed + count([1 |
	some peer in input.peers
	peer.VpcEndpointType == "Gateway"
	not _gone(peer)
])

_gateways_listed := count([1 |
	some listed in input.context.VpcEndpoints
	listed.VpcEndpointType == "Gateway"
	not _self(listed)
	not _gone(listed)
])

# METADATA
# description: How many peers are created with an interface in a subnet.
# scope: rule
number_created_in(subnet) := object.get(input.peer_counts.created_in, subnet, 0) if {
	input.peer_counts
} else := count([1 |
	some peer in input.peers
	not peer.VpcEndpointId
	subnet in peer.SubnetIds
])

# METADATA
# description: True when the context tells which other endpoints exist, even if there are none.
others_told if is_array(input.context.VpcEndpoints)

# METADATA
# description: |
#   The endpoint that this one is made in the place of, as it was: AWS took what it was made with. Undefined where there
#   is none. Its State is deleted where it goes first.
predecessor := input.context.predecessor if input.operation == "create"

# METADATA
# description: The same where it is of the same VPC and gone first, so that what it had is free.
gone_predecessor := predecessor if {
	_gone(predecessor)
	predecessor.VpcId == input.endpoint.VpcId
}

# METADATA
# description: |
#   The id of the endpoint itself; undefined on create, but where an endpoint that is there is judged as the create that
#   would make it.
id := input.current.VpcEndpointId

id := input.request.VpcEndpointId if not input.current.VpcEndpointId

id := input.endpoint.VpcEndpointId if input.operation == "create"

default _listed := []

_listed := [other |
	some listed in input.context.VpcEndpoints
	not _elsewhere(listed) # first, as it leaves out most
	not _self(listed)
	not _gone(listed)
	other := object.union(listed, {"name": object.get(listed, "VpcEndpointId", "an endpoint of the context")})
] if {
	others_told
}

_elsewhere(other) if {
	other.VpcId != _vpc_id
	is_string(other.VpcId)
}

_vpc_id := input.endpoint.VpcId if is_string(input.endpoint.VpcId)

_vpc_id := input.current.VpcId if input.operation == "delete"

_self(other) if other.VpcEndpointId == id

_gone(other) if lower(other.State) in {"deleted", "failed", "rejected", "expired"}

# METADATA
# description: The ids of the security groups the endpoint will have.
security_group_ids := {group.GroupId | some group in input.endpoint.Groups}
