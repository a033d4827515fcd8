# METADATA
# title: Facts about the network around the endpoint
package vpce.lib.network

import data.vpce.lib.endpoint

# METADATA
# description: What the context tells of each subnet the endpoint names, by id; a set, as a context may repeat itself.
subnets[id] contains subnet if {
	some subnet in input.context.Subnets
	id := subnet.SubnetId
	id in endpoint.subnet_ids
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
