# METADATA
# title: Cross-Region request meets its conditions
# description: A request with ServiceRegion different from the VPC Region is an Interface endpoint, in the same
#   partition, to a service offered to the VPC Region, with no subnet in an excluded AZ.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html
# custom:
#   id: VPCE-COMMON-007
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Use an in-Region endpoint where possible, otherwise pick a supported service, Region and AZ.
#   operations: [create]
#   optional: [/context/OptedInRegions]
#   reads:
#     - /request/ServiceRegion
#     - /request/ServiceName
#     - /request/VpcEndpointType
#     - /request/SubnetIds
#     - /request/SubnetConfigurations
#     - /context/Region
#     - /context/ServiceDetails
#     - /context/Subnets
#     - /context/OptedInRegions
#   profiles:
#     aws-2023: 'off'
#   aws:
#   - text: Needs IAM permission vpce:AllowMultiRegion; key ec2:VpceServiceRegion; opt-in Regions must be
#       opted in; not supported in use1-az3, usw1-az2, apne1-az3, apne2-az2, apne2-az4; only services shared
#       through PrivateLink; consumers and providers need not share AZs.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
#     status: documented
#   - text: Cross-Region AWS service list.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html
#     status: documented
#   - text: ServiceDetail (consumer view) has NO SupportedRegions member; it is on ServiceConfiguration (provider
#       view), next to RemoteAccessEnabled.
#     doc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceDetail.html
#     status: documented
#   assumptions:
#     - OptedInRegions lists all Regions the account uses, those on by default too; an empty list says nothing
package vpce.rules.common.cross_region_conditions

import data.vpce.lib.endpoint
import data.vpce.lib.network
import data.vpce.lib.partitions
import data.vpce.lib.service
import data.vpce.lib.unknown

deny contains {"message": message, "path": "/request/VpcEndpointType"} if {
	_crossing
	endpoint.type != "Interface"
	message := $"a {endpoint.type} endpoint cannot lead to another Region ({_there})"
}

deny contains {"message": message, "path": "/request/ServiceRegion"} if {
	_crossing
	here := service.partition_of_vpc
	there := partitions.of(_there)
	here != there
	message := $"{_there} is in partition {there}, the VPC in {here}"
}

deny contains {"message": message, "path": "/request/ServiceRegion"} if {
	_crossing
	count(input.context.OptedInRegions) > 0
	not _there in input.context.OptedInRegions
	message := $"{_there} is not among the Regions the account uses"
}

deny contains {"message": message, "path": subnet.path} if {
	_crossing
	some subnet in endpoint.subnets
	some told in network.subnets[subnet.id]
	told.AvailabilityZoneId in data.vpce.services.excluded_zones
	message := $"{subnet.id} is in {told.AvailabilityZoneId}, from which no endpoint leads to another Region"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	_crossing
	name := service.name
	not _offered
	reason := $"whether {name} is offered to other Regions is not known"
}

undetermined contains {"reason": reason, "missing": ["/context/Subnets"]} if {
	_crossing
	some subnet in endpoint.subnets
	not _told(subnet.id)
	reason := $"in which Availability Zone {subnet.id} is, by id, is not known"
}

undetermined contains {"reason": reason, "missing": ["/context/Region"]} if {
	input.operation == "create"
	unknown.given(_there)
	not input.context.Region
	reason := "whether the endpoint leads to another Region is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["ServiceRegion"]) | _hidden
	count(hidden) > 0
	reason := "whether and how the endpoint leads to another Region is not known yet"
}

# lint: accept not-equal - another rule tells that the Region is not known
_crossing if {
	input.operation == "create"
	unknown.given(_there)
	_there != input.context.Region
}

_there := input.request.ServiceRegion

_hidden := endpoint.unknown_members(input, ["VpcEndpointType", "ServiceName"]) | endpoint.unknown_subnets if {
	_crossing
} else := set()

# That AWS lists the name with the Region at all is the consumer's evidence.
_offered if {
	some detail in service.details
	detail.ServiceRegion == _there
}

_offered if service.cross_region == true

_told(id) if {
	some told in network.subnets[id]
	told.AvailabilityZoneId
}
