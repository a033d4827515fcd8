# METADATA
# title: Service name has a recognised form
# description: ServiceName matches one of the known forms and is classified (aws-regional, aws-global, aws-alt-prefix,
#   endpoint-service) before any other rule reads its Region or service part.
# custom:
#   id: VPCE-COMMON-004
#   kind: aws-api
#   severity: warning
#   enforcement_action: warn
#   effect: hygiene
#   remediation: Copy the name from DescribeVpcEndpointServices for the Region.
#   operations: [create]
#   reads:
#     - /request/ServiceName
#     - /context/ServiceDetails
#   aws:
#   - text: 'Forms in the list of services: com.amazonaws.<region>.<svc[.sub]>, aws.sagemaker.<region>.<svc>,
#       aws.api.<region>.<svc>.'
#     doc: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
#     status: documented
#   - text: 'Forms of cross-Region services: com.amazonaws.<region>.<svc>, cn.com.amazonaws.<region>.<svc>,
#       com.amazonaws.iam, com.amazonaws.route53.'
#     doc: https://docs.amazonaws.cn/en_us/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html
#     status: documented
#   - text: Intelligent Ranking is reached as aws.api.<region>.kendra-ranking.
#     doc: https://docs.aws.amazon.com/kendra/latest/dg/vpc-interface-endpoints.html
#     status: documented
#   - text: com.amazonaws.s3-global.accesspoint and aws.sagemaker.<region>.notebook or studio are among the
#       services of the emulator moto.
#     doc: https://github.com/getmoto/moto/blob/master/moto/s3/models.py
#     status: observed
#     evidence: public-code
package vpce.rules.common.recognised_service_name

import data.vpce.lib.endpoint
import data.vpce.lib.service
import data.vpce.lib.unknown

deny contains {"message": message, "path": "/request/ServiceName"} if {
	input.operation == "create"
	name := input.request.ServiceName
	unknown.given(name)
	not service.parsed
	count(service.details) == 0
	message := $"{name} has none of the forms service names have"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
	reason := "what the service is called is not known yet"
}
