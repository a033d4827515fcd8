# METADATA
# title: Facts about the network around the endpoint
package vpce.lib.network

import data.vpce.lib.endpoint
import data.vpce.lib.ids

# METADATA
# description: What the context tells of each subnet the endpoint names, by id; a set, as a context may repeat itself.
subnets[id] contains subnet if {
	some subnet in input.context.Subnets
	id := subnet.SubnetId
	id in endpoint.subnet_ids
}

# METADATA
# description: |
#   How many IPv4 addresses of a subnet are free. One that the document makes has all of its range at first, but for the
#   five that AWS keeps (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html). Undefined where that is
#   not known.
# scope: rule
free_addresses(subnet) := subnet.AvailableIpAddressCount if {
	is_number(subnet.AvailableIpAddressCount) # null sorts below every number
} else := bits.lsh(1, 32 - to_number(bits_given)) - 5 if {
	ids.stands_for_one(subnet.SubnetId)
	not subnet.Ipv6Native
	[_, bits_given] := split(subnet.CidrBlock, "/")
	regex.match(`^[0-9]+$`, bits_given)
}

# METADATA
# description: |
#   A VPC attribute of the context, as the AWS API gives it ({"Value": bool}) or flattened to a boolean.
#   Undefined when the context does not tell: unknown is not false.
# scope: rule
attribute(vpc, name) := value if {
	value := vpc[name]
	is_boolean(value)
}

attribute(vpc, name) := value if {
	value := vpc[name].Value
	is_boolean(value)
}

# METADATA
# description: |
#   The VPC of the endpoint as the context tells of it. Undefined where the context tells of another one; a VPC or an
#   endpoint without an id is taken to be the one meant.
vpc := input.context.Vpc if not _another_vpc

# lint: accept not-equal - both are known to be there
_another_vpc if {
	is_string(input.context.Vpc.VpcId)
	is_string(input.endpoint.VpcId)
	input.context.Vpc.VpcId != input.endpoint.VpcId
}

# METADATA
# description: Security groups of the context the endpoint will have, by id; a set, as a context may repeat itself.
security_groups[id] contains group if {
	some group in input.context.SecurityGroups
	id := group.GroupId
	id in endpoint.security_group_ids
}
