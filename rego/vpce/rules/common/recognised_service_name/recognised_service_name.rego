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
#     - text: 'Forms seen in AWS pages: com.amazonaws.<region>.<svc[.sub]>, cn.com.amazonaws.<region>.<svc>,
#         com.amazonaws.iam, com.amazonaws.route53.'
#       doc: https://docs.amazonaws.cn/en_us/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html
#       status: verified
#     - text: moto ships com.amazonaws.s3-global.accesspoint and aws.sagemaker.<region>.notebook|studio as default
#         services.
#       doc: moto 5.2.5 s3/models.py, sagemaker/models.py
#       status: verified in public code/log, not in AWS docs
#     - text: aws.api.<region>.<svc> (bcm-data-exports, freetier, kendra-ranking, qbusiness) and
#         eu.amazonaws.eusc-de-east-1.<svc> appear in public listings/tests.
#       doc: public error logs
#       status: verified in public code/log, not in AWS docs
package vpce.rules.common.recognised_service_name

import data.vpce.lib.endpoint
import data.vpce.lib.service
import data.vpce.lib.unknown

deny contains {"message": message, "path": "/request/ServiceName"} if {
	input.operation == "create"
	name := input.request.ServiceName
	unknown.given(name)
	not service.parse(name)
	count(service.details) == 0
	message := $"{name} has none of the forms service names have"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	input.operation == "create"
	hidden := endpoint.unknown_members(input, ["ServiceName"])
	count(hidden) > 0
	reason := "what the service is called is not known yet"
}
