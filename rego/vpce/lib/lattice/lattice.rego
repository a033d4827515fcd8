# METADATA
# title: What endpoints of VPC Lattice lead to
# description: Resource configurations and service networks, by their ARNs and by what the context tells of them.
package vpce.lib.lattice

import data.vpce.lib.endpoint

# METADATA
# description: |
#   True for an ARN of VPC Lattice in any partition whose resource begins as given ("servicenetwork/sn-") and goes on
#   with hexadecimal digits.
# scope: rule
arn_of(arn, start) if {
	parts := split(arn, ":")
	count(parts) == 6
	parts[0] == "arn"
	regex.match(`^aws(-[a-z]+)*$`, parts[1])
	parts[2] == "vpc-lattice"
	parts[3] != ""
	count(parts[4]) == 12
	trim(parts[4], "0123456789") == ""
	id := trim_prefix(parts[5], start)
	id != parts[5]
	id != ""
	trim(id, "0123456789abcdef") == ""
}

# METADATA
# description: True for the ARN of a service network that the context tells of, or what stands for one.
# scope: rule
is_network(arn) if {
	some network in input.context.ServiceNetworks
	network.arn == arn
}

# METADATA
# description: True for the ARN of a resource configuration that the context tells of, or what stands for one.
# scope: rule
is_configuration(arn) if {
	some configuration in input.context.ResourceConfigurations
	configuration.arn == arn
}

# METADATA
# description: True for the ARN of a resource configuration of which the context tells the type too.
# scope: rule
type_told(arn) if {
	some configuration in input.context.ResourceConfigurations
	configuration.arn == arn
	configuration.type
}

# METADATA
# description: |
#   Other endpoints of the VPC that lead to a resource configuration: directly, or by a service network that the context
#   tells it is associated with (ServiceNetworkResourceAssociations, as VPC Lattice lists them).
# scope: rule
leading_to(arn) := [other |
	some other in endpoint.near
	_leads_to(other, arn)
]

_leads_to(other, arn) if other.ResourceConfigurationArn == arn

_leads_to(other, arn) if {
	other.VpcEndpointType == "ServiceNetwork"
	some association in input.context.ServiceNetworkResourceAssociations
	association.resourceConfigurationArn == arn
	association.serviceNetworkArn == other.ServiceNetworkArn
}
