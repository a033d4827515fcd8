# METADATA
# title: Service is in the VPC Region unless cross-Region is asked for
# description: Without ServiceRegion, the Region in the service name (or ServiceDetails.ServiceRegion) equals
#   the Region of the VPC.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
# custom:
#   id: VPCE-COMMON-006
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Use the service name of the VPC Region, or set ServiceRegion for a supported cross-Region service.
#   reads:
#     - /request/ServiceName
#     - /request/ServiceRegion
#     - /context/Region
#     - /context/ServiceDetails
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 2, sentence 2
#       paraphrase: endpoints are regional
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Gateway column bullet 4
#       paraphrase: same Region only, no endpoint to a service elsewhere
#   aws:
#     - text: 'Cross-Region list today: S3, IAM, ECR, KMS, ECS, Lambda, Firehose, Managed Flink, Route 53 (interface
#         endpoints with ServiceRegion).'
#       doc: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html
#       status: verified
#     - text: Gateway and GatewayLoadBalancer endpoints stay in-Region.
#       doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
#       status: verified
#     - text: 'Dates: endpoint services Nov 2024 (from memory/brief), AWS services 2025-11-19 (secondary sources).'
#       doc: none
#       status: from memory
package vpce.rules.common.same_region

import data.vpce.lib.endpoint
import data.vpce.lib.service
import data.vpce.lib.unknown

deny contains {"message": message, "path": "/request/ServiceName"} if {
	input.operation == "create"
	some home in _homes
	home != input.context.Region
	not _asked_for(home)
	message := $"{input.request.ServiceName} is in {home}, the VPC in {input.context.Region}"
}

deny contains {"message": message, "path": "/request/ServiceRegion"} if {
	input.operation == "create"
	region := input.request.ServiceRegion
	unknown.given(region)
	region != input.context.Region
	not _may_cross
	message := $"ServiceRegion {region} is not the Region of the VPC ({input.context.Region}), which this endpoint cannot leave"
}

deny contains {"message": message, "path": "/request/ServiceRegion"} if {
	input.operation == "create"
	_may_cross
	region := input.request.ServiceRegion
	unknown.given(region)
	some home in _homes
	home != region
	message := $"ServiceRegion is {region}, but {input.request.ServiceName} is in {home}"
}

undetermined contains {"reason": reason, "missing": ["/context/Region"]} if {
	input.operation == "create"
	not input.context.Region
	reason := "the Region of the VPC is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["ServiceName", "ServiceRegion", "VpcEndpointType"])
	count(hidden) > 0
	reason := "which service of which Region the endpoint leads to is not known yet"
}

# Where the service is, as its name says; where the name has no Region, as AWS lists it or where it is homed.
_homes contains region if region := service.parse(input.request.ServiceName).region

_homes contains region if {
	not service.parse(input.request.ServiceName).region
	count(_listed) > 0
	some region in _listed
}

_homes contains region if {
	count(_listed) == 0
	parsed := service.parse(input.request.ServiceName)
	parsed.form == "aws-global"
	region := service.homes[parsed.service]
	region != ""
}

_listed := {detail.ServiceRegion |
	some detail in input.context.ServiceDetails
	detail.ServiceName == input.request.ServiceName
}

# Today an interface endpoint may cross Regions when it says so; VPCE-COMMON-007 judges the conditions.
_asked_for(home) if {
	_may_cross
	input.request.ServiceRegion == home
}

_may_cross if {
	input.profile == "aws-current"
	endpoint.type == "Interface"
}
