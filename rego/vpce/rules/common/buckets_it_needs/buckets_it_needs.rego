# METADATA
# title: Buckets of AWS that an endpoint's users need are open at the S3 endpoint beside it
# description: |
#   Who uses the endpoint of a service needs buckets of AWS too: image layers, agents, package repositories. An endpoint
#   is not created where each endpoint that the VPC reaches S3 by shuts them out.
# related_resources:
# - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
#   description: services may need buckets that they own, for logs, drivers and agents
# - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
# custom:
#   id: VPCE-COMMON-040
#   kind: documented
#   severity: warning
#   enforcement_action: warn
#   effect: breaks-intent
#   existing: silent
#   remediation: Add a statement to the policy of the endpoint for S3 that allows what the new endpoint's users need.
#   operations: [create]
#   reads:
#   - /request/ServiceName
#   - /request/VpcId
#   - /context/VpcEndpoints
#   - /context/Workloads
#   - /context/Subnets
#   - /context/Region
#   - /org/accounts
#   optional: [/context/VpcEndpoints, /context/Workloads, /context/Subnets, /org/accounts]
#   aws:
#   - text: Images are pulled from ECR only where the policy allows s3:GetObject on the bucket of the layers.
#     doc: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
#     status: documented
#   assumptions:
#   - Which buckets there are, and which endpoint shows the need of one, is dated data with a source each
#     (rego/vpce/buckets/data.yaml).
#   - Resources in the VPC that need the same are named beside the users of the endpoint; without it they are told by
#     VPCE-COMMON-039 alone.
#   - An endpoint for S3 that the same document makes is judged by itself, by VPCE-COMMON-039.
#   - Where the context tells of no endpoint for S3, or not of its policy, nothing is said.
package vpce.rules.common.buckets_it_needs

import data.vpce.lib.buckets
import data.vpce.lib.service

deny contains {"message": message, "path": "/request/ServiceName", "remediation": remediation} if {
	buckets.vpc_id
	some workload, blocked in _blocked
	names := concat(" and ", sort({way.name | some way in buckets.ways}))
	beside := object.get(buckets.shown_by_resources, workload, set())
	users := concat(" and ", array.concat(["this endpoint"], sort(beside)))
	message := concat("", [
		$"the policy of {names} lets nobody reach {buckets.names(blocked)}, ",
		$"which users of {users} need to {buckets.purpose(workload)}",
	])
	remediation := concat("", [
		$"Add a statement to the policy of {names} that {buckets.opened(blocked)}; ",
		$"see {buckets.page(workload)}.",
	])
}

undetermined contains {"reason": reason, "missing": ["/request/VpcId"]} if {
	not buckets.vpc_id
	count(_blocked) > 0
	reason := "whether an endpoint for S3 is beside the endpoint is not known yet"
}

# What is shut out at each endpoint for S3, by the workloads that the endpoint itself shows.
_blocked[workload] := blocked if {
	input.operation == "create"
	workload := buckets.shown_by(service.parsed.service)
	count(buckets.ways) > 0
	every way in buckets.ways {
		way.VpcEndpointId # what the document makes with it is judged by itself
		count(buckets.blocked_by(way, workload)) > 0
	}
	blocked := union({buckets.blocked_by(way, workload) | some way in buckets.ways})
}
