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
#   operations: [create]
#   reads:
#     - /request/ServiceName
#     - /request/ServiceRegion
#     - /request/VpcEndpointType
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
#   - text: 'Cross-Region list today: S3, IAM, ECR, KMS, ECS, Lambda, Firehose, Managed Flink, Route 53 (interface
#       endpoints with ServiceRegion).'
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html
#     status: documented
#   - text: Gateway and GatewayLoadBalancer endpoints stay in-Region.
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
#     status: documented
package vpce.rules.common.same_region

import data.vpce.lib.endpoint
import data.vpce.lib.service
import data.vpce.lib.unknown

deny contains object.union({"message": message, "path": "/request/ServiceName"}, _fix) if {
	input.operation == "create"
	_elsewhere
	not _crossing
	not _may_turn_out_crossing
	message := $"{_name} is in {_home_names}, but the VPC is in {_local}"
}

deny contains {"message": message, "path": "/request/ServiceRegion"} if {
	input.operation == "create"
	_bound
	_asked != _local
	message := $"ServiceRegion {_asked} is not the Region of the VPC ({_local}), which this endpoint cannot leave"
}

deny contains {"message": message, "path": "/request/ServiceRegion"} if {
	input.operation == "create"
	_crossing
	count(_homes) > 0
	not _asked in _homes
	not _open_home
	message := $"ServiceRegion is {_asked}, but {_name} is in {_home_names}"
}

undetermined contains {"reason": reason, "missing": ["/context/Region"]} if {
	input.operation == "create"
	not _local
	not _of_the_stack
	reason := "the Region of the VPC is not known"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	input.operation == "create"
	name := _name
	not service.parsed
	count(_homes) == 0
	reason := $"the Region of {name} is not known, and its name does not say it"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["ServiceName", "ServiceRegion", "VpcEndpointType"])
	count(hidden) > 0
	reason := "which service of which Region the endpoint leads to is not known yet"
}

# The same service by its name in the Region of the VPC, for names that say their Region.
_fix := {"fix": [{"op": "replace", "path": "/request/ServiceName", "value": here}]} if {
	parsed := service.parsed
	parsed.form == "aws-regional"
	here := replace(_name, $".{parsed.region}.", $".{_local}.")
} else := {}

_name := input.request.ServiceName if unknown.given(input.request.ServiceName)

_local := input.context.Region if unknown.given(input.context.Region)

_asked := input.request.ServiceRegion if unknown.given(input.request.ServiceRegion)

_elsewhere if {
	count(_homes) > 0
	not _open_home
	region := _local
	not region in _homes
}

# The name is made of an expression that gives the Region.
_open_home if {
	some home in _homes
	service.stands_for_a_region(home)
}

# The Region in which a template is used is that of the VPC too.
_of_the_stack if {
	_homes == {"${AWS::Region}"}
	not _asked
	count(endpoint.unknown_members(input, ["ServiceRegion"])) == 0
}

# Today an interface endpoint may cross Regions when it says so; VPCE-COMMON-007 judges the conditions.
_crossing if {
	not _bound
	_asked != _local
}

_may_turn_out_crossing if {
	not _bound
	count(endpoint.unknown_members(input, ["ServiceRegion"])) > 0
}

# Endpoints that cannot leave the Region; where the type is not known yet, it may be one that can.
_bound if input.profile == "aws-2023"

_bound if endpoint.type in {"Gateway", "GatewayLoadBalancer"}

# Where the service is, as its name says; where the name has no Region, as AWS lists it or else where it is homed.
_homes contains _told_by_name

_homes contains region if {
	not _told_by_name
	some region in _listed
}

_homes contains region if {
	count(_listed) == 0
	parsed := service.parsed
	parsed.form == "aws-global"
	region := service.homes[parsed.service]
	region != ""
}

_told_by_name := service.parsed.region

_home_names := concat(" and ", sort(_homes))

_listed := {detail.ServiceRegion |
	some detail in input.context.ServiceDetails
	detail.ServiceName == _name
	unknown.given(detail.ServiceRegion)
}
