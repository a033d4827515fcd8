# METADATA
# title: Service name belongs to the partition of the VPC
# description: The Region inside the service name is in the same partition (aws, aws-cn, aws-us-gov, aws-iso*,
#   aws-eusc) as the VPC Region, and the name prefix is one that occurs in that partition.
# custom:
#   id: VPCE-COMMON-008
#   kind: aws-api
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Use the service name of the partition the VPC is in, for example com.amazonaws.us-east-1.sqs in aws.
#   operations: [create]
#   reads:
#     - /request/ServiceName
#     - /context/Region
#   aws:
#   - text: Regions are grouped in partitions (aws, aws-cn, aws-us-gov and others) that share neither credentials
#       nor names.
#     doc: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
#     status: documented
#   assumptions:
#     - ARNs of another partition inside the policy are not looked for here
package vpce.rules.common.same_partition

import data.vpce.lib.endpoint
import data.vpce.lib.partitions
import data.vpce.lib.service

deny contains {"message": message, "path": "/request/ServiceName"} if {
	input.operation == "create"
	here := service.partition_of_vpc
	there := service.partition_by_name
	here != there
	message := $"{service.name} is a service of partition {there}, but the VPC is in {here}"
}

deny contains {"message": message, "path": "/request/ServiceName"} if {
	input.operation == "create"
	not startswith(service.name, "com.amazonaws.") # a prefix of several partitions
	here := service.partition_of_vpc
	service.partition_by_name == here
	some prefix, partition in partitions.own_prefixes
	startswith(service.name, prefix)
	partition != here
	message := $"{service.name} has the prefix of partition {partition}, but the VPC is in {here}"
}

undetermined contains {"reason": reason, "missing": ["/context/Region"]} if {
	input.operation == "create"
	service.parsed.region
	not input.context.Region
	reason := "in which partition the VPC is, is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
	reason := "to which service the endpoint leads is not known yet"
}
