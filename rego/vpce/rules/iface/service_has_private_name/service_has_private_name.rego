# METADATA
# title: Private DNS is only for services with a private DNS name
# description: PrivateDnsEnabled=true is only possible when the service publishes a private DNS name.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
#   - ref: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html
# custom:
#   id: VPCE-IFACE-015
#   kind: documented
#   severity: error
#   enforcement_action: deny
#   effect: api-rejects
#   remediation: Set PrivateDnsEnabled to false and use the DNS names of the endpoint itself.
#   reads:
#     - /request/PrivateDnsEnabled
#     - /request/ServiceName
#     - /current/ServiceName
#     - /context/ServiceDetails
#   sources:
#     - file: interface-vs-gateway-vs-gwlb-endpoint.txt
#       pointer: Interface column bullet 9
#       paraphrase: has private DNS hostnames, except the S3 interface endpoint
#   aws:
#   - text: 'API error: "Private DNS can''t be enabled because the service X does not provide a private DNS name."'
#     doc: https://github.com/eksctl-io/eksctl/issues/3214
#     status: observed
#     evidence: issue
#   - text: S3 interface endpoints have private DNS today.
#     doc: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
#     status: documented
#   - text: DynamoDB interface endpoints do not.
#     doc: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html
#     status: documented
package vpce.rules.iface.service_has_private_name

import data.vpce.lib.endpoint
import data.vpce.lib.service

deny contains {"message": message, "path": "/request/PrivateDnsEnabled", "fix": _off} if {
	_judged
	not _s3_before
	count(service.private_dns_names) == 0
	message := $"private DNS is asked for, but {service.name} publishes no private DNS name"
}

# lint: accept message - it is about S3 alone
deny contains {"message": message, "path": "/request/PrivateDnsEnabled", "fix": _off} if {
	_judged
	_s3_before
	message := "private DNS is asked for, but S3 interface endpoints had none in 2023"
}

undetermined contains {"reason": reason, "missing": ["/context/ServiceDetails"]} if {
	_judged
	name := service.name
	not service.private_dns_names
	reason := $"whether {name} publishes a private DNS name is not known"
}

undetermined contains {"reason": reason, "missing": [_service_pointer]} if {
	_judged
	not service.name
	reason := "to which service the endpoint leads is not known"
}

undetermined contains {"reason": reason, "missing": sort(hidden)} if {
	endpoint.remains
	hidden := endpoint.unknown_members(input, ["PrivateDnsEnabled"])
	count(hidden) > 0
	not _has_name
	reason := "whether private DNS is asked for is not known yet"
}

_judged if {
	endpoint.remains
	input.request.PrivateDnsEnabled == true
}

_s3_before if {
	input.profile == "aws-2023"
	service.parsed.service == "s3"
}

_has_name if {
	not _s3_before
	count(service.private_dns_names) > 0
}

_service_pointer := "/request/ServiceName" if {
	input.operation == "create"
} else := "/current/ServiceName"

# AWS's default turns private DNS on only where there is a name, so only a request can be wrong.
_off := [{"op": "replace", "path": "/request/PrivateDnsEnabled", "value": false}]
