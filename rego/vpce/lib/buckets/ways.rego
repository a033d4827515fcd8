package vpce.lib.buckets

import data.vpce.lib.endpoint
import data.vpce.lib.partitions
import data.vpce.lib.policy
import data.vpce.lib.service

# METADATA
# description: The Region of the service the endpoint is for; undefined while it is not known.
region := service.parsed.region if {
	partitions.is_region(service.parsed.region)
} else := input.context.Region

# METADATA
# description: The VPC of the endpoint; undefined while it is not known.
vpc_id := input.endpoint.VpcId if is_string(input.endpoint.VpcId)

# METADATA
# description: |
#   The other endpoints of the VPC, as endpoint.near has them; those of all VPCs while it is not known which is its own.
beside := [other |
	some other in endpoint.near
	lower(object.get(other, "State", "")) != "deleting"
	_is_in_vpc(other)
]

_is_in_vpc(other) if other.VpcId == vpc_id

_is_in_vpc(_) if not vpc_id

# METADATA
# description: |
#   The workloads that some of those show, or resources beside the endpoint, each with what to call the ones that show
#   it. One of another Region shows none: its users need the buckets of that Region.
shown[workload] contains $"{other.name} ({other.ServiceName})" if {
	some other in beside
	startswith(other.ServiceName, _stem)
	workload := shown_by(trim_prefix(other.ServiceName, _stem))
}

shown[workload] contains name if {
	some workload, names in shown_by_resources
	some name in names
}

# METADATA
# description: |
#   The workloads that resources beside the endpoint show, likewise: those with a subnet that surely is in its VPC; all
#   while it is not known which that is.
shown_by_resources[workload] contains $"{resource.Name} ({resource.ResourceType})" if {
	_is_at_home
	some resource in input.context.Workloads
	workload := shown_by_type(resource.ResourceType)
	_is_within(resource)
}

# The service of the endpoint is of the Region of the VPC, as far as that is known.
_is_at_home if input.context.Region == region

_is_at_home if not input.context.Region

_is_within(resource) if {
	some subnet in resource.SubnetIds
	subnet in _subnets_within
}

_is_within(_) if not vpc_id

# Subnets that surely are in the VPC of the endpoint.
_subnets_within contains subnet.SubnetId if {
	some subnet in input.context.Subnets
	subnet.VpcId == vpc_id
}

# METADATA
# description: Those of them by which traffic of the VPC goes to S3, in the Region of the service of the endpoint.
ways := [other |
	some other in beside
	other.ServiceName == $"{_stem}s3"
	carries(other)
]

# What names of services of one Region begin with.
_stem := trim_suffix(service.name, service.parsed.service)

# METADATA
# description: |
#   True for an endpoint for S3 by which traffic of the VPC goes to S3: a gateway endpoint, or an interface endpoint
#   with private DNS for the VPC too. Where nobody says so, private DNS of S3 is for inbound Resolver endpoints only.
# scope: rule
carries(told) if told.VpcEndpointType == "Gateway"

carries(told) if {
	told.VpcEndpointType == "Interface"
	told.PrivateDnsEnabled == true
	told.DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint == false
}

# METADATA
# description: |
#   What of a workload's buckets an endpoint for S3 surely shuts out by its policy; nothing where that is not told or no
#   JSON.
# scope: rule
blocked_by(told, workload) := blocked(workload, region, _statements(told))

_statements(told) := policy.numbered(told.PolicyDocument) if {
	is_object(told.PolicyDocument)
} else := policy.numbered(json.unmarshal(told.PolicyDocument)) if {
	is_string(told.PolicyDocument)
} else := policy.numbered(policy.full_access)
